#pragma once

#include "engine/random.h"
#include "model/assignors/assignment.h"

#include <algorithm>
#include <set>
#include <string>

namespace gregor::test {

struct GroupShape {
    bool same_topics = true;
    bool racks = false;
};

/// Up to four racks, and three replicas at most.
inline std::vector<std::vector<std::string>> random_racks(Random& random, std::int32_t partitions)
{
    std::vector<std::vector<std::string>> racks(static_cast<std::size_t>(partitions));
    for (auto& replicas : racks) {
        const std::uint64_t count = 1 + random.below(3);
        for (std::uint64_t i = 0; i < count; ++i) {
            replicas.push_back("rack" + std::to_string(random.below(4)));
        }
    }
    return racks;
}

/// Two to nine members and one to six topics of up to eleven partitions; nobody owns anything yet.
inline GroupSubscription random_group(Random& random, GroupShape shape)
{
    GroupSubscription group;
    const std::uint64_t topics = 1 + random.below(6);
    for (std::uint64_t t = 0; t < topics; ++t) {
        const auto partitions = static_cast<std::int32_t>(1 + random.below(11));
        GroupSubscription::Topic topic{.name = "t" + std::to_string(t),
                                       .id = TopicId{static_cast<std::int32_t>(t)},
                                       .partitions = partitions,
                                       .racks = {}};
        if (shape.racks) topic.racks = random_racks(random, partitions);
        group.topics.push_back(std::move(topic));
    }
    const std::uint64_t members = 2 + random.below(8);
    for (std::uint64_t m = 0; m < members; ++m) {
        GroupSubscription::Member member{.id = "m" + std::to_string(m), .topics = {}, .owned = {}};
        if (shape.racks && random.below(4) > 0) {
            member.rack = "rack" + std::to_string(random.below(4));
        }
        for (const auto& topic : group.topics) {
            if (shape.same_topics || random.below(2) > 0) member.topics.push_back(topic.name);
        }
        if (member.topics.empty()) member.topics.push_back(group.topics.front().name);
        group.members.push_back(std::move(member));
    }
    return group;
}

/// The group as it is after everybody took up this assignment, in its generation.
inline GroupSubscription after(GroupSubscription group, const GroupAssignment& assignment,
                               std::int32_t generation = 1)
{
    for (auto& member : group.members) {
        member.owned = assignment.at(member.id);
        member.generation = member.subscription_generation = generation;
    }
    return group;
}

/// The same, whatever the order of partitions in the lists.
inline GroupAssignment sorted(GroupAssignment assignment)
{
    for (auto& [member, partitions] : assignment) std::sort(partitions.begin(), partitions.end());
    return assignment;
}

inline bool subscribes(const GroupSubscription::Member& member, const std::string& topic)
{
    return std::find(member.topics.begin(), member.topics.end(), topic) != member.topics.end();
}

/// Who owns each partition, by its members' numbers.
inline std::map<TopicPartition, std::vector<std::size_t>> owners(const GroupSubscription& group,
                                                                 const GroupAssignment& assignment)
{
    std::map<TopicPartition, std::vector<std::size_t>> result;
    for (std::size_t m = 0; m < group.members.size(); ++m) {
        for (const TopicPartition each : assignment.at(group.members[m].id)) {
            result[each].push_back(m);
        }
    }
    return result;
}

/// Every partition that somebody subscribed to has one owner, who did. The empty text, or what is
/// wrong.
inline std::string what_is_wrong(const GroupSubscription& group, const GroupAssignment& assignment)
{
    if (assignment.size() != group.members.size()) return "members are missing";
    const auto by_partition = owners(group, assignment);
    std::size_t wanted = 0;
    for (const auto& topic : group.topics) {
        const bool subscribed =
            std::any_of(group.members.begin(), group.members.end(),
                        [&](const auto& m) { return subscribes(m, topic.name); });
        if (subscribed) wanted += static_cast<std::size_t>(topic.partitions);
    }
    if (by_partition.size() != wanted) return "partitions are missing";
    for (const auto& [partition, members] : by_partition) {
        if (members.size() != 1) return "a partition has several owners";
        const auto& topic = group.topics[static_cast<std::size_t>(partition.topic.value)];
        if (partition.partition >= topic.partitions) return "a partition does not exist";
        if (!subscribes(group.members[members[0]], topic.name)) return "an owner did not subscribe";
    }
    return "";
}

/// The largest number of partitions of a member less the smallest.
inline std::size_t spread_of(const GroupAssignment& assignment)
{
    std::size_t least = static_cast<std::size_t>(-1);
    std::size_t most = 0;
    for (const auto& [member, partitions] : assignment) {
        least = std::min(least, partitions.size());
        most = std::max(most, partitions.size());
    }
    return most - least;
}

/// How many partitions have another owner than before.
inline std::size_t moved(const GroupAssignment& before, const GroupAssignment& now)
{
    std::size_t count = 0;
    for (const auto& [member, partitions] : now) {
        const auto at = before.find(member);
        for (const TopicPartition each : partitions) {
            const bool had = at != before.end() && std::find(at->second.begin(), at->second.end(),
                                                             each) != at->second.end();
            count += had ? 0 : 1;
        }
    }
    return count;
}

}  // namespace gregor::test
