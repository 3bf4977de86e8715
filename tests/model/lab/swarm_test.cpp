#include "model/lab/swarm.h"

#include "model/lab/shrink.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace gregor;
using namespace gregor::lab;

namespace {

LegResult run_drawn(const nlohmann::json& document, std::uint64_t seed)
{
    const auto scenario = std::make_shared<const Scenario>(
        ScenarioFile::parse(document.dump(), "drawn.json").resolve("swarm"));
    return run_leg(scenario, seed, {.resources = fixed_factory()});
}

std::set<std::string> violations(const LegResult& result)
{
    std::set<std::string> names;
    for (const AssertionResult& each : result.asserts) {
        if (each.outcome.verdict == AssertionOutcome::Verdict::violated) {
            names.insert(each.outcome.id);
        }
    }
    for (const Violation& each : result.violated) names.insert(each.name);
    return names;
}

}  // namespace

TEST_CASE("swarm: a seed gives the same scenario each time, another seed another one", "[swarm]")
{
    CHECK(draw_scenario(7) == draw_scenario(7));
    CHECK(draw_scenario(7) != draw_scenario(8));
}

TEST_CASE("swarm: what is drawn is a scenario without mistakes", "[swarm]")
{
    std::set<std::size_t> brokers, controllers;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const nlohmann::json drawn = draw_scenario(seed);
        const auto mistakes = ScenarioFile::parse(drawn.dump(), "drawn.json").check();
        INFO(drawn.dump());
        REQUIRE(mistakes.empty());
        brokers.insert(drawn["cluster"]["brokers"].get<std::size_t>());
        controllers.insert(drawn["cluster"]["controllers"].get<std::size_t>());
    }
    CHECK(brokers == std::set<std::size_t>{1, 2, 3, 4, 5, 6, 7});
    CHECK(controllers == std::set<std::size_t>{1, 2, 3, 4, 5});
}

TEST_CASE("swarm: power is lost by one broker only, and then two must have every record", "[swarm]")
{
    int seen = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const nlohmann::json drawn = draw_scenario(seed);
        const std::string script = drawn["script"].dump();
        if (script.find("power-off") == std::string::npos) continue;
        ++seen;
        std::set<std::string> mortal;
        for (const nlohmann::json& step : drawn["script"]) {
            if (!step["do"].is_object() || !step["do"].contains("node")) continue;
            const nlohmann::json& node = step["do"]["node"];
            const bool controller =
                node["id"] == "controller()" || (node["id"].is_number() && node["id"] > 100);
            if (node["act"] == "power-off") CHECK_FALSE(controller);
            const bool ends = node["act"] == "power-off" || node["act"] == "crash";
            if (ends && !controller) mortal.insert(node["id"].dump());
        }
        CHECK(mortal.size() == 1);
        for (const nlohmann::json& topic : drawn["topics"]) {
            CHECK(topic["config"]["min.insync.replicas"] == 2);
            CHECK(topic["replicas"][0].size() >= 3);
        }
    }
    CHECK(seen > 20);
}

TEST_CASE("swarm: Kafka as it is keeps its promises", "[swarm]")
{
    std::int64_t checked = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        const LegResult result = run_drawn(draw_scenario(seed), seed);
        INFO("seed " << seed);
        CHECK(violations(result) == std::set<std::string>{});
        checked += result.checked;
    }
    CHECK(checked > 10'000);
}

TEST_CASE("swarm: each defect of old levels is found in a seed known to show it", "[swarm]")
{
    // KIP-101, KAFKA-7128, KIP-966.
    const auto found = [](std::uint64_t seed, const nlohmann::json& levels) {
        nlohmann::json drawn = draw_scenario(seed);
        CHECK(violations(run_drawn(drawn, seed)).empty());
        drawn["levels"] = levels;
        return violations(run_drawn(drawn, seed));
    };
    CHECK(found(140, {{"truncation", "hw"}}).contains("dur-P1"));
    CHECK(found(60, {{"isr-join-rule", "hw"}}).contains("IsrMembersComplete"));
    CHECK(found(112, {{"elr", false}, {"strict-min-isr", false}}).contains("dur-P1"));
}

TEST_CASE("swarm: shrinking keeps what shows it and nothing that can be missed", "[swarm]")
{
    nlohmann::json scenario = {
        {"script",
         nlohmann::json::array({{{"name", "a"}, {"at", "1s"}},
                                {{"name", "b"}, {"after", "a"}, {"delay", "1s"}},
                                {{"name", "c"}, {"after", "b"}, {"when", "now() > 1s"}}})},
        {"clients", nlohmann::json::array({{{"name", "P"}}, {{"name", "Q"}}})},
        {"asserts",
         nlohmann::json::array({{{"id", "p"}, {"client", "P"}}, {{"id", "q"}, {"client", "Q"}}})},
        {"legs", nlohmann::json::array({{{"expect", {{"holds", {"p", "q"}}}}}})}};
    const nlohmann::json left = shrink(scenario, [](const nlohmann::json& less) {
        const auto named = [](const char* name) {
            return [name](const nlohmann::json& each) { return each["name"] == name; };
        };
        return std::ranges::any_of(less["script"], named("c")) &&
               std::ranges::any_of(less["clients"], named("Q"));
    });
    REQUIRE(left["script"].size() == 1);
    CHECK(left["script"][0] == nlohmann::json{{"name", "c"}, {"when", "now() > 1s"}});
    CHECK(left["clients"] == nlohmann::json::array({{{"name", "Q"}}}));
    CHECK(left["asserts"] == nlohmann::json::array({{{"id", "q"}, {"client", "Q"}}}));
    CHECK(left["legs"][0]["expect"]["holds"] == nlohmann::json::array({"q"}));
}
