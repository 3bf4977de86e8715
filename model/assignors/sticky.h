#pragma once

#include "model/assignors/assignment.h"

namespace gregor {

/// As balanced as possible, and of all such assignments close to the one before: members keep what
/// they own, the rest goes to those who have least. With racks, members prefer partitions with a
/// replica in their rack (KIP-881). For the eager protocol. Sources: classes StickyAssignor,
/// AbstractStickyAssignor.
GroupAssignment assign_sticky(const GroupSubscription& subscription);

/// The same, but a partition that another member has to give up first is handed to nobody: its old
/// owner revokes it, and the rebalance that follows assigns it (KIP-429). Claims and their
/// generations come from the fields of the subscription, so `subscription_generation` is not read.
/// Source: class CooperativeStickyAssignor.
GroupAssignment assign_cooperative_sticky(const GroupSubscription& subscription);

}  // namespace gregor
