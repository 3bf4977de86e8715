#include "visualizer/app.h"

#include "visualizer/draw/controls.h"
#include "visualizer/layout.h"
#include "visualizer/panels/cluster.h"
#include "visualizer/panels/inspector.h"
#include "visualizer/panels/lesson.h"
#include "visualizer/panels/partitions.h"
#include "visualizer/panels/timeline.h"
#include "visualizer/panels/top_bar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace gregor::visualizer {

namespace {

constexpr double slowest = 0.001, fastest = 1'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> key_list{
    {{"Space", "play or pause"},
     {"← →", "event before, event after"},
     {"Shift + ← →", "of the selected thing only"},
     {"Ctrl + ← →", "bookmark before, bookmark after"},
     {"Home, End", "to the beginning, to the end"},
     {"+ −", "faster, slower"},
     {"B", "bookmark here"},
     {"F", "keep the playhead in view"},
     {"L", "legends"},
     {"T", "dark or light"},
     {"Esc", "clear selection and focus"},
     {"double click", "focus: what is not related fades"},
     {"G", "the library of scenarios"},
     {"Ctrl + Q", "close"},
     {"wheel", "zoom the timeline, scroll partitions"}}};

void draw_keys(const Painter& painter, ImVec2 size)
{
    const float width = 380, row = 24;
    const float height = row * static_cast<float>(key_list.size()) + 64;
    const Box box = box_at({(size.x - width) / 2, (size.y - height) / 2}, width, height);
    draw_shadow(painter, box, 10);
    fill_box(painter, box, painter.color(Token::tooltip), 10);
    outline_box(painter, box, painter.color(Token::line2), 10);
    draw_text(painter, {box.min.x + 20, box.min.y + 26},
              {"Keys", {Face::text_semibold, 15}, painter.color(Token::text_hi)});
    float y = box.min.y + 58;
    for (const auto& [key, meaning] : key_list) {
        draw_text(painter, {box.min.x + 20, y}, {key, {Face::mono, 11}, painter.color(Token::sky)});
        draw_text(painter, {box.min.x + 140, y},
                  {meaning, {Face::text, 12}, painter.color(Token::text_mid)});
        y += row;
    }
}

}  // namespace

App::App(Playback playback) : playback_(std::move(playback))
{
    view_.visible_to = playback_.end();
}

void App::press(Key key)
{
    view_.notice.clear();
    switch (key) {
        case Key::play: playback_.play(!playback_.playing()); break;
        case Key::next_event: playback_.step(1); break;
        case Key::previous_event: playback_.step(-1); break;
        case Key::next_of_subject: follow_subject(1); break;
        case Key::previous_of_subject: follow_subject(-1); break;
        case Key::next_bookmark: follow_bookmark(1); break;
        case Key::previous_bookmark: follow_bookmark(-1); break;
        case Key::bookmark:
            if (std::ranges::find(view_.bookmarks, playback_.now(), &Bookmark::at) !=
                view_.bookmarks.end()) {
                break;
            }
            view_.bookmarks.push_back(
                {playback_.now(), fmt::format("mark {}", view_.bookmarks.size() + 1)});
            std::ranges::sort(view_.bookmarks, {}, &Bookmark::at);
            break;
        case Key::faster: playback_.set_speed(std::min(playback_.speed() * 2, fastest)); break;
        case Key::slower: playback_.set_speed(std::max(playback_.speed() / 2, slowest)); break;
        case Key::to_begin: playback_.seek(Time{}); break;
        case Key::to_end: playback_.seek(playback_.end()); break;
        case Key::follow: view_.follow = !view_.follow; break;
        case Key::legends: view_.legends = !view_.legends; break;
        case Key::theme: view_.light = !view_.light; break;
        case Key::keys: view_.keys_shown = !view_.keys_shown; break;
        case Key::clear:
            view_.selected = view_.focused = Subject{};
            view_.keys_shown = false;
            view_.expanded = Panel::none;
            break;
    }
}

/// To the next line of the story that names the selected thing, or to any when nothing is selected.
void App::follow_subject(int direction)
{
    const auto& story = playback_.course().story;
    const std::string& name = view_.selected.name;
    const auto told = [&](const lab::StoryLine& line) {
        return line.event != 0 &&
               (name.empty() || line.where == name || line.text.find(name) != std::string::npos);
    };
    std::uint64_t found = 0;
    for (const lab::StoryLine& line : story) {
        if (!told(line)) continue;
        if (direction < 0 && line.event < playback_.event() && line.at < playback_.now()) {
            found = line.event;
        }
        if (direction > 0 && line.event > playback_.event()) {
            found = line.event;
            break;
        }
    }
    if (found != 0) playback_.seek_event(found);
}

void App::follow_bookmark(int direction)
{
    std::optional<Time> found;
    for (const Bookmark& each : view_.bookmarks) {
        if (direction < 0 && each.at < playback_.now()) found = each.at;
        if (direction > 0 && each.at > playback_.now() && !found) found = each.at;
    }
    if (found) playback_.seek(*found);
}

/// Moves the playhead while it plays, up to the next question of the lesson.
void App::go_on(double wall_seconds)
{
    if (view_.asked) return;
    const Time before = playback_.now();
    playback_.advance(wall_seconds);
    const auto asked = question_between(playback_.course(), view_, before, playback_.now());
    if (!asked) return;
    playback_.seek(playback_.course().told[*asked].at);
    view_.asked = asked;
}

/// Carries out what panels wrote into the view.
void App::obey()
{
    if (view_.seek_event_to) playback_.seek_event(*view_.seek_event_to);
    if (view_.seek_to) playback_.seek(*view_.seek_to);
    view_.seek_event_to.reset();
    view_.seek_to.reset();
    view_.hovered = std::exchange(view_.next_hovered, Subject{});
}

void App::frame(const Fonts& fonts, ImVec2 size, const Input& input, double wall_seconds,
                std::vector<TextBox>* texts)
{
    go_on(wall_seconds);
    const Theme& theme = view_.light ? light_theme() : dark_theme();
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    Painter painter = make_painter(list, theme, fonts);
    painter.texts = texts;
    fill_box(painter, {{0, 0}, size}, painter.color(Token::bg));
    const Layout layout = Layout::of(size, view_);
    Frame frame{playback_.snapshot(), playback_.course(), view_, painter, input};

    const auto draw = [&](Panel panel, const Box& box, auto&& content) {
        if (box.width() <= 0 || box.height() <= 0) return;
        frame.painter.panel = static_cast<int>(panel);
        content(frame, box);
    };
    // What lies under the floating inspector does not get the mouse.
    const bool over_inspector = layout.inspector_floats && layout.inspector.contains(input.mouse);
    if (over_inspector || view_.asked) frame.input.mouse = {-1, -1};
    draw(Panel::cluster, layout.cluster, draw_cluster);
    if (layout.cluster.height() > 0) draw_caption(frame, layout.cluster);
    draw(Panel::partitions, layout.partitions, draw_partitions);
    draw(Panel::timeline, layout.timeline, draw_timeline);
    if (!view_.asked) frame.input = input;
    draw(Panel::inspector, layout.inspector, draw_inspector);

    Transport transport;
    transport.playing = playback_.playing();
    transport.speed = playback_.speed();
    transport.event = playback_.event();
    transport.event_count = playback_.event_count();
    transport.now = playback_.now();
    transport.end = playback_.end();
    transport.scenario = playback_.snapshot().scenario;
    transport.title = playback_.snapshot().title;
    transport.verified = !playback_.recording().difference().has_value();
    TransportCommands commands;
    draw_top_bar(frame, layout.top_bar, transport, commands);
    if (commands.toggle_play) press(Key::play);
    if (commands.step > 0) press(Key::next_event);
    if (commands.step < 0) press(Key::previous_event);
    if (commands.to_begin) press(Key::to_begin);
    if (commands.to_end) press(Key::to_end);
    if (commands.faster) press(Key::faster);
    if (commands.slower) press(Key::slower);
    if (commands.bookmark) press(Key::bookmark);
    if (commands.save_picture) export_wanted_ = true;
    if (!view_.notice.empty()) {
        const Pill pill{
            .text = view_.notice, .token = Token::sky, .icon = Icon::info_circle, .height = 26};
        const float width = pill_width(frame.painter, pill);
        draw_pill(frame.painter, {(size.x - width) / 2, size.y - 28}, pill);
        if (input.pressed) view_.notice.clear();
    }
    frame.input = input;
    draw_question(frame, size);
    if (view_.keys_shown) draw_keys(frame.painter, size);
    obey();
}

}  // namespace gregor::visualizer
