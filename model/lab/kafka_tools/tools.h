#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/tool_result.h"

#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// What Kafka 4.3.1's command-line tool prints against a cluster in this state, and its exit code.
/// A changing command leaves in `state` what it did to it, as far as that can be known without
/// running the cluster. Throws NotModelled when the state does not hold what the answer needs.
ToolResult run_tool(const Invocation& invocation, ClusterState& state);

/// The names `run_tool` knows: "topics", "consumer-groups", ...
std::vector<std::string_view> tool_names();

// One function a tool.
ToolResult run_acls(const Invocation& invocation, ClusterState& state);
ToolResult run_client_metrics(const Invocation& invocation, ClusterState& state);
ToolResult run_cluster(const Invocation& invocation, ClusterState& state);
ToolResult run_features(const Invocation& invocation, ClusterState& state);
ToolResult run_metadata_quorum(const Invocation& invocation, ClusterState& state);
ToolResult run_transactions(const Invocation& invocation, ClusterState& state);
ToolResult run_console_consumer(const Invocation& invocation, ClusterState& state);
ToolResult run_topics(const Invocation& invocation, ClusterState& state);
ToolResult run_consumer_groups(const Invocation& invocation, ClusterState& state);
ToolResult run_delete_records(const Invocation& invocation, ClusterState& state);
ToolResult run_get_offsets(const Invocation& invocation, ClusterState& state);
ToolResult run_groups(const Invocation& invocation, ClusterState& state);
ToolResult run_leader_election(const Invocation& invocation, ClusterState& state);
ToolResult run_log_dirs(const Invocation& invocation, ClusterState& state);
ToolResult run_configs(const Invocation& invocation, ClusterState& state);
ToolResult run_reassign_partitions(const Invocation& invocation, ClusterState& state);

}  // namespace gregor::lab::kafka_tools
