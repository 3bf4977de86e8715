#include "model/assignors/server_group.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace gregor {

ServerGroup::ServerGroup(const GroupSubscription& subscription) : subscription_(subscription)
{
    number_topics();
    read_owned();
}

void ServerGroup::number_topics()
{
    std::map<std::string_view, std::vector<std::size_t>> subscribers;
    for (std::size_t member = 0; member < member_count(); ++member) {
        for (const std::string& name : subscription_.members[member].topics) {
            auto& known = subscribers[name];
            if (known.empty() || known.back() != member) known.push_back(member);
        }
    }
    for (const auto& [name, members] : subscribers) {
        if (members.size() != member_count()) same_topics_ = false;
    }
    for (const auto& topic : subscription_.topics) {
        topics_.push_back({.topic = &topic, .subscribers = subscribers[topic.name]});
    }
    std::sort(topics_.begin(), topics_.end(),
              [](const Topic& a, const Topic& b) { return a.topic->name < b.topic->name; });
    subscribed_.assign(member_count(), std::vector<bool>(topics_.size()));
    for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
        for (const std::size_t member : topics_[topic].subscribers) {
            subscribed_[member][topic] = true;
        }
    }
}

void ServerGroup::read_owned()
{
    std::map<TopicId, std::size_t> numbers;
    for (std::size_t topic = 0; topic < topics_.size(); ++topic) {
        numbers.emplace(topics_[topic].topic->id, topic);
    }
    owned_.assign(member_count(), std::vector<std::set<std::int32_t>>(topics_.size()));
    for (std::size_t member = 0; member < member_count(); ++member) {
        for (const TopicPartition each : subscription_.members[member].owned) {
            const auto at = numbers.find(each.topic);
            if (at == numbers.end()) continue;
            if (each.partition < 0 || each.partition >= partitions(at->second)) continue;
            owned_[member][at->second].insert(each.partition);
        }
    }
}

}  // namespace gregor
