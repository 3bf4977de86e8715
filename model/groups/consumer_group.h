#pragma once

#include "model/assignors/assignment.h"
#include "model/groups/coordinator_outbox.h"
#include "model/groups/reconciliation.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// The topics of the cluster as a coordinator knows them, by name.
struct CoordinatorTopic {
    TopicId id{no_topic};
    std::int32_t partitions{};
    bool operator==(const CoordinatorTopic&) const = default;
};
using CoordinatorTopics = std::map<std::string, CoordinatorTopic, std::less<>>;
/// The same, and how often it has changed.
struct TopicsView {
    const CoordinatorTopics& topics;
    std::uint64_t version{};
};

enum class ConsumerGroupState : std::uint8_t { empty, assigning, reconciling, stable };
/// Kafka's name: "Empty", "Assigning", "Reconciling", "Stable".
std::string_view name_of(ConsumerGroupState state);

struct ConsumerGroupMember {
    std::string id;
    std::string instance_id;  ///< empty: a dynamic member
    std::string client_id;
    std::string rack;
    Duration rebalance_timeout;
    std::set<std::string, std::less<>> topics;
    std::string assignor;  ///< empty: it leaves the choice to others
    CurrentAssignment current;
    std::vector<TopicPartition> target;  ///< ascending
    Time session_deadline = never;
    Time rebalance_deadline = never;  ///< to give up what it was told to
};

/// One consumer group of KIP-848: the coordinator assigns, members come to their part of it one by
/// one, with their heartbeats, and nobody waits for all. The group epoch counts changes of what has
/// to be assigned, the assignment epoch is the one the target was computed for, a member's epoch
/// the one that it has come to. Sources: classes ConsumerGroup, GroupMetadataManager,
/// TargetAssignmentBuilder.
class ConsumerGroup {
public:
    struct Settings {
        std::vector<std::string> assignors;  ///< group.consumer.assignors; the first is the default
        Duration assignment_interval;        ///< between two computations of the target
        Duration heartbeat_interval;         ///< told to members
        Duration session_timeout;
        std::int64_t max_size{};
    };
    static constexpr std::int32_t leave_epoch = -1;
    static constexpr std::int32_t leave_static_epoch = -2;  ///< the place is kept for a while

    ConsumerGroup(std::string name, std::int32_t offsets_partition, Settings settings)
        : name_(std::move(name)),
          offsets_partition_(offsets_partition),
          settings_(std::move(settings))
    {
    }

    const std::string& name() const { return name_; }
    std::int32_t offsets_partition() const { return offsets_partition_; }
    ConsumerGroupState state() const;
    std::int32_t epoch() const { return epoch_; }
    std::int32_t assignment_epoch() const { return assignment_epoch_; }
    const std::map<std::string, ConsumerGroupMember>& members() const { return members_; }
    /// The one that most members ask for, else the first of the setting.
    std::string assignor() const;
    bool subscribes_to(std::string_view topic) const;

    /// What is wrong with a request whatever the group is. Source: GroupCoordinatorService,
    /// throwIfConsumerGroupHeartbeatRequestIsInvalid.
    static Error check(const ConsumerGroupHeartbeatRequest& request,
                       const std::vector<std::string>& assignors);

    /// Changes the group, and says what the member is told once the records are written.
    ConsumerGroupHeartbeatResponse on_heartbeat(const CoordinatorStep& step,
                                                const ConsumerGroupHeartbeatRequest& request,
                                                const TopicsView& view);
    /// Whether this partition's offset may be committed (KIP-1251). \param epoch the member's
    Error may_commit(const std::string& member_id, std::int32_t epoch,
                     TopicPartition partition) const;
    Error may_fetch_offsets(const std::string& member_id, std::int32_t epoch) const;

    void on_timer(const CoordinatorStep& step);
    Time next_deadline() const;

    /// What has changed since the last call, to be written to __consumer_offsets.
    std::vector<CoordinatorRecord> take_records(std::int64_t now_ms);
    /// From the log, after an election.
    void restore(Time now, const CoordinatorRecord& record);

private:
    Error admit(const ConsumerGroupHeartbeatRequest& request) const;
    Error check_epoch(const ConsumerGroupMember& member,
                      const ConsumerGroupHeartbeatRequest& request) const;
    ConsumerGroupMember* find_instance(const std::string& instance_id);
    const ConsumerGroupMember* find_instance(const std::string& instance_id) const;
    ConsumerGroupHeartbeatResponse leave(const CoordinatorStep& step,
                                         const ConsumerGroupHeartbeatRequest& request);
    ConsumerGroupMember& enter(const ConsumerGroupHeartbeatRequest& request);
    bool take_subscription(ConsumerGroupMember& member,
                           const ConsumerGroupHeartbeatRequest& request);
    std::set<std::string_view> subscribed_topics() const;
    std::uint64_t hash_of_topics(const CoordinatorTopics& topics) const;
    void bump();
    void assign(const CoordinatorStep& step, const CoordinatorTopics& topics);
    void reconcile_member(const CoordinatorStep& step, ConsumerGroupMember& member,
                          const std::optional<std::vector<TopicPartition>>& owned);
    void replace_current(ConsumerGroupMember& member, CurrentAssignment next);
    void hold(const CurrentAssignment& current, std::int32_t change);
    void remove_member(const CoordinatorStep& step, const std::string& member_id,
                       std::string_view because);
    void trace_state(const CoordinatorStep& step);
    CoordinatorRecord group_record() const;
    CoordinatorRecord member_record(const std::string& member_id) const;

    std::string name_;
    std::int32_t offsets_partition_ = 0;
    Settings settings_;
    // A new group has been assigned nothing (KAFKA-20268).
    std::int32_t epoch_ = 1;
    std::int32_t assignment_epoch_ = 1;
    std::uint64_t topics_hash_ = 0;
    std::uint64_t topics_version_ = 0;  // as of the hash
    std::optional<Time> last_assigned_;
    std::map<std::string, ConsumerGroupMember> members_;
    std::map<TopicPartition, std::int32_t> holders_;  // how many have it or still give it up
    ConsumerGroupState traced_ = ConsumerGroupState::empty;
    std::int32_t traced_epoch_ = 0;
    bool group_changed_ = true;  // since it was last written
    std::set<std::string> members_changed_;
};

}  // namespace gregor
