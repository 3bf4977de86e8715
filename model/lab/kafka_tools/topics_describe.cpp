#include "model/lab/kafka_tools/topics_describe.h"

#include "model/java_hash.h"
#include "model/java_hash_order.h"
#include "model/lab/kafka_tools/topic_configs.h"
#include "model/lab/kafka_tools/topic_ids.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <set>

namespace gregor::lab::kafka_tools {

namespace {

using Partition = ClusterState::Partition;
using Topic = ClusterState::Topic;

std::string list_of(const std::vector<std::int32_t>& ids)
{
    return fmt::format("{}", fmt::join(ids, ","));
}

std::size_t replication_factor(const Partition& partition)
{
    return partition.replicas.size() - partition.adding.size();
}

std::string partition_line(const std::string& topic, std::size_t number, const Partition& partition,
                           bool elr_known)
{
    std::string line =
        fmt::format("\tTopic: {}\tPartition: {}\tLeader: {}\tReplicas: {}\tIsr: {}", topic, number,
                    partition.leader ? std::to_string(*partition.leader) : "none",
                    list_of(partition.replicas), list_of(partition.isr));
    if (partition.reassigning()) {
        line += fmt::format("\tAdding Replicas: {}\tRemoving Replicas: {}",
                            list_of(partition.adding), list_of(partition.removing));
    }
    line += fmt::format("\tElr: {}\tLastKnownElr: {}\n", elr_known ? list_of(partition.elr) : "N/A",
                        elr_known ? list_of(partition.last_known_elr) : "N/A");
    return line;
}

class Description {
public:
    Description(const Options& options, const ClusterState& state)
        : options_(options), state_(state)
    {
        by_id_ = options.has("topic-id");
        for (const std::string_view filter : replication_filters) {
            filtered_ = filtered_ || options.has(filter);
        }
    }

    std::string of(const std::string& name, const Topic& topic) const
    {
        const auto configs = in_order_of_topics_tool(describe_topic_configs(state_, topic));
        std::string text;
        if (!filtered_) text += header(name, topic, configs);
        if (options_.has("topics-with-overrides")) return text;
        const std::int64_t min_isr =
            std::stoll(topic_config_value(state_, topic, "min.insync.replicas"));
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            const Partition& partition = topic.partitions[i];
            if (filtered_ && !chosen(partition, min_isr)) continue;
            text += partition_line(name, i, partition, !by_id_);
        }
        return text;
    }

private:
    std::string header(const std::string& name, const Topic& topic,
                       const std::vector<ConfigEntry>& configs) const
    {
        std::string overrides;
        for (const ConfigEntry& each : configs) {
            if (each.is_default()) continue;
            overrides += (overrides.empty() ? "" : ",") + each.name + "=" + each.value;
        }
        if (options_.has("topics-with-overrides") && overrides.empty()) return "";
        return fmt::format(
            "Topic: {}{}\tPartitionCount: {}\tReplicationFactor: {}\tConfigs: {}\n", name,
            topic.id.empty() ? "" : "\tTopicId: " + topic.id, topic.partitions.size(),
            topic.partitions.empty() ? 0 : replication_factor(topic.partitions.front()), overrides);
    }

    bool leader_is_alive(const Partition& partition) const
    {
        return partition.leader && state_.is_alive(*partition.leader);
    }

    bool chosen(const Partition& partition, std::int64_t min_isr) const
    {
        const auto in_sync = static_cast<std::int64_t>(partition.isr.size());
        return (options_.has("under-replicated-partitions") &&
                partition.isr.size() < replication_factor(partition)) ||
               (options_.has("unavailable-partitions") && !leader_is_alive(partition)) ||
               (options_.has("under-min-isr-partitions") &&
                (!partition.leader || in_sync < min_isr)) ||
               (options_.has("at-min-isr-partitions") && in_sync == min_isr);
    }

    const Options& options_;
    const ClusterState& state_;
    bool by_id_ = false, filtered_ = false;
};

std::vector<std::string> topics_with_id(const Options& options, const ClusterState& state)
{
    const std::string id = *options.value("topic-id");
    check_topic_id(id);
    std::vector<std::string> found;
    for (const auto& [name, topic] : state.topics) {
        const bool hidden = options.has("exclude-internal") && is_internal_topic(name);
        if (topic.id == id && !hidden) found.push_back(name);
    }
    if (found.empty() && !options.has("if-exists")) {
        throw illegal_argument(fmt::format("TopicId '{}' does not exist as expected", id));
    }
    return found;
}

}  // namespace

std::vector<std::string> described_order(const std::vector<std::string>& names)
{
    const std::set<std::string> once(names.begin(), names.end());
    const std::vector<std::string> sorted(once.begin(), once.end());
    const auto hash = [](const std::string& name) { return java_string_hash(name); };
    return hash_order(hash_order(sorted, buckets_of_copy(sorted.size()), hash),
                      buckets_of_sized(sorted.size()), hash);
}

bool matches_topic_list(const std::string& name, const std::string& list)
{
    std::string pattern;
    for (const char c : list) {
        if (c != ' ') pattern += c == ',' ? '|' : c;
    }
    const auto quote = [](char c) { return c == '"' || c == '\''; };
    while (!pattern.empty() && quote(pattern.front())) pattern.erase(pattern.begin());
    while (!pattern.empty() && quote(pattern.back())) pattern.pop_back();
    try {
        return std::regex_match(name, std::regex(pattern));
    } catch (const std::regex_error&) {
        throw JavaException{"java.lang.RuntimeException", pattern + " is an invalid regex.", {}};
    }
}

std::vector<std::string> matching_topics(const Options& options, const ClusterState& state)
{
    const auto list = options.value("topic");
    std::vector<std::string> names;
    for (const auto& [name, topic] : state.topics) {
        if (options.has("exclude-internal") && is_internal_topic(name)) continue;
        if (!list || matches_topic_list(name, *list)) names.push_back(name);
    }
    return names;
}

void ensure_topic_exists(const std::vector<std::string>& found, const Options& options)
{
    const std::string asked = options.value_or("topic", "");
    if (asked.empty() || !found.empty() || options.has("if-exists")) return;
    throw illegal_argument(fmt::format("Topic '{}' does not exist as expected", asked));
}

ToolResult describe_topics(const Options& options, const ClusterState& state)
{
    std::vector<std::string> names;
    if (options.has("topic-id") && *options.value("topic-id") != zero_topic_id) {
        names = topics_with_id(options, state);
    } else {
        names = matching_topics(options, state);
        ensure_topic_exists(names, options);
        names = described_order(names);
    }
    const Description description(options, state);
    ToolResult result;
    for (const std::string& name : names) {
        result.out += description.of(name, state.topics.at(name));
    }
    return result;
}

}  // namespace gregor::lab::kafka_tools
