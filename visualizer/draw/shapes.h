#pragma once

#include "visualizer/draw/painter.h"

#include <array>
#include <span>
#include <vector>

namespace gregor::visualizer {

/// Lines of a hatch rise to the right at 45 degrees. All in points.
struct Hatch {
    float pitch = 6.0F;  ///< from line to line, horizontally
    float width = 1.3F;
};

/// A broken line. All in points.
struct Dash {
    float width = 1.2F;
    float on = 3.0F, off = 2.5F;
};

/// A cubic curve by its ends and its two handles.
struct Bezier {
    std::array<ImVec2, 4> points;
};

void fill_box(const Painter& painter, const Box& box, ImU32 color, float radius = 0);
/// The line lies inside the box.
void outline_box(const Painter& painter, const Box& box, ImU32 color, float radius = 0,
                 float width = 1);
/// Rounds the two upper corners only: title strips.
void fill_upper_box(const Painter& painter, const Box& box, ImU32 color, float radius);
/// A soft shadow that falls a little downwards; drawn before the thing that throws it.
void draw_shadow(const Painter& painter, const Box& box, float radius);
/// From `top` to `bottom` colour.
void fill_gradient(const Painter& painter, const Box& box, ImU32 top, ImU32 bottom);
/// Lines one pixel wide that fall on pixels.
void draw_horizontal(const Painter& painter, float y, float x0, float x1, ImU32 color);
void draw_vertical(const Painter& painter, float x, float y0, float y1, ImU32 color);

/// A line between two positions, which ImGui's AddLine would move by half a point.
void draw_stroke(const Painter& painter, ImVec2 from, ImVec2 to, ImU32 color, float width);
/// Hatches a rounded box; the lines end at its rim.
void fill_hatch(const Painter& painter, const Box& box, float radius, ImU32 color,
                const Hatch& hatch = {});
void draw_dashed_line(const Painter& painter, ImVec2 from, ImVec2 to, ImU32 color,
                      const Dash& dash = {});
/// Sides are dashed, corners with a radius are drawn whole. The line lies inside the box.
void draw_dashed_box(const Painter& painter, const Box& box, float radius, ImU32 color,
                     const Dash& dash = {});

/// A polygon that can be seen whole from `center`, corners clockwise: stars, diamonds, triangles.
void fill_polygon(const Painter& painter, ImVec2 center, std::span<const ImVec2> corners,
                  ImU32 color);
/// Clockwise corners of a regular polygon, the first above the centre, turned by `turn` radians.
std::vector<ImVec2> regular_polygon(ImVec2 center, float radius, int corners, float turn = 0);

/// An edge between two cards: leaves and arrives vertically.
Bezier vertical_curve(ImVec2 from, ImVec2 to);
/// A straight line as a curve.
Bezier straight_curve(ImVec2 from, ImVec2 to);
/// The place at the curve's own parameter, 0 to 1.
ImVec2 point_on(const Bezier& curve, float t);
/// Where a message is that has done this share of its way, 0 to 1: it moves evenly.
ImVec2 place_on(const Bezier& curve, float share);
void draw_bezier(const Painter& painter, const Bezier& curve, ImU32 color, float width = 1.4F);
void draw_dashed_bezier(const Painter& painter, const Bezier& curve, ImU32 color,
                        const Dash& dash = {.width = 1.4F, .on = 3.0F, .off = 3.0F});

}  // namespace gregor::visualizer
