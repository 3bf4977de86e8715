#pragma once

#include "model/assignors/server_group.h"

namespace gregor {

/// The default of KIP-848 groups: as even as possible over all topics together, and members keep
/// what they have. Since Kafka 4.1. Members count in the order in which they are listed. Racks do
/// not matter. Sources: classes UniformAssignor, UniformHomogeneousAssignmentBuilder,
/// UniformHeterogeneousAssignmentBuilder.
GroupAssignment assign_uniform(const GroupSubscription& subscription);

/// All members subscribed to the same topics: sizes differ by at most one.
GroupAssignment assign_uniform_same(const ServerGroup& group);

/// Different subscriptions: topics with many partitions for each subscriber come first, and within
/// a topic partitions go from those who have most, of everything, to those who have least.
GroupAssignment assign_uniform_different(const ServerGroup& group);

}  // namespace gregor
