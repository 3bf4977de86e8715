#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

/// What brokers and clients do while the controllers are away or have lost their log.
namespace gregor::lab {

using nlohmann::json;

TEST_CASE("controllers: a producer gets its id when a controller is back", "[broker]")
{
    json scenario = small_scenario();
    scenario["cluster"]["controllers"] = 1;
    scenario["script"] = json::parse(R"j([
        { "at": "500ms", "do": { "node": { "id": 101, "act": "crash" } } },
        { "at": "3s", "do": { "node": { "id": 101, "act": "restart", "starts-in": "1s" } } } ])j");
    scenario["horizon"] = "30s";
    const auto run_of = whole_run(scenario);
    CHECK(ask(*run_of, "size(acked(P)) == 3").is_true());
}

TEST_CASE("controllers: a paused controller keeps producer ids for thirty seconds", "[broker]")
{
    // As recorded with 4.3.1: the channel's request stays with the paused node for 30.13 s.
    json scenario = small_scenario();
    scenario["script"] = json::parse(R"j([
        { "at": "999ms", "do": { "node": { "id": 101, "act": "pause" } } } ])j");
    scenario["horizon"] = "60s";
    const auto run_of = start_run(scenario);
    run_of->run_until(Time{} + seconds(30));
    CHECK(ask(*run_of, "size(acked(P)) == 0").is_true());
    run_of->run_until(Time{} + seconds(35));
    CHECK(ask(*run_of, "size(acked(P)) == 3").is_true());
}

TEST_CASE("controllers: a node that would take back committed metadata halts", "[broker]")
{
    // 101 and 103 commit; 103 stops, and 101 and 102 lose what they had not flushed: more than the
    // quorum bears. Brokers and 103 know a higher high watermark than the next leader has log.
    json scenario = small_scenario();
    scenario["script"] = json::parse(R"j([
        { "at": "500ms", "for": "1s", "do": [ { "disk": { "id": 101, "latency": "30s" } },
                                              { "disk": { "id": 102, "latency": "30s" } } ] },
        { "at": "1400ms", "for": "4s", "do": { "node": { "id": 103, "act": "pause" } } },
        { "at": "1400ms", "do": [ { "node": { "id": 101, "act": "power-off" } },
                                  { "node": { "id": 102, "act": "power-off" } } ] },
        { "at": "1600ms", "do": [ { "node": { "id": 101, "act": "restart", "starts-in": "0s" } },
                                  { "node": { "id": 102, "act": "restart", "starts-in": "0s" } } ] },
        { "at": "30s", "do": [ { "node": { "id": 103, "act": "restart", "starts-in": "0s" } },
                               { "node": { "id": 1, "act": "restart", "starts-in": "0s" } } ] } ])j");
    scenario["horizon"] = "60s";
    const auto run_of = start_run(scenario);
    run_of->run_until(Time{} + seconds(20));
    CHECK_FALSE(ask(*run_of, "online(1) or online(2) or online(3) or online(103)").is_true());
    CHECK(ask(*run_of, "online(101) and online(102)").is_true());
    run_of->run();
    CHECK(ask(*run_of, "online(1) and online(103)").is_true());
}

}  // namespace gregor::lab
