#pragma once

#include "engine/random.h"
#include "model/groups/coordinator_outbox.h"
#include "model/groups/group_state.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

struct GroupMember {
    std::string id;
    std::string instance_id;  ///< empty: a dynamic member
    std::string client_id;
    NodeId node{no_node};
    Duration session_timeout;
    Duration rebalance_timeout;
    std::vector<std::string> protocols;  ///< in order of preference
    std::vector<std::string> topics;
    OwnedClaim owned;
    std::vector<TopicPartition> assignment;
    Time session_deadline = never;
    bool is_new = false;  ///< its first join is parked
    std::optional<ParkedRequest> joining;
    std::optional<ParkedRequest> syncing;

    /// Whether it is known to live while it does not send heartbeats: it waits for an answer. A new
    /// member may wait for its join only so long.
    bool waits() const { return (joining && !is_new) || syncing; }
};

/// One consumer group of the classic protocol: JoinGroup and SyncGroup barriers, generations,
/// sessions, static members (KIP-345). A group that only keeps offsets is one that stays Empty.
/// Where Kafka takes any member of a hash table, see JavaHashOrder. Sources: classes ClassicGroup,
/// GroupMetadataManager.
class ClassicGroup {
public:
    struct Limits {
        Duration initial_delay;  ///< group.initial.rebalance.delay.ms
        std::int64_t max_size{};
    };
    ClassicGroup(std::string name, std::int32_t offsets_partition, Limits limits)
        : name_(std::move(name)), offsets_partition_(offsets_partition), limits_(limits)
    {
    }

    const std::string& name() const { return name_; }
    GroupState state() const { return state_; }
    std::int32_t generation() const { return generation_; }
    const std::string& protocol() const { return protocol_; }
    const std::string& protocol_type() const { return protocol_type_; }
    const std::string& leader() const { return leader_; }
    const std::map<std::string, GroupMember>& members() const { return members_; }
    /// The member that an instance is now; empty: none.
    std::string member_of(const std::string& instance_id) const;
    std::int32_t offsets_partition() const { return offsets_partition_; }
    /// When the group came into its state, on the coordinator's wall clock; -1: not known.
    std::int64_t state_since_ms() const { return state_since_ms_; }
    bool subscribes_to(std::string_view topic) const;

    void on_join(const CoordinatorStep& step, const ParkedRequest& from,
                 const JoinGroupRequest& request, Random& random);
    void on_sync(const CoordinatorStep& step, const ParkedRequest& from,
                 const SyncGroupRequest& request);
    Error on_heartbeat(Time now, const HeartbeatRequest& request);
    LeaveGroupResponse on_leave(const CoordinatorStep& step, const LeaveGroupRequest& request);
    /// Whether a commit may be written now.
    Error on_commit(Time now, const OffsetCommitRequest& request);
    Error may_commit_in_transaction(const std::string& member_id, const std::string& instance_id,
                                    std::int32_t generation) const;
    /// The record with this ticket is committed, or not; true when the ticket was this group's.
    bool on_append_committed(const CoordinatorStep& step, std::uint64_t ticket, Error error);

    void on_timer(const CoordinatorStep& step);
    Time next_deadline() const;

    /// From the log, after an election: as the last Stable group was written.
    void restore(Time now, const CoordinatorRecord& record);
    /// The group is deleted.
    void die(const CoordinatorStep& step) { move_to(step, GroupState::dead); }
    /// The coordinator has moved: everybody who waits is told.
    void abandon(const CoordinatorStep& step);

private:
    /// A static member that came back: its answer waits for the record.
    struct Replacement {
        std::uint64_t ticket{};
        std::string member_id;
        GroupMember before;  ///< who had the place, and has it again when nothing is written
    };
    void move_to(const CoordinatorStep& step, GroupState to);
    Error validate_member(const std::string& member_id, const std::string& instance_id) const;
    Error validate(const std::string& member_id, const std::string& instance_id,
                   std::int32_t generation) const;

    // JoinGroup
    bool has_room_for(const std::string& member_id) const;
    bool supports(const JoinGroupRequest& request) const;
    void join_new(const CoordinatorStep& step, const ParkedRequest& from,
                  const JoinGroupRequest& request, Random& random);
    void join_known(const CoordinatorStep& step, const ParkedRequest& from,
                    const JoinGroupRequest& request);
    void add_member(const CoordinatorStep& step, const ParkedRequest& from,
                    const JoinGroupRequest& request, const std::string& member_id);
    void replace_static(const CoordinatorStep& step, const ParkedRequest& from,
                        const JoinGroupRequest& request, const std::string& new_id);
    void answer_replacement(const CoordinatorStep& step, const Replacement& done, Error error);
    void take_back(const CoordinatorStep& step, const Replacement& failed);
    static void refuse_join(const CoordinatorStep& step, GroupMember& member,
                            const std::string& told_id, Error error);
    JoinGroupResponse joined_response(const GroupMember& member) const;
    void answer_join(const CoordinatorStep& step, GroupMember& member);

    // rebalances
    void rebalance_or_complete_join(const CoordinatorStep& step);
    void prepare_rebalance(const CoordinatorStep& step);
    bool all_joined() const;
    void maybe_complete_join(const CoordinatorStep& step);
    void complete_join(const CoordinatorStep& step);
    bool elect_joined_leader();
    void on_join_deadline(const CoordinatorStep& step);
    void on_sync_deadline(const CoordinatorStep& step);
    std::string choose_protocol() const;
    bool all_support(const std::string& protocol) const;
    Duration longest_rebalance_timeout() const;

    void answer_syncs(const CoordinatorStep& step, Error error);
    Error leave(const CoordinatorStep& step, const LeaveGroupRequest::Member& leaving);
    void drop_member(const CoordinatorStep& step, const std::string& member_id,
                     std::string_view because);
    void expire_sessions(const CoordinatorStep& step);
    CoordinatorRecord to_record(Time wall_clock) const;

    std::string name_;
    std::int32_t offsets_partition_ = 0;
    Limits limits_;
    GroupState state_ = GroupState::empty;
    std::int64_t state_since_ms_ = -1;
    std::int32_t generation_ = 0;
    std::string protocol_;
    std::string protocol_type_;
    std::string leader_;
    std::map<std::string, GroupMember> members_;
    std::map<std::string, Time> pending_;     // member ids given out, not joined with yet; until
    std::set<std::string> waiting_for_sync_;  // members that have not sent SyncGroup
    std::map<std::string, std::vector<TopicPartition>> proposed_;  // being written
    std::uint64_t assignment_ticket_ = 0;
    std::vector<Replacement> replacements_;
    Time join_deadline_ = never;
    Time sync_deadline_ = never;
    bool initial_ = false;  // the first rebalance waits for more members
    bool new_member_added_ = false;
    Duration initial_wait_;  // the present delay of it
    Duration initial_rest_;
};

}  // namespace gregor
