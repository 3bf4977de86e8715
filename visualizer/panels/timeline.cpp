#include "visualizer/panels/timeline.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/timeline.h"
#include "visualizer/panels/hint.h"
#include "visualizer/panels/lanes.h"
#include "visualizer/panels/minimap.h"
#include "visualizer/panels/plots.h"
#include "visualizer/panels/timeline_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

constexpr TextStyle number_style{Face::mono, 10}, name_style{Face::text, 11};
constexpr TextStyle tag_style{Face::mono_medium, 11};
constexpr float flag_reach = 6, tag_below = 22;  // points below the ruler's top: the tag's foot
constexpr float beside_tag = 5;                  // between the tag and what stands beside it

bool is_over(const Frame& frame, ImVec2 center, float reach_x, float reach_y)
{
    const ImVec2 mouse = frame.input.mouse;
    return std::abs(mouse.x - center.x) < reach_x && std::abs(mouse.y - center.y) < reach_y;
}

/// Where zooming by buttons aims at: the playhead, or the middle when that is not visible.
Time zoom_center(const Frame& frame, const TimeAxis& axis)
{
    return axis.shows(frame.now()) ? frame.now() : axis.from + axis.span() / 2;
}

void draw_header_buttons(Frame& frame, const TimelineLayout& layout, TimeAxis& axis)
{
    ViewState& view = frame.view;
    const Time end = std::max(frame.course.end, Time{1});
    const auto place = [&](int from_right) { return header_button(layout.panel, from_right); };
    const bool is_expanded = view.expanded == Panel::timeline;
    if (frame.press_icon(place(0), is_expanded ? Icon::compress : Icon::expand)) {
        view.expanded = is_expanded ? Panel::none : Panel::timeline;
    }
    if (frame.press_icon(place(1), Icon::plus)) {
        axis = zoomed(axis, zoom_center(frame, axis), 0.5, end);
    }
    if (frame.press_icon(place(2), Icon::minus)) {
        axis = zoomed(axis, zoom_center(frame, axis), 2, end);
    }
    if (frame.press_icon(place(3), Icon::bookmark)) add_bookmark(view.bookmarks, frame.now());
    const float y = place(0).y, right = layout.panel.max.x;
    draw_toggle(frame.painter, {right - 175, y}, view.follow);
    draw_text(frame.painter, {right - 155, y},
              {"follow", name_style, frame.painter.color(Token::text_mid)});
    const bool on_toggle = is_over(frame, {right - 153, y}, 38, 10);
    if (on_toggle && frame.input.pressed) view.follow = !view.follow;
}

/// Lanes, plots and the grid, before anything is on them.
void draw_grounds(const Frame& frame, const TimelineLayout& layout, const std::vector<Tick>& ticks,
                  const TimeAxis& axis)
{
    const Painter& painter = frame.painter;
    const ImU32 ground = lane_color(painter);
    fill_box(painter, layout.faults, ground);
    fill_box(painter, layout.events, ground);
    for (const auto& plot : layout.plots) fill_box(painter, plot.box, ground);
    for (const Tick& tick : ticks) {
        if (!tick.is_major) continue;
        const float x = std::min(axis.x_of(tick.at), axis.right - 1);
        draw_vertical(painter, x, layout.faults.min.y, layout.bottom,
                      painter.color(Token::line, 0.42F));
    }
    draw_gutter_title(painter, layout.panel.min.x, layout.faults.center().y, Icon::bolt,
                      Token::vermilion, "Faults");
    draw_gutter_title(painter, layout.panel.min.x, layout.events.center().y, Icon::flag,
                      Token::yellow, "Events");
}

/// The chosen stretch: a wash with an edge at both ends.
void draw_range(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis)
{
    if (!frame.view.range) return;
    const auto [from, to] = *frame.view.range;
    if (from > axis.to || to < axis.from) return;
    const Painter& painter = frame.painter;
    const Box box{{std::max(axis.x_of(from), layout.left), layout.ruler.min.y + 2},
                  {std::min(axis.x_of(to), layout.right), layout.bottom}};
    fill_box(painter, box, painter.color(Token::sky, 0.10F));
    for (const float x : {box.min.x, box.max.x - 1}) {
        draw_vertical(painter, x, box.min.y, box.max.y, painter.color(Token::sky, 0.8F));
    }
}

/// The playhead's tag, from its left to its right; nowhere when the playhead is not visible.
Interval tag_interval(const Frame& frame, const TimeAxis& axis)
{
    if (!axis.shows(frame.now())) return {-2e9F, -1e9F};
    const std::string text = playhead_text(frame.now(), axis.nanoseconds_a_point());
    const float half = (std::ceil(text_width(frame.painter, text, tag_style)) + 14) / 2;
    const float x = frame.painter.snap(axis.x_of(frame.now()));
    return {x - half - beside_tag, x + half + beside_tag};
}

/// Draws flags with names and notes what they cover of the ruler.
void draw_bookmarks(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis,
                    const Interval& tag, std::vector<Interval>& covered)
{
    const Painter& painter = frame.painter;
    const auto& bookmarks = frame.view.bookmarks;
    const float top = layout.ruler.min.y + 8;
    for (std::size_t i = 0; i < bookmarks.size(); ++i) {
        const Bookmark& each = bookmarks[i];
        if (!axis.shows(each.at)) continue;
        const float x = axis.x_of(each.at);
        draw_bookmark(painter, x, top, layout.bottom, "");
        covered.push_back({x - flag_reach - 3, x + flag_reach + 3});
        if (is_over(frame, {x, top + 7}, flag_reach + 2, 10) && frame.input.pressed) {
            frame.view.seek_to = each.at;
            frame.view.timeline_drag = {};
            if (frame.input.double_clicked) {
                frame.view.entry = {TextEntry::Purpose::rename, each.name, {}, each.at};
            }
        }
        float limit = layout.panel.max.x - 10;
        if (i + 1 < bookmarks.size() && axis.shows(bookmarks[i + 1].at)) {
            limit = axis.x_of(bookmarks[i + 1].at) - flag_reach - 4;
        }
        const float width = text_width(painter, each.name, name_style);
        const auto at = place_label(painter.snap(x) + 10, width, tag, limit);
        if (!at) continue;
        draw_text(painter, {*at, top + 7}, {each.name, name_style, painter.on_tint(Token::sky)});
        covered.push_back({*at - 6, *at + width + 6});
    }
}

void draw_ruler(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis,
                const std::vector<Tick>& ticks, Duration major,
                const std::vector<Interval>& covered)
{
    const Painter& painter = frame.painter;
    const float foot = layout.ruler.max.y;
    const ImU32 color = painter.color(Token::line2, 0.8F);
    draw_horizontal(painter, foot, layout.left, layout.right, color);
    for (const Tick& tick : ticks) {
        const float x = axis.x_of(tick.at);
        draw_vertical(painter, std::min(x, axis.right - 1), foot - (tick.is_major ? 5.0F : 3.0F),
                      foot, color);
        if (!tick.is_major) continue;
        const std::string text = clock_text(tick.at, major);
        const float half = text_width(painter, text, number_style) / 2 + 1;
        const Interval place{x - half, x + half};
        const bool yields =
            std::ranges::any_of(covered, [&](const Interval& each) { return each.touches(place); });
        if (yields) continue;
        draw_text(painter, {x, layout.ruler.min.y + 11},
                  {.text = text,
                   .style = number_style,
                   .color = painter.color(Token::text_low),
                   .align = Align::center});
    }
}

/// A thin line under the pointer, and the values of the plot that it is in.
void draw_pointer(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis,
                  Hint& hint)
{
    const ImVec2 mouse = frame.input.mouse;
    if (!layout.body().contains(mouse) || frame.input.down) return;
    draw_vertical(frame.painter, mouse.x, layout.ruler.max.y, layout.bottom,
                  frame.painter.color(Token::text_low, 0.6F));
    for (const auto& plot : layout.plots) {
        if (plot.box.contains(mouse)) explain_plot(frame, plot, axis, hint);
    }
}

Duration major_of(const Frame& frame, const TimeAxis& axis)
{
    // Numbers get longer as steps get finer.
    Duration major = major_step(axis, 70);
    const std::string text = clock_text(axis.to, major);
    const float width = text_width(frame.painter, text, number_style);
    return major_step(axis, std::max(70.0F, width * 1.8F));
}

}  // namespace

void draw_timeline(Frame& frame, const Box& box)
{
    const TimelineLayout layout = TimelineLayout::of(frame, box);
    TimeAxis axis = visible_axis(frame, layout);
    move_axis(frame, layout, axis);
    scrub(frame, layout, axis);

    const Painter& painter = frame.painter;
    const std::string range = range_text(axis, frame.course.end);
    draw_panel(painter, box, {Icon::clock, "Timeline", ""});
    const float title = text_width(painter, "Timeline", {Face::text_semibold, 13});
    draw_text(painter, {box.min.x + 35 + title + 10, box.min.y + header_height / 2},
              {.text = range,
               .style = {Face::text, 12},
               .color = painter.color(Token::text_low),
               .max_width = layout.minimap.min.x - 12 - (box.min.x + 45 + title)});
    draw_header_buttons(frame, layout, axis);
    draw_run_map(frame, layout.minimap, axis);

    const Duration major = major_of(frame, axis);
    const std::vector<Tick> ticks = ticks_of(axis, major);
    Hint hint;
    draw_grounds(frame, layout, ticks, axis);
    draw_fault_bands(frame, layout, axis);
    draw_range(frame, layout, axis);
    for (const auto& plot : layout.plots) draw_plot(frame, plot, axis);
    for (const auto& plot : layout.plots) draw_plot_labels(frame, layout, plot, axis, hint);
    const Interval tag = tag_interval(frame, axis);
    std::vector<Interval> covered{tag};
    draw_bookmarks(frame, layout, axis, tag, covered);
    draw_ruler(frame, layout, axis, ticks, major, covered);
    draw_pointer(frame, layout, axis, hint);
    draw_faults(frame, layout, axis, hint);
    draw_draft(frame, layout, axis);
    draw_marks(frame, layout, axis, hint);
    if (axis.shows(frame.now())) {
        draw_playhead(painter, axis.x_of(frame.now()), layout.ruler.min.y + tag_below,
                      layout.bottom + 1, playhead_text(frame.now(), axis.nanoseconds_a_point()));
    }
    keep_axis(frame, axis);
    if (!frame.input.down) draw_hint(frame, box, hint);
}

}  // namespace gregor::visualizer
