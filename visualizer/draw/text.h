#pragma once

#include "visualizer/draw/painter.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gregor::visualizer {

enum class Align : std::uint8_t { left, center, right };

struct Text {
    std::string_view text;  ///< UTF-8
    TextStyle style;
    ImU32 color = 0;
    Align align = Align::left;
    float max_width = 0;  ///< points; longer text ends in an ellipsis; 0: as long as it is
};

/// In points.
float text_width(const Painter& painter, std::string_view text, TextStyle style);
/// The text, or as many of its first letters as fit before an ellipsis. Empty when nothing fits.
std::string fit_text(const Painter& painter, std::string_view text, TextStyle style, float width);
/// Draws one line. `at.y` is the middle of the line; `at.x` its left end, middle or right end.
/// Returns the box of the line.
Box draw_text(const Painter& painter, ImVec2 at, const Text& text);
/// An icon whose visible part is centred on a point. Nothing when the icon font is missing.
void draw_icon(const Painter& painter, ImVec2 center, Icon icon, float size, ImU32 color);

}  // namespace gregor::visualizer
