#pragma once

#include "visualizer/frame.h"

#include <string>
#include <string_view>
#include <vector>

namespace gregor::visualizer {

/// What is explained beside the pointer. The last one that is found in a frame is shown.
struct Hint {
    std::string title, text;
    std::vector<std::string> values;  ///< lines in mono
    Token token = Token::sky;
};

/// The panel number of texts in tooltips is that of the panel plus this: they lie over others.
inline constexpr int tooltip_panel = 100;

/// A dark box beside the pointer, within the panel. Nothing when there is nothing to say.
void draw_hint(const Frame& frame, const Box& panel, const Hint& hint);

}  // namespace gregor::visualizer
