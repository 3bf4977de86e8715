#include "visualizer/draw/canvas.h"

#include <algorithm>
#include <array>
#include <bit>

namespace gregor::visualizer {
namespace {

constexpr std::int64_t unit = 256;  // of a corner's coordinates

std::int64_t floor_divide(std::int64_t a, std::int64_t b)
{
    const std::int64_t quotient = a / b;
    return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

/// The line through two corners: positive on the inner side of a triangle, zero on the line.
/// Centres on the line are inside if it is a left or top edge, which `bias` expresses.
struct Edge {
    std::int64_t x0, y0, dx, dy;
    std::int64_t bias;

    Edge(const Corner& from, const Corner& to)
        : x0(from.x),
          y0(from.y),
          dx(to.x - from.x),
          dy(to.y - from.y),
          bias(dy < 0 || (dy == 0 && dx > 0) ? 0 : -1)
    {
    }

    /// At a pixel's centre; without the bias.
    std::int64_t at(std::int64_t x, std::int64_t y) const
    {
        return dx * (y * unit + unit / 2 - y0) - dy * (x * unit + unit / 2 - x0);
    }
    std::int64_t step() const { return -dy * unit; }  ///< what one pixel to the right adds

    /// Narrows [left, right) of a row to the pixels on the inner side.
    void narrow(int y, std::int64_t& left, std::int64_t& right) const
    {
        const std::int64_t start = at(0, y) + bias, slope = step();
        if (slope == 0) {
            if (start < 0) right = left;
        } else if (slope > 0) {
            left = std::max(left, -floor_divide(start, slope));
        } else {
            right = std::min(right, floor_divide(start, -slope) + 1);
        }
    }
};

/// A quantity that is linear over a triangle, followed along a row.
struct Linear {
    std::int64_t value = 0, step = 0;  // scaled by 2^shift

    void advance() { value += step; }
};

/// Weights of the second and third corner; the first has the rest.
struct Weights {
    int shift = 0;  // weights are scaled by 2^shift
    Linear second, third;

    Linear interpolate(std::int64_t a, std::int64_t b, std::int64_t c) const
    {
        return {.value = (a << shift) + second.value * (b - a) + third.value * (c - a),
                .step = second.step * (b - a) + third.step * (c - a)};
    }
};

struct Triangle {
    std::array<Corner, 3> corners;
    std::int64_t area;          // twice the area, in 1/65536 square pixel; positive
    std::array<Edge, 3> edges;  // each opposite to the corner of its number

    explicit Triangle(const Corner (&c)[3], std::int64_t twice_area)
        : corners{c[0], c[1], c[2]},
          area(twice_area),
          edges{Edge(c[1], c[2]), Edge(c[2], c[0]), Edge(c[0], c[1])}
    {
    }

    /// At the centre of a pixel inside the triangle.
    Weights weights_at(std::int64_t x, std::int64_t y) const
    {
        const int spare = 61 - static_cast<int>(std::bit_width(static_cast<std::uint64_t>(area)));
        const int shift = std::min(20, spare);
        // Two pixels of one row inside the triangle differ by at most 1 in each weight, so a larger
        // step belongs to a row of one pixel, where it is not used.
        const std::int64_t one = std::int64_t{1} << shift;
        const auto weight = [&](const Edge& edge) {
            return Linear{.value = (edge.at(x, y) << shift) / area,
                          .step = std::clamp(floor_divide(edge.step() << shift, area), -one, one)};
        };
        return {.shift = shift, .second = weight(edges[1]), .third = weight(edges[2])};
    }
};

std::uint32_t clamp_to_byte(std::int64_t value)
{
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, 255));
}

/// The atlas between its texels, as OpenGL's linear filter: u and v in 1/256 texel.
std::uint32_t sample(const Coverage& atlas, std::int64_t u, std::int64_t v)
{
    const std::int64_t x = u - unit / 2, y = v - unit / 2;
    const auto texel = [&](std::int64_t column, std::int64_t line) -> std::int64_t {
        column = std::clamp<std::int64_t>(column, 0, atlas.width - 1);
        line = std::clamp<std::int64_t>(line, 0, atlas.height - 1);
        return atlas.texels[line * atlas.width + column];
    };
    const std::int64_t column = x >> 8, line = y >> 8, right = x & 255, below = y & 255;
    const std::int64_t upper =
        texel(column, line) * (unit - right) + texel(column + 1, line) * right;
    const std::int64_t lower =
        texel(column, line + 1) * (unit - right) + texel(column + 1, line + 1) * right;
    return clamp_to_byte((upper * (unit - below) + lower * below + unit * unit / 2) >> 16);
}

ImU32 with_coverage(ImU32 color, std::uint32_t coverage)
{
    const std::uint32_t alpha = over_255((color >> IM_COL32_A_SHIFT) * coverage);
    return (color & ~IM_COL32_A_MASK) | alpha << IM_COL32_A_SHIFT;
}

struct Paint {
    bool one_color = false, one_hue = false, one_texel = false;

    explicit Paint(const Triangle& t)
    {
        const auto& [a, b, c] = t.corners;
        one_color = a.color == b.color && b.color == c.color;
        one_hue = ((a.color ^ b.color) & ~IM_COL32_A_MASK) == 0 &&
                  ((a.color ^ c.color) & ~IM_COL32_A_MASK) == 0;
        one_texel = a.u == b.u && b.u == c.u && a.v == b.v && b.v == c.v;
    }
};

/// A row in which only the alpha changes: the smoothed edges of every shape.
void shade_alpha(Canvas& canvas, const Triangle& t, int y, int left, int right)
{
    const Weights weights = t.weights_at(left, y);
    const auto alpha_of = [](const Corner& c) {
        return static_cast<std::int64_t>(c.color >> IM_COL32_A_SHIFT);
    };
    Linear alpha =
        weights.interpolate(alpha_of(t.corners[0]), alpha_of(t.corners[1]), alpha_of(t.corners[2]));
    const ImU32 hue = t.corners[0].color & ~IM_COL32_A_MASK;
    const std::int64_t half = (std::int64_t{1} << weights.shift) / 2;
    for (int x = left; x < right; ++x, alpha.advance()) {
        const std::uint32_t a = clamp_to_byte((alpha.value + half) >> weights.shift);
        canvas.blend_pixel(x, y, hue | a << IM_COL32_A_SHIFT);
    }
}

void shade_any(Canvas& canvas, const Triangle& t, int y, int left, int right, const Coverage* atlas)
{
    const Weights weights = t.weights_at(left, y);
    const auto& [a, b, c] = t.corners;
    std::array<Linear, 4> channels;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        const auto channel = [&](const Corner& corner) {
            return static_cast<std::int64_t>((corner.color >> (8 * i)) & 0xff);
        };
        channels[i] = weights.interpolate(channel(a), channel(b), channel(c));
    }
    Linear u = weights.interpolate(a.u, b.u, c.u), v = weights.interpolate(a.v, b.v, c.v);
    const std::int64_t half = (std::int64_t{1} << weights.shift) / 2;
    for (int x = left; x < right; ++x) {
        ImU32 color = 0;
        for (std::size_t i = 0; i < channels.size(); ++i) {
            color |= clamp_to_byte((channels[i].value + half) >> weights.shift) << (8 * i);
            channels[i].advance();
        }
        if (atlas != nullptr) {
            color = with_coverage(
                color, sample(*atlas, u.value >> weights.shift, v.value >> weights.shift));
            u.advance();
            v.advance();
        }
        canvas.blend_pixel(x, y, color);
    }
}

void fill(Canvas& canvas, const PixelRect& clip, Triangle& t, const Coverage& atlas)
{
    const Paint paint(t);
    if (paint.one_texel) {
        const std::uint32_t coverage = sample(atlas, t.corners[0].u, t.corners[0].v);
        if (coverage == 0) return;
        for (Corner& corner : t.corners) corner.color = with_coverage(corner.color, coverage);
    }
    const auto [lowest, highest] = std::minmax({t.corners[0].y, t.corners[1].y, t.corners[2].y});
    const int top = std::max(clip.top, first_pixel(lowest));
    const int bottom = std::min(clip.bottom, first_pixel(highest) + 1);
    for (int y = top; y < bottom; ++y) {
        std::int64_t left = clip.left, right = clip.right;
        for (const Edge& edge : t.edges) edge.narrow(y, left, right);
        if (left >= right) continue;
        const int first = static_cast<int>(left), end = static_cast<int>(right);
        if (!paint.one_texel) {
            shade_any(canvas, t, y, first, end, &atlas);
        } else if (paint.one_color) {
            canvas.blend_span(y, first, end, t.corners[0].color);
        } else if (paint.one_hue) {
            shade_alpha(canvas, t, y, first, end);
        } else {
            shade_any(canvas, t, y, first, end, nullptr);
        }
    }
}

}  // namespace

void draw_triangle(Canvas& canvas, const PixelRect& clip, const Corner (&corners)[3],
                   const Coverage& atlas)
{
    const auto& [a, b, c] = corners;
    const std::int64_t area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
    if (area == 0) return;
    if (area > 0) {
        Triangle triangle(corners, area);
        fill(canvas, clip, triangle, atlas);
    } else {
        const Corner turned[3] = {a, c, b};
        Triangle triangle(turned, -area);
        fill(canvas, clip, triangle, atlas);
    }
}

}  // namespace gregor::visualizer
