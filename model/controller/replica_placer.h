#pragma once

#include "model/error.h"
#include "model/types.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace gregor {

struct PlaceableBroker {
    BrokerId id;
    std::string rack;  ///< empty: none
    bool fenced = false;
};

struct Placement {
    std::int32_t partitions{};
    std::int16_t replication_factor{};
    /// The order in which racks ask for random numbers (a hash map's in Kafka); empty: by name.
    std::vector<std::string> rack_draw_order;
};

/// A uniform number in [0, bound).
using RandomBelow = std::function<std::int32_t(std::int32_t bound)>;

/// Replicas of each partition, leader first, spread over racks and brokers: class
/// Class StripedReplicaPlacer. Leaders are unfenced brokers; fenced ones are taken
/// when a rack has no other left.
Result<std::vector<BrokerList>> place_replicas(std::span<const PlaceableBroker> brokers,
                                               const Placement& wanted, const RandomBelow& below);

}  // namespace gregor
