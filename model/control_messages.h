#pragma once

#include "model/error.h"
#include "model/metadata_record.h"
#include "model/types.h"

#include <cstdint>
#include <string>
#include <vector>

/// Requests and responses between brokers, administrators and the active controller.
namespace gregor {

struct BrokerRegistrationRequest {
    BrokerId broker;
    std::uint64_t incarnation{};
    std::string rack;
    BrokerEpoch previous_epoch{no_broker_epoch};  ///< from the clean-shutdown marker, else -1
};
struct BrokerRegistrationResponse {
    Error error = Error::none;
    BrokerEpoch epoch{no_broker_epoch};
};
struct BrokerHeartbeatRequest {
    BrokerId broker;
    BrokerEpoch epoch;
    Offset metadata_offset;  ///< the highest metadata offset that the broker has applied
    bool want_fence = false;
    bool want_shut_down = false;
    /// Replicas in log directories that failed. Kafka's request names the directories, whose
    /// replicas the controller knows (KIP-858).
    std::vector<TopicPartition> offline_replicas{};
};
struct BrokerHeartbeatResponse {
    Error error = Error::none;
    bool is_caught_up = false;
    bool is_fenced = true;
    bool should_shut_down = false;
};
struct AlterPartitionRequest {
    struct Member {
        BrokerId broker;
        BrokerEpoch epoch;
    };
    struct Partition {
        TopicPartition partition;
        LeaderEpoch leader_epoch;
        PartitionEpoch partition_epoch;
        LeaderRecoveryState recovery = LeaderRecoveryState::recovered;
        boost::container::small_vector<Member, 4> new_isr;
    };
    BrokerId broker;
    BrokerEpoch broker_epoch;
    std::vector<Partition> partitions;
};
struct AlterPartitionResponse {
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
        BrokerId leader{no_broker};
        LeaderEpoch leader_epoch{no_leader_epoch};
        PartitionEpoch partition_epoch;
        LeaderRecoveryState recovery = LeaderRecoveryState::recovered;
        BrokerList isr;
    };
    Error error = Error::none;
    std::vector<Partition> partitions;
};
struct CreateTopicsRequest {
    struct Topic {
        std::string name;
        std::int32_t partitions = -1;
        std::int16_t replication_factor = -1;
        std::vector<BrokerList> assignments;  ///< given by hand; empty: placed by the controller
        std::vector<std::pair<std::string, std::string>> configs;
        TopicId id{no_topic};  ///< the number that stands for its name; none: the next one
    };
    std::vector<Topic> topics;
    Duration timeout;
};
struct CreateTopicsResponse {
    Error error = Error::none;  ///< of the whole request
    std::vector<Error> topics;
};
struct AllocateProducerIdsRequest {
    BrokerId broker;
    BrokerEpoch epoch;
};
struct AllocateProducerIdsResponse {
    Error error = Error::none;
    std::int64_t first{};
    std::int32_t length{};
};
/// Preferred or unclean election asked for by an administrator.
struct ElectLeadersRequest {
    TopicPartition partition;
    bool unclean = false;
};
struct ElectLeadersResponse {
    Error error = Error::none;
};
/// IncrementalAlterConfigs for one key.
struct AlterConfigRequest {
    TopicId topic{no_topic};
    std::string key;
    std::string value;
};
struct AlterConfigResponse {
    Error error = Error::none;
};

}  // namespace gregor
