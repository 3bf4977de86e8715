#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

LegResult result_of(const json& scenario)
{
    return run_leg(resolved(scenario), 1, {.resources = fixed_factory()});
}

json expecting(const char* expectation)
{
    json scenario = small_scenario();
    scenario["asserts"] = json::parse(R"j([
        { "id": "dur", "inv": "DUR" },
        { "id": "few", "always": "size(acked(P)) < 2" },
        { "id": "none", "always": "online(1)", "given": "not online(2)" } ])j");
    scenario["measures"] = json::parse(R"j({
        "acked": "acked(P)", "slowest": "max(latency(P))" })j");
    scenario["legs"][0]["expect"] = json::parse(expectation);
    return scenario;
}

TEST_CASE("verdict: a leg is as expected when all of it is", "[lab]")
{
    const LegResult result = result_of(expecting(R"j({
        "holds": ["dur"], "violates": ["few"], "witness": { "acked": [0, 1, 2] },
        "measures": { "slowest": { "lt": "200ms" } } })j"));
    INFO((result.reasons.empty() ? "" : result.reasons.front()));
    CHECK(result.as_expected);
    CHECK(result.verdict() == "as expected");
    CHECK(result.checked > 0);
    CHECK(result.violated.empty());
}

TEST_CASE("verdict: each part that is wrong gives a reason", "[lab]")
{
    CHECK(result_of(expecting(R"j({ "violates": ["dur"] })j")).reasons.size() == 1);
    CHECK(result_of(expecting(R"j({ "holds": ["few"] })j")).reasons.size() == 1);
    const LegResult wrong = result_of(expecting(R"j({
        "holds": ["dur"], "witness": { "acked": [0] },
        "measures": { "slowest": { "lt": "1us" } } })j"));
    CHECK(wrong.reasons.size() == 2);
    CHECK(wrong.verdict() == "not as expected");
}

TEST_CASE("verdict: a vacuous assertion neither holds nor is violated", "[lab]")
{
    CHECK_FALSE(result_of(expecting(R"j({ "holds": ["none"] })j")).as_expected);
    CHECK_FALSE(result_of(expecting(R"j({ "violates": ["none"] })j")).as_expected);
}

TEST_CASE("verdict: a leg that checked nothing fails", "[lab]")
{
    const std::vector<std::string> why{"the leg checked nothing"};
    CHECK(result_of(expecting("{}")).reasons == why);
}

TEST_CASE("verdict: a step that never fired makes the leg unreached", "[lab]")
{
    json scenario = expecting(R"j({ "holds": ["dur"] })j");
    scenario["script"] = json::parse(R"j([
        { "name": "x", "when": "leader('t-0') == 3", "within": "1s", "do": { "mark": "m" } }])j");
    const LegResult result = result_of(scenario);
    CHECK(result.verdict() == "unreached");
    CHECK(result.unreached == std::vector<std::string>{"x"});
}

TEST_CASE("verdict: the JSON has what the command line promises", "[lab]")
{
    const LegResult result = result_of(expecting(R"j({ "holds": ["dur"], "violates": ["few"] })j"));
    const json leg = to_json(result);
    for (const char* key : {"name", "hash", "events", "sim_seconds", "wall_seconds", "as_expected",
                            "asserts", "measures", "unreached", "invariants"}) {
        INFO(key);
        CHECK(leg.contains(key));
    }
    CHECK(leg["asserts"][0]["id"] == "dur");
    CHECK(leg["asserts"][0]["holds"] == true);
    CHECK(leg["asserts"][1]["expected"] == false);
    CHECK(leg["asserts"][1]["witness"] == 3);
    CHECK(leg["asserts"][2]["expected"].is_null());
    CHECK(leg["measures"]["acked"] == json({0, 1, 2}));
    CHECK(leg["invariants"]["checked"] > 0);
    CHECK(leg["sim_seconds"] == 5.0);
}

TEST_CASE("verdict: bounds over a sweep see every run of it", "[lab]")
{
    json scenario = small_scenario();
    scenario["params"] = json::parse(R"j({ "n": 1 })j");
    scenario["sweep"] = json::parse(R"j({ "over": { "n": [1, 4, 9] } })j");
    scenario["clients"][0]["program"][1]["send"]["n"] = "$n";
    scenario["asserts"] = json::parse(R"j([{ "id": "few", "at_end": "size(acked(P)) < 5" }])j");
    scenario["legs"][0]["expect"] = json::parse(R"j({ "over-sweep": [
        { "over": "n", "of": "size(acked(P)) / $n", "each": { "eq": 1 } },
        { "over": "n", "of": "size(acked(P))", "monotonic": "up" },
        { "over": "n", "of": "few", "fraction": { "near": 0.33, "abs": 0.01 },
          "threshold": { "eq": 9 } } ] })j");
    const auto all = run_scenario(ScenarioFile::parse(scenario.dump(), "sweep.json"),
                                  {.resources = fixed_factory()});
    INFO((all.reasons.empty() ? "" : all.reasons.front()));
    CHECK(all.legs.size() == 3);
    CHECK(all.as_expected());
    scenario["legs"][0]["expect"]["over-sweep"][1]["monotonic"] = "down";
    const auto wrong = run_scenario(ScenarioFile::parse(scenario.dump(), "sweep.json"),
                                    {.resources = fixed_factory()});
    CHECK(wrong.reasons.size() == 1);
}

TEST_CASE("verdict: a violation that needs no fault is found vacuous", "[lab]")
{
    json scenario = expecting(R"j({ "violates": ["few"] })j");
    scenario["script"] = json::parse(R"j([
        { "at": "3s", "do": { "node": { "id": 3, "act": "crash" } } }])j");
    const auto file = ScenarioFile::parse(scenario.dump(), "vacuous.json");
    const auto findings = check_vacuity(file, {.resources = fixed_factory()});
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].assertion == "few");
}

TEST_CASE("verdict: a violation that settings cause is declared, and the declaration is checked",
          "[lab]")
{
    const auto check = [](const char* assertion) {
        json scenario = expecting(R"j({ "violates": ["few"], "without-faults": ["few"] })j");
        scenario["asserts"][1] = {{"id", "few"}, {"at_end", assertion}};
        scenario["script"] = json::parse(R"j([
            { "at": "3s", "do": { "node": { "id": 3, "act": "crash" } } }])j");
        return check_vacuity(ScenarioFile::parse(scenario.dump(), "declared.json"),
                             {.resources = fixed_factory()});
    };
    CHECK(check("size(acked(P)) < 2").empty());
    const auto findings = check("online(3)");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].assertion == "few");
}

TEST_CASE("verdict: the same scenario and seed give the same hash", "[lab]")
{
    const json scenario = expecting(R"j({ "holds": ["dur"] })j");
    CHECK(result_of(scenario).hash == result_of(scenario).hash);
}

}  // namespace
}  // namespace gregor::lab
