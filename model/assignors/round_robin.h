#pragma once

#include "model/assignors/assignment.h"

namespace gregor {

/// All partitions of all topics, one after the other to the members in a ring; a member that has
/// not subscribed to the topic is passed over. Source: class RoundRobinAssignor.
GroupAssignment assign_round_robin(const GroupSubscription& subscription);

}  // namespace gregor
