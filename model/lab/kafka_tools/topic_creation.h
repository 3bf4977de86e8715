#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <string>

namespace gregor::lab::kafka_tools {

/// A refusal that comes after something was printed already.
struct FailedTopicCommand {
    std::string printed_before;
    JavaException why;
};

/// kafka-topics --create and --alter. Where replicas of a new partition go without an assignment
/// is the controller's (random) choice: the state then gets none.
ToolResult create_topic(const Options& options, ClusterState& state);
ToolResult add_partitions(const Options& options, ClusterState& state);

/// What the controller says against a new topic's name, or nothing.
void check_new_topic_name(const std::string& name, const ClusterState& state);

}  // namespace gregor::lab::kafka_tools
