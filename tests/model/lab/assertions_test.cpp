#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <algorithm>

namespace gregor::lab {
namespace {

using nlohmann::json;
using Verdict = AssertionOutcome::Verdict;

/// The outcome of one assertion on the small run, with a mark at 2 s.
AssertionOutcome outcome_of(const char* assertion, json scenario = small_scenario())
{
    if (scenario["script"].empty()) {
        scenario["script"] =
            json::parse(R"j([{ "name": "marked", "at": "2s", "do": { "mark": "m" } }])j");
    }
    json written = json::parse(assertion);
    written["id"] = "a";
    scenario["asserts"] = json::array({written});
    return whole_run(scenario)->script().outcomes().front();
}

/// Followers hear nothing of the last records, then the leader dies and does not come back.
json losing_scenario(const char* acks)
{
    json scenario = small_scenario();
    scenario["clients"][0]["config"]["acks"] = acks;
    scenario["clients"][0]["program"] = json::parse(R"j([
        { "wait": "500ms" }, { "send": { "tp": "t-0", "n": 2 } },
        { "wait": "2s" }, { "send": { "tp": "t-0", "n": 3 } } ])j");
    scenario["script"] = json::parse(R"j([
        { "at": "2s", "do": { "link": { "from": 1, "to": [2, 3], "effect": "cut" } } },
        { "name": "killed", "at": "3s", "do": { "node": { "id": 1, "act": "crash" } } }])j");
    scenario["horizon"] = "30s";
    return scenario;
}

TEST_CASE("assertions: always holds until it is false once", "[lab]")
{
    CHECK(outcome_of(R"j({ "always": "leader('t-0') == 1" })j").verdict == Verdict::holds);
    const auto broken = outcome_of(R"j({ "always": "size(acked(P)) < 2" })j");
    CHECK(broken.verdict == Verdict::violated);
    CHECK(broken.at > Time{} + seconds(1));
    CHECK(broken.event > 0);
    CHECK(equals(broken.witness, Value(std::int64_t{3})));
}

TEST_CASE("assertions: never is violated when it is true once", "[lab]")
{
    CHECK(outcome_of(R"j({ "never": "2 in acked(P)" })j").verdict == Verdict::violated);
    CHECK(outcome_of(R"j({ "never": "9 in acked(P)" })j").verdict == Verdict::holds);
}

TEST_CASE("assertions: a window begins and ends with marks", "[lab]")
{
    CHECK(outcome_of(R"j({ "always": "size(acked(P)) == 3", "from": "m" })j").verdict ==
          Verdict::holds);
    CHECK(outcome_of(R"j({ "always": "now() < 3s", "to": "m" })j").verdict == Verdict::holds);
    CHECK(outcome_of(R"j({ "always": "now() < 3s" })j").verdict == Verdict::violated);
}

TEST_CASE("assertions: eventually has a deadline", "[lab]")
{
    CHECK(outcome_of(R"j({ "eventually": "2 in acked(P)", "within": "2s" })j").verdict ==
          Verdict::holds);
    const auto late = outcome_of(R"j({ "eventually": "2 in acked(P)", "within": "500ms" })j");
    CHECK(late.verdict == Verdict::violated);
    CHECK(late.at == Time{} + milliseconds(500));
}

TEST_CASE("assertions: what had no occasion is vacuous", "[lab]")
{
    json scenario = small_scenario();
    scenario["script"] = json::parse(R"j([
        { "when": "leader('t-0') == 3", "within": "1s", "do": { "mark": "never" } }])j");
    CHECK(outcome_of(R"j({ "always": "online(1)", "from": "never" })j", scenario).verdict ==
          Verdict::vacuous);
    CHECK(outcome_of(R"j({ "always": "online(1)", "given": "not online(2)" })j").verdict ==
          Verdict::vacuous);
    scenario = small_scenario();
    scenario["clients"][0]["program"] = json::parse(R"j([{ "wait": "1s" }])j");
    CHECK(outcome_of(R"j({ "inv": "DUR" })j", scenario).verdict == Verdict::vacuous);
}

TEST_CASE("assertions: the witness of a subset is what is missing", "[lab]")
{
    const auto lost = outcome_of(R"j({ "at_end": "sent(P) subset [0, 1]" })j");
    CHECK(lost.verdict == Verdict::violated);
    CHECK(equals(lost.witness, IntervalSet::of(2, 3)));
}

TEST_CASE("assertions: DUR names the records that were acknowledged and are gone", "[lab]")
{
    const auto lost = outcome_of(R"j({ "inv": "DUR", "client": "P" })j", losing_scenario("1"));
    CHECK(lost.verdict == Verdict::violated);
    CHECK(equals(lost.witness, IntervalSet::of(2, 5)));
    CHECK(outcome_of(R"j({ "inv": "DUR" })j", losing_scenario("all")).verdict == Verdict::holds);
}

TEST_CASE("assertions: built-in properties of a calm run hold", "[lab]")
{
    for (const char* assertion :
         {R"j({ "inv": "DUR" })j", R"j({ "inv": "MATCH", "tp": "t-0" })j",
          R"j({ "inv": "HWMONO", "tp": "t-0" })j", R"j({ "inv": "NODUP" })j",
          R"j({ "inv": "ORDER" })j", R"j({ "inv": "TRUTH" })j",
          R"j({ "inv": "PROGRESS", "client": "P", "max": "1s" })j",
          R"j({ "inv": "AVAIL", "max": "1s" })j",
          R"j({ "inv": "LAT", "client": "P", "percentile": 99, "max": "200ms" })j",
          R"j({ "inv": "SPACE", "max": "10KB" })j", R"j({ "inv": "STABLE", "tp": "t-0" })j"}) {
        INFO(assertion);
        const AssertionOutcome outcome = outcome_of(assertion);
        INFO(outcome.what);
        CHECK(outcome.verdict == Verdict::holds);
    }
}

TEST_CASE("assertions: built-in properties that a crash of the leader breaks", "[lab]")
{
    json scenario = losing_scenario("all");
    for (const char* assertion :
         {R"j({ "inv": "AVAIL", "max": "1s" })j",
          R"j({ "inv": "LAT", "client": "P", "percentile": 99, "max": "1s" })j",
          R"j({ "inv": "PROGRESS", "client": "P", "max": "2s" })j",
          R"j({ "inv": "STABLE", "tp": "t-0" })j", R"j({ "inv": "SPACE", "max": 100 })j"}) {
        INFO(assertion);
        CHECK(outcome_of(assertion, scenario).verdict == Verdict::violated);
    }
}

TEST_CASE("assertions: a send without idempotence whose answer is lost is in the log twice",
          "[lab]")
{
    json scenario = small_scenario();
    scenario["clients"][0]["config"] = json::parse(
        R"j({ "acks": "all", "enable.idempotence": false, "request.timeout.ms": "1s" })j");
    scenario["script"] = json::parse(R"j([
        { "at": 0, "do": { "msg": { "match": { "api": "Produce", "dir": "response", "from": 1 },
                                    "act": "drop", "times": 1 } } }])j");
    scenario["horizon"] = "10s";
    const auto twice = outcome_of(R"j({ "inv": "NODUP" })j", scenario);
    CHECK(twice.verdict == Verdict::violated);
    CHECK(equals(twice.witness, IntervalSet::of(0, 3)));
    scenario["clients"][0]["config"]["enable.idempotence"] = true;
    CHECK(outcome_of(R"j({ "inv": "NODUP" })j", scenario).verdict == Verdict::holds);
}

}  // namespace
}  // namespace gregor::lab
