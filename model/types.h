#pragma once

#include "engine/id.h"
#include "engine/process.h"

#include <boost/container/small_vector.hpp>

#include <compare>
#include <cstdint>
#include <string_view>

namespace gregor {

/// A broker or controller by its node.id: brokers 1, 2, ...; dedicated controllers 101, 102, ...
using BrokerId = Id<struct BrokerTag, std::int32_t>;
inline constexpr BrokerId no_broker{-1};
/// The offset of a broker's registration record; grows with each registration (KIP-903).
using BrokerEpoch = Id<struct BrokerEpochTag, std::int64_t>;
inline constexpr BrokerEpoch no_broker_epoch{-1};

/// Topics are named by number inside the model, in order of creation; the metadata image knows the
/// names. (Kafka: a random UUID.)
using TopicId = Id<struct TopicTag, std::int32_t>;
inline constexpr TopicId no_topic{-1};

struct TopicPartition {
    TopicId topic{no_topic};
    std::int32_t partition{};
    constexpr auto operator<=>(const TopicPartition&) const = default;
};

using Offset = Id<struct OffsetTag, std::int64_t>;
inline constexpr Offset no_offset{-1};
constexpr Offset operator+(Offset offset, std::int64_t count)
{
    return {offset.value + count};
}
constexpr std::int64_t operator-(Offset a, Offset b)
{
    return a.value - b.value;
}

/// Counts the leaders a partition has had (KIP-101).
using LeaderEpoch = Id<struct LeaderEpochTag, std::int32_t>;
inline constexpr LeaderEpoch no_leader_epoch{-1};
/// Counts the changes of a partition's registration; the compare-and-set of AlterPartition.
using PartitionEpoch = Id<struct PartitionEpochTag, std::int32_t>;
/// The Raft epoch of the metadata quorum, also called controller epoch (KIP-595).
using QuorumEpoch = Id<struct QuorumEpochTag, std::int32_t>;

using ProducerId = Id<struct ProducerIdTag, std::int64_t>;
inline constexpr ProducerId no_producer_id{-1};
using ProducerEpoch = Id<struct ProducerEpochTag, std::int16_t>;
inline constexpr ProducerEpoch no_producer_epoch{-1};

/// Where the group coordinators keep groups and committed offsets.
inline constexpr std::string_view offsets_topic = "__consumer_offsets";
/// Where the transaction coordinators keep their transactional ids.
inline constexpr std::string_view transactions_topic = "__transaction_state";

/// A client of the scenario, in order of declaration: 0, 1, 2, ...
using ClientId = Id<struct ClientTag, std::int16_t>;
inline constexpr ClientId no_client{-1};

/// A few brokers: replicas, an ISR. Inline up to four.
using BrokerList = boost::container::small_vector<BrokerId, 4>;

inline bool contains(const BrokerList& list, BrokerId id)
{
    for (const BrokerId each : list) {
        if (each == id) return true;
    }
    return false;
}

/// Which kernel node runs what: brokers first, then controllers, then clients.
struct ClusterLayout {
    std::int32_t brokers{};
    std::int32_t controllers{};
    bool combined = false;  ///< controller k shares the host of broker k

    NodeId node_of(BrokerId id) const
    {
        return id.value > 100 ? NodeId{brokers + id.value - 101} : NodeId{id.value - 1};
    }
    BrokerId id_of(NodeId node) const
    {
        return node.value < brokers ? BrokerId{node.value + 1}
                                    : BrokerId{node.value - brokers + 101};
    }
    bool is_broker(NodeId node) const { return node.value < brokers; }
    bool is_controller(NodeId node) const
    {
        return node.value >= brokers && node.value < brokers + controllers;
    }
    NodeId first_client() const { return NodeId{brokers + controllers}; }
    NodeId node_of(ClientId client) const { return NodeId{brokers + controllers + client.value}; }
};

}  // namespace gregor
