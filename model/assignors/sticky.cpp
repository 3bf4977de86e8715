#include "model/assignors/sticky.h"

#include "model/assignors/sticky_group.h"

namespace gregor {

namespace {

GroupAssignment assign(const GroupSubscription& subscription, bool cooperative)
{
    GroupAssignment result;
    if (subscription.members.empty()) return result;
    const StickyGroup group(subscription, cooperative);
    const StickyAssignment assignment =
        group.same_topics() ? assign_sticky_same(group) : assign_sticky_different(group);
    for (std::size_t member = 0; member < group.member_count(); ++member) {
        auto& partitions = result[group.member(member).id];
        for (const std::size_t partition : assignment.partitions[member]) {
            if (cooperative && assignment.transferring[partition]) continue;
            partitions.push_back(group.name_of(partition));
        }
    }
    return result;
}

}  // namespace

GroupAssignment assign_sticky(const GroupSubscription& subscription)
{
    return assign(subscription, false);
}

GroupAssignment assign_cooperative_sticky(const GroupSubscription& subscription)
{
    return assign(subscription, true);
}

}  // namespace gregor
