#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/scenario.h"

#include <vector>

namespace gregor::lab {

/// What the language can say and this version of the model cannot play yet: to be refused before a
/// run, so that nothing passes because it was not looked at.
std::vector<Diagnostic> find_unavailable(const Scenario& scenario);

}  // namespace gregor::lab
