#pragma once

#include "visualizer/frame.h"
#include "visualizer/panels/why.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::visualizer {

/// Height in points of a card of this width.
float why_card_height(const Painter& painter, const Why& why, float width);

/// Draws the card with its top left corner at `at`. Links answer to the mouse inside `visible`: a
/// click moves the playhead to the event and selects it.
void draw_why_card(Frame& frame, const Why& why, const Box& card, const Box& visible);

}  // namespace gregor::visualizer
