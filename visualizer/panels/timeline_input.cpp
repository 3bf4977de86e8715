#include "visualizer/panels/timeline_input.h"

#include "visualizer/panels/minimap.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

using What = TimelineDrag::What;

constexpr double wheel_factor = 0.8;  // span for each notch
constexpr double wheel_pan = 0.1;     // of the span, for each notch

Time run_end(const Frame& frame)
{
    return std::max(frame.course.end, Time{1});
}

void turn_wheel(const Frame& frame, const TimelineLayout& layout, TimeAxis& axis)
{
    const Input& input = frame.input;
    Box area = layout.body();
    area.max.y = layout.panel.max.y;
    if (input.wheel == 0 || !area.contains(input.mouse)) return;
    const auto notches = static_cast<double>(input.wheel);
    if (input.shift) {
        const double span = static_cast<double>(axis.span().nanoseconds);
        const auto by = nanoseconds(std::llround(-notches * wheel_pan * span));
        axis = moved(axis, by, run_end(frame));
    } else {
        const Time at = axis.time_at(input.mouse.x);
        axis = zoomed(axis, at, std::pow(wheel_factor, notches), run_end(frame));
    }
}

/// Keeps the playhead in the first three quarters of what is visible.
void follow_playhead(const Frame& frame, TimeAxis& axis)
{
    const Duration quarter = axis.span() / 4;
    const Time now = frame.now();
    if (now > axis.to - quarter) axis = moved(axis, now - (axis.to - quarter), run_end(frame));
    if (now < axis.from) axis = moved(axis, now - axis.from - quarter, run_end(frame));
}

/// The middle button keeps what is under the pointer under the pointer.
void pan_by_hand(Frame& frame, const TimelineLayout& layout, TimeAxis& axis)
{
    TimelineDrag& drag = frame.view.timeline_drag;
    const Input& input = frame.input;
    if (!input.middle_down) return;
    if (drag.what != What::pan) {
        if (!layout.body().contains(input.mouse)) return;
        drag = {What::pan, {}, axis.time_at(input.mouse.x)};
    }
    axis = moved(axis, drag.anchor - axis.time_at(input.mouse.x), run_end(frame));
}

bool scrubs(const TimelineLayout& layout, ImVec2 mouse)
{
    return layout.ruler.contains(mouse) || layout.is_over_plot(mouse);
}

/// The stretch between where Shift was held down and the pointer.
void select_range(Frame& frame, const TimeAxis& axis)
{
    const Time at = std::clamp(axis.time_at(frame.input.mouse.x), axis.from, axis.to);
    const Time anchor = frame.view.timeline_drag.anchor;
    frame.view.range.reset();
    if (at != anchor) frame.view.range = TimeRange{std::min(at, anchor), std::max(at, anchor)};
}

}  // namespace

TimeAxis visible_axis(const Frame& frame, const TimelineLayout& layout)
{
    const Time end = run_end(frame);
    const Time from = std::clamp(frame.view.visible_from, Time{}, end);
    const Time to = std::clamp(frame.view.visible_to, Time{}, end);
    TimeAxis axis{from, to, layout.left, layout.right};
    if (from >= to) axis.from = Time{}, axis.to = end;
    return axis;
}

void move_axis(Frame& frame, const TimelineLayout& layout, TimeAxis& axis)
{
    const Input& input = frame.input;
    const bool held = frame.view.timeline_drag.what == What::pan ? input.middle_down : input.down;
    if (!held) frame.view.timeline_drag = {};
    pan_by_hand(frame, layout, axis);
    turn_wheel(frame, layout, axis);
    drag_window(frame, layout.minimap, axis);
    const bool on_events = frame.view.hovered.kind == Subject::Kind::event;
    if (input.double_clicked && layout.body().contains(input.mouse) && !on_events) {
        axis.from = Time{};
        axis.to = run_end(frame);
    }
    if (frame.view.follow && frame.view.timeline_drag.what == What::none) {
        follow_playhead(frame, axis);
    }
}

void scrub(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis)
{
    const Input& input = frame.input;
    TimelineDrag& drag = frame.view.timeline_drag;
    if (input.pressed && !input.double_clicked && scrubs(layout, input.mouse)) {
        drag.what = input.shift ? What::select : What::scrub;
        drag.anchor = std::clamp(axis.time_at(input.mouse.x), axis.from, axis.to);
    }
    if (drag.what == What::select) select_range(frame, axis);
    if (drag.what != What::scrub) return;
    frame.view.seek_to = std::clamp(axis.time_at(input.mouse.x), axis.from, axis.to);
}

void keep_axis(Frame& frame, const TimeAxis& axis)
{
    const bool is_whole = axis.from == Time{} && axis.to == run_end(frame);
    frame.view.visible_from = is_whole ? Time{} : axis.from;
    frame.view.visible_to = is_whole ? Time{} : axis.to;
}

}  // namespace gregor::visualizer
