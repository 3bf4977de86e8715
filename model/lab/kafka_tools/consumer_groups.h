#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

namespace gregor::lab::kafka_tools {

/// A message that ConsumerGroupCommand prints while it goes on.
std::string error_line(std::string_view message);

/// Whether kafka-consumer-groups knows the group: consumers', or offsets only.
bool is_consumer_group(const ClusterState::Group& group);
/// The groups that `--group` and `--all-groups` choose: of the former all, known or not.
std::vector<std::string> chosen_groups(const Options& options, const ClusterState& state);

// The views of --describe, for groups that are known; by id.
ToolResult describe_group_offsets(const Options& options, const ClusterState& state,
                                  const std::vector<std::string>& groups);
ToolResult describe_group_members(const Options& options, const ClusterState& state,
                                  const std::vector<std::string>& groups);
ToolResult describe_group_states(const Options& options, const ClusterState& state,
                                 const std::vector<std::string>& groups);

ToolResult delete_group_offsets(const Options& options, ClusterState& state);

/// A partition and its new offset, as kafka-consumer-groups and kafka-share-groups print it.
struct NewOffset {
    std::string group;
    PartitionName partition;
    std::int64_t offset = 0;
};
std::string table_of_new_offsets(const std::vector<NewOffset>& rows);
ToolResult reset_group_offsets(const Invocation& invocation, const Options& options,
                               ClusterState& state);

/// Names of partitions as a HashMap or HashSet gives them back.
std::vector<PartitionName> in_hash_order(const std::vector<PartitionName>& partitions);
/// The partitions that `--topic T` and `--topic T:0,1` name, as collected; throws for an unknown
/// topic.
std::vector<PartitionName> partitions_of_topics(const std::vector<std::string>& arguments,
                                                const ClusterState& state);

}  // namespace gregor::lab::kafka_tools
