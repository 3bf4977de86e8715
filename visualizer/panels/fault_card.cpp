#include "visualizer/panels/fault_card.h"

#include "visualizer/draw/controls.h"
#include "visualizer/panels/lanes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gregor::visualizer {

namespace {

using Kind = FaultDraft::Kind;

constexpr float card_height = 344, margin = 16, pill_gap = 6, pill_height = 22;
constexpr std::array<std::optional<Duration>, 4> durations{seconds(5), seconds(10), seconds(30),
                                                           std::nullopt};

/// With a space after every comma and colon, where a line may end.
std::string spaced(const nlohmann::json& line)
{
    std::string out;
    for (const char c : line.dump()) {
        out += c;
        if (c == ',' || c == ':') out += ' ';
    }
    return out;
}

std::string duration_text(const std::optional<Duration>& lasts)
{
    return lasts ? fmt::format("{} s", lasts->nanoseconds / 1'000'000'000) : "for good";
}

/// A row of pills of which one is chosen, wrapped; returns the one that was clicked.
class PillRow {
public:
    PillRow(const Frame& frame, ImVec2 at, float right, int most_lines)
        : frame_(frame), left_(at.x), right_(right), at_(at), lines_left_(most_lines - 1)
    {
    }
    /// True when it was clicked. Nothing is drawn where there is no room any more.
    bool add(const std::string& text, bool is_chosen)
    {
        const Painter& painter = frame_.painter;
        Pill pill{.text = text,
                  .token = is_chosen ? Token::sky : Token::text_mid,
                  .height = pill_height,
                  .is_outlined = is_chosen,
                  .ground = Token::panel};
        const float width = pill_width(painter, pill);
        if (at_.x + width > right_) {
            if (lines_left_-- <= 0) {
                ++hidden_;
                return false;
            }
            at_ = {left_, at_.y + pill_height + pill_gap};
        }
        const Box box = draw_pill(painter, {at_.x, at_.y + pill_height / 2}, pill);
        at_.x = box.max.x + pill_gap;
        const bool is_hot = box.contains(frame_.input.mouse);
        if (is_hot) draw_selection(painter, box, pill_height / 2, 1.2F);
        return is_hot && frame_.input.pressed;
    }
    int hidden() const { return hidden_; }
    float bottom() const { return at_.y + pill_height; }

private:
    const Frame& frame_;
    float left_, right_;
    ImVec2 at_;
    int lines_left_, hidden_ = 0;
};

void draw_label(const Frame& frame, ImVec2 at, std::string_view text)
{
    draw_text(frame.painter, at, {text, {Face::text, 11}, frame.painter.color(Token::text_low)});
}

/// On whom and for how long. Returns where it ends.
float draw_choices(Frame& frame, const Box& box, float y)
{
    FaultDraft& draft = *frame.view.draft;
    const float left = box.min.x + margin, right = box.max.x - margin;
    draw_label(frame, {left, y}, "On whom (Tab)");
    PillRow whom(frame, {left, y + 10}, right, 2);
    for (const std::string& target : targets_of(draft.kind, frame.snapshot)) {
        if (whom.add(target, target == draft.target)) draft.target = target;
    }
    if (whom.hidden() > 0) {
        draw_text(frame.painter, {right, y},
                  {.text = fmt::format("+{} more: Tab, or select one first", whom.hidden()),
                   .style = {Face::text, 11},
                   .color = frame.painter.color(Token::text_low),
                   .align = Align::right});
    }
    y = whom.bottom() + 18;
    if (draft.kind == Kind::restart) return y;
    draw_label(frame, {left, y}, "How long (D)");
    PillRow lasts(frame, {left, y + 10}, right, 1);
    for (const auto& each : durations) {
        if (lasts.add(duration_text(each), each == draft.lasts)) draft.lasts = each;
    }
    return lasts.bottom() + 18;
}

bool press_button(const Frame& frame, const Box& box, Button button)
{
    button.is_hovered = box.contains(frame.input.mouse);
    draw_button(frame.painter, box, button);
    return button.is_hovered && frame.input.pressed;
}

}  // namespace

std::vector<MenuItem> fault_items(const lab::Snapshot& snapshot)
{
    std::vector<MenuItem> items;
    for (const Kind kind : FaultDraft::kinds) {
        const auto shown = shown_as(kind);
        const bool repairs = kind == Kind::restart;
        items.push_back({.icon = repairs ? Icon::refresh : fault_icon(shown),
                         .token = repairs ? Token::green : fault_token(shown),
                         .label = title_of(kind),
                         .note = meaning_of(kind),
                         .is_enabled = !targets_of(kind, snapshot).empty()});
    }
    return items;
}

std::optional<FaultDraft> begin_draft(Kind kind, const lab::Snapshot& snapshot,
                                      const Subject& selected)
{
    const std::vector<std::string> targets = targets_of(kind, snapshot);
    if (targets.empty()) return {};
    std::string wanted = selected.name;
    if (const auto* partition = snapshot.partition_named(selected.name)) {
        const auto leader =
            std::ranges::find(snapshot.brokers, partition->leader, &lab::Snapshot::Broker::id);
        if (leader != snapshot.brokers.end()) wanted = leader->process.name;
    }
    const bool fits = std::ranges::find(targets, wanted) != targets.end();
    FaultDraft draft{.kind = kind,
                     .target = fits ? wanted : targets.front(),
                     .at = time_of_injection(snapshot.at),
                     .lasts = durations[1]};
    if (kind == Kind::restart) draft.lasts.reset();
    return draft;
}

std::optional<Duration> next_duration(const std::optional<Duration>& lasts)
{
    const auto* found = std::ranges::find(durations, lasts);
    if (found == durations.end() || ++found == durations.end()) return durations.front();
    return *found;
}

Box fault_card_box(ImVec2 upper_right)
{
    return box_at({upper_right.x - menu_width, upper_right.y}, menu_width, card_height);
}

void draw_fault_card(Frame& frame, ImVec2 upper_right)
{
    const Painter& painter = frame.painter;
    FaultDraft& draft = *frame.view.draft;
    const Box box = fault_card_box(upper_right);
    draw_shadow(painter, box, 10);
    fill_box(painter, box, painter.color(Token::panel), 10);
    outline_box(painter, box, painter.color(Token::vermilion, 0.7F), 10);
    const float left = box.min.x + margin, width = box.width() - 2 * margin;
    draw_icon(painter, {left + 6, box.min.y + 24}, fault_icon(shown_as(draft.kind)), 14,
              painter.color(Token::vermilion));
    draw_text(painter, {left + 22, box.min.y + 24},
              {text_of(draft),
               {Face::text_semibold, 13},
               painter.color(Token::text_hi),
               Align::left,
               width - 22});
    draw_text(painter, {left, box.min.y + 46},
              {meaning_of(draft.kind),
               {Face::text, 11},
               painter.color(Token::text_mid),
               Align::left,
               width});
    float y = draw_choices(frame, box, box.min.y + 72);
    draw_label(frame, {left, y}, "One more line of script");
    const Box code{{left, y + 10}, {box.max.x - margin, box.max.y - 50}};
    fill_box(painter, code, painter.color(Token::bg), 6);
    y = code.min.y + 14;
    for (const std::string& line :
         wrap_text(painter, spaced(line_of(draft)), {Face::mono, 10}, code.width() - 20, 6)) {
        draw_text(painter, {code.min.x + 10, y},
                  {line, {Face::mono, 10}, painter.color(Token::text_mid)});
        y += 14;
    }
    const float foot = box.max.y - 38;
    if (press_button(
            frame, box_at({left, foot}, 190, 26),
            {.label = "Branch here (Enter)", .icon = Icon::bolt, .token = Token::vermilion})) {
        frame.view.draft_accepted = true;
    }
    if (press_button(frame, box_at({left + 200, foot}, 120, 26), {.label = "Cancel (Esc)"})) {
        frame.view.draft.reset();
    }
}

}  // namespace gregor::visualizer
