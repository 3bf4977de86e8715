#pragma once

#include "engine/fixed_resources.h"
#include "model/lab/run_leg.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

/// Small scenarios for the tests of what runs them: three brokers, one partition, no jitter.
namespace gregor::lab {

inline ResourceFactory fixed_factory()
{
    return [](std::span<const LinkSpec> links) { return std::make_unique<FixedResources>(links); };
}

inline nlohmann::json small_scenario()
{
    return nlohmann::json::parse(R"json({
        "gregor": 1, "id": "small", "resources": "fixed",
        "cluster": { "brokers": 3, "controllers": 3, "link": { "latency": "1ms" } },
        "topics": [ { "name": "t", "partitions": 1, "replicas": [[1, 2, 3]],
                      "config": { "min.insync.replicas": 2 } } ],
        "clients": [ { "name": "P", "kind": "script", "config": { "acks": "all" },
                       "program": [ { "wait": "1s" }, { "send": { "tp": "t-0", "n": 3 } } ] } ],
        "script": [], "horizon": "5s", "asserts": [],
        "legs": [ { "name": "only", "expect": {} } ] })json");
}

inline std::shared_ptr<const Scenario> resolved(const nlohmann::json& json)
{
    return std::make_shared<const Scenario>(
        ScenarioFile::parse(json.dump(), "small.json").resolve("only"));
}

inline std::unique_ptr<Simulation> start_run(const nlohmann::json& json)
{
    auto scenario = resolved(json);
    const Topology topology = build_topology(*scenario);
    return std::make_unique<Simulation>(scenario, 1, fixed_factory()(topology.links()));
}

/// Run to its end, and finished.
inline std::unique_ptr<Simulation> whole_run(const nlohmann::json& json)
{
    auto simulation = start_run(json);
    simulation->run();
    simulation->finish();
    return simulation;
}

/// The events of one kind, in the order in which they happened.
template <class Kind>
class Heard : public RunListener {
public:
    explicit Heard(Simulation& run) { run.add(*this); }
    void on_step(const StepOf&, std::span<const Event> events, std::uint64_t) override
    {
        for (const Event& each : events) {
            if (const auto* one = std::get_if<Kind>(&each)) all_.push_back(*one);
        }
    }
    const std::vector<Kind>& all() const { return all_; }

private:
    std::vector<Kind> all_;
};

/// An expression on the run as it stands. Only for those that name no first() and no count().
inline Value ask(const Simulation& simulation, const std::string& text)
{
    std::vector<ExpressionError> errors;
    const auto expression = Expression::parse(text, {}, errors);
    if (!expression) return errors.front().found + ", allowed " + errors.front().allowed;
    return expression->evaluate(
        simulation.script().view(simulation.kernel(), simulation.history(), simulation.names()));
}

}  // namespace gregor::lab
