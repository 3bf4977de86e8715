#include "model/assignors/round_robin.h"

#include <algorithm>

namespace gregor {

GroupAssignment assign_round_robin(const GroupSubscription& subscription)
{
    GroupAssignment result;
    for (const auto& member : subscription.members) result[member.id];
    const std::vector<std::size_t> order = member_order(subscription);
    const auto subscribed = [&](std::size_t member, const std::string& topic) {
        const auto& names = subscription.members[member].topics;
        return std::find(names.begin(), names.end(), topic) != names.end();
    };
    std::vector<const GroupSubscription::Topic*> topics;
    for (const auto& topic : subscription.topics) {
        const bool wanted = std::any_of(order.begin(), order.end(), [&](std::size_t member) {
            return subscribed(member, topic.name);
        });
        if (wanted) topics.push_back(&topic);
    }
    std::sort(topics.begin(), topics.end(),
              [](const auto* a, const auto* b) { return a->name < b->name; });
    std::size_t turn = 0;
    for (const auto* topic : topics) {
        for (std::int32_t partition = 0; partition < topic->partitions; ++partition) {
            while (!subscribed(order[turn % order.size()], topic->name)) ++turn;
            const auto& member = subscription.members[order[turn % order.size()]];
            result[member.id].push_back({topic->id, partition});
            ++turn;
        }
    }
    return result;
}

}  // namespace gregor
