#include "model/lab/conformance/areas.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <string>

using gregor::lab::conform_failover_timelines;

namespace {

nlohmann::json recorded_case(const std::string& file, const std::string& id)
{
    const std::string folder = std::string(std::getenv("GREGOR_SOURCE_DIR")) + "/tests/vectors";
    std::ifstream lines(folder + "/golden/failover/" + file);
    for (std::string line; std::getline(lines, line);) {
        nlohmann::json json = nlohmann::json::parse(line);
        if (json.at("id") == id) return json;
    }
    FAIL("no case " + id);
    return {};
}

}  // namespace

TEST_CASE("failover: the order and the times of a leader's crash are those recorded", "[lab]")
{
    const auto timeline = recorded_case("timelines_timing.jsonl", "QA/kill_restart14/kl_acks1");
    const auto outcome = conform_failover_timelines(timeline.dump()).at(0);
    INFO(outcome.got);
    CHECK((outcome.covered && outcome.passed));
}

// UnifiedLog.truncateTo: "Always truncate epoch cache since we may have a conflicting epoch entry
// at the end of the log from the leader."
TEST_CASE("failover: a leader that appended nothing rejoins under the next leader", "[lab]")
{
    const auto timeline = recorded_case("timelines.jsonl", "E/term321_return321/m2_lead2");
    const auto outcome = conform_failover_timelines(timeline.dump()).at(0);
    INFO(outcome.got);
    CHECK((outcome.covered && outcome.passed));
}

TEST_CASE("failover: another order of states fails, with what the model did", "[lab]")
{
    auto timeline = recorded_case("timelines.jsonl", "A/kill_restart2/kf_all");
    for (auto& sequence : timeline["summary"]["state_sequences"]) {
        sequence["leader_epoch_isr_elr"].back()[1] = 7;
    }
    const auto outcome = conform_failover_timelines(timeline.dump()).at(0);
    CHECK((outcome.covered && !outcome.passed));
    CHECK(outcome.got.find("[2,0,[1,2,3],[]]") != std::string::npos);
}

TEST_CASE("failover: a time out of its window fails", "[lab]")
{
    auto timeline = recorded_case("timelines_timing.jsonl", "QA/kill_restart14/kl_acks1");
    timeline["runs"][0]["intervals"]["kill -> fenced"] = 12'000;
    CHECK_FALSE(conform_failover_timelines(timeline.dump()).at(0).passed);
}

TEST_CASE("failover: an action that is not known is not covered", "[lab]")
{
    auto timeline = recorded_case("timelines.jsonl", "A/kill_restart2/kf_all");
    timeline["runs"][0]["actions"].push_back({500, "unplug", 2});
    CHECK_FALSE(conform_failover_timelines(timeline.dump()).at(0).covered);
}
