#pragma once

#include "model/lab/scenario.h"
#include "model/levels.h"
#include "model/types.h"

namespace gregor::lab {

/// The protocol levels of a scenario as switches: those of its version of Kafka, those set
/// everywhere, and those set for this broker or controller. Levels that this version of the model
/// does not know how to play are refused when the scenario is checked.
ProtocolProfile profile_of(const Scenario& scenario, BrokerId id);

}  // namespace gregor::lab
