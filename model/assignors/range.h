#pragma once

#include "model/assignors/assignment.h"

namespace gregor {

/// For each topic on its own, consecutive partitions: the first members get one more when the
/// division leaves a rest. With racks, members prefer partitions with a replica in their rack
/// (KIP-881). Source: class RangeAssignor.
GroupAssignment assign_range(const GroupSubscription& subscription);

}  // namespace gregor
