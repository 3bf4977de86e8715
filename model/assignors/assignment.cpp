#include "model/assignors/assignment.h"

#include <algorithm>
#include <numeric>

namespace gregor {

const GroupSubscription::Topic* GroupSubscription::find(std::string_view name) const
{
    for (const Topic& topic : topics) {
        if (topic.name == name) return &topic;
    }
    return nullptr;
}

std::vector<std::size_t> member_order(const GroupSubscription& subscription)
{
    std::vector<std::size_t> order(subscription.members.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const auto& first = subscription.members[a];
        const auto& second = subscription.members[b];
        const bool both_static = !first.instance_id.empty() && !second.instance_id.empty();
        if (both_static) return first.instance_id < second.instance_id;
        if (first.instance_id.empty() != second.instance_id.empty()) {
            return second.instance_id.empty();
        }
        return first.id < second.id;
    });
    return order;
}

}  // namespace gregor
