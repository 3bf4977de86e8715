#pragma once

#include "model/copy_on_write.h"
#include "model/metadata_record.h"
#include "model/types.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// What the metadata log says about a broker.
struct BrokerRegistration {
    BrokerId id;
    BrokerEpoch epoch;  ///< offset of its registration record
    std::uint64_t incarnation{};
    std::string rack;
    bool fenced = true;
    bool in_controlled_shutdown = false;
    std::vector<TopicPartition> offline_replicas;  ///< in log directories that failed

    /// May lead and may be in an ISR.
    bool active() const { return !fenced && !in_controlled_shutdown; }
};

/// A topic with its partitions. A partition's record is shared between images and replaced, never
/// edited.
struct TopicImage {
    TopicId id{no_topic};  ///< no_topic: there is none of this number, not yet or no more
    std::string name;
    std::map<std::string, std::string> configs;  ///< only those set for the topic
    std::vector<std::shared_ptr<const PartitionRecord>> partitions;
};

/// The partition after a change: a leader, even the same one, raises the leader epoch; any change
/// raises the partition epoch (class PartitionRegistration).
PartitionRecord changed(const PartitionRecord& before, const PartitionChangeRecord& change);

/// The state folded from the batches of the metadata log, as controllers and brokers hold it.
/// Copies share all that neither of them changed. Pointers stay valid until the next `apply`.
class MetadataImage {
public:
    /// Batches must come in order, without gaps.
    void apply(const MetadataBatch& batch);
    /// One record at its offset; `apply(batch)` is this for each of its records.
    void apply(const MetadataRecord& record, Offset offset);

    /// The first offset that is not folded in yet.
    Offset next_offset() const { return next_offset_; }

    const BrokerRegistration* broker(BrokerId id) const;
    const std::map<BrokerId, BrokerRegistration>& brokers() const { return *brokers_; }
    /// Those that are unfenced and not shutting down, by id.
    BrokerList active_brokers() const;
    bool is_active(BrokerId id) const;
    /// The broker's log directory with this replica failed.
    bool is_offline(BrokerId broker, TopicPartition partition) const;

    /// Null when there is none of that number.
    const TopicImage* topic(TopicId id) const;
    const TopicImage* topic_named(std::string_view name) const;
    /// Every topic by id, with empty ones where there is none.
    const std::vector<CopyOnWrite<TopicImage>>& topics() const { return *topics_; }
    /// Above every number that was given.
    TopicId next_topic_id() const { return {static_cast<std::int32_t>(topics_->size())}; }
    const PartitionRecord* partition(TopicPartition partition) const;

    /// A topic's setting: its own, else the cluster-wide default, else null (the static one holds).
    const std::string* config(TopicId topic, const std::string& key) const;
    const std::map<std::string, std::string>& cluster_configs() const { return *cluster_configs_; }
    /// min.insync.replicas in force; `otherwise` is the brokers' static value.
    std::int64_t min_insync_replicas(TopicId topic, std::int64_t otherwise) const;
    /// The same, at most the replication factor of partition 0 (KIP-966).
    std::int64_t effective_min_isr(TopicId topic, std::int64_t otherwise) const;
    bool unclean_leader_election(TopicId topic, bool otherwise) const;

    std::int64_t next_producer_id() const { return next_producer_id_; }

private:
    void fold(const RegisterBrokerRecord& record, Offset offset);
    void fold(const BrokerRegistrationChangeRecord& record, Offset offset);
    void fold(const TopicRecord& record, Offset offset);
    void fold(const RemoveTopicRecord& record, Offset offset);
    void fold(const ConfigRecord& record, Offset offset);
    void fold(const PartitionRecord& record, Offset offset);
    void fold(const PartitionChangeRecord& record, Offset offset);
    void fold(const ProducerIdsRecord& record, Offset offset);
    void fold(const NoOpRecord&, Offset) {}
    void fold(const LeaderChangeRecord&, Offset) {}
    void forget_offline(const PartitionRecord& before, const BrokerList& now);

    CopyOnWrite<std::map<BrokerId, BrokerRegistration>> brokers_;
    CopyOnWrite<std::vector<CopyOnWrite<TopicImage>>> topics_;
    CopyOnWrite<std::map<std::string, TopicId, std::less<>>> names_;
    CopyOnWrite<std::map<std::string, std::string>> cluster_configs_;
    std::int64_t next_producer_id_ = 0;
    Offset next_offset_{0};
};

}  // namespace gregor
