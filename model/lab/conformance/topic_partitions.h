#pragma once

#include "model/groups/consumer_group.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace gregor::lab {

/// Topics of a recorded case. Partitions are written as {"topic": [0, 1]}. The coordinator's
/// assignors take topics by name where Kafka takes them by id: inside, a name begins with the
/// place of the topic among the ids, as the order in which they are added says.
class NamedTopics {
public:
    /// A new topic, or more partitions of a known one.
    void add(const std::string& name, std::int32_t partitions)
    {
        const auto number = static_cast<std::int32_t>(numbers_.size());
        const auto id = numbers_.try_emplace(name, number).first->second;
        topics_[inner_name(name)] = {TopicId{id}, partitions};
    }
    const CoordinatorTopics& all() const { return topics_; }
    std::string inner_name(const std::string& name) const
    {
        const auto known = numbers_.find(name);
        return known == numbers_.end() ? name : std::to_string(known->second + 100) + name;
    }

    /// Of a topic that there is not, one of no topic.
    TopicPartition at(const std::string& topic, std::int32_t partition) const
    {
        const auto known = numbers_.find(topic);
        return {known == numbers_.end() ? no_topic : TopicId{known->second}, partition};
    }
    std::vector<TopicPartition> read(const nlohmann::json& by_topic) const
    {
        std::vector<TopicPartition> list;
        for (const auto& [topic, partitions] : by_topic.items()) {
            for (const std::int32_t each : partitions) list.push_back(at(topic, each));
        }
        std::sort(list.begin(), list.end());
        return list;
    }
    /// The same, of topics that may be new.
    std::vector<TopicPartition> read_new(const nlohmann::json& by_topic)
    {
        for (const auto& [topic, partitions] : by_topic.items()) add(topic, 0);
        return read(by_topic);
    }
    nlohmann::json write(std::vector<TopicPartition> list) const
    {
        std::sort(list.begin(), list.end());
        nlohmann::json by_topic = nlohmann::json::object();
        for (const TopicPartition each : list) {
            for (const auto& [name, number] : numbers_) {
                if (TopicId{number} == each.topic) by_topic[name].push_back(each.partition);
            }
        }
        return by_topic;
    }

private:
    CoordinatorTopics topics_;
    std::map<std::string, std::int32_t> numbers_;
};

}  // namespace gregor::lab
