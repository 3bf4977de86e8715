#pragma once

#include "model/assignors/assignment.h"

#include <cstddef>
#include <set>
#include <vector>

namespace gregor {

/// A group as the assignors of the group coordinator see it. Members are numbered in the order in
/// which they are listed, topics by name. (Kafka: in the order of hash tables, and by topic id.)
class ServerGroup {
public:
    struct Topic {
        const GroupSubscription::Topic* topic{};
        std::vector<std::size_t> subscribers;  // ascending
    };

    explicit ServerGroup(const GroupSubscription& subscription);

    std::size_t member_count() const { return subscription_.members.size(); }
    const std::string& member_id(std::size_t member) const
    {
        return subscription_.members[member].id;
    }
    /// All that exist, whether or not somebody subscribed to them.
    const std::vector<Topic>& topics() const { return topics_; }
    std::int32_t partitions(std::size_t topic) const { return topics_[topic].topic->partitions; }
    TopicPartition name_of(std::size_t topic, std::int32_t partition) const
    {
        return {topics_[topic].topic->id, partition};
    }
    bool subscribed(std::size_t member, std::size_t topic) const
    {
        return subscribed_[member][topic];
    }
    /// Every topic has no subscriber, or all.
    bool same_topics() const { return same_topics_; }
    /// The partitions of a topic in the member's target assignment before.
    const std::set<std::int32_t>& owned(std::size_t member, std::size_t topic) const
    {
        return owned_[member][topic];
    }

private:
    void number_topics();
    void read_owned();

    const GroupSubscription& subscription_;
    std::vector<Topic> topics_;
    std::vector<std::vector<bool>> subscribed_;               // by member and topic
    std::vector<std::vector<std::set<std::int32_t>>> owned_;  // by member and topic
    bool same_topics_ = true;
};

}  // namespace gregor
