#include "visualizer/draw/cards.h"

#include <algorithm>

namespace gregor::visualizer {

void draw_small_card(const Painter& painter, const Box& box, const SmallCard& card)
{
    const Token edge = card.is_faulty ? Token::vermilion : card.role;
    draw_shadow(painter, box, card_radius);
    fill_box(painter, box, painter.color(Token::raised), card_radius);
    outline_box(painter, box, painter.color(edge, card.is_faulty ? 0.9F : 0.55F), card_radius,
                card.is_faulty ? 1.5F : 1.0F);
    const float middle = box.center().y;
    const Box tile = box_at({box.min.x + 7, middle - 14}, 28, 28);
    fill_box(painter, tile, painter.color(card.role, 0.18F), 7);
    draw_icon(painter, tile.center(), card.icon, 13, painter.color(card.role));
    const float left = tile.max.x + 8, width = box.max.x - 8 - left;
    draw_text(painter, {left, box.min.y + 14},
              {.text = card.title,
               .style = {Face::text_semibold, 12},
               .color = painter.color(Token::text_hi),
               .max_width = width});
    draw_text(painter, {left, box.min.y + 30},
              {.text = card.detail,
               .style = {Face::text, 11},
               .color = painter.color(card.is_faulty ? Token::vermilion : Token::text_low),
               .max_width = width});
    if (card.is_selected) draw_selection(painter, box, card_radius);
}

Box draw_broker_card(const Painter& painter, const Box& box, const BrokerCard& card)
{
    const Box strip = {box.min, {box.max.x, box.min.y + title_strip_height}};
    draw_shadow(painter, box, card_radius);
    fill_box(painter, box, painter.color(Token::raised), card_radius);
    fill_upper_box(painter, strip,
                   card.is_faulty ? painter.washed(Token::raised, Token::vermilion, 0.16F)
                                  : painter.color(Token::raised2),
                   card_radius);
    outline_box(
        painter, box,
        card.is_faulty ? painter.color(Token::vermilion, 0.85F) : painter.color(Token::line2),
        card_radius, card.is_faulty ? 1.5F : 1.0F);
    const float middle = strip.center().y;
    const Token ink = card.is_faulty ? Token::vermilion : Token::sky;
    draw_icon(painter, {box.min.x + 18, middle}, Icon::server, 14, painter.color(ink));
    const Box title = draw_text(painter, {box.min.x + 32, middle},
                                {.text = card.title,
                                 .style = {Face::text_semibold, 13},
                                 .color = painter.color(Token::text_hi),
                                 .max_width = box.width() - 60});
    if (!card.role.empty())
        draw_pill(
            painter, {title.max.x + 7, middle},
            {.text = card.role, .token = Token::yellow, .height = 16, .ground = Token::raised2});
    draw_icon(painter, {box.max.x - 17, middle}, card.state, 13,
              painter.color(card.is_faulty ? Token::vermilion : Token::green));
    if (card.is_selected) draw_selection(painter, box, card_radius);
    return {{box.min.x, strip.max.y}, box.max};
}

void draw_replica_sign(const Painter& painter, ImVec2 center, ReplicaState state)
{
    switch (state) {
        case ReplicaState::leader:
            fill_star(painter, center, 5, painter.color(Token::yellow));
            break;
        case ReplicaState::in_sync:
            fill_circle(painter, center, 3, painter.color(Token::green));
            break;
        case ReplicaState::out_of_sync:
            draw_ring(painter, center, 2.8F, painter.color(Token::vermilion), 1.4F);
            break;
        case ReplicaState::stale_leader:
            fill_star(painter, center, 5, painter.color(Token::yellow, 0.7F));
            break;
    }
}

void draw_replica_chip(const Painter& painter, const Box& box, ReplicaState state,
                       std::string_view name, bool is_selected)
{
    constexpr float radius = 4;
    ImU32 ink = painter.color(Token::text_mid);
    switch (state) {
        case ReplicaState::leader:
            fill_box(painter, box, painter.color(Token::blue), radius);
            ink = painter.color(Token::on_blue);
            break;
        case ReplicaState::in_sync:
            outline_box(painter, box, painter.color(Token::sky, 0.5F), radius);
            break;
        case ReplicaState::out_of_sync:
        case ReplicaState::stale_leader:
            fill_box(painter, box, painter.color(Token::vermilion, 0.17F), radius);
            fill_hatch(painter, box.inset(1), radius - 1, painter.color(Token::vermilion, 0.28F),
                       {.pitch = 5});
            outline_box(painter, box, painter.color(Token::vermilion, 0.65F), radius);
            ink = painter.on_tint(Token::vermilion, 0.6F);
            break;
    }
    const float middle = box.center().y;
    const ImVec2 sign{box.min.x + 7.5F, middle};
    if (state == ReplicaState::leader) {
        fill_star(painter, sign, 5, painter.color(Token::star));
    } else {
        draw_replica_sign(painter, sign, state);
    }
    draw_text(painter, {box.max.x - 5, middle},
              {.text = name, .style = {Face::mono, 10}, .color = ink, .align = Align::right});
    if (is_selected) draw_selection(painter, box, radius, 1.5F);
}

void draw_load_bar(const Painter& painter, const Box& row, const LoadBar& bar)
{
    const float middle = row.center().y;
    draw_text(
        painter, {row.min.x + 11, middle},
        {.text = bar.label, .style = {Face::text, 11}, .color = painter.color(Token::text_low)});
    const Box track{{row.min.x + 50, middle - 3}, {row.max.x - 68, middle + 3}};
    const Token token = bar.is_idle ? Token::text_low : bar.is_high ? Token::orange : Token::sky;
    draw_bar(painter, track, bar.share, painter.color(token));
    draw_text(painter, {row.max.x - 10, middle},
              {.text = bar.value,
               .style = {Face::mono, 10},
               .color = painter.color(Token::text_mid),
               .align = Align::right});
}

void draw_hull(const Painter& painter, const Box& box, std::string_view label)
{
    constexpr float radius = 12;
    fill_box(painter, box, painter.color(Token::purple, 0.05F), radius);
    draw_dashed_box(painter, box, radius, painter.color(Token::purple, 0.4F),
                    {.width = 1.2F, .on = 5, .off = 4});
    draw_pill(painter, {box.min.x + 12, box.min.y},
              {.text = label, .token = Token::purple, .height = 17});
}

void draw_cut_badge(const Painter& painter, ImVec2 center)
{
    fill_circle(painter, center, 12, painter.color(Token::panel));
    draw_ring(painter, center, 11.5F, painter.color(Token::vermilion, 0.9F), 1.3F);
    draw_icon(painter, center, Icon::chain_broken, 11, painter.color(Token::vermilion));
}

void draw_dot_grid(const Painter& painter, const Box& box, float pitch)
{
    const ImU32 color = painter.color(Token::line, 0.55F);
    for (float y = box.min.y + pitch / 2; y < box.max.y - 2; y += pitch)
        for (float x = box.min.x + pitch / 2; x < box.max.x - 2; x += pitch)
            fill_box(painter, box_at(painter.snap({x, y}), 2, 2), color);
}

}  // namespace gregor::visualizer
