#include "visualizer/panels/hint.h"

#include "visualizer/draw/shapes.h"
#include "visualizer/draw/text.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

constexpr TextStyle title_style{Face::text_semibold, 12}, text_style{Face::text, 11};
constexpr TextStyle value_style{Face::mono, 11};
constexpr float margin = 11, line_pitch = 16, widest = 420;

float widest_of(const Painter& painter, const std::vector<std::string>& lines, TextStyle style)
{
    float width = 0;
    for (const std::string& line : lines) width = std::max(width, text_width(painter, line, style));
    return width;
}

/// Right of the pointer and above it, or where the panel has room.
ImVec2 corner_of(const Box& panel, ImVec2 mouse, float width, float height)
{
    float x = mouse.x + 14, y = mouse.y - height - 10;
    if (x + width > panel.max.x - 6) x = mouse.x - width - 14;
    if (y < panel.min.y + 4) y = mouse.y + 18;
    const float lowest = std::max(panel.min.y + 4, panel.max.y - height - 4);
    return {std::max(x, panel.min.x + 6), std::clamp(y, panel.min.y + 4, lowest)};
}

}  // namespace

void draw_hint(const Frame& frame, const Box& panel, const Hint& hint)
{
    if (hint.title.empty()) return;
    Painter painter = frame.painter;
    painter.panel += tooltip_panel;
    const std::vector<std::string> lines = wrap_text(painter, hint.text, text_style, widest);
    const float width = std::max({text_width(painter, hint.title, title_style),
                                  widest_of(painter, lines, text_style),
                                  widest_of(painter, hint.values, value_style)});
    const auto count = static_cast<float>(lines.size() + hint.values.size());
    const float height = 28 + line_pitch * count + (count > 0 ? 2.0F : 0.0F);
    const float whole = std::ceil(width + 2 * margin);
    const ImVec2 corner = corner_of(panel, frame.input.mouse, whole, height);
    const Box box = box_at(painter.snap(corner), whole, height);
    draw_shadow(painter, box, 6);
    fill_box(painter, box, painter.color(Token::tooltip, 0.96F), 6);
    outline_box(painter, box, painter.color(hint.token, 0.5F), 6);
    const float x = box.min.x + margin;
    float y = box.min.y + 14;
    draw_text(painter, {x, y}, {hint.title, title_style, painter.color(Token::text_hi)});
    for (const std::string& line : lines) {
        draw_text(painter, {x, y += line_pitch},
                  {line, text_style, painter.color(Token::text_mid)});
    }
    for (const std::string& line : hint.values) {
        draw_text(painter, {x, y += line_pitch},
                  {line, value_style, painter.color(Token::text_mid)});
    }
}

}  // namespace gregor::visualizer
