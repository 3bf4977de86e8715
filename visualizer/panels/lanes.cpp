#include "visualizer/panels/lanes.h"

#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/text.h"
#include "visualizer/draw/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace gregor::visualizer {

namespace {

using lab::Course;

constexpr TextStyle label_style{Face::text, 11}, fault_style{Face::text_medium, 11};
constexpr float glyph_reach = 7, glyph_pitch = 14, furthest_shift = 2 * glyph_pitch;
constexpr float to_label = 11;      // from a glyph's middle
constexpr float by_playhead = 6;    // points that labels keep from the playhead
constexpr float icon_width = 17;    // of a fault's, with the room after it
constexpr float narrow_fault = 26;  // its label stands beside it

Token mark_token(Course::MarkKind kind)
{
    using Kind = Course::MarkKind;
    switch (kind) {
        case Kind::election:
        case Kind::controller: return Token::yellow;
        case Kind::isr_shrank:
        case Kind::fenced: return Token::vermilion;
        case Kind::isr_grew:
        case Kind::unfenced: return Token::green;
        case Kind::truncation: return Token::sky;
        case Kind::rebalance:
        case Kind::join: return Token::purple;
    }
    return Token::text_mid;
}

/// A ring with a bar through it: shut out.
void draw_fenced(const Painter& painter, ImVec2 center, ImU32 color)
{
    draw_ring(painter, center, 4.4F, color, 1.6F);
    draw_stroke(painter, {center.x - 3.1F, center.y + 3.1F}, {center.x + 3.1F, center.y - 3.1F},
                color, 1.6F);
}

/// A check mark: let in again.
void draw_unfenced(const Painter& painter, ImVec2 center, ImU32 color)
{
    painter.list->PathLineTo({center.x - 4.6F, center.y + 0.2F});
    painter.list->PathLineTo({center.x - 1.4F, center.y + 3.6F});
    painter.list->PathLineTo({center.x + 4.8F, center.y - 3.8F});
    painter.list->PathStroke(color, 0, 2);
}

void draw_mark(const Painter& painter, ImVec2 center, Course::MarkKind kind)
{
    using Kind = Course::MarkKind;
    const ImU32 color = painter.color(mark_token(kind));
    switch (kind) {
        case Kind::election: return draw_event(painter, center, EventGlyph::election);
        case Kind::isr_shrank: return draw_event(painter, center, EventGlyph::isr_shrinks);
        case Kind::isr_grew: return draw_event(painter, center, EventGlyph::isr_grows);
        case Kind::truncation: return draw_event(painter, center, EventGlyph::truncation);
        case Kind::rebalance: return draw_event(painter, center, EventGlyph::rebalance);
        case Kind::join: return draw_event(painter, center, EventGlyph::join);
        case Kind::fenced: return draw_fenced(painter, center, color);
        case Kind::unfenced: return draw_unfenced(painter, center, color);
        case Kind::controller: return fill_hexagon(painter, center, 5.2F, color);
    }
}

/// The line of the story about an event; else one of the same instant that names the subject.
std::string sentence_of(const Course& course, const Course::Mark& mark)
{
    const lab::StoryLine* near = nullptr;
    for (const lab::StoryLine& line : course.story) {
        if (line.event == mark.event) return line.text;
        const bool names = line.text.find(mark.label) != std::string::npos ||
                           line.where.find(mark.label) != std::string::npos;
        if (near == nullptr && line.at == mark.at && names) near = &line;
    }
    return near == nullptr ? "" : near->text;
}

/// "B1" of "broker 1", "o0 +2" of "orders-0 +2"; others stay as they are.
std::string short_label(const std::string& label)
{
    if (label.starts_with("broker ")) return "B" + label.substr(7);
    const std::size_t more = std::min(label.find(" +"), label.size());
    const std::size_t dash = label.substr(0, more).rfind('-');
    const bool is_partition = dash != std::string::npos && dash > 0 && dash + 1 < more &&
                              label.find_first_not_of("0123456789", dash + 1) >= more;
    return is_partition ? label.substr(0, 1) + label.substr(dash + 1) : label;
}

struct PlacedMark {
    const Course::Mark* mark = nullptr;
    float x = 0;           ///< of the glyph
    std::size_t more = 0;  ///< marks that found no place behind it
};

std::vector<PlacedMark> place_marks(const Course& course, const TimeAxis& axis)
{
    std::vector<PlacedMark> placed;
    for (const Course::Mark& mark : course.marks) {
        if (!axis.shows(mark.at)) continue;
        const float x = axis.x_of(mark.at);
        const float free = placed.empty() ? x : placed.back().x + glyph_pitch;
        const bool too_far = free > x + furthest_shift || free > axis.right;
        if (!placed.empty() && free > x && too_far) {
            ++placed.back().more;
        } else {
            placed.push_back({&mark, std::max(x, free), 0});
        }
    }
    return placed;
}

/// The longest of its labels that fits before `limit`; draws it.
void draw_mark_label(const Frame& frame, const PlacedMark& placed, float y, float limit,
                     const Interval& playhead)
{
    const Painter& painter = frame.painter;
    const Course::Mark& mark = *placed.mark;
    std::vector<std::string> texts;
    if (placed.more > 0) {
        texts = {fmt::format("+{} more", placed.more), fmt::format("+{}", placed.more)};
    } else {
        const std::string word(mark_word(mark.kind)), label = short_label(mark.label);
        if (mark.kind == Course::MarkKind::controller) {
            texts = {mark.label};
        } else if (!label.empty()) {
            texts = {word + " " + label};
        }
        texts.push_back(word);
    }
    const Token ink = mark.at > frame.now() ? Token::text_low : Token::text_mid;
    for (const std::string& text : texts) {
        const float width = text_width(painter, text, label_style);
        const auto at = place_label(placed.x + to_label, width, playhead, limit);
        if (!at) continue;
        draw_text(painter, {*at, y}, {text, label_style, painter.color(ink)});
        return;
    }
}

Interval around_playhead(const Frame& frame, const TimeAxis& axis)
{
    if (!axis.shows(frame.now())) return {-2e9F, -1e9F};
    const float x = axis.x_of(frame.now());
    return {x - by_playhead, x + by_playhead};
}

/// A fault as a box in its lane, cut at the ends of the axis.
Box fault_box(const Course::Fault& fault, const TimelineLayout& layout, const TimeAxis& axis)
{
    const float from = std::max(axis.x_of(fault.from), axis.left);
    const float to = std::min(axis.x_of(std::min(fault.to, axis.to)), axis.right);
    return {{from, layout.faults.min.y + 2}, {std::max(to, from + 5), layout.faults.max.y - 2}};
}

bool is_visible(const Course::Fault& fault, const TimeAxis& axis)
{
    return fault.from <= axis.to && fault.to >= axis.from;
}

void draw_fault_ground(const Painter& painter, const Box& box, Token token)
{
    const float radius = std::min(4.0F, box.width() / 2);
    fill_box(painter, box, lane_color(painter), radius);
    fill_box(painter, box, painter.color(token, 0.12F), radius);
    if (box.width() > 8) fill_hatch(painter, box.inset(1), radius - 1, painter.color(token, 0.3F));
    outline_box(painter, box, painter.color(token, 0.7F), radius);
}

struct FaultLabel {
    std::string text;
    Interval room;  ///< from the box's left to the next fault's, or to its own right
};

void draw_fault_label(const Frame& frame, const Course::Fault& fault, const FaultLabel& label,
                      float y, const Interval& playhead)
{
    const Painter& painter = frame.painter;
    const Token token = fault_token(fault.kind);
    const float whole = icon_width + text_width(painter, label.text, fault_style);
    float left = label.room.from, right = label.room.to;
    if (Interval{left, left + whole}.touches(playhead)) {
        // To the side of the playhead that has more room for it.
        const float before = playhead.from - left, after = right - playhead.to;
        if (after >= std::min(before, whole)) {
            left = std::max(left, playhead.to);
        } else {
            right = std::min(right, playhead.from);
        }
    }
    const float room = right - left;
    if (room < 12) return;
    draw_icon(painter, {left + 6, y}, fault_icon(fault.kind), 11, painter.color(token));
    if (room < icon_width + 24 && room < whole) return;
    draw_text(painter, {left + icon_width, y},
              {.text = label.text,
               .style = fault_style,
               .color = painter.on_tint(token, 0.6F),
               .max_width = room - icon_width + 0.5F});
}

std::string time_range(const Course::Fault& fault)
{
    const std::string from = playhead_text(fault.from, 1e6);
    if (fault.to == never) return "from " + from + " s to the end of the run";
    return fmt::format("from {} to {} s", from, playhead_text(fault.to, 1e6));
}

/// Whether the mouse is on it; a click selects the event and goes there.
bool point_at_event(Frame& frame, const Box& box, std::uint64_t event)
{
    if (!frame.point_at(box, Subject::event(event))) return false;
    if (frame.input.pressed) frame.view.seek_event_to = event;
    return true;
}

}  // namespace

std::string_view mark_word(Course::MarkKind kind)
{
    using Kind = Course::MarkKind;
    switch (kind) {
        case Kind::election: return "election";
        case Kind::isr_shrank: return "ISR−";
        case Kind::isr_grew: return "ISR+";
        case Kind::truncation: return "truncation";
        case Kind::rebalance: return "rebalance";
        case Kind::join: return "members";
        case Kind::fenced: return "fenced";
        case Kind::unfenced: return "unfenced";
        case Kind::controller: return "controller";
    }
    return "";
}

std::string mark_text(const Course::Mark& mark)
{
    if (mark.kind == Course::MarkKind::controller) return mark.label + " is active";
    return fmt::format("{} {}", mark_word(mark.kind), mark.label);
}

Icon fault_icon(Course::FaultKind kind)
{
    using Kind = Course::FaultKind;
    switch (kind) {
        case Kind::crash: return Icon::plug;
        case Kind::pause: return Icon::pause;
        case Kind::cut: return Icon::chain_broken;
        case Kind::slow_disk: return Icon::hourglass;
        case Kind::clock: return Icon::clock;
        case Kind::message: return Icon::ban;
        case Kind::other: return Icon::bolt;
    }
    return Icon::bolt;
}

Token fault_token(Course::FaultKind kind)
{
    using Kind = Course::FaultKind;
    return kind == Kind::slow_disk || kind == Kind::clock ? Token::orange : Token::vermilion;
}

void draw_faults(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis, Hint& hint)
{
    const Painter& painter = frame.painter;
    const Interval playhead = around_playhead(frame, axis);
    const float y = layout.faults.center().y;
    std::vector<const Course::Fault*> shown;
    for (const Course::Fault& fault : frame.course.faults) {
        if (is_visible(fault, axis)) shown.push_back(&fault);
    }
    // Grounds first: what begins later lies on what still lasts.
    for (const Course::Fault* fault : shown) {
        const Box box = fault_box(*fault, layout, axis);
        draw_fault_ground(painter, box, fault_token(fault->kind));
        if (frame.is_ringed(Subject::event(fault->event))) {
            outline_box(painter, box.inset(-1), painter.color(Token::mark), 5, 1.5F);
        }
        if (!point_at_event(frame, box.inset(-1), fault->event)) continue;
        hint = {fault->label, fault->sentence, {time_range(*fault)}, fault_token(fault->kind)};
    }
    for (std::size_t i = 0; i < shown.size();) {
        const Course::Fault& fault = *shown[i];
        const Box box = fault_box(fault, layout, axis);
        std::size_t next = i + 1;
        while (next < shown.size() && fault_box(*shown[next], layout, axis).min.x < box.min.x + 8) {
            ++next;
        }
        const float limit =
            next < shown.size() ? fault_box(*shown[next], layout, axis).min.x - 4 : axis.right - 2;
        FaultLabel label{fault.label, {box.min.x + 6, std::min(box.max.x - 6, limit)}};
        if (box.width() < narrow_fault) label.room = {box.max.x + 4, limit};
        if (next > i + 1) label.text += fmt::format(" +{}", next - i - 1);
        draw_fault_label(frame, fault, label, y, playhead);
        i = next;
    }
}

void draw_draft(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis)
{
    if (!frame.view.draft) return;
    const FaultDraft& draft = *frame.view.draft;
    const Course::Fault fault{.from = draft.at,
                              .to = draft.lasts ? draft.at + *draft.lasts : never,
                              .kind = shown_as(draft.kind)};
    if (!is_visible(fault, axis)) return;
    Painter painter = frame.painter;
    painter.panel = overlay_panel;  // it lies over the labels of other faults
    const Token token = fault_token(fault.kind);
    const Box box = fault_box(fault, layout, axis);
    fill_box(painter, box, painter.washed(Token::panel, token, 0.12F), 4);
    draw_dashed_box(painter, box, 4, painter.color(token));
    for (const float x : {axis.x_of(fault.from), axis.x_of(std::min(fault.to, axis.to))}) {
        if (x < layout.left || x > layout.right) continue;
        draw_dashed_line(painter, {x, layout.events.min.y}, {x, layout.bottom},
                         painter.color(token, 0.8F));
    }
    std::string text = text_of(draft) + " · not in the script yet";
    const float left = box.min.x + 8, room = axis.right - left - icon_width - 8;
    const float width = text_width(painter, text, fault_style);
    const Box ground =
        box_at({left - 4, box.min.y}, std::min(width, room) + icon_width + 10, box.height());
    if (room < 60) return;
    fill_box(painter, ground, painter.color(Token::panel), 3);
    draw_icon(painter, {left + 6, box.center().y}, fault_icon(fault.kind), 11,
              painter.color(token));
    draw_text(painter, {left + icon_width, box.center().y},
              {.text = text,
               .style = fault_style,
               .color = painter.on_tint(token, 0.6F),
               .max_width = room});
}

void draw_fault_bands(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis)
{
    const Box area{{layout.left, layout.events.min.y}, {layout.right, layout.bottom}};
    frame.painter.list->PushClipRect(area.min, area.max, true);
    for (const Course::Fault& fault : frame.course.faults) {
        if (!is_visible(fault, axis)) continue;
        const float from = std::max(axis.x_of(fault.from), layout.left - 4);
        const float to = std::min(axis.x_of(std::min(fault.to, axis.to)), layout.right);
        const bool has_ended = fault.to <= axis.to;
        draw_fault_band(frame.painter, {{from, area.min.y}, {to, area.max.y}},
                        fault_token(fault.kind), has_ended);
    }
    frame.painter.list->PopClipRect();
}

void draw_marks(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis, Hint& hint)
{
    const Painter& painter = frame.painter;
    const float y = layout.events.center().y;
    const std::vector<PlacedMark> placed = place_marks(frame.course, axis);
    const Interval playhead = around_playhead(frame, axis);
    for (std::size_t i = 0; i < placed.size(); ++i) {
        const PlacedMark& each = placed[i];
        const Course::Mark& mark = *each.mark;
        const float true_x = axis.x_of(mark.at);
        if (each.x - true_x > 1) {
            draw_vertical(painter, true_x, layout.events.max.y - 3, layout.events.max.y,
                          painter.color(mark_token(mark.kind), 0.8F));
        }
        draw_mark(painter, {each.x, y}, mark.kind);
        if (frame.is_ringed(Subject::event(mark.event))) {
            draw_ring(painter, {each.x, y}, 8.5F, painter.color(Token::mark), 1.5F);
        }
        const bool is_last = i + 1 == placed.size();
        const float limit = is_last ? axis.right - 2 : placed[i + 1].x - glyph_reach - 3;
        draw_mark_label(frame, each, y, limit, playhead);
        const Box reach{{each.x - glyph_reach, layout.events.min.y},
                        {each.x + glyph_reach, layout.events.max.y}};
        if (!point_at_event(frame, reach, mark.event)) continue;
        hint = {mark_text(mark),
                sentence_of(frame.course, mark),
                {playhead_text(mark.at, 1e6) + " s"},
                mark_token(mark.kind)};
    }
}

}  // namespace gregor::visualizer
