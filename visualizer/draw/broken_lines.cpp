// Hatches and dashes: what ImGui has no call for.
#include "visualizer/draw/shapes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace gregor::visualizer {
namespace {

float distance(ImVec2 a, ImVec2 b)
{
    return std::hypot(b.x - a.x, b.y - a.y);
}

ImVec2 between(ImVec2 a, ImVec2 b, float t)
{
    return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

/// A part of the line x + y = sum, by the x of its ends.
struct Stripe {
    float from, to;
};

/// Where the line x + y = sum crosses a circle; nothing when it passes by.
std::optional<Stripe> across_circle(ImVec2 center, float radius, float sum)
{
    const float off = sum - center.x - center.y;  // times sqrt 2: the line's distance
    const float square = 2 * radius * radius - off * off;
    if (square <= 0) return std::nullopt;
    const float half = std::sqrt(square) / 2, middle = center.x + off / 2;
    return Stripe{middle - half, middle + half};
}

/// The part of the line x + y = sum within a rounded box.
std::optional<Stripe> within(const Box& box, float radius, float sum)
{
    Stripe stripe{std::max(box.min.x, sum - box.max.y), std::min(box.max.x, sum - box.min.y)};
    if (stripe.from >= stripe.to) return std::nullopt;
    const Box core = box.inset(radius);
    const auto corner_of = [&](float x) {
        const float y = sum - x;
        const ImVec2 nearest{std::clamp(x, core.min.x, core.max.x),
                             std::clamp(y, core.min.y, core.max.y)};
        return std::pair{nearest, distance(nearest, {x, y}) > radius};
    };
    const auto [first, first_outside] = corner_of(stripe.from);
    const auto [last, last_outside] = corner_of(stripe.to);
    if (first_outside) {
        const auto crossing = across_circle(first, radius, sum);
        if (!crossing) return std::nullopt;
        stripe.from = crossing->from;
    }
    if (last_outside) {
        const auto crossing = across_circle(last, radius, sum);
        if (!crossing) return std::nullopt;
        stripe.to = crossing->to;
    }
    return stripe.from < stripe.to ? std::optional(stripe) : std::nullopt;
}

/// A curve by the length of the way along it.
class Measured {
public:
    explicit Measured(const Bezier& curve)
    {
        points_[0] = curve.points[0];
        for (std::size_t i = 1; i < points_.size(); ++i) {
            points_[i] =
                point_on(curve, static_cast<float>(i) / static_cast<float>(points_.size() - 1));
            travelled_[i] = travelled_[i - 1] + distance(points_[i - 1], points_[i]);
        }
    }

    float length() const { return travelled_.back(); }

    /// The place after `way` points; 0 to length().
    ImVec2 at(float way) const
    {
        const auto next = std::upper_bound(travelled_.begin() + 1, travelled_.end() - 1, way);
        const auto i = static_cast<std::size_t>(next - travelled_.begin());
        const float step = std::max(travelled_[i] - travelled_[i - 1], 1e-6F);
        return between(points_[i - 1], points_[i], (way - travelled_[i - 1]) / step);
    }

private:
    std::array<ImVec2, 97> points_;
    std::array<float, 97> travelled_{};
};

}  // namespace

void fill_hatch(const Painter& painter, const Box& box, float radius, ImU32 color,
                const Hatch& hatch)
{
    // Anchored to the box, so that a hatch moves with what it marks.
    const float begin = box.min.x + box.min.y, end = box.max.x + box.max.y;
    const Box area = box.inset(hatch.width / 2);
    const float corner = std::max(0.0F, radius - hatch.width / 2);
    for (float sum = begin + hatch.pitch / 2; sum < end; sum += hatch.pitch)
        if (const auto stripe = within(area, corner, sum))
            draw_stroke(painter, {stripe->from, sum - stripe->from}, {stripe->to, sum - stripe->to},
                        color, hatch.width);
}

void draw_dashed_line(const Painter& painter, ImVec2 from, ImVec2 to, ImU32 color, const Dash& dash)
{
    const float length = distance(from, to);
    if (length <= 0) return;
    // Whole dashes at both ends: the gaps give way.
    const float wanted = (length - dash.on) / (dash.on + dash.off);
    const float gaps = std::max(0.0F, std::round(wanted));
    const float pitch = gaps > 0 ? (length - dash.on) / gaps : length;
    for (int i = 0; i <= static_cast<int>(gaps); ++i) {
        const float start = static_cast<float>(i) * pitch;
        const float end = std::min(start + dash.on, length);
        draw_stroke(painter, between(from, to, start / length), between(from, to, end / length),
                    color, dash.width);
    }
}

void draw_dashed_box(const Painter& painter, const Box& box, float radius, ImU32 color,
                     const Dash& dash)
{
    constexpr float pi = std::numbers::pi_v<float>;
    const Box line = box.inset(std::max(dash.width, 1.0F) / 2);
    const float r = radius;
    const auto& [min, max] = line;
    draw_dashed_line(painter, {min.x + r, min.y}, {max.x - r, min.y}, color, dash);
    draw_dashed_line(painter, {max.x, min.y + r}, {max.x, max.y - r}, color, dash);
    draw_dashed_line(painter, {max.x - r, max.y}, {min.x + r, max.y}, color, dash);
    draw_dashed_line(painter, {min.x, max.y - r}, {min.x, min.y + r}, color, dash);
    if (radius <= 0) return;
    const std::pair<ImVec2, float> corners[] = {{{min.x + r, min.y + r}, pi},
                                                {{max.x - r, min.y + r}, 1.5F * pi},
                                                {{max.x - r, max.y - r}, 0.0F},
                                                {{min.x + r, max.y - r}, 0.5F * pi}};
    for (const auto& [center, angle] : corners) {
        painter.list->PathArcTo(center, r, angle, angle + pi / 2);
        painter.list->PathStroke(color, 0, dash.width);
    }
}

void draw_dashed_bezier(const Painter& painter, const Bezier& curve, ImU32 color, const Dash& dash)
{
    const Measured way(curve);
    for (float start = 0; start < way.length(); start += dash.on + dash.off) {
        const float end = std::min(start + dash.on, way.length());
        painter.list->PathLineTo(way.at(start));
        painter.list->PathLineTo(way.at((start + end) / 2));
        painter.list->PathLineTo(way.at(end));
        painter.list->PathStroke(color, 0, dash.width);
    }
}

ImVec2 place_on(const Bezier& curve, float share)
{
    const Measured way(curve);
    return way.at(way.length() * std::clamp(share, 0.0F, 1.0F));
}

}  // namespace gregor::visualizer
