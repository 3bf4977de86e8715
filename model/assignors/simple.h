#pragma once

#include "model/assignors/assignment.h"

namespace gregor {

/// The assignor of share groups (KIP-932): a partition may have several owners, so that members
/// have about as many each even when there are more members than partitions. Members keep what they
/// have. All partitions of the topics count as initialized. Since Kafka 4.2. Members count in the
/// order in which they are listed. Sources: classes SimpleAssignor,
/// SimpleHomogeneousAssignmentBuilder, SimpleHeterogeneousAssignmentBuilder.
GroupAssignment assign_simple(const GroupSubscription& subscription);

}  // namespace gregor
