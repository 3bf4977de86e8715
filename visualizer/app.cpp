#include "visualizer/app.h"

#include "visualizer/draw/controls.h"
#include "visualizer/panels/cluster.h"
#include "visualizer/panels/entry_bar.h"
#include "visualizer/panels/fault_card.h"
#include "visualizer/panels/hint.h"
#include "visualizer/panels/inspector.h"
#include "visualizer/panels/keys_card.h"
#include "visualizer/panels/lesson.h"
#include "visualizer/panels/menu.h"
#include "visualizer/panels/partitions.h"
#include "visualizer/panels/run_head.h"
#include "visualizer/panels/timeline.h"
#include "visualizer/panels/top_bar.h"

#include <algorithm>
#include <array>

namespace gregor::visualizer {

namespace {

const ImVec2 nowhere{-1, -1};
constexpr int beside_panels = 16;  // notes texts of the other run apart
constexpr float below_bar = 52;    // where menus hang

constexpr std::array<MenuItem, 6> export_items{{
    {Icon::camera, Token::sky, "Picture", "PNG of the whole window"},
    {Icon::line_chart, Token::sky, "Plots", "SVG of the visible range"},
    {Icon::globe, Token::sky, "Page", "one HTML file: picture, plots, story, script"},
    {Icon::play, Token::sky, "Movie", "MP4 of the visible range, with ffmpeg"},
    {Icon::file_text, Token::sky, "Scenario", "JSON that runs again, with every line added here"},
    {Icon::database, Token::sky, "Recording", "what gregor verify proves"},
}};

/// Buttons of the panels that have nothing else at the right of their header: the whole window for
/// it and back; legends; find; filter.
void draw_header_buttons(Frame& frame, Panel panel, const Box& box)
{
    ViewState& view = frame.view;
    int place = 0;  // from the right
    const auto press = [&](Icon icon, bool in_force) {
        return frame.press_icon(header_button(box, place++), icon, in_force);
    };
    const bool is_expanded = view.expanded == panel;
    if (!view.side_by_side && press(is_expanded ? Icon::compress : Icon::expand, false)) {
        view.expanded = is_expanded ? Panel::none : panel;
    }
    if (panel == Panel::cluster) {
        if (press(Icon::eye, false)) view.legends = !view.legends;
        return;
    }
    using Purpose = TextEntry::Purpose;
    if (press(Icon::filter, !view.filter.empty())) {
        view.entry = {Purpose::filter, view.filter, {}, {}};
    }
    if (press(Icon::search, false)) view.entry = {Purpose::find, {}, {}, {}};
}

ImVec2 menu_corner(ImVec2 size)
{
    return {size.x - 8, below_bar};
}

}  // namespace

App::App(Playback playback) : playback_(std::move(playback))
{
    view_.visible_to = playback_.end();
}

/// Moves the playhead while it plays, up to the next question of the lesson.
void App::go_on(double wall_seconds)
{
    if (!view_.asked) {
        const Time before = playback_.now();
        playback_.advance(wall_seconds);
        const auto asked = question_between(playback_.course(), view_, before, playback_.now());
        if (asked) {
            playback_.seek(playback_.course().told[*asked].at);
            view_.asked = asked;
        }
    }
    if (view_.draft) view_.draft->at = time_of_injection(playback_.now());
    if (beside_ && view_.side_by_side && beside_->now() != playback_.now()) {
        beside_->seek(playback_.now());
    }
}

/// Carries out what panels wrote into the view.
void App::obey()
{
    if (view_.seek_event_to) playback_.seek_event(*view_.seek_event_to);
    if (view_.seek_to) playback_.seek(*view_.seek_to);
    view_.seek_event_to.reset();
    view_.seek_to.reset();
    view_.hovered = std::exchange(view_.next_hovered, Subject{});
    if (std::exchange(view_.draft_accepted, false)) accept();
}

void App::move_splitters(const Layout& layout, ImVec2 size, const Input& input)
{
    if (input.pressed) view_.splitter = layout.splitter_at(input.mouse);
    if (!input.down) view_.splitter = Splitter::none;
    constexpr float least_left = 300, least_right = 260, least_timeline = 180;
    switch (view_.splitter) {
        case Splitter::none: break;
        case Splitter::left:
            view_.left_width =
                std::clamp(input.mouse.x - 12, least_left, std::max(least_left, size.x * 0.42F));
            break;
        case Splitter::right:
            view_.right_width = std::clamp(size.x - input.mouse.x - 12, least_right,
                                           std::max(least_right, size.x * 0.34F));
            break;
        case Splitter::timeline:
            view_.timeline_height = std::clamp(size.y - input.mouse.y - 12, least_timeline,
                                               std::max(least_timeline, size.y * 0.34F));
            break;
    }
}

/// What lies over the panels and takes the mouse there.
std::optional<Box> App::overlay_box(ImVec2 size) const
{
    if (view_.draft) return fault_card_box(menu_corner(size));
    if (view_.menu == Menu::faults) {
        return menu_box(menu_corner(size), FaultDraft::kinds.size());
    }
    if (view_.menu == Menu::exports) return menu_box(menu_corner(size), export_items.size());
    return {};
}

void App::draw_panels(Frame& frame, const Layout& layout, const Input& input)
{
    const auto draw = [&](Panel panel, const Box& box, auto&& content) {
        if (box.width() <= 0 || box.height() <= 0) return;
        frame.painter.panel = static_cast<int>(panel);
        content(frame, box);
        // The others have something else there.
        if (panel == Panel::cluster || panel == Panel::partitions) {
            draw_header_buttons(frame, panel, box);
        }
    };
    // What lies under the floating inspector does not get the mouse.
    const bool over_inspector = layout.inspector_floats && layout.inspector.contains(input.mouse);
    if (over_inspector || view_.asked) frame.input.mouse = nowhere;
    draw(Panel::cluster, layout.cluster, draw_cluster);
    if (layout.cluster.height() > 0) draw_caption(frame, layout.cluster);
    draw(Panel::partitions, layout.partitions, draw_partitions);
    if (view_.side_by_side && beside_) {
        draw(Panel::none, layout.left.head, [&](Frame& of, const Box& box) {
            draw_run_head(of, box, playback_.recording(), false);
        });
        draw(Panel::cluster, layout.left.cluster, draw_cluster);
        draw(Panel::partitions, layout.left.partitions, draw_partitions);
        draw_beside(frame, layout);
    }
    draw(Panel::timeline, layout.timeline, draw_timeline);
    if (!view_.asked) frame.input = input;
    draw(Panel::inspector, layout.inspector, draw_inspector);
}

void App::draw_beside(const Frame& frame, const Layout& layout)
{
    Frame other{beside_->snapshot(), beside_->course(), view_, frame.painter, frame.input};
    other.painter.panel = beside_panels;
    draw_run_head(other, layout.right.head, beside_->recording(), true);
    other.painter.panel = beside_panels + static_cast<int>(Panel::cluster);
    draw_cluster(other, layout.right.cluster);
    other.painter.panel = beside_panels + static_cast<int>(Panel::partitions);
    draw_partitions(other, layout.right.partitions);
}

void App::draw_bar(Frame& frame, const Layout& layout)
{
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
    transport.origin = playback_.origin();
    transport.can_inject = transport.verified;
    TransportCommands commands;
    frame.painter.panel = 0;
    draw_top_bar(frame, layout.top_bar, transport, commands);
    if (!commands.hint.empty() && view_.menu == Menu::none && !view_.draft) {
        const Box below{{0, layout.top_bar.max.y}, {layout.top_bar.max.x, 400}};
        draw_hint(frame, below, {std::string(commands.hint), {}, {}, Token::sky});
    }
    const auto on = [&](bool asked, Key key) {
        if (asked) press(key);
    };
    on(commands.toggle_play, Key::play);
    on(commands.step > 0, Key::next_event);
    on(commands.step < 0, Key::previous_event);
    on(commands.to_begin, Key::to_begin);
    on(commands.to_end, Key::to_end);
    on(commands.faster, Key::faster);
    on(commands.slower, Key::slower);
    on(commands.bookmark, Key::bookmark);
    on(commands.inject, Key::inject);
    on(commands.exports, Key::exports);
}

void App::draw_overlays(Frame& frame, ImVec2 size)
{
    frame.painter.panel = overlay_panel;
    const std::optional<Box> box = overlay_box(size);
    if (view_.draft) {
        draw_fault_card(frame, menu_corner(size));
    } else if (view_.menu != Menu::none) {
        const auto picked = view_.menu == Menu::faults
                                ? draw_menu(frame, *box, fault_items(playback_.snapshot()))
                                : draw_menu(frame, *box, export_items);
        const bool elsewhere = frame.input.pressed && !box->contains(frame.input.mouse) &&
                               frame.input.mouse.y > below_bar;
        if (elsewhere) view_.menu = Menu::none;
        if (picked) choose(*picked);
    }
    if (!view_.notice.empty()) {
        const Pill pill{
            .text = view_.notice, .token = Token::sky, .icon = Icon::info_circle, .height = 26};
        const float width = pill_width(frame.painter, pill);
        draw_pill(frame.painter, {(size.x - width) / 2, size.y - 28}, pill);
        if (frame.input.pressed) view_.notice.clear();
    }
    draw_entry(frame, size);
    draw_question(frame, size);
    if (view_.keys_shown) draw_keys(frame.painter, size);
}

void App::frame(const Fonts& fonts, ImVec2 size, const Input& input, double wall_seconds,
                std::vector<TextBox>* texts)
{
    go_on(wall_seconds);
    const Theme& theme = view_.light ? light_theme() : dark_theme();
    ImDrawList& list = *ImGui::GetBackgroundDrawList();
    Painter painter = make_painter(list, theme, fonts);
    painter.texts = texts;
    move_splitters(Layout::of(size, view_), size, input);
    const Layout layout = Layout::of(size, view_);
    Input below = input;
    const std::optional<Box> overlay = overlay_box(size);
    const bool is_covered = overlay && overlay->contains(input.mouse);
    if (is_covered || view_.splitter != Splitter::none) below.mouse = nowhere;
    Frame frame{playback_.snapshot(), playback_.course(), view_, painter, below};
    draw_panels(frame, layout, below);
    frame.input = input;
    draw_bar(frame, layout);
    draw_overlays(frame, size);
    obey();
}

}  // namespace gregor::visualizer
