#pragma once

#include "visualizer/window.h"

#include <functional>
#include <memory>
#include <string>

namespace gregor::visualizer {

/// What takes a while and goes on beside the window, one thing at a time: opening runs, running
/// branches, making movies. To be used by the window's thread.
class Errands {
public:
    bool busy() const { return task_ != nullptr; }
    /// What is being done and how far it is.
    std::string told() const { return task_ ? task_->told() : std::string(); }
    void give_up();

    void open(const GalleryChoice& choice);
    /// Throws lab::BadInput when the scenario does not take the line.
    void branch(const lab::OpenedRecording& parent, const nlohmann::json& line);
    /// Of the visible range, into this folder's file of the playhead's name.
    void movie(App& app, ImVec2 size);
    /// Puts what is ready into the show. Returns what went wrong, in one sentence, or nothing.
    std::string finish(Show& show);

private:
    using Outcome = std::function<void(Show&)>;
    void begin(std::function<Outcome(const OnProgress&)> work);

    std::unique_ptr<Task<Outcome>> task_;
};

}  // namespace gregor::visualizer
