#pragma once

#include "visualizer/draw/painter.h"

namespace gregor::visualizer {

/// Every key and gesture, over the middle of the window.
void draw_keys(const Painter& painter, ImVec2 size);

}  // namespace gregor::visualizer
