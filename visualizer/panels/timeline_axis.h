#pragma once

#include "model/lab/course.h"

#include <string>
#include <vector>

namespace gregor::visualizer {

/// Simulated time along x. `from` is at `left`, `to` at `right`; from < to.
struct TimeAxis {
    Time from, to;
    float left = 0, right = 1;  ///< points

    Duration span() const { return to - from; }
    double nanoseconds_a_point() const;
    /// Any instant, also one that is not visible.
    float x_of(Time at) const;
    Time time_at(float x) const;
    bool shows(Time at) const { return at >= from && at <= to; }
};

/// A line of the ruler.
struct Tick {
    Time at;
    bool is_major = false;  ///< has a number
};

/// Distance between numbered ticks: 1, 2 or 5 times a power of ten, or whole parts of a minute.
/// `gap`: how far apart they are at least, in points.
Duration major_step(const TimeAxis& axis, float gap);
/// All that are visible, in order; a few minor ones between two major ones.
std::vector<Tick> ticks_of(const TimeAxis& axis, Duration major);

/// "00:12", with as many decimals as multiples of `step` need, at most nine.
std::string clock_text(Time at, Duration step);
/// "12.480", from one minute on "1:12.480"; finer where a point is less than 20 us.
std::string playhead_text(Time at, double nanoseconds_a_point);
/// "0 – 24 s of 60 s".
std::string range_text(const TimeAxis& axis, Time end);

/// About `at`: what is visible when it is `factor` times as long. Stays within 0 and `end`.
TimeAxis zoomed(const TimeAxis& axis, Time at, double factor, Time end);
/// Moved by this much, as far as it stays within 0 and `end`.
TimeAxis moved(const TimeAxis& axis, Duration by, Time end);

}  // namespace gregor::visualizer
