#pragma once

#include "model/lab/names.h"
#include "model/lab/scenario_actions.h"

#include <string>
#include <vector>

namespace gregor::lab {

/// What a line of the script did, in one sentence. `nodes`: those that its actions fell on, in
/// order; `undone`: it is the end of its "for".
std::string fault_sentence(const Step& step, bool undone, const std::vector<NodeId>& nodes,
                           const Names& names);

}  // namespace gregor::lab
