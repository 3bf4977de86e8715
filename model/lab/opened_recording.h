#pragma once

#include "engine/recorded_resources.h"
#include "engine/recording.h"
#include "model/lab/course.h"
#include "model/lab/run_identity.h"
#include "model/lab/simulation.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gregor::lab {

/// Keeps the hash chain of a run as it goes, and writes it down as a recording. The run's resources
/// must be RecordingResources.
class RecordingWriter final : public RunListener {
public:
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override;

    /// The bytes of the file. `text`: the scenario's.
    std::string encode(const RunIdentity& identity, const std::string& text,
                       const Simulation& simulation) const;

private:
    HashChain chain_;
};

/// A recording, re-executed and held against its hash chain, with keyframes on the way so that
/// every instant is near.
class OpenedRecording {
public:
    /// Where re-execution parts from the recording.
    struct Difference {
        std::uint64_t event{};
        std::string what;  ///< what re-execution made of that event
    };
    /// Called now and then while it is opened, with the instant reached.
    using Progress = std::function<void(Time now, Time end)>;

    /// Throws BadInput when the file is not a recording that this build can execute. `course`: is
    /// filled in on the way, if given.
    static OpenedRecording open(const std::string& file_name, const Progress& progress = {},
                                Course* course = nullptr);
    static OpenedRecording from_bytes(const std::string& bytes, const std::string& file_name,
                                      const Progress& progress = {}, Course* course = nullptr);

    const RunIdentity& identity() const { return header_.identity; }
    const Scenario& scenario() const { return *scenario_; }
    const Names& names() const { return cursor_->names(); }
    bool complete() const { return header_.complete; }
    Time end() const { return header_.end; }
    std::uint64_t event_count() const { return recording_.event_count; }
    std::uint64_t final_hash() const { return recording_.final_hash; }
    const std::optional<Difference>& difference() const { return difference_; }
    /// The scenario's file, as the recording carries it.
    const std::string& scenario_text() const { return recording_.inputs; }
    const HashChain& chain() const { return recording_.chain; }
    /// The bytes of its file.
    std::string encode() const { return gregor::encode(recording_); }

    /// The run as it stands at `at`, every event up to then included. Valid until the next call.
    Simulation& seek(Time at);
    /// The run as it stands after the step that holds event `number`.
    Simulation& seek_event(std::uint64_t number);
    /// Shows the listener every step from `from` to `to`, both included.
    void replay(Time from, Time to, RunListener& listener);
    std::size_t keyframe_count() const { return keyframes_.size(); }

private:
    class Checker;
    class Stopper;
    struct Keyframe {
        Time at;
        std::uint64_t event{};
        RunState state;
        std::unique_ptr<Resources> resources;
    };
    static constexpr std::uint64_t events_between = 6'000;
    static constexpr std::size_t most_keyframes = 128;

    OpenedRecording(Recording recording, RecordingHeader header,
                    std::shared_ptr<const Scenario> scenario);
    void execute(const Progress& progress, Course* course);
    void run_to(Time at);
    void keep_keyframe();
    void go_back_to(const Keyframe& keyframe);

    Recording recording_;
    RecordingHeader header_;
    std::shared_ptr<const Scenario> scenario_;
    std::unique_ptr<Simulation> cursor_;
    std::vector<Keyframe> keyframes_;
    std::uint64_t interval_ = events_between;
    std::optional<Difference> difference_;
};

}  // namespace gregor::lab
