#include "visualizer/panels/minimap.h"

#include "visualizer/draw/timeline.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gregor::visualizer {

namespace {

using What = TimelineDrag::What;

constexpr float bar_width = 3;      // points
constexpr float grip_reach = 6;     // points to both sides of the frame's edge
constexpr float usual_high = 0.7F;  // height of what is rarely surpassed

/// Means of the first series, evenly spaced; 1 is the height of the box.
std::vector<float> silhouette(const lab::Course& course, float width)
{
    if (course.metrics.empty() || course.metrics.front().series.empty()) return {};
    const std::vector<double>& values = course.metrics.front().series.front().values;
    const auto bars = std::min(static_cast<std::size_t>(width / bar_width), values.size());
    std::vector<float> heights(bars);
    for (std::size_t bar = 0; bar < bars; ++bar) {
        const std::size_t first = bar * values.size() / bars;
        const std::size_t last = (bar + 1) * values.size() / bars;
        double sum = 0;
        for (std::size_t i = first; i < last; ++i) sum += values[i];
        heights[bar] = static_cast<float>(sum / static_cast<double>(last - first));
    }
    if (bars == 0) return heights;
    // A short burst must not flatten all the rest: it is cut off at the edge of the strip.
    std::vector<float> sorted = heights;
    const auto usual = sorted.begin() + static_cast<std::ptrdiff_t>(bars * 95 / 100);
    std::ranges::nth_element(sorted, usual);
    const float unit = *usual > 0 ? usual_high / *usual : 0.0F;
    for (float& height : heights) height = std::min(1.0F, height * unit);
    return heights;
}

TimeAxis whole_run(const Frame& frame, const Box& box)
{
    const Time end = std::max(frame.course.end, Time{1});
    return {Time{}, end, box.min.x, box.max.x};
}

void take_hold(Frame& frame, const Box& box, const TimeAxis& axis)
{
    const TimeAxis run = whole_run(frame, box);
    const float x = frame.input.mouse.x;
    const float from = run.x_of(axis.from), to = run.x_of(axis.to);
    TimelineDrag& drag = frame.view.timeline_drag;
    const bool near_from = std::abs(x - from) <= grip_reach;
    const bool near_to = std::abs(x - to) <= grip_reach;
    if (near_to && (!near_from || x > from)) {
        drag = {What::resize_to, {}};
    } else if (near_from) {
        drag = {What::resize_from, {}};
    } else {
        const bool inside = x > from && x < to;
        drag = {What::move, inside ? run.time_at(x) - axis.from : axis.span() / 2};
    }
}

}  // namespace

void draw_run_map(const Frame& frame, const Box& box, const TimeAxis& axis)
{
    const TimeAxis run = whole_run(frame, box);
    const auto share = [&](Time at) { return (run.x_of(at) - run.left) / box.width(); };
    const std::vector<float> heights = silhouette(frame.course, box.width());
    std::vector<float> faults;
    for (const auto& fault : frame.course.faults) faults.push_back(share(fault.from));
    draw_minimap(frame.painter, box,
                 {.heights = heights,
                  .faults = faults,
                  .window_from = share(axis.from),
                  .window_to = share(axis.to),
                  .playhead = share(frame.now())});
}

void drag_window(Frame& frame, const Box& box, TimeAxis& axis)
{
    TimelineDrag& drag = frame.view.timeline_drag;
    const Box reach = box.inset(-grip_reach);
    if (frame.input.pressed && reach.contains(frame.input.mouse)) take_hold(frame, box, axis);
    const TimeAxis run = whole_run(frame, box);
    const Time end = run.to, at = std::clamp(run.time_at(frame.input.mouse.x), Time{}, end);
    const Duration least = std::max(nanoseconds(end.nanoseconds / 500), nanoseconds(1));
    if (drag.what == What::move) axis = moved(axis, (at - drag.grip) - axis.from, end);
    if (drag.what == What::resize_from) axis.from = std::max(std::min(at, axis.to - least), Time{});
    if (drag.what == What::resize_to) axis.to = std::min(std::max(at, axis.from + least), end);
}

}  // namespace gregor::visualizer
