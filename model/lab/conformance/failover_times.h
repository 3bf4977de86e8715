#pragma once

#include "model/lab/conformance/failover_run.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace gregor::lab {

/// The recorded intervals of a timeline, held against one run of the model: each has a rule, made
/// from the settings that decide it, that says from when to when it may be. The recorded values
/// must lie there too. What no setting decides gets the recorded room. One sentence for each
/// mistake. Intervals of the machine (a process starts, a driver waits) have no rule.
std::vector<std::string> check_intervals(const nlohmann::json& timeline,
                                         const nlohmann::json& recorded, const RecordedRun& run,
                                         const ObservedRun& observed);

}  // namespace gregor::lab
