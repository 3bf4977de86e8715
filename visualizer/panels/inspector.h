#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// The selected thing: its facts, why it is as it is, and what belongs to it. Without a selection,
/// the run. Scrolls with the wheel when the box is too low for all of it.
void draw_inspector(Frame& frame, const Box& box);

}  // namespace gregor::visualizer
