#include "visualizer/panels/timeline_axis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gregor::visualizer {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr Duration shortest_span = microseconds(100);

/// Steps above a second are parts of a minute or an hour; below, 1, 2 and 5 times powers of ten.
constexpr std::array<std::int64_t, 14> seconds_steps{1,   2,   5,   10,    15,    30,    60,
                                                     120, 300, 600, 1'200, 1'800, 3'600, 7'200};

/// Into how many parts minor ticks cut a major step.
std::int64_t parts_of(Duration major)
{
    std::int64_t digit = major.nanoseconds;
    while (digit % 10 == 0) digit /= 10;
    const std::int64_t whole = major.nanoseconds / second;
    if (whole == 15 || whole == 30) return 3;
    if (whole >= 60) return whole == 60 || whole == 120 ? 4 : whole == 3'600 ? 6 : 5;
    return digit == 5 ? 5 : 2;
}

/// How many decimals of a second multiples of this step have.
int decimals_of(Duration step)
{
    int decimals = 0;
    for (std::int64_t unit = second; decimals < 9 && step.nanoseconds % unit != 0; unit /= 10) {
        ++decimals;
    }
    return decimals;
}

/// Seconds and their decimals, cut off.
std::string seconds_text(std::int64_t nanoseconds, int decimals, int whole_digits)
{
    std::string text = fmt::format("{:0{}}", nanoseconds / second, whole_digits);
    if (decimals == 0) return text;
    const std::string all = fmt::format("{:09}", nanoseconds % second);
    return text + "." + all.substr(0, static_cast<std::size_t>(decimals));
}

}  // namespace

double TimeAxis::nanoseconds_a_point() const
{
    return static_cast<double>(span().nanoseconds) / static_cast<double>(right - left);
}

float TimeAxis::x_of(Time at) const
{
    const auto since = static_cast<double>((at - from).nanoseconds);
    const double far = 1e6;  // points: what is further away is nowhere near the panel
    return left + static_cast<float>(std::clamp(since / nanoseconds_a_point(), -far, far));
}

Time TimeAxis::time_at(float x) const
{
    const double since = static_cast<double>(x - left) * nanoseconds_a_point();
    return from + nanoseconds(std::llround(since));
}

Duration major_step(const TimeAxis& axis, float gap)
{
    const double least = axis.nanoseconds_a_point() * static_cast<double>(gap);
    for (std::int64_t power = 1; power < second; power *= 10) {
        for (const std::int64_t digit : {1, 2, 5}) {
            if (static_cast<double>(digit * power) >= least) return nanoseconds(digit * power);
        }
    }
    for (const std::int64_t each : seconds_steps) {
        if (static_cast<double>(each * second) >= least) return seconds(each);
    }
    std::int64_t hours = 5;
    while (static_cast<double>(hours * 3'600 * second) < least) hours *= 2;
    return seconds(hours * 3'600);
}

std::vector<Tick> ticks_of(const TimeAxis& axis, Duration major)
{
    std::vector<Tick> ticks;
    const std::int64_t parts = major.nanoseconds % parts_of(major) == 0 ? parts_of(major) : 1;
    const std::int64_t minor = major.nanoseconds / parts;
    for (std::int64_t n = (axis.from.nanoseconds + minor - 1) / minor;
         n * minor <= axis.to.nanoseconds; ++n) {
        ticks.push_back({Time{n * minor}, n % parts == 0});
    }
    return ticks;
}

std::string clock_text(Time at, Duration step)
{
    const std::int64_t minute = 60 * second, minutes = at.nanoseconds / minute;
    return fmt::format("{:02}:{}", minutes,
                       seconds_text(at.nanoseconds % minute, decimals_of(step), 2));
}

std::string playhead_text(Time at, double nanoseconds_a_point)
{
    const int decimals = nanoseconds_a_point < 20'000 ? 6 : 3;
    const std::int64_t minute = 60 * second, minutes = at.nanoseconds / minute;
    if (minutes == 0) return seconds_text(at.nanoseconds, decimals, 1);
    return fmt::format("{}:{}", minutes, seconds_text(at.nanoseconds % minute, decimals, 2));
}

std::string range_text(const TimeAxis& axis, Time end)
{
    // As many decimals as make a fiftieth of the span visible, and none when both ends are whole.
    int decimals = 0;
    const std::int64_t part = axis.span().nanoseconds / 50;
    for (std::int64_t unit = second; unit > part && decimals < 6; unit /= 10) ++decimals;
    if (axis.from.nanoseconds % second == 0 && axis.to.nanoseconds % second == 0) decimals = 0;
    const auto whole = [](Time at) { return at.nanoseconds % second == 0 ? 0 : 1; };
    return fmt::format("{} – {} s of {} s", seconds_text(axis.from.nanoseconds, decimals, 1),
                       seconds_text(axis.to.nanoseconds, decimals, 1),
                       seconds_text(end.nanoseconds, whole(end), 1));
}

TimeAxis zoomed(const TimeAxis& axis, Time at, double factor, Time end)
{
    const auto old_span = static_cast<double>(axis.span().nanoseconds);
    const auto all = static_cast<double>(end.nanoseconds);
    const auto least = static_cast<double>(shortest_span.nanoseconds);
    const double span = std::clamp(old_span * factor, std::min(least, all), all);
    const double share = static_cast<double>((at - axis.from).nanoseconds) / old_span;
    TimeAxis next = axis;
    next.from = at - nanoseconds(std::llround(share * span));
    next.to = next.from + nanoseconds(std::llround(span));
    return moved(next, {}, end);
}

TimeAxis moved(const TimeAxis& axis, Duration by, Time end)
{
    const Duration span = std::min(axis.span(), end - Time{});
    TimeAxis next = axis;
    next.from = std::clamp(axis.from + by, Time{}, end - span);
    next.to = next.from + span;
    return next;
}

}  // namespace gregor::visualizer
