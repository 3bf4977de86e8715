#include "visualizer/panels/inspector_blocks.h"

#include "visualizer/draw/text.h"
#include "visualizer/panels/why_card.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {

namespace {

// Points.
constexpr float margin = page_margin, card_margin = 11;
constexpr float fact_pitch = 41, line_height = 17;
constexpr int fact_columns = 4;
constexpr float heading_gap = 6, heading_height = 19;
constexpr float box_pitch = 20, box_value_x = 76;
constexpr TextStyle label_style{Face::text, 11}, value_style{Face::mono, 11},
    text_style{Face::text, 12}, heading_style{Face::text_semibold, 12},
    title_style{Face::text_semibold, 13};

// Facts.

/// Columns that a fact needs for its text.
int columns_of(const Page& page, const Fact& fact)
{
    const float pitch = inner_width(page) / fact_columns;
    const float width = std::max(text_width(page.frame.painter, fact.value, value_style),
                                 text_width(page.frame.painter, fact.label, label_style));
    const int needed = static_cast<int>(std::ceil((width + 6) / pitch));
    return std::clamp(needed, fact.columns, fact_columns);
}

struct FactPlace {
    int row = 0, column = 0, columns = 1;
};

std::vector<FactPlace> places_of(const Page& page, const FactGrid& facts)
{
    std::vector<FactPlace> places;
    int row = 0, column = 0;
    for (const Fact& fact : facts) {
        const int columns = columns_of(page, fact);
        if (column + columns > fact_columns) {
            ++row;
            column = 0;
        }
        places.push_back({row, column, columns});
        column += columns;
    }
    return places;
}

float height(const Page& page, const FactGrid& facts)
{
    if (facts.empty()) return 0;
    return fact_pitch * static_cast<float>(places_of(page, facts).back().row + 1) + 2;
}

void draw(const Page& page, float top, const FactGrid& facts)
{
    const Painter& painter = page.frame.painter;
    const float pitch = inner_width(page) / fact_columns;
    const auto places = places_of(page, facts);
    for (std::size_t i = 0; i < facts.size(); ++i) {
        const Fact& fact = facts[i];
        const FactPlace& place = places[i];
        const float x = std::floor(page.left + margin + pitch * static_cast<float>(place.column));
        const float y = top + fact_pitch * static_cast<float>(place.row);
        const float width = pitch * static_cast<float>(place.columns) - 6;
        draw_text(painter, {x, y + 8},
                  {.text = fact.label,
                   .style = label_style,
                   .color = painter.color(Token::text_low),
                   .max_width = width});
        const bool is_hovered = page.point_at(box_at({x, y}, width, 34), fact.subject);
        const Box value =
            draw_text(painter, {x, y + 24},
                      {.text = fact.value,
                       .style = value_style,
                       .color = is_hovered ? painter.color(Token::mark) : painter.color(fact.token),
                       .max_width = width});
        if (is_hovered)
            draw_horizontal(painter, value.max.y, value.min.x, value.max.x,
                            painter.color(Token::mark, 0.6F));
    }
}

// Headings and texts.

float height(const Page&, const Heading&)
{
    return heading_gap + heading_height;
}

void draw(const Page& page, float top, const Heading& heading)
{
    const Painter& painter = page.frame.painter;
    const float y = top + heading_gap + 9;
    const float note =
        std::min(text_width(painter, heading.note, label_style), inner_width(page) * 0.6F);
    const Box title = draw_text(painter, {page.left + margin, y},
                                {.text = heading.title,
                                 .style = heading_style,
                                 .color = painter.color(Token::text_hi),
                                 .max_width = std::max(inner_width(page) - note - 10, 60.0F)});
    draw_text(painter, {page.right - margin, y},
              {.text = heading.note,
               .style = label_style,
               .color = painter.color(Token::text_low),
               .align = Align::right,
               .max_width = std::max(page.right - margin - title.max.x - 8, 1.0F)});
}

std::vector<std::string> lines_of(const Page& page, const Paragraph& paragraph)
{
    return wrap_text(page.frame.painter, paragraph.text,
                     paragraph.is_title ? title_style : text_style, inner_width(page),
                     paragraph.most_lines);
}

float height(const Page& page, const Paragraph& paragraph)
{
    return line_height * static_cast<float>(lines_of(page, paragraph).size()) +
           (paragraph.is_title ? 12 : 20);
}

void draw(const Page& page, float top, const Paragraph& paragraph)
{
    const Painter& painter = page.frame.painter;
    float y = top + (paragraph.is_title ? 4.0F : 10.0F) + line_height / 2;
    for (const std::string& line : lines_of(page, paragraph)) {
        draw_text(painter, {page.left + margin, y},
                  {.text = line,
                   .style = paragraph.is_title ? title_style : text_style,
                   .color = painter.color(paragraph.token)});
        y += line_height;
    }
}

float height(const Page&, const RecordBox& box)
{
    return 2 + box_pitch * static_cast<float>(box.lines.size()) + 8 + 5;
}

void draw(const Page& page, float top, const RecordBox& box)
{
    const Painter& painter = page.frame.painter;
    const Box ground{{page.left + margin, top + 2},
                     {page.right - margin, top + height(page, box) - 5}};
    fill_box(painter, ground, painter.color(Token::bg), 6);
    outline_box(painter, ground, painter.color(Token::line, 0.8F), 6);
    float y = ground.min.y + 14;
    for (const RecordBox::Line& line : box.lines) {
        draw_text(painter, {ground.min.x + 10, y},
                  {.text = line.key,
                   .style = value_style,
                   .color = painter.color(Token::text_low),
                   .max_width = box_value_x - 14});
        draw_text(painter, {ground.min.x + box_value_x, y},
                  {.text = line.value,
                   .style = value_style,
                   .color = painter.color(line.token),
                   .max_width = ground.width() - box_value_x - 10});
        y += box_pitch;
    }
}

float height(const Page&, const Progress&)
{
    return 18;
}

void draw(const Page& page, float top, const Progress& progress)
{
    const Box track{{page.left + margin, top + 4}, {page.right - margin, top + 11}};
    draw_bar(page.frame.painter, track, static_cast<float>(progress.share),
             page.frame.painter.color(progress.token));
}

float height(const Page& page, const Why& why)
{
    const float width = page.right - page.left - 2 * card_margin;
    return why_card_height(page.frame.painter, why, width) + 4;
}

void draw(const Page& page, float top, const Why& why)
{
    const Box card{{page.left + card_margin, top},
                   {page.right - card_margin, top + height(page, why) - 4}};
    draw_why_card(page.frame, why, card, page.visible);
}

}  // namespace

float height_of(const Page& page, const Block& block)
{
    return std::visit([&](const auto& each) { return height(page, each); }, block);
}

void draw_block(const Page& page, float top, const Block& block)
{
    std::visit([&](const auto& each) { draw(page, top, each); }, block);
}

}  // namespace gregor::visualizer
