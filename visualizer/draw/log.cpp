#include "visualizer/draw/log.h"

#include <algorithm>
#include <array>

namespace gregor::visualizer {
namespace {

/// White on dark blues, dark on light ones.
ImU32 ink_on_committed(const Painter& painter, CellState state)
{
    const Theme& theme = *painter.theme;
    const ImU32 ground = cell_ground(theme, state);
    const bool white = contrast(theme[Token::on_blue], ground) >= 4.5;
    return painter.color(white ? Token::on_blue : Token::text_hi, white ? 0.8F : 1.0F);
}

/// Text and foot bar of a committed cell fade with its ground.
struct Look {
    ImU32 ink;
    float bar_opacity;
};

Look look_of(const Painter& painter, CellState state)
{
    switch (state) {
        case CellState::committed_leader: return {painter.color(Token::on_blue), 1.0F};
        case CellState::committed_follower: return {ink_on_committed(painter, state), 0.95F};
        case CellState::committed_out_of_sync: return {painter.color(Token::text_mid, 0.8F), 0.6F};
        case CellState::uncommitted: return {painter.on_tint(Token::sky, 0.6F), 0.8F};
        case CellState::diverged: return {painter.on_tint(Token::vermilion, 0.6F), 0.55F};
        case CellState::unwritten: break;
    }
    return {painter.color(Token::text_low), 0.5F};
}

void draw_cell_ground(const Painter& painter, const Box& box, CellState state)
{
    switch (state) {
        case CellState::uncommitted:
            fill_box(painter, box, painter.color(Token::sky, 0.1F), 2);
            draw_dashed_box(painter, box, 0, painter.color(Token::sky, 0.6F),
                            {.width = 1, .on = 3, .off = 2});
            break;
        case CellState::diverged:
            fill_box(painter, box, painter.color(Token::vermilion, 0.14F), cell_radius);
            fill_hatch(painter, box.inset(1), cell_radius - 1,
                       painter.color(Token::vermilion, 0.34F), {.pitch = 5});
            outline_box(painter, box, painter.color(Token::vermilion, 0.75F), cell_radius);
            break;
        case CellState::unwritten:
            outline_box(painter, box, painter.color(Token::line, 0.5F), cell_radius);
            break;
        default:
            fill_box(painter, box, painter.faded(cell_ground(*painter.theme, state)), cell_radius);
    }
}

/// Odd epochs are whole, even ones broken in the middle, so that they differ without colour; where
/// an epoch begins the bar stands up.
void draw_epoch_bar(const Painter& painter, const Box& cell, const LogCell& content, float opacity)
{
    const bool is_odd = content.epoch % 2 != 0;
    const ImU32 seen = seen_on(*painter.theme, cell_ground(*painter.theme, content.state),
                               is_odd ? Token::sky : Token::orange);
    const ImU32 color = with_alpha(painter.faded(seen), opacity);
    const Box bar{{cell.min.x + 3, cell.max.y - 4}, {cell.max.x - 3, cell.max.y - 2}};
    if (is_odd) {
        fill_box(painter, bar, color);
    } else {
        const float middle = bar.center().x;
        fill_box(painter, {bar.min, {middle - 1.5F, bar.max.y}}, color);
        fill_box(painter, {{middle + 1.5F, bar.min.y}, bar.max}, color);
    }
    if (content.epoch_begins)
        fill_box(painter, {{bar.min.x - 1, bar.min.y - 4}, {bar.min.x + 1, bar.max.y}}, color);
}

}  // namespace

ImU32 cell_ground(const Theme& theme, CellState state)
{
    const ImU32 panel = theme[Token::panel];
    switch (state) {
        case CellState::committed_leader: return theme[Token::blue];
        case CellState::committed_follower: return mix(panel, theme[Token::blue], 0.62F);
        case CellState::committed_out_of_sync: return mix(panel, theme[Token::blue], 0.38F);
        case CellState::uncommitted: return mix(panel, theme[Token::sky], 0.1F);
        case CellState::diverged: return mix(panel, theme[Token::vermilion], 0.14F);
        case CellState::unwritten: break;
    }
    return panel;
}

void draw_log_cell(const Painter& painter, ImVec2 at, const LogCell& cell)
{
    Painter p = painter;
    if (cell.is_dimmed) p.opacity *= 0.35F;
    const Box box = box_at(at, cell.width, cell_height);
    draw_cell_ground(p, box, cell.state);
    const Look look = look_of(p, cell.state);
    if (cell.state != CellState::unwritten && cell.epoch >= 0)
        draw_epoch_bar(p, box, cell, look.bar_opacity);
    if (!cell.offset.empty())
        draw_text(p, {box.center().x, box.center().y - 2},
                  {.text = cell.offset,
                   .style = {Face::mono, 10},
                   .color = look.ink,
                   .align = Align::center});
    if (cell.is_selected) draw_selection(painter, box.inset(1), cell_radius, 2);
}

void draw_high_watermark(const Painter& painter, float x, float top, float bottom)
{
    const ImU32 color = painter.color(Token::green);
    const Box rim{{x - 2, top}, {x + 2, bottom}};
    fill_box(painter, rim, painter.color(Token::panel, 0.7F));
    draw_stroke(painter, {x, top}, {x, bottom}, color, 2.2F);
    fill_circle(painter, {x, top}, 3.2F, color);
}

void draw_log_end(const Painter& painter, ImVec2 tip, bool is_in_sync)
{
    const auto triangle = [&](float margin, ImU32 color) {
        const std::array corners{ImVec2(tip.x - 5 - margin, tip.y - 7 - margin * 0.6F),
                                 ImVec2(tip.x + 5 + margin, tip.y - 7 - margin * 0.6F),
                                 ImVec2(tip.x, tip.y + margin)};
        fill_polygon(painter, {tip.x, tip.y - 4.5F}, corners, color);
    };
    triangle(1.5F, painter.color(Token::panel, 0.8F));
    triangle(0, painter.color(is_in_sync ? Token::mark : Token::vermilion));
}

void draw_group_offset(const Painter& painter, float y, const GroupOffset& group)
{
    const ImU32 color = painter.color(Token::purple);
    const std::array corners{ImVec2(group.x, y - 4.5F), ImVec2(group.x + 5, y + 3.5F),
                             ImVec2(group.x - 5, y + 3.5F)};
    fill_polygon(painter, {group.x, y}, corners, color);
    if (group.high_watermark_x > group.x + 9)
        fill_box(painter, {{group.x + 8, y + 1}, {group.high_watermark_x - 2, y + 3.5F}},
                 painter.color(Token::purple, 0.35F), 1);
    draw_text(
        painter, {group.x - 9, y},
        {.text = group.label, .style = {Face::text, 11}, .color = color, .align = Align::right});
}

void draw_overview(const Painter& painter, const Box& box, const Overview& overview)
{
    const Box track = box.inset(2);
    const auto at = [&](float share) {
        return painter.snap(track.min.x + track.width() * std::clamp(share, 0.0F, 1.0F));
    };
    fill_box(painter, track, painter.color(Token::bg), 2);
    float from = 0;
    for (const float end : overview.segment_ends) {
        const Box segment{{at(from), track.min.y}, {at(end) - 1, track.max.y}};
        if (segment.width() > 0)
            fill_box(painter, segment,
                     painter.faded(cell_ground(*painter.theme, CellState::committed_follower)), 2);
        from = end;
    }
    if (!overview.segment_ends.empty() && overview.segment_ends.back() > overview.high_watermark) {
        const float end = overview.segment_ends.back();
        fill_box(painter, {{at(overview.high_watermark), track.min.y}, {at(end) - 1, track.max.y}},
                 painter.color(Token::panel, 0.6F));
    }
    const float mark = at(overview.high_watermark);
    fill_box(painter, {{mark - 2, track.min.y}, {mark, track.max.y}}, painter.color(Token::green));
    const Box frame{{at(overview.view_from) - 2, box.min.y}, {at(overview.view_to) + 2, box.max.y}};
    fill_box(painter, frame, painter.color(Token::mark, 0.06F), 3);
    outline_box(painter, frame, painter.color(Token::mark, 0.85F), 3);
}

void draw_selected_block(const Painter& painter, const Box& box)
{
    fill_box(painter, box, painter.color(Token::sky, 0.055F));
    fill_box(painter, {box.min, {box.min.x + 4, box.max.y}}, painter.color(Token::sky));
}

}  // namespace gregor::visualizer
