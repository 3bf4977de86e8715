#pragma once

#include "visualizer/panels/hint.h"
#include "visualizer/panels/timeline_layout.h"

#include <string>
#include <vector>

namespace gregor::visualizer {

/// A number in at most five characters: "7.3", "246", "8564", "12.3k", "1.2M".
std::string value_text(double value);
/// Of all series in what is visible.
double greatest_value(const lab::Course::Metric& metric, const TimeAxis& axis,
                      const lab::Course& course);
/// The least round number that is not below: 1, 1.2, 1.5, 2, 2.5, 3 to 8 or 10 times a power of
/// ten; below ten only whole ones. 1 for nothing.
double round_maximum(double value);

/// Colour of the n-th series of a metric.
Token series_token(const lab::Course::Metric& metric, std::size_t number);
/// Ground, middle line and curves of one plot. Every curve has at most one corner for each column
/// of pixels; of several slices in one column the one furthest from the column before counts, so
/// that no peak and no gap is lost.
void draw_plot(const Frame& frame, const TimelineLayout::Plot& plot, const TimeAxis& axis);
/// Title, unit and scale in the gutter, values at the playhead in the legend. Clicking the title
/// plots the next metric there.
void draw_plot_labels(Frame& frame, const TimelineLayout& layout, const TimelineLayout::Plot& plot,
                      const TimeAxis& axis, Hint& hint);
/// The values under the pointer, for a tooltip.
void explain_plot(const Frame& frame, const TimelineLayout::Plot& plot, const TimeAxis& axis,
                  Hint& hint);

}  // namespace gregor::visualizer
