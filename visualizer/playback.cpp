#include "visualizer/playback.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gregor::visualizer {

Playback::Playback(lab::OpenedRecording recording, lab::Course course, Origin origin)
    : recording_(std::move(recording)), course_(std::move(course)), origin_(origin)
{
    seek(Time{});
}

void Playback::take()
{
    snapshot_ = lab::Snapshot::of(recording_.seek(now_));
}

void Playback::seek(Time at)
{
    now_ = std::clamp(at, Time{}, end());
    take();
}

void Playback::seek_event(std::uint64_t number)
{
    const lab::Simulation& run = recording_.seek_event(number);
    now_ = run.now();
    snapshot_ = lab::Snapshot::of(run);
}

void Playback::step(int direction)
{
    playing_ = false;
    if (direction > 0) {
        if (event() < event_count()) seek_event(event() + 1);
        return;
    }
    // A step and what it reported are one instant: go to the end of the step before.
    std::uint64_t number = event();
    while (number > 1 && course_.is_reported(number)) --number;
    if (number > 1) seek_event(number - 1);
}

void Playback::play(bool on)
{
    playing_ = on;
    if (!on) return;
    if (speed_ > 0 && now_ >= end()) seek(Time{});
    if (speed_ < 0 && now_ <= Time{}) seek(end());
}

void Playback::advance(double wall_seconds)
{
    if (!playing_) return;
    const double moved = wall_seconds * speed_ * 1e9;
    const auto by = nanoseconds(static_cast<std::int64_t>(std::llround(moved)));
    const Time next = std::clamp(now_ + by, Time{}, end());
    seek(next);
    if (next == end() || next == Time{}) playing_ = false;
}

}  // namespace gregor::visualizer
