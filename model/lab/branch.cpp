#include "model/lab/branch.h"

#include "model/lab/cluster.h"
#include "model/lab/own_resources.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace gregor::lab {

namespace {

/// "scenarios/replication/leader_crash.json" to "leader_crash.branch.json".
std::string branch_name(const std::string& file)
{
    std::filesystem::path stem = std::filesystem::path(file).stem();
    if (stem.extension() == ".branch") stem = stem.stem();
    return (stem.empty() ? std::string("run") : stem.string()) + ".branch.json";
}

/// Asks now and then whether to go on.
class Asker final : public RunListener {
public:
    Asker(Simulation& simulation, const std::function<bool(Time, Time)>& go_on)
        : simulation_(simulation), go_on_(go_on)
    {
    }
    void on_step(const StepOf& step, std::span<const Event>, std::uint64_t) override
    {
        constexpr std::uint64_t steps_between = 4096;
        if (++steps_ % steps_between != 0) return;
        if (!go_on_(step.at, simulation_.end())) simulation_.stop();
    }

private:
    Simulation& simulation_;
    const std::function<bool(Time, Time)>& go_on_;
    std::uint64_t steps_ = 0;
};

}  // namespace

Branch branch_of(const OpenedRecording& parent, const nlohmann::json& line)
{
    nlohmann::json document =
        ScenarioFile::parse(parent.scenario_text(), parent.identity().file).document();
    document["script"].push_back(line);
    RunIdentity identity = parent.identity();
    identity.file = branch_name(identity.file);
    Branch branch{ScenarioFile::parse(document.dump(2) + "\n", identity.file), identity};
    branch.file.resolve(identity.leg, identity.point, identity.overrides);
    return branch;
}

std::uint64_t first_difference(const OpenedRecording& a, const OpenedRecording& b)
{
    return HashChain::first_difference(a.chain(), b.chain());
}

std::string record_on_fixed(const ScenarioFile& file, RunIdentity identity,
                            const std::function<bool(Time now, Time end)>& go_on)
{
    const auto scenario = std::make_shared<const Scenario>(
        file.resolve(identity.leg, identity.point, identity.overrides));
    identity.scenario = scenario->id;
    identity.resources = "fixed";
    const Topology topology = build_topology(*scenario);
    Simulation simulation(scenario, identity.seed, recording_fixed_resources(topology.links()));
    RecordingWriter writer;
    Asker asker(simulation, go_on);
    simulation.add(writer);
    simulation.add(asker);
    simulation.run();
    return writer.encode(identity, file.text(), simulation);
}

}  // namespace gregor::lab
