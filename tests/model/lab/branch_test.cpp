#include "model/lab/branch.h"

#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

ScenarioFile small_file()
{
    return ScenarioFile::parse(small_scenario().dump(), "small.json");
}

RunIdentity small_identity()
{
    return {.file = "small.json", .scenario = "small", .leg = "only", .seed = 1};
}

OpenedRecording small_parent()
{
    return OpenedRecording::from_bytes(record_on_fixed(small_file(), small_identity()), "parent");
}

}  // namespace

TEST_CASE("branch: the run is the same up to its line and another one after it", "[lab]")
{
    OpenedRecording parent = small_parent();
    const nlohmann::json line{{"at", "2.5s"}, {"do", {{"node", {{"id", 1}, {"act", "crash"}}}}}};
    const Branch branch = branch_of(parent, line);
    OpenedRecording child =
        OpenedRecording::from_bytes(record_on_fixed(branch.file, branch.identity), "child");
    REQUIRE_FALSE(child.difference().has_value());
    const std::uint64_t parted = first_difference(parent, child);
    REQUIRE(parted > 1);
    CHECK(parent.seek_event(parted - 1).now() <= Time{} + milliseconds(2'500));
    CHECK(child.seek_event(parted).now() == Time{} + milliseconds(2'500));
    CHECK(parent.seek_event(parted - 1).hash() == child.seek_event(parted - 1).hash());
    CHECK(parent.final_hash() != child.final_hash());
    CHECK(child.identity().file == "small.branch.json");
    // The line is in the file that can be sent to somebody.
    CHECK(ScenarioFile::parse(child.scenario_text(), "x").document().at("script").back() == line);
}

TEST_CASE("branch: a second line goes behind the first and keeps the file's name", "[lab]")
{
    const OpenedRecording parent = small_parent();
    const Branch one = branch_of(parent, {{"at", "1.5s"}, {"do", {{"mark", "a"}}}});
    const OpenedRecording child =
        OpenedRecording::from_bytes(record_on_fixed(one.file, one.identity), "child");
    const Branch two = branch_of(child, {{"at", "1.2s"}, {"do", {{"mark", "b"}}}});
    CHECK(two.identity.file == "small.branch.json");
    CHECK(two.file.document().at("script").size() == 2);
}

TEST_CASE("branch: a line that the scenario does not take is refused with its path", "[lab]")
{
    const OpenedRecording parent = small_parent();
    const nlohmann::json line{{"at", "2s"}, {"do", {{"node", {{"id", 9}, {"act", "crash"}}}}}};
    try {
        branch_of(parent, line);
        FAIL("was taken");
    } catch (const BadInput& bad) {
        CHECK(std::string(bad.what()).find("/script/0/do/node/id") != std::string::npos);
    }
}

TEST_CASE("branch: a run that is told to stop leaves a recording up to there", "[lab]")
{
    nlohmann::json json = small_scenario();
    json["clients"][0] = {
        {"name", "P"}, {"kind", "producer"}, {"load", {{"rate", "2000/s"}, {"size", "100B"}}}};
    const auto file = ScenarioFile::parse(json.dump(), "small.json");
    const std::string bytes =
        record_on_fixed(file, small_identity(), [](Time, Time) { return false; });
    const OpenedRecording opened = OpenedRecording::from_bytes(bytes, "cut");
    CHECK_FALSE(opened.complete());
    CHECK_FALSE(opened.difference().has_value());
    CHECK(opened.end() < Time{} + seconds(5));
    CHECK(opened.event_count() > 4000);
}

}  // namespace gregor::lab
