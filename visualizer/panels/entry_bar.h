#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// The line that the user types into, above the middle of the window: what it is for, the text with
/// a caret, and what came of it. Nothing when nothing is being typed.
void draw_entry(const Frame& frame, ImVec2 size);

}  // namespace gregor::visualizer
