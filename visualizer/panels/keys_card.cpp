#include "visualizer/panels/keys_card.h"

#include "visualizer/draw/controls.h"

#include <array>
#include <string_view>
#include <utility>

namespace gregor::visualizer {

namespace {

using Line = std::pair<std::string_view, std::string_view>;

constexpr std::array<Line, 14> keys{{{"Space", "play or pause"},
                                     {"← →", "event before, event after"},
                                     {"Shift + ← →", "of the selected thing only"},
                                     {"Ctrl + ← →", "bookmark before, bookmark after"},
                                     {"Home, End", "to the beginning, to the end"},
                                     {"+ −", "faster, slower"},
                                     {"R", "play backwards or forwards"},
                                     {"B", "bookmark here"},
                                     {"F", "keep the playhead in view"},
                                     {"I", "inject a fault"},
                                     {"E", "export"},
                                     {"C", "beside the run it was branched from"},
                                     {"Ctrl + F", "find a thing, an offset, an instant"},
                                     {"Esc", "clear selection and focus"}}};
constexpr std::array<Line, 14> gestures{{{"drag", "on ruler or plots: scrub"},
                                         {"Shift + drag", "select a range: statistics"},
                                         {"wheel", "zoom the timeline; scroll panels"},
                                         {"Shift + wheel", "pan; so does a middle drag"},
                                         {"double click", "timeline: show the whole run"},
                                         {"", "a thing: what is not related fades"},
                                         {"", "a flag: rename the bookmark"},
                                         {"", "an overview bar: follow the log end"},
                                         {"drag an edge", "between panels: resize them"},
                                         {"click a plot's title", "the next metric"},
                                         {"L", "legends"},
                                         {"T", "dark or light"},
                                         {"G", "the library of scenarios"},
                                         {"Ctrl + Q", "close"}}};

template <std::size_t Count>
void draw_column(const Painter& painter, ImVec2 at, float to_meaning,
                 const std::array<Line, Count>& lines)
{
    for (const auto& [key, meaning] : lines) {
        draw_text(painter, at, {key, {Face::mono, 11}, painter.color(Token::sky)});
        draw_text(painter, {at.x + to_meaning, at.y},
                  {meaning, {Face::text, 12}, painter.color(Token::text_mid)});
        at.y += 24;
    }
}

}  // namespace

void draw_keys(const Painter& painter, ImVec2 size)
{
    constexpr float width = 800, height = 24.0F * keys.size() + 64;
    const Box box = box_at({(size.x - width) / 2, (size.y - height) / 2}, width, height);
    draw_shadow(painter, box, 10);
    fill_box(painter, box, painter.color(Token::tooltip), 10);
    outline_box(painter, box, painter.color(Token::line2), 10);
    draw_text(painter, {box.min.x + 20, box.min.y + 26},
              {"Keys and gestures", {Face::text_semibold, 15}, painter.color(Token::text_hi)});
    draw_column(painter, {box.min.x + 20, box.min.y + 58}, 106, keys);
    draw_column(painter, {box.min.x + 400, box.min.y + 58}, 166, gestures);
}

}  // namespace gregor::visualizer
