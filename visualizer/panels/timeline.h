#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// The axis of time with everything along it: minimap, ruler with bookmarks, faults, events, plots
/// of metrics, playhead. Scrubs, zooms and pans as the user asks.
void draw_timeline(Frame& frame, const Box& box);

}  // namespace gregor::visualizer
