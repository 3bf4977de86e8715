#pragma once

#include "visualizer/draw/painter.h"
#include "visualizer/panels/timeline_layout.h"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gregor::visualizer {

/// A broken line that tells curves apart without colour: lengths on, off, on, off along x, in
/// points. All 0: whole. Steep parts are always drawn, so that no peak falls into a gap.
using CurveDash = std::array<float, 4>;
/// Of the n-th series of a plot.
CurveDash curve_dash(std::size_t number);

/// Values of equal slices of time, the first at 0.
struct Sampled {
    std::span<const double> values;
    Duration slice;
    double maximum = 1;  ///< at the upper edge of the plot
};

/// The corners of a curve within the box, ascending in x; steps where slices are wide. In pieces:
/// a stretch without values that can be seen as one parts two of them. A piece of one corner is a
/// slice alone.
std::vector<std::vector<ImVec2>> curves_of(const Painter& painter, const Box& box,
                                           const TimeAxis& axis, const Sampled& sampled);
/// Where the value 0 is drawn.
float curve_zero(const Box& box);
/// Height of a curve at x; the corners ascend in x.
float curve_height(std::span<const ImVec2> corners, float x);
/// The part between two x, cut exactly.
std::vector<ImVec2> curve_part(std::span<const ImVec2> corners, float from, float to);

/// Where a curve is level at this height, from left to right.
std::vector<Interval> level_parts(std::span<const ImVec2> corners, float y);
/// What two lists of intervals have in common; both ascend without overlaps.
std::vector<Interval> common_parts(std::span<const Interval> a, std::span<const Interval> b);
std::vector<Interval> united_parts(std::span<const Interval> a, std::span<const Interval> b);

/// The area from the curve down to `bottom`, 20 % of the colour at the curve and 2 % at the bottom.
void fill_curve(const Painter& painter, std::span<const ImVec2> corners, float bottom, Token token);
/// `origin`: x where the first dash begins; moves with the axis, so that dashes do too.
void stroke_curve(const Painter& painter, std::span<const ImVec2> corners, ImU32 color, float width,
                  const CurveDash& dash, float origin);

}  // namespace gregor::visualizer
