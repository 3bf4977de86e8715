#include "model/lab/verdict.h"

#include <fmt/format.h>

namespace gregor::lab {

namespace {

using nlohmann::json;

json asserts_to_json(const std::vector<AssertionResult>& results)
{
    json asserts = json::array();
    for (const AssertionResult& each : results) {
        const AssertionOutcome& outcome = each.outcome;
        json entry{{"id", outcome.id}, {"holds", each.holds()}, {"expected", nullptr}};
        if (each.expected) entry["expected"] = *each.expected;
        entry["witness"] = to_json(outcome.witness);
        entry["vacuous"] = outcome.verdict == AssertionOutcome::Verdict::vacuous;
        entry["event"] = outcome.event;
        entry["time"] = to_json(Value(outcome.at));
        entry["what"] = outcome.what;
        asserts.push_back(std::move(entry));
    }
    return asserts;
}

json invariants_to_json(const LegResult& result)
{
    json violated = json::array();
    for (const Violation& each : result.violated) {
        violated.push_back({{"name", each.name},
                            {"event", each.event},
                            {"time", to_json(Value(each.at))},
                            {"what", each.what}});
    }
    return {{"checked", result.checked}, {"violated", std::move(violated)}};
}

json steps_to_json(const LegResult& result)
{
    json steps = json::array();
    for (const auto& [name, each] : result.fired) {
        steps.push_back({{"step", name},
                         {"time", to_json(Value(each.at))},
                         {"event", each.event},
                         {"undone", each.undone}});
    }
    return steps;
}

}  // namespace

json to_json(const LegResult& result)
{
    json measures = json::object();
    for (const auto& [name, value] : result.measures) measures[name] = to_json(value);
    json leg{{"name", result.name},
             {"seed", result.seed},
             {"hash", fmt::format("{:016x}", result.hash)},
             {"events", result.events},
             {"sim_seconds", result.sim_seconds},
             {"wall_seconds", result.wall_seconds},
             {"as_expected", result.as_expected},
             {"verdict", result.verdict()},
             {"reasons", result.reasons},
             {"asserts", asserts_to_json(result.asserts)},
             {"measures", std::move(measures)},
             {"unreached", result.unreached},
             {"steps", steps_to_json(result)},
             {"invariants", invariants_to_json(result)}};
    for (const auto& [name, value] : result.point) leg["set"][name] = value;
    for (const SweepValue& each : result.sweep_values) {
        leg["sweep_values"].push_back({{"x", to_json(each.x)}, {"y", to_json(each.y)}});
    }
    return leg;
}

std::vector<SweepValue> sweep_values_of(const json& leg)
{
    std::vector<SweepValue> values;
    if (!leg.contains("sweep_values")) return values;
    for (const json& each : leg["sweep_values"]) {
        values.push_back({from_json(each["x"]), from_json(each["y"])});
    }
    return values;
}

}  // namespace gregor::lab
