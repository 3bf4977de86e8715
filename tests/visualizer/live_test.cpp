#include "tests/visualizer/stage.h"
#include "visualizer/exports.h"
#include "visualizer/find.h"
#include "visualizer/panels/curve.h"
#include "visualizer/panels/fault_card.h"
#include "visualizer/panels/inspector_range.h"

#include <limits>
#include <set>

/// What a user does to a run: injects faults, compares, finds, measures, keeps.
namespace gregor::visualizer {

namespace {

std::string crash_file()
{
    return (scenarios() / "replication/leader_crash.json").string();
}

bool shows(const Stage& stage, std::string_view text)
{
    return std::ranges::any_of(stage.texts, [&](const TextBox& each) {
        return each.text.find(text) != std::string::npos;
    });
}

const TextBox* text_of_stage(const Stage& stage, std::string_view text)
{
    const auto found = std::ranges::find(stage.texts, text, &TextBox::text);
    return found == stage.texts.end() ? nullptr : &*found;
}

Input click_on(const TextBox& text)
{
    Input input;
    input.mouse = {text.min.x + 3, (text.min.y + text.max.y) / 2};
    input.pressed = input.down = true;
    return input;
}

/// What the window does with the line that the app wants.
Playback branched(App& app, const nlohmann::json& line)
{
    const lab::Branch branch = lab::branch_of(app.playback().recording(), line);
    return run_of(branch.file, branch.identity.file, branch.identity);
}

}  // namespace

TEST_CASE("live: every fault on every node is a line that the scenario takes", "[live]")
{
    App app(run_of(crash_file()));
    std::set<FaultDraft::Kind> tried;
    for (const int at : {5, 15}) {  // broker 1 runs; it is down
        app.playback().seek(Time{} + seconds(at));
        const lab::Snapshot& snapshot = app.playback().snapshot();
        for (const FaultDraft::Kind kind : FaultDraft::kinds) {
            for (const std::string& target : targets_of(kind, snapshot)) {
                FaultDraft draft{kind, target, time_of_injection(snapshot.at), seconds(5)};
                if (kind == FaultDraft::Kind::restart) draft.lasts.reset();
                INFO(line_of(draft).dump());
                CHECK_NOTHROW(lab::branch_of(app.playback().recording(), line_of(draft)));
                tried.insert(kind);
            }
        }
    }
    CHECK(tried.size() == FaultDraft::kinds.size());
}

TEST_CASE("live: an injected fault is on the timeline of the branch, and nothing before changed",
          "[live]")
{
    using Kind = FaultDraft::Kind;
    App app(run_of(crash_file()));
    app.playback().seek(Time{} + seconds(40) + microseconds(123));
    for (const Kind kind : {Kind::crash, Kind::pause, Kind::cut, Kind::slow_disk}) {
        const FaultDraft draft{kind, "broker 3", time_of_injection(app.playback().now()),
                               seconds(5)};
        INFO(text_of(draft));
        const Playback branch = branched(app, line_of(draft));
        const auto& faults = branch.course().faults;
        const auto found = std::ranges::find(faults, draft.at, &lab::Course::Fault::from);
        REQUIRE(found != faults.end());
        CHECK(found->kind == shown_as(kind));
        CHECK(found->to == draft.at + seconds(5));
        CHECK(found->nodes == std::vector<std::string>{"broker 3"});
        const std::uint64_t parted =
            lab::first_difference(app.playback().recording(), branch.recording());
        CHECK(parted > app.playback().event());
    }
}

TEST_CASE("live: from the menu to a branch by keys alone", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    app.playback().seek(Time{} + seconds(40));
    app.view().selected = Subject::partition("orders-0");
    app.press(Key::inject);
    stage.draw();
    CHECK(shows(stage, "Power off"));
    CHECK(overlaps(stage.texts) == std::vector<std::string>{});
    app.type("1");
    REQUIRE(app.view().draft.has_value());
    CHECK(app.view().draft->target == "broker 2");  // leads it by then
    app.press(Key::next_choice);
    app.press(Key::duration);
    stage.draw();
    CHECK(app.view().draft->target == "broker 3");
    CHECK(app.view().draft->lasts == seconds(30));
    CHECK(shows(stage, "not in the script yet"));
    CHECK(overlaps(stage.texts) == std::vector<std::string>{});
    CHECK_FALSE(app.take_line().has_value());
    app.press(Key::accept);
    const auto line = app.take_line();
    REQUIRE(line.has_value());
    CHECK(line->dump() == R"({"at":"40.001s","do":{"node":{"act":"crash","id":3}},"for":"30s"})");
    CHECK_FALSE(app.take_line().has_value());

    app.show_branch(branched(app, *line));
    CHECK(app.playback().now() == Time{} + seconds(40));
    stage.draw();
    CHECK(shows(stage, "Branched: the first"));
    CHECK(shows(stage, "crash broker 3"));

    app.press(Key::compare);
    app.playback().seek(Time{} + seconds(50));
    stage.draw();
    REQUIRE(app.beside().has_value());
    CHECK(app.beside()->now() == Time{} + seconds(50));
    CHECK(shows(stage, "leader_crash.branch.json"));
    CHECK(overlaps(stage.texts) == std::vector<std::string>{});
}

TEST_CASE("live: Esc gives a draft up, a click outside closes the menu", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    app.press(Key::inject);
    Input elsewhere;
    elsewhere.mouse = {700, 800};
    elsewhere.pressed = elsewhere.down = true;
    stage.draw(elsewhere);
    CHECK(app.view().menu == Menu::none);
    app.press(Key::inject);
    app.type("4");
    REQUIRE(app.view().draft.has_value());
    app.press(Key::clear);
    CHECK_FALSE(app.view().draft.has_value());
    CHECK_FALSE(app.take_line().has_value());
}

TEST_CASE("live: the buttons of the draft's card do what they say", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    app.press(Key::inject);
    stage.draw();
    const TextBox* item = text_of_stage(stage, "Pause");
    REQUIRE(item != nullptr);
    stage.draw(click_on(*item));
    REQUIRE(app.view().draft.has_value());
    CHECK(app.view().draft->kind == FaultDraft::Kind::pause);
    stage.draw();
    const TextBox* whom = text_of_stage(stage, "controller 102");
    REQUIRE(whom != nullptr);
    const auto chip = std::find_if(stage.texts.rbegin(), stage.texts.rend(), [](const auto& each) {
        return each.text == "controller 102" && each.panel == overlay_panel;
    });
    REQUIRE(chip != stage.texts.rend());
    stage.draw(click_on(*chip));
    CHECK(app.view().draft->target == "controller 102");
    CHECK_FALSE(app.view().selected);  // what lies below was not meant
    stage.draw();
    const TextBox* branch = text_of_stage(stage, "Branch here (Enter)");
    REQUIRE(branch != nullptr);
    stage.draw(click_on(*branch));
    CHECK(app.take_line().has_value());
}

TEST_CASE("find: names, offsets, instants, events and words", "[live]")
{
    App app(run_of(crash_file()));
    app.playback().seek(Time{} + seconds(5));
    const lab::Snapshot& snapshot = app.playback().snapshot();
    const lab::Course& course = app.playback().course();
    const auto subject = [&](std::string_view text) {
        const auto found = find(snapshot, course, text);
        return found ? found->subject : Subject{};
    };
    CHECK(subject("broker 2") == Subject::node("broker 2"));
    CHECK(subject("B2") == Subject::node("broker 2"));
    CHECK(subject("c101") == Subject::node("controller 101"));
    CHECK(subject("p1") == Subject::node("P1"));
    CHECK(subject("group Billing") == Subject::group("billing"));
    CHECK(subject("orders-1") == Subject::partition("orders-1"));
    CHECK(subject(" o1 ") == Subject::partition("orders-1"));
    CHECK(subject("o1@58") == Subject::record("orders-1", BrokerId{2}, Offset{58}));
    CHECK(find(snapshot, course, "20.5s")->at == Time{} + milliseconds(20'500));
    CHECK(find(snapshot, course, "#123")->event == 123);
    const auto told = find(snapshot, course, "HAS READ THE METADATA");
    REQUIRE(told.has_value());
    CHECK(*told->event > app.playback().event());
    for (const char* nothing : {"", "o9", "broker 9", "#x", "o1@x", "no such words anywhere"}) {
        INFO(nothing);
        CHECK_FALSE(find(snapshot, course, nothing).has_value());
    }
}

TEST_CASE("find: typed into the window it selects, seeks, or says that there is nothing", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    const auto ask = [&](std::string_view text) {
        app.press(Key::find);
        app.type(text);
        stage.draw();
        CHECK(shows(stage, text));
        app.press(Key::accept);
    };
    ask("12s");
    CHECK(app.playback().now() == Time{} + seconds(12));
    ask("o0@20");
    CHECK(app.view().selected == Subject::record("orders-0", BrokerId{1}, Offset{20}));
    ask("nonsense");
    CHECK(app.view().entry);
    stage.draw();
    CHECK(shows(stage, "Nothing of that name"));
    app.press(Key::erase);
    CHECK(app.view().entry.text == "nonsens");
    app.press(Key::play);  // a letter's key means nothing while one types
    CHECK_FALSE(app.playback().playing());
    app.press(Key::clear);
    CHECK_FALSE(app.view().entry);
}

TEST_CASE("partitions: a filter leaves those whose name has it", "[live]")
{
    App app(run_of(crash_file()));
    app.playback().seek(Time{} + seconds(5));
    Stage stage(app, usual);
    Input press;
    press.mouse = {1'196, 74};  // the funnel in the header
    press.pressed = press.down = true;
    stage.draw(press);
    REQUIRE(app.view().entry.purpose == TextEntry::Purpose::filter);
    app.type("s-1");
    app.press(Key::accept);
    stage.draw();
    const auto titles = std::ranges::count_if(stage.texts, [](const TextBox& each) {
        return each.panel == static_cast<int>(Panel::partitions) &&
               each.text.starts_with("orders-");
    });
    CHECK(titles == 1);
    CHECK(shows(stage, "orders-1"));
}

TEST_CASE("timeline: Shift and drag select a range that the inspector tells of", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    Input drag;
    drag.mouse = {400, 900};
    drag.down = drag.pressed = drag.shift = true;
    stage.draw(drag);
    drag.pressed = false;
    drag.mouse.x = 800;
    stage.draw(drag);
    REQUIRE(app.view().range.has_value());
    CHECK(app.playback().now() == Time{});
    stage.draw();
    CHECK(shows(stage, "The chosen range"));
    CHECK(shows(stage, "Faults and events"));
    CHECK(overlaps(stage.texts) == std::vector<std::string>{});
    app.press(Key::clear);
    CHECK_FALSE(app.view().range.has_value());
}

TEST_CASE("timeline: statistics of a range count what is in it, and only that", "[live]")
{
    lab::Course course;
    course.end = Time{} + seconds(4);
    course.slice = seconds(1);
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    course.metrics.push_back({"Latency", "ms", "x", {{"p99", {1, nothing, 3, 5, 100}}}});
    course.marks.push_back(
        {Time{} + milliseconds(1'500), 7, lab::Course::MarkKind::election, "", ""});
    course.marks.push_back(
        {Time{} + milliseconds(3'500), 9, lab::Course::MarkKind::election, "", ""});
    const Sheet sheet = range_sheet(course, {Time{} + seconds(1), Time{} + milliseconds(3'200)});
    std::vector<std::string> numbers;
    for (const Block& block : sheet.blocks) {
        if (const auto* rows = std::get_if<Rows>(&block)) {
            for (const Row& row : *rows) {
                for (const auto& each : row.numbers) numbers.push_back(each.text);
            }
        }
    }
    CHECK(numbers == std::vector<std::string>{"1", "4", "5"});
}

TEST_CASE("timeline: the middle button pans, a double click on a flag renames it", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    app.view().visible_from = Time{} + seconds(10);
    app.view().visible_to = Time{} + seconds(30);
    Input pan;
    pan.mouse = {900, 900};
    pan.middle_down = true;
    stage.draw(pan);
    pan.mouse.x = 700;
    stage.draw(pan);
    CHECK(app.view().visible_from > Time{} + seconds(12));
    CHECK(app.view().visible_to - app.view().visible_from == seconds(20));
    stage.draw();

    app.view().visible_from = app.view().visible_to = Time{};
    app.playback().seek(Time{} + seconds(30));
    app.press(Key::bookmark);
    app.playback().seek(Time{} + seconds(50));
    stage.draw();
    const TextBox* name = text_of_stage(stage, "mark 1");
    REQUIRE(name != nullptr);
    Input twice = click_on(*name);
    twice.mouse.x = name->min.x - 10;  // the flag
    twice.double_clicked = true;
    stage.draw(twice);
    REQUIRE(app.view().entry);
    app.type("é!");
    app.press(Key::accept);
    CHECK(app.view().bookmarks.front().name == "mark 1é!");
}

TEST_CASE("window: splitters move the edges between panels", "[live]")
{
    App app(run_of(crash_file()));
    Stage stage(app, usual);
    const auto drag = [&](ImVec2 from, ImVec2 to) {
        Input input;
        input.mouse = from;
        input.down = input.pressed = true;
        stage.draw(input);
        input.pressed = false;
        input.mouse = to;
        stage.draw(input);
        stage.draw();
        CHECK(overlaps(stage.texts) == std::vector<std::string>{});
    };
    const float left = app.view().left_width, right = app.view().right_width;
    const float high = app.view().timeline_height;
    drag({528, 300}, {428, 300});
    CHECK(app.view().left_width == left - 100);
    drag({1'244, 300}, {1'204, 300});
    CHECK(app.view().right_width == right + 40);
    drag({800, 688}, {800, 738});
    CHECK(app.view().timeline_height == high - 50);
    CHECK(app.playback().now() == Time{});  // nothing was scrubbed
}

TEST_CASE("plots: a stretch without values is a gap", "[live]")
{
    const double nothing = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> values(100, 1.0);
    for (std::size_t i = 30; i < 60; ++i) values[i] = nothing;
    values[45] = 2;
    const TimeAxis axis{Time{}, Time{} + seconds(100), 0, 200};
    const Box box{{0, 0}, {200, 50}};
    const auto pieces = curves_of(Painter{}, box, axis, {values, seconds(1), 2});
    REQUIRE(pieces.size() == 3);
    CHECK(pieces[0].back().x < 61);
    CHECK(pieces[1].size() == 1);
    CHECK(pieces[2].front().x > 119);
    for (std::size_t i = 40; i < 43; ++i) values[i] = 1;
    values[41] = nothing;  // 2 points wide: a line spans it
    CHECK(curves_of(Painter{}, box, axis, {values, seconds(1), 2}).size() == 3);
}

TEST_CASE("exports: plots and page hold what the run has, and are the same twice", "[live]")
{
    App app(run_of(crash_file()));
    app.playback().seek(Time{} + seconds(20));
    const Playback& playback = app.playback();
    const TimeRange whole{Time{}, playback.end()};
    const std::string svg = plots_as_svg(playback.course(), "a <title> & more", whole);
    CHECK(svg == plots_as_svg(playback.course(), "a <title> & more", whole));
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.find("a &lt;title&gt; &amp; more") != std::string::npos);
    CHECK(svg.find("crash broker 1") != std::string::npos);
    CHECK(svg.find("nan") == std::string::npos);
    for (const auto& metric : playback.course().metrics) {
        INFO(metric.title);
        CHECK((svg.find(metric.title) != std::string::npos) == is_measured(metric));
    }
    const std::string page = run_as_page(playback, Stage(app, usual).draw(), whole);
    CHECK(page.find("data:image/png;base64,iVBORw0KGgo") != std::string::npos);
    CHECK(page.find(lab::hash_text(playback.recording().final_hash())) != std::string::npos);
    CHECK(page.find("http") == page.find("http://www.w3.org/2000/svg"));  // needs nothing else
    CHECK(page.find("src=\"http") == std::string::npos);
}

}  // namespace gregor::visualizer
