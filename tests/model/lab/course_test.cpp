#include "model/lab/course.h"

#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {

namespace {

Course course_of(const nlohmann::json& scenario)
{
    const auto run = start_run(scenario);
    CourseWriter writer(*run, run->end());
    run->add(writer);
    run->run();
    return writer.finish();
}

nlohmann::json broken(const char* script)
{
    nlohmann::json scenario = small_scenario();
    scenario["script"] = nlohmann::json::parse(script);
    scenario["horizon"] = "8s";
    return scenario;
}

}  // namespace

TEST_CASE("course: a restart ends the crash and not the cut of the same broker", "[lab]")
{
    nlohmann::json scenario = broken(R"j([
        { "at": "2s", "do": { "link": { "from": 1, "to": [2, 3], "effect": "cut" } } },
        { "at": "3s", "do": { "node": { "id": 1, "act": "crash" } } },
        { "at": "5s", "do": { "node": { "id": 1, "act": "restart" } } } ])j");
    const Course course = course_of(scenario);
    REQUIRE(course.faults.size() == 2);
    CHECK(course.faults[0].kind == Course::FaultKind::cut);
    CHECK(course.faults[0].to == never);
    CHECK(course.faults[1].kind == Course::FaultKind::crash);
    CHECK(course.faults[1].to == Time{} + seconds(5));

    scenario["settle"] = "4s";  // repairs everything when it begins
    const Course settled = course_of(scenario);
    REQUIRE(settled.faults.size() == 2);
    CHECK(settled.faults[0].to == Time{} + seconds(8));
    CHECK(settled.faults[1].to == Time{} + seconds(5));
}

TEST_CASE("course: two faults of one instant keep their nodes, and each ends with its own for",
          "[lab]")
{
    const Course course = course_of(broken(R"j([
        { "at": "2s", "for": "1s", "do": { "node": { "id": 2, "act": "pause" } } },
        { "at": "2s", "for": "2s", "do": { "node": { "id": 3, "act": "pause" } } } ])j"));
    REQUIRE(course.faults.size() == 2);
    CHECK(course.faults[0].nodes == std::vector<std::string>{"broker 2"});
    CHECK(course.faults[0].to == Time{} + seconds(3));
    CHECK(course.faults[1].nodes == std::vector<std::string>{"broker 3"});
    CHECK(course.faults[1].to == Time{} + seconds(4));
}

TEST_CASE("course: an election, a shrunken ISR and what led to them", "[lab]")
{
    nlohmann::json scenario =
        broken(R"j([ { "at": "2s", "do": { "node": { "id": 1, "act": "crash" } } } ])j");
    scenario["horizon"] = "14s";
    const Course course = course_of(scenario);
    using Kind = Course::MarkKind;
    for (const Kind kind : {Kind::fenced, Kind::election, Kind::isr_shrank}) {
        const auto count = std::ranges::count(course.marks, kind, &Course::Mark::kind);
        INFO("kind " << static_cast<int>(kind));
        CHECK(count == 1);
    }
    const auto moved = std::ranges::find_if(course.story, [](const StoryLine& line) {
        return line.text.find("t-0: leader 1 -> 2") != std::string::npos;
    });
    REQUIRE(moved != course.story.end());
    const auto chain = course.why(*moved);
    REQUIRE(chain.size() >= 3);
    CHECK(chain.front()->text.find("Broker 1 crashes") != std::string::npos);
    CHECK(chain.back() == &*moved);
}

}  // namespace gregor::lab
