#pragma once

#include "visualizer/frame.h"
#include "visualizer/playback.h"

#include <cstdint>
#include <string>

namespace gregor::visualizer {

/// What a key means.
enum class Key : std::uint8_t {
    play,
    next_event,
    previous_event,
    next_of_subject,
    previous_of_subject,
    next_bookmark,
    previous_bookmark,
    bookmark,
    faster,
    slower,
    to_begin,
    to_end,
    follow,
    legends,
    theme,
    keys,
    clear,
};

/// The whole window: a playhead on a recording, and what the user chose. Draws with ImGui's current
/// context; knows nothing of windows.
class App {
public:
    explicit App(Playback playback);

    Playback& playback() { return playback_; }
    ViewState& view() { return view_; }
    void press(Key key);
    /// Moves the playhead on, draws everything, then does what was asked for by mouse. To be called
    /// between ImGui::NewFrame and ImGui::Render. Sizes in points.
    void frame(const Fonts& fonts, ImVec2 size, const Input& input, double wall_seconds,
               std::vector<TextBox>* texts = nullptr);
    /// What the user asked to save as a picture; true once.
    bool take_export() { return std::exchange(export_wanted_, false); }

private:
    void follow_subject(int direction);
    void follow_bookmark(int direction);
    void go_on(double wall_seconds);
    void obey();

    Playback playback_;
    ViewState view_;
    bool export_wanted_ = false;
};

}  // namespace gregor::visualizer
