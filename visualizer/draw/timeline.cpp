#include "visualizer/draw/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace gregor::visualizer {
namespace {

void draw_silhouette(const Painter& painter, const Box& box, std::span<const float> heights)
{
    const ImU32 color = painter.color(Token::text_low, 0.35F);
    const auto count = static_cast<float>(heights.size());
    for (std::size_t i = 0; i < heights.size(); ++i) {
        const auto number = static_cast<float>(i);
        const float from = painter.snap(box.min.x + box.width() * number / count);
        const float to = painter.snap(box.min.x + box.width() * (number + 1) / count);
        const float top = painter.snap(box.max.y - box.height() * heights[i]);
        fill_box(painter, {{from, top}, {to, box.max.y}}, color);
    }
}

void draw_window_frame(const Painter& painter, const Box& frame)
{
    const ImU32 color = painter.color(Token::sky, 0.8F);
    fill_box(painter, frame, painter.color(Token::sky, 0.12F), 4);
    outline_box(painter, frame, color, 4, 1.5F);
    for (const float x : {frame.min.x, frame.max.x}) {
        const float middle = frame.center().y;
        fill_box(painter, box_at(painter.snap({x - 2, middle - 4}), 4, 8),
                 painter.color(Token::sky), 2);
    }
}

/// The part of a curve between two x, cut exactly.
std::vector<ImVec2> part_of(std::span<const ImVec2> points, float from, float to)
{
    std::vector<ImVec2> part;
    if (points.empty()) return part;
    from = std::max(from, points.front().x);
    to = std::min(to, points.back().x);
    if (from >= to) return part;
    part.emplace_back(from, height_at(points, from));
    for (const ImVec2& point : points)
        if (point.x > from && point.x < to) part.push_back(point);
    part.emplace_back(to, height_at(points, to));
    return part;
}

void stroke(const Painter& painter, std::span<const ImVec2> points, ImU32 color, float width)
{
    if (points.size() < 2) return;
    painter.list->AddPolyline(points.data(), static_cast<int>(points.size()), color, 0, width);
}

/// The area down to the baseline, fading from 20 % at the curve's highest point to 2 %.
void fill_below(const Painter& painter, std::span<const ImVec2> points, Token token, float baseline)
{
    float top = baseline;
    for (const ImVec2& point : points) top = std::min(top, point.y);
    const float depth = std::max(1.0F, baseline - top);
    const auto color_at = [&](float y) {
        return painter.color(token, 0.02F + 0.18F * std::clamp((baseline - y) / depth, 0.0F, 1.0F));
    };
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    ImDrawList& list = *painter.list;
    for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const ImVec2 &a = points[i], &b = points[i + 1];
        list.PrimReserve(6, 4);
        const auto first = static_cast<ImDrawIdx>(list._VtxCurrentIdx);
        for (const int corner : {0, 1, 2, 0, 2, 3})
            list.PrimWriteIdx(static_cast<ImDrawIdx>(first + corner));
        list.PrimWriteVtx(a, uv, color_at(a.y));
        list.PrimWriteVtx(b, uv, color_at(b.y));
        list.PrimWriteVtx({b.x, baseline}, uv, color_at(baseline));
        list.PrimWriteVtx({a.x, baseline}, uv, color_at(baseline));
    }
}

void stroke_dashed(const Painter& painter, std::span<const ImVec2> points, ImU32 color,
                   const Dash& dash)
{
    // By x, not by length: the dashes of one plot then line up, steep or flat.
    if (points.size() < 2) return;
    const float period = dash.on + dash.off;
    for (float x = std::floor(points.front().x / period) * period; x < points.back().x; x += period)
        stroke(painter, part_of(points, x, x + dash.on), color, dash.width);
}

}  // namespace

void draw_minimap(const Painter& painter, const Box& box, const Minimap& minimap)
{
    const auto at = [&](float share) { return painter.snap(box.min.x + box.width() * share); };
    const Box well = {{box.min.x, box.min.y + 1}, {box.max.x, box.max.y - 1}};
    fill_box(painter, well, painter.color(Token::bg), 3);
    draw_silhouette(painter, well, minimap.heights);
    for (const float fault : minimap.faults)
        fill_box(painter, {{at(fault) - 1, well.min.y}, {at(fault) + 1, well.max.y}},
                 painter.color(Token::vermilion, 0.8F));
    draw_window_frame(painter,
                      {{at(minimap.window_from), box.min.y}, {at(minimap.window_to), box.max.y}});
    const float x = at(minimap.playhead);
    fill_box(painter, {{x - 1, box.min.y - 2}, {x + 1, box.max.y + 2}}, painter.color(Token::mark));
}

Box draw_playhead(const Painter& painter, float x, float top, float bottom, std::string_view time)
{
    const TextStyle style{Face::mono_medium, 11};
    const float width = std::ceil(text_width(painter, time, style)) + 14, height = 18;
    const float middle = painter.snap(x) + 0.5F / painter.scale;
    const Box tag = box_at(painter.snap({middle - width / 2, top - height}), width, height);
    const ImU32 white = painter.color(Token::mark);
    draw_stroke(painter, {middle, top}, {middle, bottom}, painter.color(Token::bg, 0.5F), 3.5F);
    draw_stroke(painter, {middle, top}, {middle, bottom}, white, 1.5F);
    fill_box(painter, tag, white, 4);
    const std::array corners{ImVec2(middle - 4, top - 0.5F), ImVec2(middle + 4, top - 0.5F),
                             ImVec2(middle, top + 4)};
    fill_polygon(painter, {middle, top + 1}, corners, white);
    draw_text(painter, tag.center(),
              {.text = time,
               .style = style,
               .color = painter.color(Token::on_mark),
               .align = Align::center});
    return tag;
}

void draw_bookmark(const Painter& painter, float x, float top, float bottom, std::string_view name)
{
    const ImU32 color = painter.color(Token::sky);
    const ImVec2 corner = painter.snap({x - 5, top});
    const auto [left, y] = corner;
    draw_vertical(painter, x, y + 12, bottom, painter.color(Token::sky, 0.35F));
    const std::array corners{ImVec2(left, y), ImVec2(left + 10, y), ImVec2(left + 10, y + 14),
                             ImVec2(left + 5, y + 10), ImVec2(left, y + 14)};
    fill_polygon(painter, {left + 5, y + 5}, corners, color);
    draw_text(painter, {left + 15, y + 7},
              {.text = name, .style = {Face::text, 11}, .color = painter.on_tint(Token::sky)});
}

void draw_fault(const Painter& painter, const Box& box, const FaultBox& fault)
{
    constexpr float radius = 4;
    fill_box(painter, box, painter.color(fault.token, 0.18F), radius);
    fill_hatch(painter, box.inset(1), radius - 1, painter.color(fault.token, 0.22F));
    outline_box(painter, box, painter.color(fault.token, 0.7F), radius);
    const float middle = box.center().y;
    const float left = std::max(box.min.x + 6, fault.label_from);
    const float room = box.max.x - 6 - left;
    if (room < 14) return;
    draw_icon(painter, {left + 6, middle}, fault.icon, 11, painter.color(fault.token));
    if (room > 30)
        draw_text(painter, {left + 17, middle},
                  {.text = fault.label,
                   .style = {Face::text_medium, 11},
                   .color = painter.on_tint(fault.token, 0.6F),
                   .max_width = room - 17});
}

void draw_fault_band(const Painter& painter, const Box& box, Token token, bool has_ended)
{
    fill_box(painter, box, painter.color(token, 0.055F));
    draw_vertical(painter, box.min.x, box.min.y, box.max.y, painter.color(token, 0.6F));
    const float end = painter.snap(box.max.x) - 0.5F / painter.scale;
    if (has_ended)
        draw_dashed_line(painter, {end, box.min.y}, {end, box.max.y}, painter.color(token, 0.55F),
                         {.width = 1, .on = 4, .off = 3});
}

void draw_series(const Painter& painter, const Series& series)
{
    const std::span<const ImVec2> points = series.points;
    if (points.size() < 2) return;
    if (series.is_filled) {
        Painter faint = painter;
        faint.opacity *= 0.6F;
        fill_below(painter, part_of(points, points.front().x, series.seen_until), series.token,
                   series.baseline);
        fill_below(faint, part_of(points, series.seen_until, points.back().x), series.token,
                   series.baseline);
    }
    stroke(painter, part_of(points, series.seen_until, points.back().x),
           painter.color(series.token, 0.42F), 1);
    const std::vector<ImVec2> seen = part_of(points, points.front().x, series.seen_until);
    if (series.dash.on > 0) {
        stroke_dashed(painter, seen, painter.color(series.token), series.dash);
    } else {
        stroke(painter, seen, painter.color(series.token), series.dash.width);
    }
}

void draw_series_point(const Painter& painter, ImVec2 at, Token token)
{
    fill_circle(painter, at, 4, painter.color(Token::panel));
    fill_circle(painter, at, 2.8F, painter.color(token));
}

float height_at(std::span<const ImVec2> points, float x)
{
    const auto right = std::lower_bound(points.begin(), points.end(), x,
                                        [](const ImVec2& point, float at) { return point.x < at; });
    if (right == points.begin()) return points.empty() ? 0.0F : points.front().y;
    if (right == points.end()) return points.back().y;
    const ImVec2& left = *(right - 1);
    const float share = (x - left.x) / std::max(right->x - left.x, 1e-6F);
    return left.y + (right->y - left.y) * share;
}

}  // namespace gregor::visualizer
