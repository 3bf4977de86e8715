#include "visualizer/draw/controls.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {
namespace {

constexpr float pill_icon = 11, pill_icon_gap = 4, sign_width = 16;

float pill_margin(const Pill& pill)
{
    return pill.height / 2 - 2;
}

/// From the box to just before the thing, so that its ring stays clear.
void draw_leader(const Painter& painter, ImVec2 thing, const Box& box, Token token)
{
    constexpr float clearance = 10;
    const ImVec2 nearest{std::clamp(thing.x, box.min.x + 6, box.max.x - 6),
                         std::clamp(thing.y, box.min.y, box.max.y)};
    const float dx = nearest.x - thing.x, dy = nearest.y - thing.y;
    const float length = std::hypot(dx, dy);
    if (length <= clearance) return;
    const ImVec2 start{thing.x + dx * clearance / length, thing.y + dy * clearance / length};
    draw_stroke(painter, start, nearest, painter.color(token, 0.6F), 1.2F);
}

}  // namespace

Box draw_panel(const Painter& painter, const Box& box, const PanelHeader& header)
{
    fill_box(painter, box, painter.color(Token::panel), panel_radius);
    outline_box(painter, box, painter.color(Token::line), panel_radius);
    const float middle = box.min.y + header_height / 2, rule = box.min.y + header_height - 1;
    draw_horizontal(painter, rule, box.min.x + 1, box.max.x - 1, painter.color(Token::line, 0.8F));
    draw_icon(painter, {box.min.x + 20, middle}, header.icon, 13, painter.color(Token::text_mid));
    const Box title = draw_text(painter, {box.min.x + 35, middle},
                                {.text = header.title,
                                 .style = {Face::text_semibold, 13},
                                 .color = painter.color(Token::text_hi)});
    if (!header.subtitle.empty())
        draw_text(painter, {title.max.x + 10, middle},
                  {.text = header.subtitle,
                   .style = {Face::text, 12},
                   .color = painter.color(Token::text_low),
                   .max_width = std::max(1.0F, box.max.x - 100 - title.max.x)});
    return {{box.min.x, rule + 1}, box.max};
}

ImVec2 header_button(const Box& panel, int from_right)
{
    return {panel.max.x - 20 - 24 * static_cast<float>(from_right),
            panel.min.y + header_height / 2};
}

float pill_width(const Painter& painter, const Pill& pill)
{
    const float icon = pill.icon == Icon::none ? 0.0F : pill_icon + pill_icon_gap;
    return std::ceil(2 * pill_margin(pill) + icon + text_width(painter, pill.text, pill.style));
}

Box draw_pill(const Painter& painter, ImVec2 left, const Pill& pill)
{
    const float top = painter.snap(left.y - pill.height / 2);
    const Box box = box_at({painter.snap(left.x), top}, pill_width(painter, pill), pill.height);
    const bool is_grey = pill.token == Token::text_mid || pill.token == Token::text_low;
    fill_box(
        painter, box,
        is_grey ? painter.color(Token::raised2) : painter.washed(pill.ground, pill.token, 0.16F),
        pill.height / 2);
    if (pill.is_outlined)
        outline_box(painter, box, painter.color(pill.token, 0.45F), pill.height / 2);
    float x = box.min.x + pill_margin(pill);
    if (pill.icon != Icon::none) {
        draw_icon(painter, {x + pill_icon / 2, box.center().y}, pill.icon, 11,
                  painter.color(pill.token));
        x += pill_icon + pill_icon_gap;
    }
    draw_text(painter, {x, box.center().y},
              {.text = pill.text,
               .style = pill.style,
               .color = is_grey ? painter.color(pill.token) : painter.on_tint(pill.token)});
    return box;
}

void draw_button(const Painter& painter, const Box& box, const Button& button)
{
    constexpr float radius = 6;
    Painter p = painter;
    if (!button.is_enabled) p.opacity *= 0.45F;
    const float hover = button.is_hovered ? 0.08F : 0.0F;
    if (button.token) {
        fill_box(p, box, p.washed(Token::panel, *button.token, 0.18F + hover), radius);
        outline_box(p, box, p.color(*button.token, 0.5F), radius);
    } else {
        fill_box(p, box, p.color(button.is_hovered ? Token::raised2 : Token::raised), radius);
        outline_box(p, box, p.color(Token::line2), radius);
    }
    const ImU32 ink = button.token ? p.on_tint(*button.token, 0.45F) : p.color(Token::text_hi);
    const TextStyle style{Face::text_medium, 12};
    const float icon = button.icon == Icon::none ? 0.0F : 12.0F;
    const float gap = icon > 0 && !button.label.empty() ? 7.0F : 0.0F;
    const float width = icon + gap + text_width(p, button.label, style);
    const float x = box.center().x - width / 2;
    draw_icon(p, {x + icon / 2, box.center().y}, button.icon, 12,
              button.token ? p.color(*button.token) : p.color(Token::text_mid));
    draw_text(p, {x + icon + gap, box.center().y},
              {.text = button.label, .style = style, .color = ink});
}

void draw_icon_button(const Painter& painter, ImVec2 center, Icon icon, bool is_hovered,
                      bool is_active)
{
    const Box box{{center.x - 12, center.y - 12}, {center.x + 12, center.y + 12}};
    if (is_active) {
        fill_box(painter, box, painter.color(Token::sky, 0.18F), 5);
    } else if (is_hovered) {
        fill_box(painter, box, painter.color(Token::raised2), 5);
    }
    const Token ink = is_active ? Token::sky : is_hovered ? Token::text_hi : Token::text_mid;
    draw_icon(painter, center, icon, 13, painter.color(ink));
}

void draw_play_button(const Painter& painter, ImVec2 center, bool is_playing, bool is_hovered)
{
    constexpr float radius = 16;
    const float lighter = is_hovered ? 0.2F : 0.0F;
    fill_circle(painter, center, radius, painter.washed(Token::sky, Token::text_hi, lighter));
    const ImU32 ink = painter.color(Token::bg);
    if (is_playing) {
        for (const float side : {-4.0F, 4.0F}) {
            const ImVec2 corner = painter.snap({center.x + side - 2, center.y - 6});
            fill_box(painter, box_at(corner, 4, 12), ink, 1);
        }
        return;
    }
    const ImVec2 corners[] = {{center.x - 4.5F, center.y - 7},
                              {center.x + 7.5F, center.y},
                              {center.x - 4.5F, center.y + 7}};
    fill_polygon(painter, center, corners, ink);
}

void draw_toggle(const Painter& painter, ImVec2 center, bool is_on)
{
    const Box box = box_at(painter.snap({center.x - 11, center.y - 6}), 22, 12);
    fill_box(painter, box, is_on ? painter.color(Token::sky) : painter.color(Token::line2), 6);
    const float x = is_on ? box.max.x - 6 : box.min.x + 6;
    fill_circle(painter, {x, box.center().y}, 4.2F,
                painter.color(is_on ? Token::bg : Token::text_mid));
}

Box draw_tooltip(const Painter& painter, ImVec2 corner, const Tooltip& tooltip)
{
    const TextStyle title{Face::text_semibold, 11}, detail{Face::mono, 10};
    const float sign = tooltip.kind ? sign_width : 0.0F;
    const float width = std::max(sign + text_width(painter, tooltip.title, title),
                                 text_width(painter, tooltip.detail, detail));
    const Box box =
        box_at(painter.snap(corner), std::ceil(width + 20), tooltip.detail.empty() ? 28.0F : 46.0F);
    if (tooltip.points_at) draw_leader(painter, *tooltip.points_at, box, tooltip.token);
    draw_shadow(painter, box, 6);
    fill_box(painter, box, painter.color(Token::tooltip, 0.94F), 6);
    outline_box(painter, box, painter.color(tooltip.token, 0.5F), 6);
    if (tooltip.kind)
        draw_message_sign(painter, {box.min.x + 15.5F, box.min.y + 14.5F}, *tooltip.kind);
    draw_text(painter, {box.min.x + 10 + sign, box.min.y + 14},
              {.text = tooltip.title, .style = title, .color = painter.color(Token::text_hi)});
    if (!tooltip.detail.empty())
        draw_text(
            painter, {box.min.x + 10, box.min.y + 32},
            {.text = tooltip.detail, .style = detail, .color = painter.color(Token::text_mid)});
    return box;
}

void draw_selection(const Painter& painter, const Box& box, float radius, float width)
{
    outline_box(painter, box.inset(-1), painter.color(Token::mark), radius + 1, width);
}

void draw_bar(const Painter& painter, const Box& track, float share, ImU32 color)
{
    const float radius = std::min(3.0F, track.height() / 2);
    fill_box(painter, track, painter.color(Token::bg), radius);
    const float full = track.width() * std::clamp(share, 0.0F, 1.0F);
    if (full <= 0) return;
    // A bar that is not empty shows at least its rounded ends.
    const float width = std::max(painter.snap(full), 2 * radius);
    fill_box(painter, box_at(track.min, std::min(width, track.width()), track.height()), color,
             radius);
}

}  // namespace gregor::visualizer
