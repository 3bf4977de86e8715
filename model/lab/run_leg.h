#pragma once

#include "model/lab/scenario_file.h"
#include "model/lab/verdict.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// How to run: who says how long things take, who listens, who may stop it. `clock` gives seconds
/// of the machine's own time, for the report; without it a run took none.
struct LegOptions {
    ResourceFactory resources;  ///< needed
    std::vector<RunListener*> listeners = {};
    std::function<void(Time now, Time end)> progress = {};  ///< now and then
    std::function<bool()> stop = {};  ///< asked as often: true ends the run where it is
    std::function<double()> clock = {};
};

/// One leg at one point with one seed: built, run to its end, judged.
LegResult run_leg(std::shared_ptr<const Scenario> scenario, std::uint64_t seed,
                  const LegOptions& options);
/// The same from a file. Throws BadInput with every mistake.
LegResult run_leg(const ScenarioFile& file, std::string_view leg, const SweepPoint& point,
                  std::uint64_t seed, const LegOptions& options);

struct ScenarioResult {
    std::string id;
    std::vector<LegResult> legs;       ///< every leg at every point with every seed, in this order
    std::vector<std::string> reasons;  ///< of what is expected over the sweep
    bool as_expected() const;
};
/// All of a file, or the leg of this name. `overrides` as of --set.
ScenarioResult run_scenario(const ScenarioFile& file, const LegOptions& options,
                            std::string_view leg = {}, const std::vector<Override>& overrides = {});
nlohmann::json to_json(const ScenarioResult& result);

/// An assertion that a leg expects to be violated, and that is violated without any fault too: what
/// the leg shows is then not the work of its faults. Or one that the leg lists in `without-faults`
/// and that needs the faults after all.
struct VacuityFinding {
    std::string leg;
    std::string assertion;
    std::string what;
};
/// Runs each leg that has faults and expects a violation once more, without its faults.
/// `eventually` assertions wait for what faults do and are left out.
std::vector<VacuityFinding> check_vacuity(const ScenarioFile& file, const LegOptions& options);
/// Takes the faults out of a script: cuts and changes of links, rules for messages, crashes and
/// pauses of processes, every end of a broker, faults of disks and clocks. That a client is closed
/// or started is what somebody wanted and stays, but what a fault ended does not come back a second
/// time. What is left of a step keeps its trigger. False when there were no faults.
bool remove_faults(Scenario& scenario);

}  // namespace gregor::lab
