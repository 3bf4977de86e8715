#include "model/java_hash.h"
#include "model/java_hash_order.h"
#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/topics_describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

/// --delete-offsets, and what it shares with --reset-offsets.
namespace gregor::lab::kafka_tools {

namespace {

using Group = ClusterState::Group;

struct Asked {
    std::string topic;
    std::vector<std::int32_t> partitions;  ///< empty: all
};

/// "t", "t:0,1" (ConsumerGroupCommand.parseTopicsWithPartitions).
Asked parse_topic(const std::string& argument)
{
    const std::size_t colon = argument.find(':');
    if (colon == std::string::npos) return {argument, {}};
    Asked asked{argument.substr(0, colon), {}};
    const std::string list = argument.substr(colon + 1);
    if (list.empty()) {
        throw illegal_argument(
            fmt::format("Invalid topic arg '{}', expected topic name and partitions", argument));
    }
    for (const std::string& number : split(list, ',')) {
        try {
            asked.partitions.push_back(java_int(number));
        } catch (const JavaException&) {
            throw illegal_argument(fmt::format(
                "Invalid partition '{}' specified in topic arg '{}''", number, argument));
        }
    }
    return asked;
}

JavaException unknown_topic_or_partition()
{
    return api_error("UnknownTopicOrPartition", "This server does not host this topic-partition.");
}

bool reads(const Group& group, const std::string& topic)
{
    const auto about = [&](const PartitionName& each) { return each.topic == topic; };
    return std::ranges::any_of(group.members, [&](const ClusterState::Member& member) {
        return std::ranges::any_of(member.assigned, about) ||
               std::ranges::any_of(member.target, about);
    });
}

struct DeletedRow {
    std::string topic, partition, error;
};

std::string deleted_table(std::vector<DeletedRow> rows)
{
    std::ranges::sort(rows, {}, [](const DeletedRow& each) { return each.topic + each.partition; });
    std::size_t width = 15;
    for (const DeletedRow& each : rows) width = std::max(width, each.topic.size());
    std::string text = "\n" + row({{"TOPIC", width}, {"PARTITION", 10}, {"STATUS", 15}});
    for (const DeletedRow& each : rows) {
        const std::string status = each.error.empty() ? "Successful" : "Error: " + each.error;
        text += "\n" + row({{each.topic, width}, {each.partition, 10}, {status, 15}});
    }
    return text + "\n";
}

/// The partitions named, and rows for the topics that are not there.
std::vector<PartitionName> partitions_to_delete(const Options& options, const ClusterState& state,
                                                std::vector<DeletedRow>& rows)
{
    std::vector<PartitionName> partitions;
    for (const std::string& argument : options.values("topic")) {
        const Asked asked = parse_topic(argument);
        const auto topic = state.topics.find(asked.topic);
        if (!asked.partitions.empty()) {
            for (const std::int32_t each : asked.partitions) {
                partitions.push_back({asked.topic, each});
            }
        } else if (topic == state.topics.end()) {
            rows.push_back({asked.topic, "-", unknown_topic_or_partition().text()});
        } else {
            for (std::size_t i = 0; i < topic->second.partitions.size(); ++i) {
                partitions.push_back({asked.topic, static_cast<std::int32_t>(i)});
            }
        }
    }
    return partitions;
}

}  // namespace

std::vector<PartitionName> in_hash_order(const std::vector<PartitionName>& partitions)
{
    std::vector<PartitionName> once;
    for (const PartitionName& each : partitions) {
        if (std::ranges::find(once, each) == once.end()) once.push_back(each);
    }
    return hash_order(once, buckets_of_growing(once.size()),
                      [](const PartitionName& each) { return java_hash(each); });
}

std::vector<PartitionName> partitions_of_topics(const std::vector<std::string>& arguments,
                                                const ClusterState& state)
{
    std::vector<PartitionName> named;
    std::vector<std::string> whole;
    for (const std::string& argument : arguments) {
        const Asked asked = parse_topic(argument);
        for (const std::int32_t each : asked.partitions) named.push_back({asked.topic, each});
        if (asked.partitions.empty()) whole.push_back(asked.topic);
    }
    for (const std::string& name : whole) {
        if (!state.topics.contains(name)) throw unknown_topic_or_partition();
    }
    for (const std::string& name : described_order(whole)) {
        const std::size_t count = state.topics.at(name).partitions.size();
        for (std::size_t i = 0; i < count; ++i) {
            named.push_back({name, static_cast<std::int32_t>(i)});
        }
    }
    return named;
}

ToolResult delete_group_offsets(const Options& options, ClusterState& state)
{
    const std::string name = *options.value("group");
    const auto found = state.groups.find(name);
    std::vector<DeletedRow> rows;
    const auto partitions = partitions_to_delete(options, state, rows);
    std::string why_not;
    bool failed = false;
    ToolResult result;
    for (const PartitionName& each : partitions) {
        std::string error;
        if (found == state.groups.end()) {
            why_not = "The group id does not exist.";
            error = api_error("GroupIdNotFound", why_not).text();
        } else if (state.partition(each) == nullptr) {
            error = unknown_topic_or_partition().text();
        } else if (reads(found->second, each.topic)) {
            error = api_error("GroupSubscribedToTopic",
                              "Deleting offsets of a topic is forbidden while the consumer group "
                              "is actively subscribed to it.")
                        .text();
        } else {
            found->second.committed.erase(each);
            result.changes = true;
        }
        failed = failed || !error.empty();
        rows.push_back({each.topic, std::to_string(each.partition), error});
    }
    if (!why_not.empty()) {
        result.out = error_line(why_not);
    } else if (failed) {
        result.out = error_line(
            "Encountered some partition-level error, see the follow-up "
            "details.");
    } else {
        result.out = fmt::format("Request succeeded for deleting offsets from group {}.\n", name);
    }
    result.out += deleted_table(rows);
    return result;
}

std::string table_of_new_offsets(const std::vector<NewOffset>& rows)
{
    std::size_t group = 15, topic = 15;
    for (const NewOffset& each : rows) {
        group = std::max(group, each.group.size());
        topic = std::max(topic, each.partition.topic.size());
    }
    std::string text =
        "\n" + row({{"GROUP", group}, {"TOPIC", topic}, {"PARTITION", 10}, {"NEW-OFFSET", 0}});
    for (const NewOffset& each : rows) {
        text += "\n" + row({{each.group, group},
                            {each.partition.topic, topic},
                            {std::to_string(each.partition.partition), 10},
                            {std::to_string(each.offset), 0}});
    }
    return text + "\n";
}

}  // namespace gregor::lab::kafka_tools
