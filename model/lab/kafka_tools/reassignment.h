#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <map>
#include <string>
#include <vector>

namespace gregor::lab::kafka_tools {

/// Where the replicas of a partition shall be, and in which directories: "any" unless said.
struct WantedReplicas {
    std::vector<std::int32_t> replicas;
    std::vector<std::string> directories;
};
using Reassignment = std::map<PartitionName, WantedReplicas>;

/// `--throttle`: the settings that hold replication back, and what is said of them; nothing when no
/// throttle is asked for.
std::string set_throttles(const Reassignment& wanted, const Options& options, ClusterState& state);
/// Takes them from all brokers that live or are named, and from the topics.
void clear_throttles(const Reassignment& wanted, ClusterState& state, ToolResult& result);

/// A refusal after something was printed.
struct FailedReassignment {
    std::string printed_before;
    JavaException why;
};

Reassignment parse_reassignment(const std::string& text);
ToolResult list_reassignments(const ClusterState& state);
/// The proposed placement is a random one in Kafka; here the one that begins at the first broker.
ToolResult generate_reassignment(const std::string& topics, const std::string& brokers,
                                 const ClusterState& state);
ToolResult execute_reassignment(const Reassignment& wanted, const Options& options,
                                ClusterState& state);
ToolResult verify_reassignment(const Reassignment& wanted, bool keep_throttles,
                               ClusterState& state);
ToolResult cancel_reassignment(const Reassignment& wanted, bool keep_throttles,
                               ClusterState& state);

}  // namespace gregor::lab::kafka_tools
