#include "visualizer/draw/glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace gregor::visualizer {
namespace {

constexpr float message_radius = 4.6F;  // points

void draw_cross(const Painter& painter, ImVec2 center, float reach, ImU32 color, float width)
{
    const auto [x, y] = center;
    draw_stroke(painter, {x - reach, y - reach}, {x + reach, y + reach}, color, width);
    draw_stroke(painter, {x - reach, y + reach}, {x + reach, y - reach}, color, width);
}

/// Eight short rays, none of them along the arms of the cross within.
void draw_rays(const Painter& painter, ImVec2 center, float from, float to, ImU32 color)
{
    for (int i = 0; i < 8; ++i) {
        const float angle = std::numbers::pi_v<float> * (static_cast<float>(i) / 4 + 0.125F);
        const float x = std::cos(angle), y = std::sin(angle);
        draw_stroke(painter, {center.x + from * x, center.y + from * y},
                    {center.x + to * x, center.y + to * y}, color, 1.2F);
    }
}

}  // namespace

Token token_of(MessageKind kind)
{
    switch (kind) {
        case MessageKind::produce: return Token::orange;
        case MessageKind::replica_fetch: return Token::sky;
        case MessageKind::consumer_fetch: return Token::purple;
        case MessageKind::acknowledgement: return Token::green;
        case MessageKind::control: return Token::yellow;
        case MessageKind::dropped: return Token::vermilion;
    }
    return Token::text_mid;
}

Token token_of(EventGlyph glyph)
{
    switch (glyph) {
        case EventGlyph::election: return Token::yellow;
        case EventGlyph::rebalance: return Token::purple;
        case EventGlyph::isr_grows: return Token::green;
        case EventGlyph::isr_shrinks: return Token::vermilion;
        case EventGlyph::truncation: return Token::sky;
        case EventGlyph::join: return Token::purple;
    }
    return Token::text_mid;
}

void fill_circle(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    painter.list->AddCircleFilled(center, radius, color);
}

void draw_ring(const Painter& painter, ImVec2 center, float radius, ImU32 color, float width)
{
    painter.list->AddCircle(center, radius, color, 0, width);
}

void fill_diamond(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    fill_polygon(painter, center, regular_polygon(center, radius, 4), color);
}

void fill_square(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    const ImVec2 corner = painter.snap({center.x - radius, center.y - radius});
    const float side = painter.snap(2 * radius);
    fill_box(painter, box_at(corner, side, side), color, 1);
}

void fill_hexagon(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    fill_polygon(painter, center, regular_polygon(center, radius, 6), color);
}

void fill_triangle_up(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    const std::array corners{ImVec2(center.x, center.y - radius),
                             ImVec2(center.x + radius, center.y + radius * 0.75F),
                             ImVec2(center.x - radius, center.y + radius * 0.75F)};
    fill_polygon(painter, center, corners, color);
}

void fill_triangle_down(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    const std::array corners{ImVec2(center.x, center.y + radius),
                             ImVec2(center.x - radius, center.y - radius * 0.75F),
                             ImVec2(center.x + radius, center.y - radius * 0.75F)};
    fill_polygon(painter, center, corners, color);
}

void fill_star(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    constexpr float waist = 0.52F;  // where the arms meet
    const std::vector<ImVec2> tips = regular_polygon(center, radius, 5);
    const std::vector<ImVec2> waists =
        regular_polygon(center, radius * waist, 5, std::numbers::pi_v<float> / 5);
    std::array<ImVec2, 10> corners;
    for (std::size_t i = 0; i < 5; ++i) {
        corners[2 * i] = tips[i];
        corners[2 * i + 1] = waists[i];
    }
    fill_polygon(painter, center, corners, color);
}

void draw_glow(const Painter& painter, ImVec2 center, float radius, ImU32 color)
{
    for (int circle = 3; circle > 0; --circle) {
        const float reach = glow_reach * static_cast<float>(circle) / 3;
        fill_circle(painter, center, radius + reach, with_alpha(color, 0.07F));
    }
}

void draw_message_sign(const Painter& painter, ImVec2 center, MessageKind kind)
{
    const ImU32 color = painter.color(token_of(kind));
    switch (kind) {
        case MessageKind::produce:
            fill_circle(painter, center, message_radius - 0.4F, color);
            break;
        case MessageKind::replica_fetch:
            fill_diamond(painter, center, message_radius + 0.6F, color);
            break;
        case MessageKind::consumer_fetch:
            fill_square(painter, center, message_radius - 0.6F, color);
            break;
        case MessageKind::acknowledgement:
            fill_triangle_up(painter, center, message_radius, color);
            break;
        case MessageKind::control:
            fill_hexagon(painter, center, message_radius + 0.2F, color);
            break;
        case MessageKind::dropped: draw_cross(painter, center, 3.6F, color, 1.8F); break;
    }
}

void draw_message(const Painter& painter, ImVec2 center, MessageKind kind, bool is_ringed)
{
    const ImU32 color = painter.color(token_of(kind));
    if (kind == MessageKind::dropped) {
        draw_rays(painter, center, 7.5F, 11.5F, color);
    } else {
        draw_glow(painter, center, message_radius, color);
        // A dark rim parts the shape from its edge.
        if (kind == MessageKind::produce)
            fill_circle(painter, center, message_radius + 0.7F, painter.color(Token::bg));
    }
    draw_message_sign(painter, center, kind);
    if (is_ringed) draw_ring(painter, center, 9, painter.color(Token::mark), 1.5F);
}

void draw_comet_tail(const Painter& painter, const Bezier& edge, float share_done, Token token)
{
    constexpr int pieces = 12;
    constexpr float length = 0.16F;
    const float begin = std::max(0.0F, share_done - length);
    ImVec2 from = place_on(edge, begin);
    for (int i = 1; i <= pieces; ++i) {
        const float share = static_cast<float>(i) / pieces;
        const ImVec2 to = place_on(edge, begin + (share_done - begin) * share);
        draw_stroke(painter, from, to, painter.color(token, 0.7F * share), 1 + 1.2F * share);
        from = to;
    }
}

void draw_event(const Painter& painter, ImVec2 center, EventGlyph glyph)
{
    const ImU32 color = painter.color(token_of(glyph));
    switch (glyph) {
        case EventGlyph::election: fill_star(painter, center, 6.2F, color); break;
        case EventGlyph::rebalance: draw_ring(painter, center, 4, color, 1.6F); break;
        case EventGlyph::isr_grows: fill_triangle_up(painter, center, 5, color); break;
        case EventGlyph::isr_shrinks: fill_triangle_down(painter, center, 5, color); break;
        case EventGlyph::truncation: fill_diamond(painter, center, 5.2F, color); break;
        case EventGlyph::join: fill_square(painter, center, 4, color); break;
    }
}

}  // namespace gregor::visualizer
