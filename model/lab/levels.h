#pragma once

#include "model/lab/scenario.h"
#include "model/levels.h"
#include "model/types.h"

namespace gregor::lab {

/// The protocol levels of a scenario as switches: those set everywhere, and for one broker those
/// set for it. Levels that this version of the model does not know how to play are refused when
/// the scenario is checked.
ProtocolProfile profile_of(const Scenario& scenario, BrokerId broker = no_broker);

}  // namespace gregor::lab
