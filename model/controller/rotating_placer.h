#pragma once

#include "model/controller/replica_placer.h"

#include <map>

namespace gregor {

/// What the controller of ZooKeeper's time drew or was given before it placed replicas.
struct Rotation {
    std::int32_t start = 0;            ///< where in the list the first leader stands
    std::int32_t shift = 0;            ///< how far the second replica is from the first
    std::int32_t first_partition = 0;  ///< id of the first partition that is placed
};

/// Replicas of each partition by its id, leader first: leaders go round the brokers, the other
/// replicas follow at a distance that grows by one each time round. Brokers are taken in the order
/// given; when they have racks, one of each rack in turn. Up to Kafka 3.9 with ZooKeeper: class
/// AdminUtils. Errors, in this order: invalid_partitions, invalid_replication_factor;
/// invalid_request when some brokers have a rack and some have none (AdminOperationException).
Result<std::map<std::int32_t, BrokerList>> place_replicas_in_rotation(
    std::span<const PlaceableBroker> brokers, const Placement& wanted, Rotation rotation);

}  // namespace gregor
