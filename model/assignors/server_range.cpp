#include "model/assignors/server_range.h"

#include <algorithm>
#include <map>

namespace gregor {

GroupAssignment assign_server_range(const GroupSubscription& subscription)
{
    GroupAssignment result;
    std::map<std::string_view, std::vector<std::size_t>> subscribers;
    for (const std::size_t index : member_order(subscription)) {
        const auto& member = subscription.members[index];
        result[member.id];
        for (const std::string& topic : member.topics) subscribers[topic].push_back(index);
    }
    for (const auto& topic : subscription.topics) {
        const auto& members = subscribers[topic.name];
        if (members.empty()) continue;
        const auto count = static_cast<std::int32_t>(members.size());
        std::int32_t next = 0;
        for (std::int32_t turn = 0; turn < count; ++turn) {
            const bool extra = turn < topic.partitions % count;
            const std::int32_t end = next + topic.partitions / count + (extra ? 1 : 0);
            auto& list = result[subscription.members[members[static_cast<std::size_t>(turn)]].id];
            for (; next < end; ++next) list.push_back({topic.id, next});
        }
    }
    return result;
}

}  // namespace gregor
