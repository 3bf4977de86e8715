#include "visualizer/panels/lesson.h"

#include "visualizer/draw/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace gregor::visualizer {

namespace {

using Told = lab::Course::Told;

constexpr float line_height = 18;

/// The run answers with the number of the right choice from 0, or with its text.
bool is_right(const Told& question, std::size_t choice)
{
    const std::string& text = question.choices[choice];
    return question.answer == std::to_string(choice) || question.answer == text ||
           question.answer == "'" + text + "'";
}

float draw_lines(const Painter& painter, ImVec2 at, const std::vector<std::string>& lines,
                 TextStyle style, ImU32 color)
{
    for (const std::string& line : lines) {
        draw_text(painter, at, {line, style, color});
        at.y += line_height;
    }
    return at.y;
}

void draw_choice(Frame& frame, const Box& box, const Told& question, std::size_t index,
                 std::optional<std::size_t> given)
{
    const Painter& painter = frame.painter;
    const std::string& text = question.choices[index];
    const bool is_hot = !given && box.contains(frame.input.mouse);
    Token token = Token::line2;
    Icon icon = Icon::play;
    if (given) {
        const bool right = is_right(question, index);
        token = right ? Token::green : *given == index ? Token::vermilion : Token::line2;
        icon = right ? Icon::check_circle : *given == index ? Icon::ban : Icon::minus;
    }
    fill_box(painter, box, painter.color(is_hot ? Token::raised2 : Token::raised), 6);
    outline_box(painter, box, painter.color(is_hot ? Token::sky : token), 6);
    draw_icon(painter, {box.min.x + 18, box.center().y}, icon, 12, painter.color(Token::text_mid));
    draw_text(
        painter, {box.min.x + 34, box.center().y},
        {text, {Face::text, 12}, painter.color(Token::text_hi), Align::left, box.width() - 46});
    if (is_hot && frame.input.pressed) frame.view.answers[*frame.view.asked] = index;
}

}  // namespace

void draw_caption(const Frame& frame, const Box& panel)
{
    const Told* caption = nullptr;
    for (const Told& each : frame.course.told) {
        if (each.at <= frame.now() && !each.is_question()) caption = &each;
    }
    if (caption == nullptr) return;
    const Painter& painter = frame.painter;
    const float width = panel.width() - 32;
    const auto lines = wrap_text(painter, caption->text, {Face::text, 12}, width - 44, 3);
    const float height = line_height * static_cast<float>(lines.size()) + 16;
    const Box box = box_at({panel.min.x + 16, panel.max.y - height - 10}, width, height);
    draw_shadow(painter, box, 8);
    fill_box(painter, box, painter.color(Token::tooltip), 8);
    outline_box(painter, box, painter.color(Token::yellow, 0.4F), 8);
    draw_icon(painter, {box.min.x + 18, box.center().y}, Icon::lightbulb, 14,
              painter.color(Token::yellow));
    draw_lines(painter, {box.min.x + 36, box.min.y + 8 + line_height / 2}, lines, {Face::text, 12},
               painter.color(Token::text_hi));
}

void draw_question(Frame& frame, ImVec2 size)
{
    if (!frame.view.asked) return;
    const Told& question = frame.course.told[*frame.view.asked];
    const auto answered = frame.view.answers.find(*frame.view.asked);
    std::optional<std::size_t> given;
    if (answered != frame.view.answers.end()) given = answered->second;
    const Painter& painter = frame.painter;
    constexpr float width = 520, choice_height = 34, choice_gap = 8;
    const auto lines = wrap_text(painter, question.text, {Face::text_semibold, 15}, width - 48, 4);
    const float head = 62 + line_height * 1.2F * static_cast<float>(lines.size());
    const float foot = 48;
    const float height =
        head + (choice_height + choice_gap) * static_cast<float>(question.choices.size()) + foot;
    const Box box = box_at({(size.x - width) / 2, (size.y - height) / 2}, width, height);
    draw_shadow(painter, box, 10);
    fill_box(painter, box, painter.color(Token::panel), 10);
    outline_box(painter, box, painter.color(Token::yellow, 0.5F), 10);
    draw_text(painter, {box.min.x + 24, box.min.y + 28},
              {"What do you think?", {Face::text, 12}, painter.color(Token::text_low)});
    draw_lines(painter, {box.min.x + 24, box.min.y + 56}, lines, {Face::text_semibold, 15},
               painter.color(Token::text_hi));
    float y = box.min.y + head;
    for (std::size_t i = 0; i < question.choices.size(); ++i) {
        const Box choice = box_at({box.min.x + 24, y}, width - 48, choice_height);
        draw_choice(frame, choice, question, i, given);
        y += choice_height + choice_gap;
    }
    std::string told = "The clock stands still until you answer.";
    if (given) {
        const bool right = is_right(question, *given);
        told = fmt::format("{} Click to go on.", right ? "Right, as the run shows."
                                                       : "The run shows otherwise: see the mark.");
    }
    draw_text(painter, {box.min.x + 24, y + 14},
              {told, {Face::text, 12}, painter.color(Token::text_mid), Align::left, width - 48});
    if (given && frame.input.pressed) frame.view.asked.reset();
}

std::optional<std::size_t> question_between(const lab::Course& course, const ViewState& view,
                                            Time from, Time to)
{
    for (std::size_t i = 0; i < course.told.size(); ++i) {
        const Told& each = course.told[i];
        if (each.is_question() && each.at > from && each.at <= to && !view.answers.contains(i)) {
            return i;
        }
    }
    return {};
}

}  // namespace gregor::visualizer
