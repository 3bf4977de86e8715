#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <array>

namespace gregor::lab::kafka_tools {

inline constexpr std::array<std::string_view, 4> replication_filters{
    "under-replicated-partitions", "under-min-isr-partitions", "at-min-isr-partitions",
    "unavailable-partitions"};

/// The topics that `--topic` and `--exclude-internal` choose, by name.
std::vector<std::string> matching_topics(const Options& options, const ClusterState& state);
/// Throws when a name was given, none was found and `--if-exists` does not excuse it.
void ensure_topic_exists(const std::vector<std::string>& found, const Options& options);
/// Whether a whole name matches a comma list of patterns (TopicFilter.IncludeList); throws
/// JavaException for a pattern that does not parse.
bool matches_topic_list(const std::string& name, const std::string& list);

/// The order of a map of descriptions of topics: one map copied into another.
std::vector<std::string> described_order(const std::vector<std::string>& names);

ToolResult describe_topics(const Options& options, const ClusterState& state);

}  // namespace gregor::lab::kafka_tools
