#pragma once

#include "model/lab/course.h"
#include "model/lab/opened_recording.h"
#include "model/lab/snapshot.h"

#include <cstdint>

namespace gregor::visualizer {

/// Where a run came from.
enum class Origin : std::uint8_t {
    recording,  ///< a file, or a child process on SimGrid
    live,       ///< run on `fixed` in this process
    branch      ///< another run with one more line of script
};

/// A recording with a playhead: the one clock of everything on the screen.
class Playback {
public:
    /// `course`: of the whole recording, as OpenedRecording::open gives it.
    Playback(lab::OpenedRecording recording, lab::Course course, Origin origin = Origin::recording);

    const lab::Snapshot& snapshot() const { return snapshot_; }
    const lab::Course& course() const { return course_; }
    const lab::OpenedRecording& recording() const { return recording_; }
    Origin origin() const { return origin_; }
    Time now() const { return now_; }
    Time end() const { return recording_.end(); }
    std::uint64_t event() const { return snapshot_.event; }
    std::uint64_t event_count() const { return recording_.event_count(); }

    /// Clamped to the run.
    void seek(Time at);
    void seek_event(std::uint64_t number);
    /// To the step after the present one, or the one before it.
    void step(int direction);

    bool playing() const { return playing_; }
    void play(bool on);
    /// Simulated seconds for each second of the wall clock; negative: backwards.
    double speed() const { return speed_; }
    void set_speed(double speed) { speed_ = speed; }
    /// Moves on while playing, by this much of the wall clock.
    void advance(double wall_seconds);

private:
    void take();

    lab::OpenedRecording recording_;
    lab::Course course_;
    Origin origin_;
    lab::Snapshot snapshot_;
    Time now_;
    bool playing_ = false;
    double speed_ = 0.25;
};

}  // namespace gregor::visualizer
