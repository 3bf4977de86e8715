#pragma once

#include "engine/random.h"
#include "model/groups/coordinator_outbox.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

enum class GroupState : std::uint8_t {
    empty,
    preparing_rebalance,
    completing_rebalance,
    stable,
    dead
};
/// Kafka's name: "Empty", "PreparingRebalance", ...
std::string_view name_of(GroupState state);

struct GroupMove {
    GroupState from, to;
    std::string_view because;
};
inline constexpr std::array legal_group_moves{
    GroupMove{GroupState::empty, GroupState::preparing_rebalance, "a member joins"},
    GroupMove{GroupState::preparing_rebalance, GroupState::empty, "nobody is left"},
    GroupMove{GroupState::preparing_rebalance, GroupState::completing_rebalance, "all have joined"},
    GroupMove{GroupState::completing_rebalance, GroupState::stable, "the assignment is committed"},
    GroupMove{GroupState::completing_rebalance, GroupState::preparing_rebalance,
              "membership changes"},
    GroupMove{GroupState::stable, GroupState::preparing_rebalance, "membership changes"},
    GroupMove{GroupState::empty, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::preparing_rebalance, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::completing_rebalance, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::stable, GroupState::dead, "deleted or moved away"},
    GroupMove{GroupState::dead, GroupState::dead, "deleted or moved away"},
};
constexpr bool is_legal_move(GroupState from, GroupState to)
{
    for (const GroupMove& move : legal_group_moves) {
        if (move.from == from && move.to == to) return true;
    }
    return false;
}

struct GroupMember {
    std::string id;
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
};

/// One consumer group of the classic protocol: JoinGroup and SyncGroup barriers, generations,
/// sessions. Static members (group.instance.id) are treated as dynamic ones. Source: classes
/// ClassicGroup, GroupMetadataManager.
class ClassicGroup {
public:
    ClassicGroup(std::string name, std::int32_t offsets_partition, Duration initial_delay)
        : name_(std::move(name)),
          offsets_partition_(offsets_partition),
          initial_delay_(initial_delay)
    {
    }

    const std::string& name() const { return name_; }
    GroupState state() const { return state_; }
    std::int32_t generation() const { return generation_; }
    const std::string& protocol() const { return protocol_; }
    const std::string& leader() const { return leader_; }
    const std::map<std::string, GroupMember>& members() const { return members_; }
    std::int32_t offsets_partition() const { return offsets_partition_; }

    void on_join(const CoordinatorStep& step, const ParkedRequest& from,
                 const JoinGroupRequest& request, Random& random);
    void on_sync(const CoordinatorStep& step, const ParkedRequest& from,
                 const SyncGroupRequest& request);
    Error on_heartbeat(Time now, const HeartbeatRequest& request);
    Error on_leave(const CoordinatorStep& step, const std::string& member_id);
    /// Whether a commit may be written now.
    Error on_commit(Time now, const OffsetCommitRequest& request);
    /// The record with this ticket is committed, or not; true when the ticket was this group's.
    bool on_append_committed(const CoordinatorStep& step, std::uint64_t ticket, Error error);

    void on_timer(const CoordinatorStep& step);
    Time next_deadline() const;

    /// From the log, after an election: as the last Stable group was written.
    void restore(Time now, const CoordinatorRecord& record);
    /// The coordinator has moved: everybody who waits is told.
    void abandon(const CoordinatorStep& step);

private:
    void move_to(const CoordinatorStep& step, GroupState to);
    Error validate(const std::string& member_id, std::int32_t generation) const;
    bool supports(const std::vector<std::string>& protocols, const std::string& joining) const;
    void add_member(const CoordinatorStep& step, const ParkedRequest& from,
                    const JoinGroupRequest& request);
    void rejoin(const CoordinatorStep& step, GroupMember& member, const ParkedRequest& from,
                const JoinGroupRequest& request);
    void remove_member(const CoordinatorStep& step, const std::string& member_id,
                       std::string_view because);
    void prepare_rebalance(const CoordinatorStep& step);
    void maybe_complete_join(const CoordinatorStep& step);
    void complete_join(const CoordinatorStep& step);
    void answer_join(const CoordinatorStep& step, GroupMember& member);
    std::string choose_protocol() const;
    void answer_syncs(const CoordinatorStep& step, Error error);
    void on_join_deadline(const CoordinatorStep& step);
    void expire_sessions(const CoordinatorStep& step);
    Duration longest_rebalance_timeout() const;
    CoordinatorRecord to_record(Time wall_clock) const;

    std::string name_;
    std::int32_t offsets_partition_ = 0;
    Duration initial_delay_;
    GroupState state_ = GroupState::empty;
    std::int32_t generation_ = 0;
    std::string protocol_;
    std::string leader_;
    std::map<std::string, GroupMember> members_;
    std::map<std::string, Time> pending_;     // member ids given out, not joined with yet; until
    std::set<std::string> waiting_for_sync_;  // members that have not sent SyncGroup
    std::map<std::string, std::vector<TopicPartition>> proposed_;  // being written
    std::uint64_t assignment_ticket_ = 0;
    Time join_deadline_ = never;
    Time sync_deadline_ = never;
    bool initial_ = false;  // the first rebalance waits for more members
    bool new_member_added_ = false;
    Duration initial_wait_;  // the present delay of it
    Duration initial_rest_;
};

}  // namespace gregor
