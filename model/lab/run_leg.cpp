#include "model/lab/run_leg.h"

#include <algorithm>
#include <map>
#include <type_traits>

namespace gregor::lab {

namespace {

/// Slices of a run change nothing of it; between them it may be looked at and stopped.
constexpr Duration slice = seconds(1);

bool run_to_end(Simulation& simulation, const LegOptions& options)
{
    while (simulation.now() < simulation.end()) {
        if (options.stop && options.stop()) return false;
        if (!simulation.run_until(simulation.now() + slice)) return false;
        if (options.progress) options.progress(simulation.now(), simulation.end());
    }
    return simulation.run();  // what is due at the end itself
}

bool is_fault(const Action& action)
{
    return std::visit(
        [](const auto& each) {
            using Kind = std::decay_t<decltype(each)>;
            if constexpr (std::is_same_v<Kind, action::Client>) {
                using Act = action::Client::Act;
                return each.act != Act::start && each.act != Act::stop && each.act != Act::call;
            }
            return std::is_same_v<Kind, action::Link> || std::is_same_v<Kind, action::Message> ||
                   std::is_same_v<Kind, action::Release> || std::is_same_v<Kind, action::Node> ||
                   std::is_same_v<Kind, action::Disk> || std::is_same_v<Kind, action::Clock>;
        },
        action);
}

void add_vacuity(const LegResult& result, const Scenario& scenario,
                 std::vector<VacuityFinding>& findings)
{
    const auto& by_settings = scenario.expect.without_faults;
    for (const AssertionResult& each : result.asserts) {
        if (!each.expected || *each.expected) continue;
        const std::string& id = each.outcome.id;
        const bool declared = std::ranges::find(by_settings, id) != by_settings.end();
        const bool violated = each.outcome.verdict == AssertionOutcome::Verdict::violated;
        if (violated == declared) continue;
        const auto assertion = std::ranges::find(scenario.asserts, id, &Assertion::id);
        if (assertion->form == Assertion::Form::eventually) continue;
        findings.push_back({scenario.leg, id, each.outcome.what});
    }
}

}  // namespace

LegResult run_leg(std::shared_ptr<const Scenario> scenario, std::uint64_t seed,
                  const LegOptions& options)
{
    const double begin = options.clock ? options.clock() : 0;
    const Topology topology = build_topology(*scenario);
    Simulation simulation(std::move(scenario), seed, options.resources(topology.links()));
    for (RunListener* listener : options.listeners) simulation.add(*listener);
    const bool whole = run_to_end(simulation, options);
    if (whole) simulation.finish();
    LegResult result = judge_leg(simulation);
    if (!whole) {
        result.interrupted = true;
        result.as_expected = false;
        result.reasons = {"the run was stopped"};
    }
    if (options.clock) result.wall_seconds = options.clock() - begin;
    return result;
}

LegResult run_leg(const ScenarioFile& file, std::string_view leg, const SweepPoint& point,
                  std::uint64_t seed, const LegOptions& options)
{
    LegResult result =
        run_leg(std::make_shared<const Scenario>(file.resolve(leg, point)), seed, options);
    result.point.assign(point.begin(), point.end());
    return result;
}

bool ScenarioResult::as_expected() const
{
    return reasons.empty() && !legs.empty() && std::ranges::all_of(legs, &LegResult::as_expected);
}

ScenarioResult run_scenario(const ScenarioFile& file, const LegOptions& options,
                            std::string_view leg, const std::vector<Override>& overrides)
{
    ScenarioResult all;
    for (const std::string& name : file.leg_names()) {
        if (!leg.empty() && leg != name) continue;
        std::vector<std::vector<SweepValue>> values;
        std::shared_ptr<const Scenario> scenario;
        for (const SweepPoint& point : file.sweep_points()) {
            scenario = std::make_shared<const Scenario>(file.resolve(name, point, overrides));
            for (std::int64_t i = 0; i < scenario->seed_count; ++i) {
                const std::uint64_t seed = scenario->first_seed + static_cast<std::uint64_t>(i);
                LegResult result = run_leg(scenario, seed, options);
                result.point.assign(point.begin(), point.end());
                values.push_back(result.sweep_values);
                all.legs.push_back(std::move(result));
                if (all.legs.back().interrupted) return all;
            }
        }
        all.id = scenario->id;
        for (std::string& reason : judge_sweep(scenario->expect, values)) {
            all.reasons.push_back("leg " + name + ", " + std::move(reason));
        }
    }
    return all;
}

nlohmann::json to_json(const ScenarioResult& result)
{
    nlohmann::json legs = nlohmann::json::array();
    for (const LegResult& each : result.legs) legs.push_back(to_json(each));
    return {{"gregor", 1},
            {"scenario", result.id},
            {"as_expected", result.as_expected()},
            {"reasons", result.reasons},
            {"legs", std::move(legs)}};
}

bool remove_faults(Scenario& scenario)
{
    // A client whose first step is a start runs from there on. One that only a fault ended would
    // become such a client, so its returns go with its faults.
    std::map<std::string, bool> comes_late;
    for (const Step& step : scenario.script) {
        for (const Action& action : step.actions) {
            const auto* client = std::get_if<action::Client>(&action);
            if (client == nullptr || client->act == action::Client::Act::call) continue;
            comes_late.emplace(client->name, client->act == action::Client::Act::start);
        }
    }
    std::size_t removed = 0;
    std::map<std::string, bool> ended;
    for (Step& step : scenario.script) removed += std::erase_if(step.actions, is_fault);
    for (Step& step : scenario.script) {
        std::erase_if(step.actions, [&](const Action& action) {
            const auto* client = std::get_if<action::Client>(&action);
            if (client == nullptr) return false;
            if (client->act == action::Client::Act::stop) ended[client->name] = true;
            return client->act == action::Client::Act::start && !ended[client->name] &&
                   !comes_late[client->name];
        });
    }
    return removed > 0;
}

std::vector<VacuityFinding> check_vacuity(const ScenarioFile& file, const LegOptions& options)
{
    std::vector<VacuityFinding> findings;
    for (const std::string& leg : file.leg_names()) {
        for (const SweepPoint& point : file.sweep_points()) {
            Scenario scenario = file.resolve(leg, point);
            if (scenario.expect.violates.empty() || !remove_faults(scenario)) continue;
            const auto calm = std::make_shared<const Scenario>(std::move(scenario));
            add_vacuity(run_leg(calm, calm->first_seed, options), *calm, findings);
        }
    }
    return findings;
}

}  // namespace gregor::lab
