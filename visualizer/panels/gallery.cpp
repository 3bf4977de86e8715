#include "visualizer/panels/gallery.h"

#include "model/lab/scenario_file.h"
#include "visualizer/draw/controls.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <tuple>

namespace gregor::visualizer {

namespace {

namespace fs = std::filesystem;

constexpr float head = 112, margin = 40, gap = 16;
constexpr float card_width = 480, card_height = 148;

struct Card {
    const Painter& painter;
    const Input& input;
    const GalleryEntry& entry;
    Box box;
};

/// The legs as pills at the foot of the card. Returns the one that was clicked.
std::optional<GalleryChoice> draw_legs(const Card& card)
{
    std::optional<GalleryChoice> chosen;
    float x = card.box.min.x + 16;
    const float y = card.box.max.y - 22;
    for (std::size_t i = 0; i < card.entry.legs.size(); ++i) {
        Pill pill{.text = card.entry.legs[i],
                  .token = Token::sky,
                  .icon = Icon::play,
                  .height = 22,
                  .ground = Token::raised};
        const float width = pill_width(card.painter, pill);
        if (x + width > card.box.max.x - 16) {
            const std::string more = fmt::format("+{}", card.entry.legs.size() - i);
            if (x + 30 < card.box.max.x) {
                draw_text(card.painter, {x, y},
                          {more, {Face::mono, 11}, card.painter.color(Token::text_mid)});
            }
            break;
        }
        const Box box = draw_pill(card.painter, {x, y}, pill);
        if (box.contains(card.input.mouse)) {
            draw_selection(card.painter, box, 11, 1.4F);
            if (card.input.pressed) chosen = {card.entry.file, card.entry.legs[i], {}};
        }
        x = box.max.x + 8;
    }
    return chosen;
}

/// Two legs at once: the second is mostly what mends the first.
std::optional<GalleryChoice> draw_both(const Card& card)
{
    const auto& legs = card.entry.legs;
    if (legs.size() < 2) return {};
    const Pill pill{.text = "side by side",
                    .token = Token::text_mid,
                    .icon = Icon::expand,
                    .height = 20,
                    .ground = Token::raised};
    const float width = pill_width(card.painter, pill);
    const Box box =
        draw_pill(card.painter, {card.box.max.x - 14 - width, card.box.min.y + 20}, pill);
    if (!box.contains(card.input.mouse)) return {};
    draw_selection(card.painter, box, 10, 1.4F);
    if (!card.input.pressed) return {};
    return GalleryChoice{card.entry.file, legs[0], legs[1]};
}

std::optional<GalleryChoice> draw_card(const Card& card)
{
    const Painter& painter = card.painter;
    const bool is_hot = card.box.contains(card.input.mouse);
    draw_shadow(painter, card.box, 10);
    fill_box(painter, card.box, painter.color(Token::raised), 10);
    outline_box(painter, card.box, painter.color(is_hot ? Token::sky : Token::line2), 10);
    const float left = card.box.min.x + 16;
    const float width = card.box.width() - 32;
    const std::string facts =
        fmt::format("{} · {} broker{} · {:g} s", card.entry.folder, card.entry.brokers,
                    card.entry.brokers == 1 ? "" : "s", card.entry.seconds);
    draw_text(painter, {left, card.box.min.y + 20},
              {facts,
               {Face::mono, 11},
               painter.color(Token::text_low),
               Align::left,
               width - (card.entry.legs.size() > 1 ? 120.0F : 0.0F)});
    draw_text(painter, {left, card.box.min.y + 42},
              {card.entry.title,
               {Face::text_semibold, 15},
               painter.color(Token::text_hi),
               Align::left,
               width});
    float y = card.box.min.y + 66;
    for (const std::string& line :
         wrap_text(painter, card.entry.teaches, {Face::text, 12}, width, 3)) {
        draw_text(painter, {left, y}, {line, {Face::text, 12}, painter.color(Token::text_mid)});
        y += 17;
    }
    if (const auto both = draw_both(card)) return both;
    const auto leg = draw_legs(card);
    if (leg) return leg;
    if (is_hot && card.input.pressed)
        return GalleryChoice{card.entry.file, card.entry.legs.front(), {}};
    return {};
}

}  // namespace

std::vector<GalleryEntry> read_gallery(const std::string& folder)
{
    std::vector<GalleryEntry> entries;
    std::error_code error;
    for (auto at = fs::recursive_directory_iterator(folder, error);
         at != fs::recursive_directory_iterator(); at.increment(error)) {
        if (at->path().extension() != ".json" || at.depth() == 0) continue;
        try {
            const lab::ScenarioFile file = lab::ScenarioFile::read(at->path().string());
            GalleryEntry& entry = entries.emplace_back();
            entry.legs = file.leg_names();
            const lab::Scenario scenario = file.resolve(entry.legs.front(), 0);
            entry.file = at->path().string();
            entry.folder = at->path().parent_path().filename().string();
            entry.title = scenario.title;
            entry.teaches = scenario.teaches;
            entry.brokers = scenario.cluster.brokers.size();
            entry.seconds = static_cast<double>((scenario.horizon - Time{}).nanoseconds) / 1e9;
        } catch (const lab::BadInput&) {
            if (!entries.empty() && entries.back().file.empty()) entries.pop_back();
        }
    }
    std::ranges::sort(entries, {},
                      [](const GalleryEntry& each) { return std::tie(each.folder, each.title); });
    return entries;
}

std::optional<GalleryChoice> draw_gallery(const Painter& painter, ImVec2 size, const Input& input,
                                          const std::vector<GalleryEntry>& entries, float& scroll)
{
    fill_box(painter, {{0, 0}, size}, painter.color(Token::bg));
    const float room = size.x - 2 * margin;
    const auto columns =
        std::max<std::size_t>(1, static_cast<std::size_t>((room + gap) / (card_width + gap)));
    const float width =
        (room - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
    const auto rows = static_cast<float>((entries.size() + columns - 1) / columns);
    const float whole = head + rows * (card_height + gap) + margin;
    scroll = std::clamp(scroll - input.wheel * 60, 0.0F, std::max(0.0F, whole - size.y));
    std::optional<GalleryChoice> chosen;
    const Box list{{0, head - gap}, size};
    Input inside = input;  // what has scrolled away does not get the mouse
    if (!list.contains(input.mouse)) inside.mouse = {-1, -1};
    painter.list->PushClipRect(list.min, list.max, true);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const ImVec2 corner{margin + static_cast<float>(i % columns) * (width + gap),
                            head + static_cast<float>(i / columns) * (card_height + gap) - scroll};
        const Box box = box_at(corner, width, card_height);
        if (box.max.y < head || box.min.y > size.y) continue;
        if (const auto one = draw_card({painter, inside, entries[i], box})) chosen = one;
    }
    painter.list->PopClipRect();
    draw_text(painter, {margin, 44},
              {"Choose a scenario", {Face::text_semibold, 18}, painter.color(Token::text_hi)});
    const std::string told =
        entries.empty()
            ? std::string("No scenario was found: start with a file, or from the project's folder.")
            : fmt::format(
                  "{} scenarios. A click runs it and shows the recording; "
                  "each has one or more legs.",
                  entries.size());
    draw_text(painter, {margin, 72},
              {told, {Face::text, 12}, painter.color(Token::text_mid), Align::left, room});
    return chosen;
}

}  // namespace gregor::visualizer
