#pragma once

#include "model/lab/scenario_actions.h"

#include <cstdint>

namespace gregor::lab {

/// 64 bits made of all that an action says: part of the hash of a run.
std::uint64_t digest_of(const Action& action);

}  // namespace gregor::lab
