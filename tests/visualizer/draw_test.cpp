#include "visualizer/draw/draw.h"

#include "visualizer/draw/headless.h"
#include "visualizer/draw/raster.h"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace gregor::visualizer {
namespace {

constexpr int side = 240;  // points

/// The box of pixels that differ from an empty picture, in pixels; empty when none does.
Box drawn_box(const Image& image, const Image& empty)
{
    Box box{{1e6F, 1e6F}, {-1e6F, -1e6F}};
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) {
            const auto at = static_cast<std::size_t>(4 * (y * image.width + x));
            if (std::equal(&image.rgba[at], &image.rgba[at] + 4, &empty.rgba[at])) continue;
            const auto px = static_cast<float>(x), py = static_cast<float>(y);
            box.min = {std::min(box.min.x, px), std::min(box.min.y, py)};
            box.max = {std::max(box.max.x, px + 1), std::max(box.max.y, py + 1)};
        }
    return box;
}

class Paper {
public:
    Image draw(const std::function<void(const Painter&)>& what)
    {
        return headless_.frame([&] {
            Painter painter =
                make_painter(*ImGui::GetBackgroundDrawList(), dark_theme(), headless_.fonts());
            painter.texts = &texts;
            what(painter);
        });
    }
    Box extent(const std::function<void(const Painter&)>& what)
    {
        const Image empty = draw([](const Painter&) {});
        return drawn_box(draw(what), empty);
    }

    std::vector<TextBox> texts;

private:
    Headless headless_{{.width = side, .height = side}};
};

void check_within(const Box& inner, const Box& outer)
{
    CHECK(inner.min.x < inner.max.x);
    CHECK(inner.min.x >= outer.min.x);
    CHECK(inner.min.y >= outer.min.y);
    CHECK(inner.max.x <= outer.max.x);
    CHECK(inner.max.y <= outer.max.y);
}

TEST_CASE("draw: text stays in the box that it reports", "[visualizer]")
{
    Paper paper;
    for (const Align align : {Align::left, Align::center, Align::right}) {
        Box box;
        const Box seen = paper.extent([&](const Painter& p) {
            box = draw_text(p, {120, 60},
                            {.text = "Égypte, jqy → 42",
                             .style = {Face::text_semibold, 13},
                             .color = p.color(Token::text_hi),
                             .align = align});
        });
        check_within(seen, box.inset(-1));
    }
    CHECK(paper.texts.back().text == "Égypte, jqy → 42");
}

TEST_CASE("draw: long text ends in an ellipsis between letters", "[visualizer]")
{
    Paper paper;
    paper.draw([](const Painter& p) {
        const TextStyle style{Face::text, 12};
        const std::string_view text = "ééééé ééééé ééééé";
        for (float width = 0; width < 120; width += 3) {
            const std::string shown = fit_text(p, text, style, width);
            CHECK(text_width(p, shown, style) <= width);
            if (shown.empty() || shown == text) continue;
            CHECK(shown.ends_with("…"));
            CHECK(shown.size() % 2 == (shown.find(' ') == std::string::npos  ? 1U
                                       : shown.find(' ') == shown.rfind(' ') ? 0U
                                                                             : 1U));
        }
        CHECK(fit_text(p, text, style, 1000) == text);
    });
}

TEST_CASE("draw: cells, chips and pills stay within their size", "[visualizer]")
{
    Paper paper;
    for (const CellState state : {CellState::committed_leader, CellState::committed_follower,
                                  CellState::committed_out_of_sync, CellState::uncommitted,
                                  CellState::diverged, CellState::unwritten}) {
        CAPTURE(static_cast<int>(state));
        check_within(paper.extent([&](const Painter& p) {
            draw_log_cell(p, {50, 50},
                          {.state = state, .offset = "128", .epoch = 4, .epoch_begins = true});
        }),
                     box_at({50, 50}, cell_width, cell_height));
    }
    for (const ReplicaState state : {ReplicaState::leader, ReplicaState::in_sync,
                                     ReplicaState::out_of_sync, ReplicaState::stale_leader})
        check_within(paper.extent([&](const Painter& p) {
            draw_replica_chip(p, box_at({50, 50}, 36, 18), state, "o12");
        }),
                     box_at({50, 50}, 36, 18));
    Box pill;
    const Box seen = paper.extent([&](const Painter& p) {
        pill = draw_pill(p, {20, 60}, {.text = "ISR 1,3", .icon = Icon::exclamation_triangle});
    });
    check_within(seen, pill);
}

TEST_CASE("draw: panels, buttons and tooltips stay within their size", "[visualizer]")
{
    Paper paper;
    const Box box = box_at({10, 10}, 200, 120);
    check_within(paper.extent([&](const Painter& p) {
        draw_panel(p, box,
                   {.icon = Icon::server, .title = "Title", .subtitle = "a subtitle too long"});
    }),
                 box);
    check_within(paper.extent([&](const Painter& p) {
        draw_button(p, box_at({10, 10}, 90, 26), {.label = "Bookmark", .icon = Icon::bookmark});
    }),
                 box_at({10, 10}, 90, 26));
    check_within(paper.extent([&](const Painter& p) {
        draw_toggle(p, {50, 50}, true);
    }),
                 box_at({39, 44}, 22, 12));
    check_within(paper.extent([&](const Painter& p) {
        draw_overview(p, box, {.high_watermark = 1, .view_from = 0, .view_to = 1});
    }),
                 box);
    constexpr float shadow = 9;
    Box tooltip;
    const Box seen = paper.extent([&](const Painter& p) {
        tooltip = draw_tooltip(p, {40, 40}, {.title = "Fetch B1 → B3", .detail = "o0 @58"});
    });
    check_within(seen, tooltip.inset(-shadow));
}

TEST_CASE("draw: message and event glyphs stay within their reach", "[visualizer]")
{
    Paper paper;
    for (const MessageKind kind :
         {MessageKind::produce, MessageKind::replica_fetch, MessageKind::consumer_fetch,
          MessageKind::acknowledgement, MessageKind::control, MessageKind::dropped})
        check_within(paper.extent([&](const Painter& p) {
            draw_message(p, {100.3F, 99.7F}, kind, true);
        }),
                     Box{{100, 100}, {100, 100}}.inset(-13));
    for (const EventGlyph glyph :
         {EventGlyph::election, EventGlyph::rebalance, EventGlyph::isr_grows,
          EventGlyph::isr_shrinks, EventGlyph::truncation, EventGlyph::join})
        check_within(paper.extent([&](const Painter& p) {
            draw_event(p, {100, 100}, glyph);
        }),
                     Box{{100, 100}, {100, 100}}.inset(-8));
}

TEST_CASE("draw: a hatch ends at the rim of its rounded box", "[visualizer]")
{
    Paper paper;
    const Box box = box_at({40, 40}, 80, 60);
    constexpr float radius = 30;
    const Image empty = paper.draw([](const Painter&) {});
    const Image image = paper.draw([&](const Painter& p) {
        fill_hatch(p, box, radius, p.color(Token::vermilion), {.pitch = 4, .width = 1.5F});
    });
    check_within(drawn_box(image, empty), box.inset(-1));
    int outside = 0;
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const auto at = static_cast<std::size_t>(4 * (y * side + x));
            if (image.rgba[at] == empty.rgba[at]) continue;
            const float px = static_cast<float>(x) + 0.5F, py = static_cast<float>(y) + 0.5F;
            const Box core = box.inset(radius);
            const float dx = px - std::clamp(px, core.min.x, core.max.x);
            const float dy = py - std::clamp(py, core.min.y, core.max.y);
            outside += std::hypot(dx, dy) > radius + 1 ? 1 : 0;
        }
    CHECK(outside == 0);
}

TEST_CASE("draw: a message moves evenly along its edge", "[visualizer]")
{
    const Bezier edge = vertical_curve({10, 10}, {200, 150});
    CHECK(place_on(edge, 0).x == Approx(10));
    CHECK(place_on(edge, 1).y == Approx(150));
    CHECK(point_on(edge, 0.5F).x == Approx(105));
    const auto step = [&](float from) {
        const ImVec2 a = place_on(edge, from), b = place_on(edge, from + 0.02F);
        return std::hypot(b.x - a.x, b.y - a.y);
    };
    const float first = step(0);
    for (float share = 0.02F; share < 0.97F; share += 0.02F)
        CHECK(step(share) == Approx(first).epsilon(0.03));
    const Bezier line = straight_curve({0, 0}, {90, 0});
    CHECK(place_on(line, 0.25F).x == Approx(22.5));
}

TEST_CASE("draw: cells can be told apart without colour", "[visualizer]")
{
    // Committed grounds differ in luminance; the other states have a dashed rim, a hatch, a faint
    // rim.
    for (const Theme* theme : {&dark_theme(), &light_theme()}) {
        const ImU32 leader = cell_ground(*theme, CellState::committed_leader);
        const ImU32 follower = cell_ground(*theme, CellState::committed_follower);
        const ImU32 out = cell_ground(*theme, CellState::committed_out_of_sync);
        CHECK(contrast(leader, follower) > 1.3);
        CHECK(contrast(follower, out) > 1.25);
        CHECK(contrast(out, (*theme)[Token::panel]) > 1.25);
    }
    Paper paper;
    const auto cell = [&](CellState state, int epoch, bool begins) {
        return paper.draw([&](const Painter& p) {
            draw_log_cell(p, {50, 50}, {.state = state, .epoch = epoch, .epoch_begins = begins});
        });
    };
    const auto inked = [](const Image& image, int x, int y) {
        const auto at = static_cast<std::size_t>(4 * (y * side + x));
        const auto ground = static_cast<std::size_t>(4 * ((y - 3) * side + x));
        return !std::equal(&image.rgba[at], &image.rgba[at] + 3, &image.rgba[ground]);
    };
    // The middle of the foot bar is broken in even epochs, and its left end stands where one
    // begins.
    CHECK(inked(cell(CellState::committed_leader, 3, false), 61, 68));
    CHECK_FALSE(inked(cell(CellState::committed_leader, 4, false), 61, 68));
    CHECK_FALSE(cell(CellState::committed_leader, 3, true) ==
                cell(CellState::committed_leader, 3, false));
    CHECK_FALSE(cell(CellState::uncommitted, -1, false) == cell(CellState::unwritten, -1, false));
}

TEST_CASE("draw: in a grey copy every state is another picture than every other", "[visualizer]")
{
    // Pixels whose grey (Rec. 601) differs by more than an eye may miss.
    const auto difference = [](const Image& a, const Image& b) {
        const auto grey = [](const Image& image, std::size_t at) {
            return (299 * image.rgba[at] + 587 * image.rgba[at + 1] + 114 * image.rgba[at + 2]) /
                   1000;
        };
        int count = 0;
        for (std::size_t at = 0; at < a.rgba.size(); at += 4) {
            if (std::abs(grey(a, at) - grey(b, at)) > 20) ++count;
        }
        return count;
    };
    Paper paper;
    const auto all_differ = [&](const char* family,
                                const std::vector<std::function<void(const Painter&)>>& states) {
        std::vector<Image> images;
        images.reserve(states.size());
        for (const auto& state : states) images.push_back(paper.draw(state));
        for (std::size_t i = 0; i < images.size(); ++i) {
            for (std::size_t j = i + 1; j < images.size(); ++j) {
                INFO(family << ": " << i << " and " << j);
                CHECK(difference(images[i], images[j]) >= 8);
            }
        }
    };
    using Draw = std::function<void(const Painter&)>;
    std::vector<Draw> cells, replicas, messages, events, cards;
    for (const auto state : {CellState::committed_leader, CellState::committed_follower,
                             CellState::committed_out_of_sync, CellState::uncommitted,
                             CellState::diverged, CellState::unwritten}) {
        cells.emplace_back([state](const Painter& p) {
            draw_log_cell(p, {50, 50}, {.state = state, .epoch = 3});
        });
    }
    for (const auto state : {ReplicaState::leader, ReplicaState::in_sync, ReplicaState::out_of_sync,
                             ReplicaState::stale_leader}) {
        replicas.emplace_back([state](const Painter& p) {
            draw_replica_chip(p, box_at({50, 50}, 36, 18), state, "o0");
        });
    }
    for (int kind = 0; kind <= static_cast<int>(MessageKind::dropped); ++kind) {
        messages.emplace_back([kind](const Painter& p) {
            draw_message_sign(p, {60, 60}, static_cast<MessageKind>(kind));
        });
    }
    for (int glyph = 0; glyph <= static_cast<int>(EventGlyph::join); ++glyph) {
        events.emplace_back([glyph](const Painter& p) {
            draw_event(p, {60, 60}, static_cast<EventGlyph>(glyph));
        });
    }
    for (const Icon state : {Icon::check_circle, Icon::ban, Icon::pause, Icon::chain_broken}) {
        cards.emplace_back([state](const Painter& p) {
            draw_broker_card(
                p, box_at({20, 20}, 176, 112),
                {.title = "Broker 1", .state = state, .is_faulty = state != Icon::check_circle});
        });
    }
    all_differ("cells", cells);
    all_differ("replicas", replicas);
    all_differ("messages", messages);
    all_differ("events", events);
    all_differ("brokers", cards);
}

TEST_CASE("draw: nothing is seen at opacity zero", "[visualizer]")
{
    Paper paper;
    const Image empty = paper.draw([](const Painter&) {});
    const Image faded = paper.draw([](const Painter& painter) {
        Painter p = painter;
        p.opacity = 0;
        draw_panel(p, box_at({5, 5}, 200, 60), {.title = "Title"});
        draw_broker_card(p, box_at({10, 80}, 176, 112), {.title = "B", .role = "controller"});
        draw_log_cell(p, {10, 200}, {.state = CellState::diverged, .offset = "1", .epoch = 2});
        draw_high_watermark(p, 60, 190, 220);
        draw_log_end(p, {80, 210}, false);
        draw_fault(p, box_at({90, 200}, 80, 20), {.label = "crash", .icon = Icon::plug});
        draw_message(p, {200, 210}, MessageKind::produce);
    });
    CHECK(faded == empty);
}

TEST_CASE("fonts: every icon is in the font, and sizes are loaded once", "[visualizer]")
{
    Headless headless;
    const Fonts& fonts = headless.fonts();
    CHECK(fonts.missing().empty());
    CHECK(fonts.has_icons());
    const TextStyle small{Face::mono, 10}, large{Face::mono_medium, 20};
    CHECK(fonts[small]->FontSize == 12);
    CHECK(fonts[large]->FontSize == 24);
    CHECK(fonts[small] != fonts[large]);
    for (const Icon icon : all_icons) {
        CAPTURE(static_cast<int>(icon));
        CHECK(fonts[{Face::icons, 12}]->FindGlyphNoFallback(static_cast<ImWchar>(icon)) != nullptr);
    }
}

TEST_CASE("fonts: a missing font is replaced, and the package is named", "[visualizer]")
{
    Headless headless({.width = 200, .height = 60, .font_folder = "/nonexistent"});
    CHECK_FALSE(headless.fonts().has_icons());
    std::string all;
    for (const std::string& line : headless.fonts().missing()) all += line + "\n";
    for (const char* package : {"fonts-inter", "fonts-jetbrains-mono", "fonts-fork-awesome"})
        CHECK(all.find(std::string("apt-get install ") + package) != std::string::npos);
    std::vector<TextBox> texts;
    const Image image = headless.frame([&] {
        Painter p = make_painter(*ImGui::GetBackgroundDrawList(), dark_theme(), headless.fonts());
        p.texts = &texts;
        draw_pill(p, {10, 30}, {.text = "fenced", .icon = Icon::ban});
    });
    REQUIRE(texts.size() == 1);
    CHECK(texts[0].max.x > texts[0].min.x + 20);
}

}  // namespace
}  // namespace gregor::visualizer
