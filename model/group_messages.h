#pragma once

#include "model/error.h"
#include "model/types.h"

#include <cstdint>
#include <string>
#include <vector>

/// Requests and responses between the members of a consumer group and its coordinator.
namespace gregor {

struct FindCoordinatorRequest {
    std::string group;
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
};
struct JoinGroupResponse {
    struct Member {
        std::string member_id;
        std::vector<std::string> topics;
        OwnedClaim owned;
    };
    Error error = Error::none;
    std::int32_t generation = -1;
    std::string protocol;
    std::string leader;
    std::string member_id;
    std::vector<Member> members;  ///< for the leader only
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
};
struct SyncGroupResponse {
    Error error = Error::none;
    std::vector<TopicPartition> partitions;
};
struct HeartbeatRequest {
    std::string group;
    std::int32_t generation = -1;
    std::string member_id;
};
struct HeartbeatResponse {
    Error error = Error::none;
};
struct LeaveGroupRequest {
    std::string group;
    std::string member_id;
};
struct LeaveGroupResponse {
    Error error = Error::none;
};
struct OffsetCommitRequest {
    struct Partition {
        TopicPartition partition;
        Offset offset;
        LeaderEpoch leader_epoch{no_leader_epoch};
    };
    std::string group;
    std::int32_t generation = -1;
    std::string member_id;
    std::vector<Partition> partitions;
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
};
struct OffsetFetchResponse {
    struct Partition {
        TopicPartition partition;
        Offset offset{no_offset};  ///< -1: nothing committed
        LeaderEpoch leader_epoch{no_leader_epoch};
    };
    Error error = Error::none;
    std::vector<Partition> partitions;
};

}  // namespace gregor
