#include "visualizer/panels/menu.h"

#include "visualizer/draw/controls.h"

#include <fmt/format.h>

namespace gregor::visualizer {

namespace {

constexpr float row = 30, margin = 6, radius = 8;

}  // namespace

Box menu_box(ImVec2 upper_right, std::size_t lines)
{
    return box_at({upper_right.x - menu_width, upper_right.y}, menu_width,
                  row * static_cast<float>(lines) + 2 * margin);
}

std::optional<std::size_t> draw_menu(const Frame& frame, const Box& box,
                                     std::span<const MenuItem> items)
{
    const Painter& painter = frame.painter;
    draw_shadow(painter, box, radius);
    fill_box(painter, box, painter.color(Token::raised), radius);
    outline_box(painter, box, painter.color(Token::line2), radius);
    std::optional<std::size_t> picked;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const MenuItem& item = items[i];
        const Box line =
            box_at({box.min.x + margin, box.min.y + margin + row * static_cast<float>(i)},
                   box.width() - 2 * margin, row);
        const bool is_hot = item.is_enabled && line.contains(frame.input.mouse);
        if (is_hot) fill_box(painter, line, painter.color(Token::raised2), 5);
        const float y = line.center().y;
        const Token ink = item.is_enabled ? Token::text_hi : Token::text_low;
        draw_text(painter, {line.min.x + 8, y},
                  {std::to_string(i + 1), {Face::mono, 11}, painter.color(Token::text_low)});
        draw_icon(painter, {line.min.x + 32, y}, item.icon, 13,
                  painter.color(item.is_enabled ? item.token : Token::text_low));
        const Box label = draw_text(painter, {line.min.x + 48, y},
                                    {item.label, {Face::text_medium, 12}, painter.color(ink)});
        draw_text(painter, {label.max.x + 10, y},
                  {item.note,
                   {Face::text, 11},
                   painter.color(Token::text_low),
                   Align::left,
                   line.max.x - label.max.x - 16});
        if (is_hot && frame.input.pressed) picked = i;
    }
    return picked;
}

}  // namespace gregor::visualizer
