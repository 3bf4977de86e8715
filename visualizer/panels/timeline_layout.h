#pragma once

#include "visualizer/frame.h"
#include "visualizer/panels/timeline_axis.h"

#include <optional>
#include <string>
#include <vector>

namespace gregor::visualizer {

/// Where the parts of the timeline are.
struct TimelineLayout {
    struct Plot {
        Box box;             ///< from the axis's left to its right
        std::size_t metric;  ///< index in the course
        std::size_t place;   ///< from above
    };
    Box panel, minimap, ruler, faults, events;
    std::vector<Plot> plots;
    float left = 0, right = 0;  ///< of the axis
    float bottom = 0;           ///< of the last plot, or of the lanes

    static TimelineLayout of(const Frame& frame, const Box& panel);
    /// From the ruler to the last plot, along the axis.
    Box body() const { return {{left, ruler.min.y}, {right, bottom}}; }
    bool is_over_plot(ImVec2 point) const;
};

/// Whether any of its values is not zero.
bool is_measured(const lab::Course::Metric& metric);

/// Part of a line, in points.
struct Interval {
    float from = 0, to = 0;

    bool touches(const Interval& other) const { return from < other.to && other.from < to; }
};

/// Where a label of this width begins: at `start`, or right of what it must not touch; nowhere when
/// it would reach beyond `limit`.
std::optional<float> place_label(float start, float width, const Interval& blocked, float limit);

/// The ground of lanes and plots.
ImU32 lane_color(const Painter& painter);
/// Icon and title in the left gutter.
void draw_gutter_title(const Painter& painter, float left, float y, Icon icon, Token token,
                       std::string_view title);

}  // namespace gregor::visualizer
