#include "visualizer/panels/top_bar.h"

#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace gregor::visualizer {

namespace {

constexpr TextStyle name_style{Face::text_semibold, 18}, title_style{Face::text_semibold, 13};
constexpr TextStyle lab_style{Face::text, 13}, button_style{Face::text_medium, 12};
constexpr TextStyle clock_style{Face::mono_medium, 20}, mono_style{Face::mono, 11};
constexpr float after_divider = 139, gap = 8, button_height = 26, end_margin = 8;
constexpr float transport_left = 86;  // points left of the play button's middle
constexpr float clock_left = 100;     // right of it
constexpr float before_speed = 33, speed_width = 62;
constexpr int least_words = 4;  // the last level of abbreviation

/// "18 204": groups of three digits.
std::string grouped(std::uint64_t number)
{
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ' ');
    return text;
}

std::string clock(Time at)
{
    const std::int64_t ms = to_milliseconds(at);
    return fmt::format("{:02}:{:02}.{:03}", ms / 60'000, ms / 1'000 % 60, ms % 1'000);
}

/// "0.25×", "-1×".
std::string speed_text(double speed)
{
    return fmt::format("{:.3g}×", speed);
}

/// What gives way at each level: 1 words on the plain buttons, 2 the scenario's id, 3 words on the
/// pill and on the fault button, 4 the number of events.
struct Plan {
    int level = 0;
    float center = 0;   ///< x of the play button
    float actions = 0;  ///< left end of the buttons at the right
    std::string events;
    bool words_on_buttons() const { return level < 1; }
    bool has_scenario() const { return level < 2; }
    bool words_on_pill() const { return level < 3; }
};

struct Action {
    std::string_view label;
    Icon icon;
    std::optional<Token> token;
    bool TransportCommands::*command;
    std::string_view hint;
};

std::vector<Action> actions_of(const Transport& transport)
{
    std::vector<Action> actions;
    if (transport.can_inject) {
        actions.push_back({"Inject fault", Icon::bolt, Token::vermilion, &TransportCommands::inject,
                           "one more line of script, from here on (I)"});
    }
    actions.push_back({"Bookmark",
                       Icon::bookmark,
                       {},
                       &TransportCommands::bookmark,
                       "bookmark at the playhead (B)"});
    actions.push_back({"Export",
                       Icon::upload,
                       {},
                       &TransportCommands::exports,
                       "picture, plots, page, movie, scenario, recording (E)"});
    return actions;
}

bool has_words(const Action& action, const Plan& plan)
{
    return action.token ? plan.words_on_pill() : plan.words_on_buttons();
}

float action_width(const Painter& painter, const Action& action, const Plan& plan)
{
    if (!has_words(action, plan)) return 32;
    return std::ceil(text_width(painter, action.label, button_style)) + 19 + 22;
}

Pill pill_of(const Transport& transport)
{
    std::string_view text = "replay verified";
    if (transport.origin == Origin::live) text = "live on fixed";
    if (transport.origin == Origin::branch) text = "branch";
    return {.text = transport.verified ? text : "replay differs",
            .token = transport.verified ? Token::green : Token::vermilion,
            .icon = transport.verified ? Icon::check_circle : Icon::exclamation_triangle,
            .ground = Token::topbar};
}

/// Of the pill, or of its icon alone.
float state_width(const Painter& painter, const Transport& transport, const Plan& plan)
{
    return plan.words_on_pill() ? pill_width(painter, pill_of(transport)) : 14.0F;
}

void draw_state(const Painter& painter, ImVec2 left, const Transport& transport, const Plan& plan)
{
    const Pill pill = pill_of(transport);
    if (plan.words_on_pill()) {
        draw_pill(painter, left, pill);
    } else {
        draw_icon(painter, {left.x + 7, left.y}, pill.icon, 13, painter.color(pill.token));
    }
}

/// As long as it is, or as short as it can be read.
float title_width(const Painter& painter, const Transport& transport, const Plan& plan)
{
    float width = text_width(painter, transport.title, title_style);
    if (plan.has_scenario() && !transport.scenario.empty()) {
        width += text_width(painter, transport.scenario, lab_style) + 22;
    }
    return width + 14 + state_width(painter, transport, plan);
}

Plan plan_for(const Painter& painter, const Box& box, const Transport& transport, int level)
{
    Plan plan;
    plan.level = level;
    plan.actions = box.max.x - end_margin;
    for (const Action& action : actions_of(transport)) {
        plan.actions -= action_width(painter, action, plan) + gap;
    }
    plan.actions += gap;
    plan.events = grouped(transport.event);
    if (level < 4) plan.events += " / " + grouped(transport.event_count);
    plan.events = "event " + plan.events;
    const float clock_width = text_width(painter, clock(transport.now), clock_style);
    // As wide as the last number, so that nothing moves while events go by.
    const float longest = text_width(painter, grouped(transport.event_count), mono_style) *
                              (level < 4 ? 2.0F : 1.0F) +
                          text_width(painter, level < 4 ? "event  / " : "event ", mono_style);
    const float right = clock_left + clock_width + before_speed + speed_width + 13 + longest + 16;
    plan.center = painter.snap(std::min(box.center().x, plan.actions - right));
    return plan;
}

Plan plan_for(const Painter& painter, const Box& box, const Transport& transport)
{
    Plan plan;
    for (int level = 0; level <= least_words; ++level) {
        plan = plan_for(painter, box, transport, level);
        const float room = plan.center - transport_left - 16 - (box.min.x + after_divider);
        if (title_width(painter, transport, plan) <= room) break;
    }
    return plan;
}

void draw_logo(const Painter& painter, ImVec2 corner)
{
    const auto [x, y] = corner;
    fill_box(painter, box_at(corner, 28, 28), painter.color(Token::blue), 6);
    const ImU32 white = painter.color(Token::on_blue);
    fill_box(painter, box_at({x + 6, y + 6}, 16, 3), white, 1);
    fill_box(painter, box_at({x + 6, y + 12}, 12, 3), white, 1);
    fill_box(painter, box_at({x + 6, y + 18}, 7, 3), IM_COL32(0xE6, 0x9F, 0x00, 0xFF), 1);
}

void draw_names(const Painter& painter, const Box& box, const Transport& transport,
                const Plan& plan)
{
    const float y = box.center().y, limit = plan.center - transport_left - 16;
    draw_logo(painter, {box.min.x + 12, y - 14});
    draw_text(painter, {box.min.x + 52, y}, {"Gregor", name_style, painter.color(Token::text_hi)});
    draw_vertical(painter, box.min.x + 125, y - 10, y + 10, painter.color(Token::line2));
    float x = box.min.x + after_divider;
    if (plan.has_scenario() && !transport.scenario.empty()) {
        x = draw_text(painter, {x, y},
                      {transport.scenario, lab_style, painter.color(Token::text_low)})
                .max.x;
        draw_text(painter, {x + 11, y},
                  {.text = "›",
                   .style = lab_style,
                   .color = painter.color(Token::text_low),
                   .align = Align::center});
        x += 22;
    }
    const float room = limit - x - 14 - state_width(painter, transport, plan);
    const Box title = draw_text(painter, {x, y},
                                {.text = transport.title,
                                 .style = title_style,
                                 .color = painter.color(Token::text_hi),
                                 .max_width = std::max(room, 1.0F)});
    const float beside = title.width() > 0 ? title.max.x + 14 : x;
    draw_state(painter, {beside, y}, transport, plan);
}

/// Draws one of the square buttons; returns whether it was pressed.
bool press_square(const Frame& frame, ImVec2 center, Icon icon, std::string_view means,
                  TransportCommands& commands)
{
    const Painter& painter = frame.painter;
    const Box box = box_at({center.x - 14, center.y - 14}, 28, 28);
    const bool is_hovered = box.contains(frame.input.mouse);
    fill_box(painter, box, painter.color(is_hovered ? Token::raised2 : Token::raised), 6);
    draw_icon(painter, center, icon, 13,
              painter.color(is_hovered ? Token::text_hi : Token::text_mid));
    if (is_hovered) commands.hint = means;
    return is_hovered && frame.input.pressed;
}

void draw_transport(const Frame& frame, float x, float y, const Transport& transport,
                    TransportCommands& commands)
{
    const ImVec2 play{x, y}, mouse = frame.input.mouse;
    const auto square = [&](float dx, Icon icon, std::string_view means) {
        return press_square(frame, {x + dx, y}, icon, means, commands);
    };
    if (square(-72, Icon::fast_backward, "to the beginning (Home)")) commands.to_begin = true;
    if (square(-38, Icon::step_backward, "the event before (←)")) commands.step = -1;
    const bool is_hovered = std::hypot(mouse.x - play.x, mouse.y - play.y) < 16;
    draw_play_button(frame.painter, play, transport.playing, is_hovered);
    if (is_hovered) commands.hint = transport.playing ? "pause (Space)" : "play (Space)";
    if (is_hovered && frame.input.pressed) commands.toggle_play = true;
    if (square(38, Icon::step_forward, "the next event (→)")) commands.step = 1;
    if (square(72, Icon::fast_forward, "to the end (End)")) commands.to_end = true;
}

/// Speed, with a pair of arrows when the pointer is on it: the upper half is faster, the lower
/// slower. The wheel does the same.
void draw_speed(const Frame& frame, const Box& box, double speed, TransportCommands& commands)
{
    const Painter& painter = frame.painter;
    const bool is_hovered = box.contains(frame.input.mouse);
    fill_box(painter, box, painter.color(is_hovered ? Token::raised2 : Token::raised), 6);
    outline_box(painter, box, painter.color(Token::line2), 6);
    draw_text(painter, {box.min.x + 10, box.center().y},
              {.text = speed_text(speed),
               .style = {Face::mono_medium, 11},
               .color = painter.color(Token::text_hi),
               .max_width = box.width() - 28});
    const float x = box.max.x - 12, y = box.center().y;
    if (!is_hovered) {
        draw_icon(painter, {x, y}, Icon::angle_down, 12, painter.color(Token::text_low));
        return;
    }
    const bool is_upper = frame.input.mouse.y < y;
    const auto ink = [&](bool is_pointed_at) {
        return painter.color(is_pointed_at ? Token::sky : Token::text_mid);
    };
    fill_triangle_up(painter, {x, y - 4}, 3.4F, ink(is_upper));
    fill_triangle_down(painter, {x, y + 4}, 3.4F, ink(!is_upper));
    commands.hint = "simulated seconds a second (+ −)";
    commands.faster = (frame.input.pressed && is_upper) || frame.input.wheel > 0;
    commands.slower = (frame.input.pressed && !is_upper) || frame.input.wheel < 0;
}

void draw_actions(const Frame& frame, const Box& box, const Transport& transport, const Plan& plan,
                  TransportCommands& commands)
{
    float x = plan.actions;
    for (const Action& action : actions_of(transport)) {
        const float width = action_width(frame.painter, action, plan);
        const Box place = box_at({x, box.center().y - button_height / 2}, width, button_height);
        const bool is_hovered = place.contains(frame.input.mouse);
        draw_button(frame.painter, place,
                    {.label = has_words(action, plan) ? action.label : "",
                     .icon = action.icon,
                     .token = action.token,
                     .is_hovered = is_hovered});
        if (is_hovered) commands.hint = action.hint;
        if (is_hovered && frame.input.pressed) commands.*action.command = true;
        x += width + gap;
    }
}

}  // namespace

void draw_top_bar(Frame& frame, const Box& box, const Transport& transport,
                  TransportCommands& commands)
{
    const Painter& painter = frame.painter;
    fill_box(painter, box, painter.color(Token::topbar));
    draw_horizontal(painter, box.max.y - 1, box.min.x, box.max.x, painter.color(Token::line));
    const Plan plan = plan_for(painter, box, transport);
    const float y = box.center().y;
    draw_names(painter, box, transport, plan);
    draw_transport(frame, plan.center, y, transport, commands);
    const Box time = draw_text(painter, {plan.center + clock_left, y},
                               {clock(transport.now), clock_style, painter.color(Token::text_hi)});
    const Box speed = box_at({painter.snap(time.max.x + before_speed), y - 12}, speed_width, 24);
    draw_speed(frame, speed, transport.speed, commands);
    draw_text(painter, {speed.max.x + 13, y},
              {plan.events, mono_style, painter.color(Token::text_low)});
    draw_actions(frame, box, transport, plan, commands);
}

}  // namespace gregor::visualizer
