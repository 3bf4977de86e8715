#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

json with_script(const char* script)
{
    json scenario = small_scenario();
    scenario["script"] = json::parse(script);
    return scenario;
}

TEST_CASE("script: a step at a time fires at that time, as a numbered event", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "name": "a", "at": "2s", "do": { "mark": "m" } }])j"));
    REQUIRE(run_of->script().fired().size() == 1);
    const FiredStep& fired = run_of->script().fired()[0];
    CHECK(fired.at == Time{} + seconds(2));
    CHECK(fired.event > 0);
    CHECK(run_of->script().time_of("a") == Time{} + seconds(2));
    CHECK(run_of->script().time_of("m") == Time{} + seconds(2));
    CHECK(run_of->script().unreached().empty());
}

TEST_CASE("script: a step after another waits for its delay", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "name": "a", "at": "2s", "do": { "mark": "m" } },
        { "name": "b", "after": "a", "delay": "500ms", "do": { "mark": "n" } },
        { "name": "c", "after": "b", "do": { "mark": "o" } }])j"));
    CHECK(run_of->script().time_of("b") == Time{} + milliseconds(2500));
    CHECK(run_of->script().time_of("o") == Time{} + milliseconds(2500));
}

TEST_CASE("script: a condition fires at the event that makes it true, once", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "name": "acked", "when": "2 in acked(P)", "within": "3s", "do": { "mark": "m" } }])j"));
    REQUIRE(run_of->script().fired().size() == 1);
    const Time at = run_of->script().fired()[0].at;
    CHECK(at > Time{} + seconds(1));
    CHECK(at < Time{} + milliseconds(1200));
}

TEST_CASE("script: a condition that misses its deadline leaves its step unreached", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "name": "early", "when": "2 in acked(P)", "within": "500ms", "do": { "mark": "m" } },
        { "after": "early", "do": { "mark": "n" } }])j"));
    CHECK(run_of->script().fired().empty());
    CHECK(run_of->script().unreached() == std::vector<std::string>{"early", "/script/1"});
}

TEST_CASE("script: what a step did is undone after its for", "[lab]")
{
    const auto run_of = start_run(with_script(R"j([
        { "at": "1500ms", "for": "1s",
          "do": { "link": { "from": 1, "to": [2, 3], "effect": "cut" } } }])j"));
    run_of->run_until(Time{} + seconds(2));
    CHECK(run_of->kernel().network().topology().is_cut(NodeId{0}, NodeId{1}));
    CHECK_FALSE(run_of->kernel().network().topology().is_cut(NodeId{1}, NodeId{0}));
    run_of->run();
    CHECK(run_of->kernel().network().topology().cut_count() == 0);
    REQUIRE(run_of->script().fired().size() == 2);
    CHECK(run_of->script().fired()[1].undone);
    CHECK(run_of->script().fired()[1].at == Time{} + milliseconds(2500));
}

TEST_CASE("script: a pair that two steps cut heals with the last of them", "[lab]")
{
    const auto run_of = start_run(with_script(R"j([
        { "at": "1s", "for": "1s", "do": { "link": { "from": 1, "to": 2, "effect": "cut" } } },
        { "at": "1s", "for": "2s",
          "do": { "link": { "from": 1, "to": 2, "effect": "cut" } } }])j"));
    run_of->run_until(Time{} + milliseconds(2500));
    CHECK(run_of->kernel().network().topology().is_cut(NodeId{0}, NodeId{1}));
    run_of->run();
    CHECK(run_of->kernel().network().topology().cut_count() == 0);
}

TEST_CASE("script: a node is named by an expression at that instant", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "at": "2s", "do": { "node": { "id": "leader('t-0')", "act": "crash" } } }])j"));
    CHECK(ask(*run_of, "online(1)").is_true() == false);
    CHECK(ask(*run_of, "online(2)").is_true());
    CHECK(run_of->script().problems().empty());
}

TEST_CASE("script: settling heals links and restarts nodes", "[lab]")
{
    json scenario = with_script(R"j([
        { "at": "2s", "do": [ { "node": { "id": 2, "act": "crash" } },
                              { "node": { "id": 3, "act": "pause" } },
                              { "link": { "from": 1, "to": 3, "effect": "cut" } } ] }])j");
    scenario["settle"] = "20s";
    const auto run_of = whole_run(scenario);
    CHECK(run_of->kernel().network().topology().cut_count() == 0);
    CHECK(ask(*run_of, "online(2) and not fenced(2)").is_true());
    CHECK_FALSE(run_of->kernel().paused(NodeId{2}));
}

TEST_CASE("script: a matched message is held until it is released", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "at": 0, "do": { "msg": { "match": { "api": "Produce", "dir": "request", "from": "P",
                                               "tp": "t-0", "field": { "record": 0 } },
                                    "act": { "hold": "late" }, "times": 1 } } },
        { "name": "held", "when": "held('late')", "within": "2s", "do": { "mark": "m" } },
        { "name": "let-go", "after": "held", "delay": "1s", "do": { "release": "late" } }])j"));
    const auto held_at = run_of->script().time_of("held");
    REQUIRE(held_at);
    CHECK(run_of->history().client(ClientId{0}).last_acknowledgement > *held_at + seconds(1));
    CHECK(ask(*run_of, "size(acked(P))").integer() != nullptr);
    CHECK(equals(ask(*run_of, "acked(P)"), IntervalSet::of(0, 3)));
    CHECK_FALSE(ask(*run_of, "held('late')").is_true());
}

TEST_CASE("script: a dropped answer is asked for again", "[lab]")
{
    json scenario = with_script(R"j([
        { "at": 0, "do": { "msg": { "match": { "api": "Produce", "dir": "response", "from": 1 },
                                    "act": "drop", "times": 1 } } }])j");
    scenario["clients"][0]["config"]["request.timeout.ms"] = "1s";
    scenario["horizon"] = "10s";
    const auto run_of = whole_run(scenario);
    CHECK(equals(ask(*run_of, "acked(P)"), IntervalSet::of(0, 3)));
    CHECK(run_of->history().client(ClientId{0}).retried == 3);
}

TEST_CASE("script: a request is answered with an error instead of being served", "[lab]")
{
    const auto run_of = whole_run(with_script(R"j([
        { "at": 0, "do": { "msg": { "match": { "api": "Produce", "dir": "request", "from": "P" },
                                    "act": { "error": "NOT_ENOUGH_REPLICAS" }, "times": 2 } } }])j"));
    CHECK(equals(ask(*run_of, "acked(P)"), IntervalSet::of(0, 3)));
    CHECK(run_of->history().client(ClientId{0}).retried == 6);  // 3 records, twice
}

TEST_CASE("script: a program goes on when its condition is true", "[lab]")
{
    json scenario = with_script(R"j([{ "name": "go", "at": "2s", "do": { "mark": "m" } }])j");
    scenario["clients"][0]["program"] = json::parse(R"j([
        { "wait": "now() >= 1500ms" }, { "send": { "tp": "t-0" } },
        { "wait": "500ms" }, { "send": { "tp": "t-0", "n": 2 } } ])j");
    const auto run_of = whole_run(scenario);
    CHECK(run_of->history().client(ClientId{0}).sent == 3);
}

TEST_CASE("script: a client that a step starts does not run before", "[lab]")
{
    json scenario = with_script(R"j([
        { "at": "3s", "do": { "client": { "name": "P", "act": "start" } } }])j");
    const auto run_of = start_run(scenario);
    run_of->run_until(Time{} + seconds(3));
    CHECK(run_of->history().client(ClientId{0}).sent == 0);
    run_of->run();
    CHECK(run_of->history().client(ClientId{0}).sent == 3);
}

TEST_CASE("script: captions change nothing of a run", "[lab]")
{
    json scenario = with_script(R"j([{ "name": "a", "at": "2s", "do": { "mark": "m" } }])j");
    const auto plain = whole_run(scenario);
    scenario["lesson"] = json::parse(R"j({ "captions": [
        { "when": "size(acked(P)) == 3", "within": "4s", "say": "acknowledged" } ] })j");
    const auto told = whole_run(scenario);
    CHECK(told->script().told().size() == 1);
    CHECK(told->hash() == plain->hash());
}

TEST_CASE("script: slices and a copy of the state lead to the same end", "[lab]")
{
    const json scenario = with_script(R"j([
        { "name": "killed", "when": "1 in acked(P)", "within": "3s", "delay": "10ms",
          "do": { "node": { "id": 1, "act": "crash" } } },
        { "after": "killed", "delay": "2s", "do": { "node": { "id": 1, "act": "restart" } } }])j");
    const auto straight = whole_run(scenario);
    const auto sliced = start_run(scenario);
    sliced->run_until(Time{} + milliseconds(2345));
    Simulation copy(*sliced, sliced->state(), sliced->resources().clone());
    copy.run();
    CHECK(copy.hash() == straight->hash());
    CHECK(copy.script().fired().size() == 2);
}

TEST_CASE("script: what the model cannot play is refused, not passed over", "[lab]")
{
    json scenario = small_scenario();
    scenario["asserts"] = json::parse(R"j([{ "id": "a", "inv": "EO" }])j");
    CHECK_THROWS_AS(whole_run(scenario), BadInput);
}

}  // namespace
}  // namespace gregor::lab
