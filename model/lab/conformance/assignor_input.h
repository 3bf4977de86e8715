#pragma once

#include "model/assignors/assignment.h"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

namespace gregor::lab {

/// member -> sorted "topic-partition".
using PlainAssignment = std::map<std::string, std::vector<std::string>>;

/// A recorded group: its topics by name, its members in the order of the case, what they own.
GroupSubscription group_of(const nlohmann::json& input);

/// What is written as {"m": {"t": "0-3,7"}} or as {"m": ["t-0", ...]}.
PlainAssignment plain_assignment(const nlohmann::json& owned_by_member);
PlainAssignment plain_assignment(const GroupSubscription& group, const GroupAssignment& assignment);

/// What the members of a recorded group own.
PlainAssignment owned_before(const nlohmann::json& input);

}  // namespace gregor::lab
