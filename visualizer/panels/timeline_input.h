#pragma once

#include "visualizer/panels/timeline_layout.h"

namespace gregor::visualizer {

/// What the view says is visible, within the run; the whole run when it says nothing.
TimeAxis visible_axis(const Frame& frame, const TimelineLayout& layout);
/// Wheel, minimap, double click, and following the playhead.
void move_axis(Frame& frame, const TimelineLayout& layout, TimeAxis& axis);
/// Dragging on the ruler and on plots moves the playhead.
void scrub(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis);
/// Writes what is visible into the view.
void keep_axis(Frame& frame, const TimeAxis& axis);

}  // namespace gregor::visualizer
