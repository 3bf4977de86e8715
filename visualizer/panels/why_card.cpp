#include "visualizer/panels/why_card.h"

#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/shapes.h"
#include "visualizer/draw/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::visualizer {

namespace {

// Points, from the card's corner.
constexpr float sign_x = 13, text_x = 27, margin = 10;
constexpr float title_y = 19, first_row = 30, foot = 9, line_pitch = 15, row_rest = 6;
constexpr float time_gap = 14;
constexpr std::size_t title_lines = 2;
constexpr TextStyle question_style{Face::text_semibold, 13}, title_style{Face::text_medium, 12},
    detail_style{Face::text, 11}, time_style{Face::mono, 11};

std::string time_text(Time at)
{
    return fmt::format("{:.3f}", static_cast<double>(at.nanoseconds) / 1e9);
}

float time_width(const Painter& painter, const Why& why)
{
    float width = 0;
    for (const WhyLink& link : why.links)
        width = std::max(width, text_width(painter, time_text(link.at), time_style));
    return width;
}

/// Where the sentences of a card begin, and how wide they may be.
struct Column {
    float x, width;
};

Column column_of(const Painter& painter, const Why& why, float card_width)
{
    const float x = text_x + std::ceil(time_width(painter, why)) + time_gap;
    return {x, card_width - x - margin};
}

std::vector<std::string> question_lines(const Painter& painter, const Why& why, float card_width)
{
    return wrap_text(painter, why.question, question_style, card_width - text_x - margin, 2);
}

float rows_top(std::size_t question_line_count)
{
    return first_row + 16 * static_cast<float>(question_line_count - 1);
}

std::vector<std::string> lines_of(const Painter& painter, const WhyLink& link, float width)
{
    return wrap_text(painter, link.title, title_style, width, title_lines);
}

/// What stands below the title: the reason, and where it happened if there is room for both.
std::string detail_of(const Painter& painter, const WhyLink& link, float width)
{
    if (link.detail.empty() || link.where.empty()) return link.detail + link.where;
    const std::string both = link.detail + " · " + link.where;
    return text_width(painter, both, detail_style) <= width ? both : link.detail;
}

float row_height(const WhyLink& link, std::size_t title_line_count)
{
    const bool has_detail = !link.detail.empty() || !link.where.empty();
    const std::size_t lines = title_line_count + (has_detail ? 1 : 0);
    return row_rest + line_pitch * static_cast<float>(lines);
}

void draw_dot(const Painter& painter, ImVec2 center, const WhyLink& link)
{
    const ImU32 color = painter.color(link.token);
    if (link.is_pending) {
        draw_ring(painter, center, 3.3F, color, 1.6F);
    } else {
        fill_circle(painter, center, 4, color);
    }
}

/// From one dot down to the next; dashed where links are left out.
void draw_connector(const Painter& painter, ImVec2 from, float bottom, bool skips)
{
    const ImU32 color = painter.color(Token::line2);
    for (float y = from.y; y < bottom; y += 4)
        draw_vertical(painter, from.x - 0.5F, y, skips ? y + 2 : std::min(y + 4, bottom), color);
}

/// Takes the mouse: returns whether it is over the link.
bool point_at_link(Frame& frame, const WhyLink& link, const Box& row, const Box& visible)
{
    if (link.event == 0 || !visible.contains(frame.input.mouse)) return false;
    const bool is_hovered = frame.point_at(row, Subject::event(link.event));
    if (is_hovered && frame.input.pressed) frame.view.seek_event_to = link.event;
    return is_hovered;
}

void draw_link(const Painter& painter, const WhyLink& link, const std::vector<std::string>& title,
               ImVec2 corner, const Column& column)
{
    float y = corner.y + 15;
    draw_dot(painter, painter.snap({corner.x + sign_x, y}), link);
    draw_text(
        painter, {corner.x + text_x, y},
        {.text = time_text(link.at), .style = time_style, .color = painter.color(Token::text_low)});
    for (const std::string& line : title) {
        draw_text(painter, {corner.x + column.x, y},
                  {.text = line, .style = title_style, .color = painter.color(Token::text_hi)});
        y += line_pitch;
    }
    draw_text(painter, {corner.x + column.x, y},
              {.text = detail_of(painter, link, column.width),
               .style = detail_style,
               .color = painter.color(Token::text_low),
               .max_width = column.width});
}

}  // namespace

float why_card_height(const Painter& painter, const Why& why, float width)
{
    const Column column = column_of(painter, why, width);
    float height = rows_top(question_lines(painter, why, width).size()) + foot;
    for (const WhyLink& link : why.links)
        height += row_height(link, lines_of(painter, link, column.width).size());
    return height;
}

void draw_why_card(Frame& frame, const Why& why, const Box& card, const Box& visible)
{
    const Painter& painter = frame.painter;
    fill_box(painter, card, painter.color(Token::yellow, 0.055F), 8);
    outline_box(painter, card, painter.color(Token::yellow, 0.28F), 8);
    draw_icon(painter, {card.min.x + sign_x, card.min.y + title_y}, Icon::lightbulb, 13,
              painter.color(Token::yellow));
    const auto question = question_lines(painter, why, card.width());
    float y = card.min.y + title_y;
    for (const std::string& line : question) {
        draw_text(painter, {card.min.x + text_x, y},
                  {.text = line, .style = question_style, .color = painter.color(Token::text_hi)});
        y += 16;
    }
    const Column column = column_of(painter, why, card.width());
    y = card.min.y + rows_top(question.size());
    for (const WhyLink& link : why.links) {
        const auto title = lines_of(painter, link, column.width);
        const float height = row_height(link, title.size());
        const Box row{{card.min.x + 4, y + 5}, {card.max.x - 4, y + 3 + height}};
        if (point_at_link(frame, link, row, visible))
            fill_box(painter, row, painter.color(Token::yellow, 0.08F), 5);
        if (&link != &why.links.back())
            draw_connector(painter, {card.min.x + sign_x, y + 22}, y + height + 8,
                           (&link)[1].skips);
        draw_link(painter, link, title, {card.min.x, y}, column);
        y += height;
    }
}

}  // namespace gregor::visualizer
