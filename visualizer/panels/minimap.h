#pragma once

#include "visualizer/panels/timeline_layout.h"

namespace gregor::visualizer {

/// The whole run in one strip: throughput as a silhouette, where faults begin, what is visible, and
/// the playhead.
void draw_run_map(const Frame& frame, const Box& box, const TimeAxis& axis);

/// Moves or resizes the window while the button is held on the strip. Changes the axis.
void drag_window(Frame& frame, const Box& box, TimeAxis& axis);

}  // namespace gregor::visualizer
