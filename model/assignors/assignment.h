#pragma once

#include "model/types.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// What a group's leader knows when it hands out the partitions.
struct GroupSubscription {
    struct Topic {
        std::string name;
        TopicId id{no_topic};
        std::int32_t partitions{};
        /// By partition, the racks of its replicas; empty when brokers have no racks.
        std::vector<std::vector<std::string>> racks;
    };
    struct Member {
        std::string id;
        std::string instance_id;
        std::string rack;
        std::vector<std::string> topics;
        /// What it says it has, as of `generation`: by its user data (sticky) or by the fields of
        /// its subscription (cooperative-sticky). Partitions that do not exist are passed over.
        std::vector<TopicPartition> owned;
        std::int32_t generation = -1;  ///< of the claim; -1: none
        /// The generation field of the subscription; -1: none. Only `sticky` has two.
        std::int32_t subscription_generation = -1;
    };
    std::vector<Topic> topics;  ///< only those that exist
    std::vector<Member> members;

    const Topic* find(std::string_view name) const;
};

/// Every member is there, maybe with an empty list.
using GroupAssignment = std::map<std::string, std::vector<TopicPartition>>;

/// Indices of the members in the order of the range and round robin assignors: static members by
/// instance id, then dynamic ones by member id.
std::vector<std::size_t> member_order(const GroupSubscription& subscription);

}  // namespace gregor
