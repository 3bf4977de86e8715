#pragma once

#include "visualizer/draw/controls.h"

#include <span>
#include <string_view>

namespace gregor::visualizer {

/// The whole run in one strip. Positions are shares of the box's width, 0 to 1.
struct Minimap {
    std::span<const float> heights;  ///< evenly spaced, 0 to 1
    std::span<const float> faults;   ///< where faults begin
    float window_from = 0, window_to = 1;
    float playhead = 0;
};

/// A fault in its lane.
struct FaultBox {
    std::string_view label;
    Icon icon = Icon::none;
    Token token = Token::vermilion;
    float label_from =
        0;  ///< x; the label moves right to here, so that a playhead does not cover it
};

/// One curve of a plot.
struct Series {
    std::span<const ImVec2> points;  ///< ascending x
    Token token = Token::orange;
    float baseline = 0;  ///< y of zero; the area down to here is filled
    bool is_filled = false;
    float seen_until = 1e9F;  ///< x of the playhead; what lies right of it is thin and faint
    Dash dash = {.width = 1.7F, .on = 0, .off = 0};  ///< on = 0: whole
};

/// A frame with grips over the silhouette of the run.
void draw_minimap(const Painter& painter, const Box& box, const Minimap& minimap);
/// White line with the time in a tag whose box ends at `top`.
Box draw_playhead(const Painter& painter, float x, float top, float bottom, std::string_view time);
/// Flag on the ruler with a name, and a thin line below it down to `bottom`. `top` is the flag's
/// top.
void draw_bookmark(const Painter& painter, float x, float top, float bottom, std::string_view name);
void draw_fault(const Painter& painter, const Box& box, const FaultBox& fault);
/// The fault through events and plots: a band, solid where it starts, dashed where it ends.
void draw_fault_band(const Painter& painter, const Box& box, Token token, bool has_ended = true);
void draw_series(const Painter& painter, const Series& series);
/// Where the playhead crosses a curve.
void draw_series_point(const Painter& painter, ImVec2 at, Token token);
/// Height of a curve at x; the points ascend in x.
float height_at(std::span<const ImVec2> points, float x);

}  // namespace gregor::visualizer
