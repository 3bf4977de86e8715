#pragma once

#include "model/assignors/assignment.h"

namespace gregor {

/// For each topic on its own, consecutive partitions: the first members get one more when the
/// division leaves a rest. Racks and what members own do not matter. For KIP-848 groups; source:
/// group-coordinator class RangeAssignor.
GroupAssignment assign_server_range(const GroupSubscription& subscription);

}  // namespace gregor
