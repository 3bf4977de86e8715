#include "visualizer/draw/text.h"
#include "visualizer/panels/inspector_blocks.h"

#include <algorithm>
#include <array>
#include <cmath>

/// Blocks of rows: lists, lags of groups, checks.
namespace gregor::visualizer {

namespace {

// Points.
constexpr float margin = page_margin, sign_x = 23, signed_text_x = 38, row_height = 18;
constexpr TextStyle label_style{Face::text, 11}, value_style{Face::mono, 11},
    text_style{Face::text, 12};

/// Positions that all rows of a list share, in points from the panel's left edge.
struct RowColumns {
    float name_x = margin, detail_x = 0;
    std::array<float, 4> number_right{};  ///< right ends
    float text_right = 0;                 ///< where the numbers begin
};

std::size_t number_count(const Rows& rows)
{
    std::size_t most = 0;
    for (const Row& row : rows) most = std::max(most, row.numbers.size());
    return std::min<std::size_t>(most, 4);
}

RowColumns columns_of(const Page& page, const Rows& rows)
{
    const Painter& painter = page.frame.painter;
    RowColumns columns;
    columns.text_right = page.right - page.left - margin;
    for (std::size_t i = number_count(rows); i-- > 0;) {
        float width = 24;
        for (const Row& row : rows) {
            if (i < row.numbers.size())
                width = std::max(width, text_width(painter, row.numbers[i].text, value_style));
        }
        columns.number_right[i] = columns.text_right;
        columns.text_right -= width + 12;
    }
    float name_width = 0;
    for (const Row& row : rows) {
        if (row.replica || row.icon != Icon::none) columns.name_x = signed_text_x;
        if (!row.detail.empty())
            name_width = std::max(name_width, text_width(painter, row.name, text_style));
    }
    columns.detail_x = columns.name_x + name_width + 12;
    return columns;
}

void draw_row(const Page& page, float middle, const Row& row, const RowColumns& columns)
{
    const Painter& painter = page.frame.painter;
    const ImVec2 sign{page.left + sign_x, middle};
    if (row.replica) draw_replica_sign(painter, sign, *row.replica);
    if (row.icon != Icon::none) draw_icon(painter, sign, row.icon, 12, painter.color(row.sign));
    const Box box{{page.left + 10, middle - row_height / 2},
                  {page.right - 10, middle + row_height / 2}};
    const bool is_hovered = page.point_at(box, row.subject);
    if (is_hovered) outline_box(painter, box, painter.color(Token::mark, 0.8F), 5);
    const bool is_chosen = row.subject && row.subject == page.frame.view.selected;
    const float room = columns.text_right - columns.name_x;
    const Box name = draw_text(
        painter, {page.left + columns.name_x, middle},
        {.text = row.name,
         .style = text_style,
         .color = painter.color(is_hovered || is_chosen ? Token::text_hi : Token::text_mid),
         .max_width = room});
    const float detail_x = std::max(columns.detail_x, name.max.x - page.left + 10);
    if (!row.detail.empty() && columns.text_right - detail_x > 20)
        draw_text(painter, {page.left + detail_x, middle},
                  {.text = row.detail,
                   .style = label_style,
                   .color = painter.color(Token::text_low),
                   .max_width = columns.text_right - detail_x});
    for (std::size_t i = 0; i < row.numbers.size() && i < columns.number_right.size(); ++i)
        draw_text(painter, {page.left + columns.number_right[i], middle},
                  {.text = row.numbers[i].text,
                   .style = value_style,
                   .color = painter.color(row.numbers[i].token),
                   .align = Align::right});
}

std::string lag_text(const LagBars::Bar& bar)
{
    return bar.lag ? count_text(*bar.lag) : "–";
}

/// In points from the panel's left edge.
struct BarColumns {
    float owner_x, bar_x, bar_right;
};

BarColumns columns_of(const Page& page, const LagBars& lags)
{
    const Painter& painter = page.frame.painter;
    float name = 72, owner = 0, number = 16;
    for (const LagBars::Bar& bar : lags.bars) {
        name = std::max(name, text_width(painter, bar.name, text_style) + 2);
        owner = std::max(owner, text_width(painter, bar.owner, label_style));
        number = std::max(number, text_width(painter, lag_text(bar), value_style) + 8);
    }
    const float width = inner_width(page);
    name = std::min(name, width * 0.4F);
    owner = std::min(std::max(owner, 48.0F), width * 0.2F);
    const float owner_x = margin + name + 10;
    return {owner_x, std::floor(owner_x + owner + 14), margin + width - number - 12};
}

struct CheckLook {
    Icon icon;
    Token sign, text, verdict;
    std::string_view word;
};

CheckLook look_of(const Check& check)
{
    if (!check.holds)
        return {Icon::minus, Token::text_low, Token::text_mid, Token::text_low, "no leader"};
    if (*check.holds)
        return {Icon::check_circle, Token::green, Token::text_mid, Token::text_low, "holds"};
    return {Icon::exclamation_triangle, Token::vermilion, Token::text_hi, Token::vermilion,
            "broken"};
}

}  // namespace

float height(const Page&, const Rows& rows)
{
    return row_height * static_cast<float>(rows.size());
}

void draw(const Page& page, float top, const Rows& rows)
{
    const RowColumns columns = columns_of(page, rows);
    for (const Row& row : rows) {
        draw_row(page, top + row_height / 2, row, columns);
        top += row_height;
    }
}

float height(const Page&, const LagBars& lags)
{
    return row_height * static_cast<float>(lags.bars.size());
}

void draw(const Page& page, float top, const LagBars& lags)
{
    const Painter& painter = page.frame.painter;
    const BarColumns columns = columns_of(page, lags);
    float y = top + row_height / 2;
    for (const LagBars::Bar& bar : lags.bars) {
        const Box row{{page.left + 10, y - row_height / 2}, {page.right - 10, y + row_height / 2}};
        const bool is_hovered = page.point_at(row, bar.subject);
        const bool is_chosen = bar.subject.name == page.frame.view.selected.name;
        if (is_hovered) outline_box(painter, row, painter.color(Token::mark, 0.8F), 5);
        draw_text(painter, {page.left + margin, y},
                  {.text = bar.name,
                   .style = text_style,
                   .color = painter.color(is_chosen ? Token::text_hi : Token::text_mid),
                   .max_width = columns.owner_x - margin - 8});
        draw_text(painter, {page.left + columns.owner_x, y},
                  {.text = bar.owner,
                   .style = label_style,
                   .color = painter.color(Token::text_low),
                   .max_width = columns.bar_x - columns.owner_x - 6});
        const bool is_high = bar.lag && *bar.lag >= lag_threshold;
        const std::string lag = lag_text(bar);
        const Box track{{page.left + columns.bar_x, y - 4}, {page.left + columns.bar_right, y + 3}};
        draw_bar(painter, track,
                 static_cast<float>(bar.lag.value_or(0)) / static_cast<float>(lags.full),
                 painter.color(is_high ? Token::orange : Token::purple));
        draw_text(painter, {page.right - margin, y},
                  {.text = lag,
                   .style = value_style,
                   .color = painter.color(is_high ? Token::orange : Token::text_hi),
                   .align = Align::right});
        y += row_height;
    }
}

float height(const Page&, const Checks& checks)
{
    return row_height * static_cast<float>(checks.size());
}

void draw(const Page& page, float top, const Checks& checks)
{
    const Painter& painter = page.frame.painter;
    float y = top + row_height / 2;
    for (const Check& check : checks) {
        const CheckLook look = look_of(check);
        draw_icon(painter, {page.left + sign_x, y}, look.icon, 12, painter.color(look.sign));
        const Box verdict = draw_text(painter, {page.right - margin, y},
                                      {.text = check.where.empty() ? look.word : check.where,
                                       .style = label_style,
                                       .color = painter.color(look.verdict),
                                       .align = Align::right,
                                       .max_width = inner_width(page) * 0.35F});
        draw_text(painter, {page.left + signed_text_x, y},
                  {.text = check.text,
                   .style = text_style,
                   .color = painter.color(look.text),
                   .max_width = verdict.min.x - 8 - page.left - signed_text_x});
        y += row_height;
    }
}

}  // namespace gregor::visualizer
