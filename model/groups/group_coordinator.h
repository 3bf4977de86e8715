#pragma once

#include "engine/random.h"
#include "model/config.h"
#include "model/groups/classic_group.h"
#include "model/groups/consumer_group.h"
#include "model/groups/coordinator_outbox.h"
#include "model/groups/offset_store.h"
#include "model/groups/transactional_offsets.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace gregor {

/// The coordinator of the groups whose partition of __consumer_offsets this broker leads: routes
/// requests to groups, keeps their timers, and turns what must survive into records. What it
/// answers for a write is released when the write is committed. Sources: classes
/// GroupCoordinatorService, GroupMetadataManager, OffsetMetadataManager.
class GroupCoordinator {
public:
    /// The one timer of its own in the broker.
    static constexpr TimerKey timer = 20;

    GroupCoordinator() = default;
    GroupCoordinator(BrokerId broker, const BrokerConfig& config, std::uint64_t seed);

    /// JoinGroup, SyncGroup, Heartbeat, LeaveGroup, ConsumerGroupHeartbeat, OffsetCommit,
    /// OffsetFetch.
    void on_request(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, Effects& effects);
    /// What is to be appended to __consumer_offsets, in this order.
    std::vector<CoordinatorAppend> take_appends();
    /// The high watermark has passed the record with this ticket, which stands at that offset; or
    /// an error, and it is not there.
    void on_append_committed(Time now, std::uint64_t ticket, Error error, Effects& effects,
                             Offset at = no_offset);
    /// TxnOffsetCommit, once the coordinator of the transaction has been asked: with the guard to
    /// append with, or what it refused.
    struct Verified {
        Error error = Error::none;
        std::int64_t guard = 0;
    };
    void on_transactional_commit(Time now, const Envelope& from, const Message& message,
                                 const Verified& verified, Effects& effects);
    /// The marker of a producer stands in the partition, and counts.
    void on_marker(Time now, std::int32_t partition, ProducerId producer, bool commit,
                   Effects& effects);
    std::int32_t partition_of(const std::string& group) const;
    /// Requests that were answered since the last call.
    std::vector<ParkedRequest> take_answered();

    /// What topics there are, whenever that changes. Offsets of those that are gone go with them.
    void on_topics(Time now, CoordinatorTopics topics, Effects& effects);
    const CoordinatorTopics& topics() const { return topics_; }
    /// As DeleteGroups asks: only a group without members is deleted, with its offsets.
    Error delete_group(Time now, const std::string& group, Effects& effects);
    /// Deletes offsets whose retention is over, and Empty groups without any; by itself every
    /// offsets.retention.check.interval.ms.
    void expire_offsets(Time now, Effects& effects);

    /// The broker leads the partition now, but has not read it yet.
    void on_loading(std::int32_t partition);
    /// The broker leads the partition, with this content.
    void on_elected(Time now, std::int32_t partition, const std::vector<RecordBatch>& content,
                    Effects& effects);
    void on_resigned(Time now, std::int32_t partition, Effects& effects);
    /// The process ends: nothing of this is on disk.
    void on_end();

    const std::map<std::string, ClassicGroup>& groups() const { return groups_; }
    const std::map<std::string, ConsumerGroup>& consumer_groups() const { return consumer_groups_; }
    const OffsetStore& offsets() const { return offsets_; }
    /// offsets.topic.num.partitions
    std::int32_t partitions() const
    {
        return static_cast<std::int32_t>(config_.offsets_topic_num_partitions);
    }
    bool leads(std::int32_t partition) const { return led_.contains(partition); }

private:
    struct Commit {
        ParkedRequest from;
        std::string group;
        std::vector<CoordinatorRecord> records;
        OffsetCommitResponse response;  ///< when they are written
    };
    struct Heartbeat {
        ParkedRequest from;
        ConsumerGroupHeartbeatResponse response;
        std::string group;
    };
    struct TransactionalCommit {
        ParkedRequest from;
        std::string group;
        ProducerId producer;
        std::vector<CoordinatorRecord> records;
        TxnOffsetCommitResponse response;
    };
    Error may_commit_in_transaction(const TxnOffsetCommitRequest& request);
    void finish_transactional_commit(const CoordinatorStep& step, const TransactionalCommit& commit,
                                     Error error, Offset at);
    void replay_transactional(std::int32_t partition, const RecordBatch& batch);
    Error availability(const std::string& group) const;
    ClassicGroup* find(const std::string& group);
    ClassicGroup& make(const std::string& group);
    ConsumerGroup* find_consumer_group(const std::string& group);
    ConsumerGroup& make_consumer_group(const std::string& group);

    void join(const CoordinatorStep& step, const ParkedRequest& from,
              const JoinGroupRequest& request);
    void sync(const CoordinatorStep& step, const ParkedRequest& from,
              const SyncGroupRequest& request);
    void heartbeat(const CoordinatorStep& step, const ParkedRequest& from,
                   const HeartbeatRequest& request);
    void leave(const CoordinatorStep& step, const ParkedRequest& from,
               const LeaveGroupRequest& request);
    void consumer_heartbeat(const CoordinatorStep& step, const ParkedRequest& from,
                            const ConsumerGroupHeartbeatRequest& request);
    Error join_consumer_group(const ConsumerGroupHeartbeatRequest& request);
    void write_changes(const CoordinatorStep& step, ConsumerGroup& group);
    void commit(const CoordinatorStep& step, const ParkedRequest& from,
                const OffsetCommitRequest& request);
    Error may_commit(Time now, const OffsetCommitRequest& request);
    Error may_commit(const OffsetCommitRequest& request,
                     const OffsetCommitRequest::Partition& partition);
    void fetch(const CoordinatorStep& step, const ParkedRequest& from,
               const OffsetFetchRequest& request);
    Error may_fetch(const OffsetFetchRequest& request);
    bool subscribed(const std::string& group, TopicId topic) const;
    void expire_group(const CoordinatorStep& step, const std::string& group);
    void forget_topics(const CoordinatorStep& step, const std::set<TopicId>& gone);
    void forget_topics(const CoordinatorStep& step, const std::string& group,
                       const std::set<TopicId>& gone);
    std::vector<Commit*> commits_of(const std::string& group);
    bool deletable(const std::string& group) const;
    void remove_group(const CoordinatorStep& step, const std::string& group);
    void finish_commit(const CoordinatorStep& step, const Commit& commit, Error error);
    void replay(Time now, const CoordinatorRecord& record);
    void drop(std::int32_t partition);
    void arm(const CoordinatorStep& step);

    BrokerId broker_{no_broker};
    BrokerConfig config_;
    Random random_;
    std::map<std::string, ClassicGroup> groups_;
    std::map<std::string, ConsumerGroup> consumer_groups_;
    CoordinatorTopics topics_;
    std::uint64_t topics_version_ = 1;  // a restored group has seen none
    OffsetStore offsets_;
    std::map<std::int32_t, TransactionalOffsets> transactional_offsets_;  // by partition
    std::map<std::uint64_t, TransactionalCommit> transactional_commits_;  // by ticket
    std::set<std::int32_t> led_;
    std::set<std::int32_t> loading_;
    std::map<std::uint64_t, Commit> commits_;        // by ticket
    std::map<std::uint64_t, Heartbeat> heartbeats_;  // by ticket
    Time next_expiry_ = never;
    CoordinatorOutbox outbox_;
    Time armed_at_ = never;
};

}  // namespace gregor
