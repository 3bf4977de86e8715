#pragma once

#include "model/error.h"
#include "model/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// Requests and responses between the members of a consumer group and its coordinator.
namespace gregor {

struct FindCoordinatorRequest {
    std::string group;         ///< or the transactional id
    bool transaction = false;  ///< which of the two it is
};
struct FindCoordinatorResponse {
    Error error = Error::none;
    BrokerId coordinator{no_broker};
};
/// What a member says it owns, for the assignors that keep it there. Source: the fields of
/// ConsumerProtocolSubscription, and the user data of `sticky`.
struct OwnedClaim {
    std::vector<TopicPartition> partitions;
    std::int32_t generation = -1;               ///< in which it got them; -1: in none
    std::int32_t subscription_generation = -1;  ///< the one it is in; -1: none
    bool operator==(const OwnedClaim&) const = default;
};
struct JoinGroupRequest {
    std::string group;
    std::string member_id;
    std::string client_id;
    std::string instance_id;
    Duration session_timeout;
    Duration rebalance_timeout;
    std::vector<std::string> protocols;  ///< assignors in order of preference
    std::vector<std::string> topics;     ///< the subscription
    OwnedClaim owned;                    ///< empty but for the sticky assignors
    std::string protocol_type = "consumer";
};
struct JoinGroupResponse {
    struct Member {
        std::string member_id;
        std::string instance_id;
        std::vector<std::string> topics;
        OwnedClaim owned;
    };
    Error error = Error::none;
    std::int32_t generation = -1;
    std::string protocol;
    std::string leader;
    std::string member_id;
    std::vector<Member> members;  ///< for the leader only
    /// A static leader came back to a stable group: the assignment stands, it hands out nothing.
    bool skip_assignment = false;
};
struct SyncGroupRequest {
    struct Assignment {
        std::string member_id;
        std::vector<TopicPartition> partitions;
    };
    std::string group;
    std::int32_t generation = -1;
    std::string member_id;
    std::vector<Assignment> assignments;  ///< from the leader only
    std::string instance_id;
    std::string protocol;  ///< what the member takes the group's protocol for; empty: not said
    std::string protocol_type = "consumer";  ///< likewise
};
struct SyncGroupResponse {
    Error error = Error::none;
    std::vector<TopicPartition> partitions;
    std::string protocol;
};
struct HeartbeatRequest {
    std::string group;
    std::int32_t generation = -1;
    std::string member_id;
    std::string instance_id;
};
struct HeartbeatResponse {
    Error error = Error::none;
};
/// Several members at once since KIP-345: an administrator may name static ones by their instance.
struct LeaveGroupRequest {
    struct Member {
        std::string member_id;  ///< empty: whoever has the instance
        std::string instance_id;
    };
    std::string group;
    std::vector<Member> members;
};
struct LeaveGroupResponse {
    Error error = Error::none;
    std::vector<Error> members;  ///< in the order of the request; empty after an error of all
};
struct OffsetCommitRequest {
    struct Partition {
        TopicPartition partition;
        Offset offset;
        LeaderEpoch leader_epoch{no_leader_epoch};
        std::int32_t metadata_length = 0;  ///< characters of the text beside the offset
    };
    std::string group;
    std::int32_t generation = -1;  ///< or the member's epoch (KIP-848)
    std::string member_id;
    std::vector<Partition> partitions;
    std::string instance_id;
};
struct OffsetCommitResponse {
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
    };
    std::vector<Partition> partitions;
};
struct OffsetFetchRequest {
    std::string group;
    std::vector<TopicPartition> partitions;
    std::string member_id;
    std::int32_t member_epoch = -1;  ///< -1: not compared (KIP-848)
    /// An offset that an open transaction may still change is not answered (KIP-447).
    bool require_stable = true;
};
struct OffsetFetchResponse {
    struct Partition {
        TopicPartition partition;
        Offset offset{no_offset};  ///< -1: nothing committed
        LeaderEpoch leader_epoch{no_leader_epoch};
        Error error = Error::none;
    };
    Error error = Error::none;
    std::vector<Partition> partitions;
};

/// Joins, keeps alive, reports and leaves in one (KIP-848). What is absent has not changed since
/// the member's last request.
struct ConsumerGroupHeartbeatRequest {
    std::string group;
    std::string member_id;
    std::string client_id;
    std::string instance_id;
    std::string rack;
    std::int32_t member_epoch = 0;  ///< 0: joins; -1: leaves; -2: a static member leaves for now
    std::optional<Duration> rebalance_timeout;
    std::optional<std::vector<std::string>> topics;  ///< the subscription, by name
    std::optional<std::string> assignor;
    std::optional<std::vector<TopicPartition>> owned;
};
struct ConsumerGroupHeartbeatResponse {
    Error error = Error::none;
    std::string member_id;
    std::int32_t member_epoch = -1;
    Duration heartbeat_interval;
    std::optional<std::vector<TopicPartition>> assignment;  ///< absent: as the member knows it
};

}  // namespace gregor
