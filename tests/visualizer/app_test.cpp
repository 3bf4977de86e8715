#include "visualizer/app.h"

#include "tests/visualizer/stage.h"
#include "visualizer/panels/gallery.h"

/// The whole window without a window, on every scenario of the library.
namespace gregor::visualizer {

TEST_CASE("window: every scenario at twenty instants", "[window]")
{
    for (const std::string& name : library()) {
        App app(run_of(name));
        Stage stage(app, usual);
        for (int i = 0; i <= 20; ++i) {
            const Duration at = app.playback().end() - Time{};
            app.playback().seek(Time{} + nanoseconds(at.nanoseconds / 20 * i + 137));
            INFO(name << " at " << app.playback().now().nanoseconds << " ns");
            stage.draw();
            CHECK(stage.texts.size() > 40);
            CHECK(overlaps(stage.texts) == std::vector<std::string>{});
        }
    }
}

TEST_CASE("window: no text overlaps or leaves the window at any size", "[window]")
{
    App app(run_of((scenarios() / "replication/leader_crash.json").string()));
    for (const Shape& shape :
         {usual, Shape{1280, 800, 1}, Shape{1024, 640, 1}, Shape{1600, 1000, 2}}) {
        Stage stage(app, shape);
        for (const char* selected : {"", "orders-0", "broker 1", "P1", "controller 101"}) {
            for (const int at : {5, 12, 20, 27, 60}) {
                app.playback().seek(Time{} + seconds(at) + microseconds(300));
                const std::string name = selected;
                app.view().selected = name.empty()         ? Subject{}
                                      : name == "orders-0" ? Subject::partition(name)
                                                           : Subject::node(name);
                INFO(shape.width << "x" << shape.height << " scale " << shape.scale << ", " << name
                                 << " at " << at << " s");
                stage.draw();
                CHECK(overlaps(stage.texts) == std::vector<std::string>{});
                for (const TextBox& each : stage.texts) {
                    const Box box = seen(each);
                    if (box.width() <= 0 || box.height() <= 0) continue;  // scrolled away
                    INFO(each.text);
                    CHECK(each.min.x >= 0);
                    CHECK(each.max.x <= static_cast<float>(shape.width));
                }
            }
        }
    }
}

TEST_CASE("window: the same instant and selection give the same bytes", "[window]")
{
    const std::string name = (scenarios() / "replication/network_cut.json").string();
    const auto picture = [&] {
        App app(run_of(name));
        app.playback().seek(Time{} + milliseconds(12'345));
        app.view().selected = Subject::node("broker 1");
        return Stage(app, usual).draw();
    };
    const Image first = picture();
    CHECK(first == picture());

    App app(run_of(name));
    app.playback().seek(app.playback().end());  // there and back again
    app.playback().seek(Time{} + milliseconds(12'345));
    app.view().selected = Subject::node("broker 1");
    CHECK(first == Stage(app, usual).draw());
}

TEST_CASE("window: steps go by event, forwards and backwards", "[window]")
{
    App app(run_of((scenarios() / "replication/leader_crash_short.json").string()));
    Playback& playback = app.playback();
    playback.seek(Time{} + seconds(2));
    const std::uint64_t before = playback.event();
    const Time at = playback.now();
    std::vector<std::uint64_t> forwards{before};
    for (int i = 0; i < 50; ++i) {
        app.press(Key::next_event);
        CHECK(playback.event() > forwards.back());
        forwards.push_back(playback.event());
    }
    for (int i = 49; i >= 0; --i) {
        app.press(Key::previous_event);
        CHECK(playback.event() == forwards[static_cast<std::size_t>(i)]);
    }
    CHECK(playback.now() <= at);
}

TEST_CASE("window: playing moves the playhead both ways, and stops at the ends", "[window]")
{
    App app(run_of((scenarios() / "replication/leader_crash_short.json").string()));
    Playback& playback = app.playback();
    playback.set_speed(2);
    playback.play(true);
    playback.advance(1.5);
    CHECK(playback.now() == Time{} + seconds(3));
    playback.set_speed(-1);
    playback.advance(1);
    CHECK(playback.now() == Time{} + seconds(2));
    playback.set_speed(1'000);
    playback.advance(10);
    CHECK(playback.now() == playback.end());
    CHECK_FALSE(playback.playing());
}

TEST_CASE("window: a click selects what is under the mouse, a drag scrubs", "[window]")
{
    App app(run_of((scenarios() / "replication/leader_crash.json").string()));
    app.playback().seek(Time{} + seconds(5));
    Stage stage(app, usual);
    stage.draw();
    const auto title = std::ranges::find_if(stage.texts, [](const TextBox& each) {
        return each.text == "orders-1" && each.panel == static_cast<int>(Panel::partitions);
    });
    REQUIRE(title != stage.texts.end());
    Input click;
    click.mouse = {title->min.x + 3, title->min.y + 5};
    click.down = click.pressed = true;
    stage.draw(click);
    CHECK(app.view().selected == Subject::partition("orders-1"));

    Input drag;
    drag.mouse = {900, 900};  // among the plots
    drag.down = drag.pressed = true;
    stage.draw(drag);
    const Time first = app.playback().now();
    drag.pressed = false;
    drag.mouse.x = 1'100;
    stage.draw(drag);
    CHECK(app.playback().now() > first);
    CHECK(app.playback().now() != Time{} + seconds(5));
}

TEST_CASE("window: captions come at their moment, a question holds the clock and is graded",
          "[window]")
{
    auto json = nlohmann::json::parse(
        lab::ScenarioFile::read((scenarios() / "replication/leader_crash_short.json").string())
            .text());
    json["lesson"] = nlohmann::json::parse(R"j({
        "captions": [ { "at": "2500ms", "say": "Nobody answers for orders-0 now." } ],
        "predict": [ { "at": "3s", "ask": "Who will lead orders-0?",
                       "choices": ["broker 1", "broker 2"], "answer": "leader('orders-0') - 1" } ] })j");
    App app(run_of(lab::ScenarioFile::parse(json.dump(), "lesson.json"), "lesson.json"));
    Stage stage(app, usual);
    const auto shows = [&](std::string_view text) {
        return std::ranges::any_of(stage.texts, [&](const TextBox& each) {
            return each.text.find(text) != std::string::npos;
        });
    };
    stage.draw();
    CHECK_FALSE(shows("Nobody answers"));
    app.playback().seek(Time{} + milliseconds(2'600));
    stage.draw();
    CHECK(shows("Nobody answers for orders-0 now."));
    CHECK(overlaps(stage.texts) == std::vector<std::string>{});

    app.playback().set_speed(1'000);
    app.playback().play(true);
    stage.draw({}, 0.001);
    CHECK(app.playback().now() == Time{} + seconds(3));
    stage.draw({}, 0.001);
    CHECK(app.playback().now() == Time{} + seconds(3));  // until it is answered
    const auto choice = std::ranges::find(stage.texts, "broker 2", [](const TextBox& each) {
        return each.min.x > 540 && each.min.x < 1'060 ? each.text : std::string();
    });
    REQUIRE(choice != stage.texts.end());
    Input click;
    click.mouse = {choice->min.x + 2, choice->min.y + 2};
    click.pressed = click.down = true;
    stage.draw(click, 0.001);
    stage.draw({}, 0.001);
    CHECK(shows("Right, as the run shows."));
    click.mouse = {800, 300};
    stage.draw(click, 0.001);
    stage.draw({}, 0.001);
    CHECK(app.playback().now() > Time{} + seconds(3));
}

TEST_CASE("window: the gallery shows every scenario, and a click on a leg chooses it", "[window]")
{
    const std::vector<GalleryEntry> entries = read_gallery(scenarios().string());
    CHECK(entries.size() == library().size());
    for (const Shape& shape : {usual, Shape{1280, 800, 1}, Shape{1024, 640, 1}}) {
        Headless headless({.width = shape.width, .height = shape.height});
        const ImVec2 size{static_cast<float>(shape.width), static_cast<float>(shape.height)};
        std::vector<TextBox> texts;
        float scroll = 0;
        std::optional<GalleryChoice> chosen;
        const auto draw = [&](const Input& input) {
            headless.frame([&] {
                Painter painter =
                    make_painter(*ImGui::GetBackgroundDrawList(), dark_theme(), headless.fonts());
                texts.clear();
                painter.texts = &texts;
                chosen = draw_gallery(painter, size, input, entries, scroll);
            });
        };
        draw({});
        CHECK_FALSE(chosen.has_value());
        CHECK(overlaps(texts) == std::vector<std::string>{});
        const auto find_leg = [&] {
            return std::ranges::find_if(texts, [&](const TextBox& each) {
                return each.text == "4 ms a record" && each.max.y < size.y;
            });
        };
        Input wheel;
        wheel.wheel = -1;
        const std::size_t to_the_end = 10 * entries.size();
        for (std::size_t turn = 0; turn < to_the_end && find_leg() == texts.end(); ++turn) {
            draw(wheel);
        }
        const auto leg = find_leg();
        REQUIRE(leg != texts.end());
        CHECK(overlaps(texts) == std::vector<std::string>{});
        Input click;
        click.mouse = {leg->min.x + 2, leg->min.y + 2};
        click.pressed = click.down = true;
        draw(click);
        REQUIRE(chosen.has_value());
        CHECK(chosen->leg == "4 ms a record");
        CHECK(chosen->file.ends_with("slow_consumer_lag.json"));
    }
}

}  // namespace gregor::visualizer
