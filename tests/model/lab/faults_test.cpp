#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

/// Three records are acknowledged at 1 s; broker 3 is down from 2 s and suffers more at 3 s.
json broken(const std::string& first, const std::string& second)
{
    json scenario = small_scenario();
    scenario["horizon"] = "12s";
    const auto step = [](const char* at, const std::string& act) {
        return json{{"at", at}, {"do", {{"node", {{"id", 3}, {"act", act}}}}}};
    };
    scenario["script"] = {step("2s", first), step("3s", second)};
    // What is fetched again after the restart would hide what was lost.
    scenario["script"].push_back(json::parse(R"j({ "at": "3s", "do": [
        { "link": { "from": [1, 2, "controllers"], "to": 3, "effect": "cut" } },
        { "node": { "id": 3, "act": "restart" } } ] })j"));
    return scenario;
}

}  // namespace

TEST_CASE("faults: a power loss after a crash drops what was not flushed", "[lab]")
{
    CHECK(ask(*whole_run(broken("crash", "resume")), "leo(3, 't-0') == 3").is_true());
    CHECK(ask(*whole_run(broken("crash", "power-off")), "leo(3, 't-0') == 0").is_true());
    CHECK(ask(*whole_run(broken("power-off", "crash")), "leo(3, 't-0') == 0").is_true());
}

TEST_CASE("faults: a broker that was told to stop has flushed its log", "[lab]")
{
    json scenario = broken("stop", "power-off");
    CHECK(ask(*whole_run(scenario), "leo(3, 't-0') == 3").is_true());
}

TEST_CASE("faults: nothing survives a new disk, whatever happened before", "[lab]")
{
    for (const char* first : {"crash", "power-off", "stop", "replace-disk"}) {
        CAPTURE(first);
        CHECK(ask(*whole_run(broken(first, "replace-disk")), "leo(3, 't-0') == 0").is_true());
    }
}

TEST_CASE("faults: the metadata log does not survive a new disk of its controller", "[lab]")
{
    json scenario = small_scenario();
    scenario["script"] = json::parse(R"j([
        { "at": "2s", "do": [ { "node": { "id": 102, "act": "replace-disk" } },
            { "link": { "from": [101, 103], "to": 102, "effect": "cut" } },
            { "node": { "id": 102, "act": "restart", "starts-in": "1s" } } ] },
        { "name": "healed", "at": "4s",
          "do": { "link": { "from": [101, 103], "to": 102, "effect": "heal" } } } ])j");
    scenario["horizon"] = "9s";
    const auto simulation = start_run(scenario);
    const auto log_end = [&](std::int32_t id) {
        const NodeId node = simulation->names().layout.node_of(BrokerId{id});
        return simulation->kernel().process(node).controller()->log_end();
    };
    simulation->run_until(Time{} + milliseconds(3'900));
    CHECK(log_end(101) > Offset{0});
    CHECK(log_end(102) == Offset{0});
    simulation->run();
    CHECK(log_end(102) == log_end(101));
}

TEST_CASE("faults: links of the cluster lose, repeat and reorder messages", "[lab]")
{
    const std::uint64_t plain = whole_run(small_scenario())->hash();
    for (const char* rate : {"loss", "duplicate", "reorder"}) {
        CAPTURE(rate);
        json scenario = small_scenario();
        scenario["cluster"]["link"][rate] = 0.2;
        CHECK(whole_run(scenario)->hash() != plain);
        // A step that only changes the latency leaves the rate as it is.
        scenario["script"] = json::parse(R"j([ { "at": "2s", "do": { "link": {
            "from": "brokers", "to": "brokers", "effect": { "latency": "2ms" } } } } ])j");
        const auto simulation = start_run(scenario);
        CHECK(simulation->run());
    }
}

TEST_CASE("faults: controllers have the cluster's disk", "[lab]")
{
    json scenario = small_scenario();
    const std::uint64_t plain = whole_run(scenario)->hash();
    scenario["cluster"]["disk"] = {{"latency", "20ms"}};
    scenario["cluster"]["brokers"] = json::parse(R"j([ { "disk": { "latency": "0s" } },
        { "disk": { "latency": "0s" } }, { "disk": { "latency": "0s" } } ])j");
    CHECK(whole_run(scenario)->hash() != plain);
}

}  // namespace gregor::lab
