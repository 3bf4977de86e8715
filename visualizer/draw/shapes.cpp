#include "visualizer/draw/shapes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace gregor::visualizer {

void fill_box(const Painter& painter, const Box& box, ImU32 color, float radius)
{
    // ImGui allows half the side less one; what is rounder than that folds over itself.
    const float roundest = std::min(box.width(), box.height()) / 2 - 1;
    painter.list->AddRectFilled(box.min, box.max, color, roundest < 0.75F ? 0.0F : radius);
}

void outline_box(const Painter& painter, const Box& box, ImU32 color, float radius, float width)
{
    // ImGui centres the line half a point inside; a wider one has to go further in.
    const Box inner = box.inset((width - 1) / 2);
    painter.list->AddRect(inner.min, inner.max, color, radius, 0, width);
}

void fill_upper_box(const Painter& painter, const Box& box, ImU32 color, float radius)
{
    painter.list->AddRectFilled(box.min, box.max, color, radius, ImDrawFlags_RoundCornersTop);
}

void draw_shadow(const Painter& painter, const Box& box, float radius)
{
    constexpr int layers = 6;
    const float alpha = 0.06F * painter.theme->shadow_strength;
    for (int layer = layers; layer > 0; --layer) {
        const auto reach = static_cast<float>(layer);
        Box shade = box.inset(-reach);
        shade.min.y += 3;
        shade.max.y += 3;
        fill_box(painter, shade, painter.color(Token::shadow, alpha), radius + reach);
    }
}

void fill_gradient(const Painter& painter, const Box& box, ImU32 top, ImU32 bottom)
{
    painter.list->AddRectFilledMultiColor(box.min, box.max, top, top, bottom, bottom);
}

void draw_horizontal(const Painter& painter, float y, float x0, float x1, ImU32 color)
{
    const float pixel = 1.0F / painter.scale, snapped = painter.snap(y);
    painter.list->AddRectFilled({x0, snapped}, {x1, snapped + pixel}, color);
}

void draw_vertical(const Painter& painter, float x, float y0, float y1, ImU32 color)
{
    const float pixel = 1.0F / painter.scale, snapped = painter.snap(x);
    painter.list->AddRectFilled({snapped, y0}, {snapped + pixel, y1}, color);
}

void draw_stroke(const Painter& painter, ImVec2 from, ImVec2 to, ImU32 color, float width)
{
    painter.list->PathLineTo(from);
    painter.list->PathLineTo(to);
    painter.list->PathStroke(color, 0, width);
}

void fill_polygon(const Painter& painter, ImVec2 center, std::span<const ImVec2> corners,
                  ImU32 color)
{
    // As ImGui's AddConvexPolyFilled, but a fan around the centre, so that corners may point
    // inwards.
    const std::size_t n = corners.size();
    if (n < 3 || color >> IM_COL32_A_SHIFT == 0) return;
    std::vector<ImVec2> normals(n);
    for (std::size_t i = 0; i < n; ++i) {
        const ImVec2 &from = corners[i], &to = corners[(i + 1) % n];
        const float dx = to.x - from.x, dy = to.y - from.y;
        const float length = std::max(std::sqrt(dx * dx + dy * dy), 1e-6F);
        normals[i] = {dy / length, -dx / length};
    }
    ImDrawList& list = *painter.list;
    const auto count = static_cast<int>(n);
    list.PrimReserve(count * 9, count * 2 + 1);
    const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
    const unsigned first = list._VtxCurrentIdx;
    const auto index = [first](std::size_t i) { return static_cast<ImDrawIdx>(first + i); };
    list.PrimWriteVtx(center, uv, color);
    for (std::size_t i = 0; i < n; ++i) {
        const ImVec2 &before = normals[(i + n - 1) % n], &after = normals[i];
        ImVec2 out{(before.x + after.x) / 2, (before.y + after.y) / 2};
        const float factor = 0.5F / painter.scale / std::max(out.x * out.x + out.y * out.y, 0.01F);
        out = {out.x * factor, out.y * factor};
        list.PrimWriteVtx({corners[i].x - out.x, corners[i].y - out.y}, uv, color);
        list.PrimWriteVtx({corners[i].x + out.x, corners[i].y + out.y}, uv,
                          color & ~IM_COL32_A_MASK);
    }
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t inner = 1 + 2 * i, next = 1 + 2 * ((i + 1) % n);
        for (const std::size_t corner :
             {std::size_t{0}, inner, next, inner, inner + 1, next + 1, inner, next + 1, next})
            list.PrimWriteIdx(index(corner));
    }
}

std::vector<ImVec2> regular_polygon(ImVec2 center, float radius, int corners, float turn)
{
    std::vector<ImVec2> polygon;
    for (int i = 0; i < corners; ++i) {
        const float angle = turn + 2 * std::numbers::pi_v<float> * static_cast<float>(i) /
                                       static_cast<float>(corners);
        polygon.emplace_back(center.x + radius * std::sin(angle),
                             center.y - radius * std::cos(angle));
    }
    return polygon;
}

Bezier vertical_curve(ImVec2 from, ImVec2 to)
{
    // Short edges turn sharply, or they would not look vertical at the cards.
    const float reach =
        std::max(std::abs(to.y - from.y) * 0.5F, std::min(36.0F, std::abs(to.x - from.x) * 0.6F));
    const float down = to.y >= from.y ? reach : -reach;
    return {{from, {from.x, from.y + down}, {to.x, to.y - down}, to}};
}

Bezier straight_curve(ImVec2 from, ImVec2 to)
{
    const auto between = [&](float t) {
        return ImVec2(from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t);
    };
    return {{from, between(1.0F / 3), between(2.0F / 3), to}};
}

ImVec2 point_on(const Bezier& curve, float t)
{
    const float s = 1 - t;
    const float weights[] = {s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
    ImVec2 point{0, 0};
    for (std::size_t i = 0; i < 4; ++i) {
        point.x += weights[i] * curve.points[i].x;
        point.y += weights[i] * curve.points[i].y;
    }
    return point;
}

void draw_bezier(const Painter& painter, const Bezier& curve, ImU32 color, float width)
{
    const auto& [a, b, c, d] = curve.points;
    painter.list->AddBezierCubic(a, b, c, d, color, width);
}

}  // namespace gregor::visualizer
