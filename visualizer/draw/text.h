#pragma once

#include "visualizer/draw/painter.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
/// The text in lines of at most `width` points, broken at spaces. A word that is wider than a line
/// is shortened; so is the last of `most` lines when more follows.
std::vector<std::string> wrap_text(const Painter& painter, std::string_view text, TextStyle style,
                                   float width, std::size_t most = 32);
/// Draws one line. `at.y` is the middle of the line; `at.x` its left end, middle or right end.
/// Returns the box of the line.
Box draw_text(const Painter& painter, ImVec2 at, const Text& text);
/// An icon whose visible part is centred on a point. Nothing when the icon font is missing.
void draw_icon(const Painter& painter, ImVec2 center, Icon icon, float size, ImU32 color);

}  // namespace gregor::visualizer
