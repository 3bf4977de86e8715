#pragma once

#include "engine/time.h"
#include "model/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gregor {

/// The records of the metadata log `__cluster_metadata-0` that the model uses, under Kafka's names
/// (metadata/src/main/resources/common/metadata).
struct RegisterBrokerRecord {
    BrokerId broker;
    std::uint64_t incarnation{};  ///< identifies one life of the process
    std::string rack;
    bool fenced = true;
};
struct BrokerRegistrationChangeRecord {
    BrokerId broker;
    BrokerEpoch epoch;
    std::optional<bool> fenced;
    std::optional<bool> in_controlled_shutdown;
    std::vector<TopicPartition> offline_replicas{};  ///< in a log directory that failed
};
struct TopicRecord {
    TopicId topic;
    std::string name;
};
/// The topic with its partitions and settings goes. Its number is not given to another one.
struct RemoveTopicRecord {
    TopicId topic;
};
struct ConfigRecord {
    TopicId topic;  ///< no_topic: the cluster-wide default of brokers
    std::string key;
    std::string value;
};
/// Whether a leader elected uncleanly has completed its recovery (KIP-704).
enum class LeaderRecoveryState : std::uint8_t { recovered, recovering };
struct PartitionRecord {
    TopicPartition partition;
    BrokerList replicas;
    BrokerList isr;
    BrokerList removing_replicas;
    BrokerList adding_replicas;
    BrokerList eligible_leader_replicas;
    BrokerList last_known_leader;
    BrokerId leader{no_broker};
    LeaderEpoch leader_epoch{0};
    PartitionEpoch partition_epoch{0};
    LeaderRecoveryState recovery = LeaderRecoveryState::recovered;
};
/// Absent fields stay as they were. A leader, even the same one, raises the leader epoch by one;
/// any change raises the partition epoch by one.
struct PartitionChangeRecord {
    TopicPartition partition;
    std::optional<BrokerId> leader;
    std::optional<BrokerList> isr;
    std::optional<BrokerList> replicas;
    std::optional<BrokerList> removing_replicas;
    std::optional<BrokerList> adding_replicas;
    std::optional<BrokerList> eligible_leader_replicas;
    std::optional<BrokerList> last_known_leader;
    std::optional<LeaderRecoveryState> recovery;
};
struct ProducerIdsRecord {
    BrokerId broker;
    std::int64_t next_producer_id{};
};
struct NoOpRecord {};
/// Control record that opens a new leader's epoch in the Raft log.
struct LeaderChangeRecord {
    BrokerId leader;
};

using MetadataRecord =
    std::variant<RegisterBrokerRecord, BrokerRegistrationChangeRecord, TopicRecord,
                 RemoveTopicRecord, ConfigRecord, PartitionRecord, PartitionChangeRecord,
                 ProducerIdsRecord, NoOpRecord, LeaderChangeRecord>;

/// One atomic batch of the metadata log: the records of one controller event.
struct MetadataBatch {
    Offset base_offset;
    QuorumEpoch epoch;
    Time appended_at;
    std::vector<MetadataRecord> records;

    Offset next_offset() const { return base_offset + static_cast<std::int64_t>(records.size()); }
};
using MetadataBatchPtr = std::shared_ptr<const MetadataBatch>;

/// Rough size on the wire, for the time a transfer takes.
std::uint32_t size_of(const MetadataBatch& batch);

}  // namespace gregor
