#include "model/lab/kafka_tools/tools.h"

#include <algorithm>
#include <array>

namespace gregor::lab::kafka_tools {

namespace {

struct Tool {
    std::string_view name;
    ToolResult (*run)(const Invocation&, ClusterState&);
};

constexpr std::array tools{
    Tool{"acls", run_acls},
    Tool{"client-metrics", run_client_metrics},
    Tool{"cluster", run_cluster},
    Tool{"configs", run_configs},
    Tool{"console-consumer", run_console_consumer},
    Tool{"consumer-groups", run_consumer_groups},
    Tool{"delete-records", run_delete_records},
    Tool{"features", run_features},
    Tool{"get-offsets", run_get_offsets},
    Tool{"groups", run_groups},
    Tool{"leader-election", run_leader_election},
    Tool{"log-dirs", run_log_dirs},
    Tool{"metadata-quorum", run_metadata_quorum},
    Tool{"reassign-partitions", run_reassign_partitions},
    Tool{"topics", run_topics},
    Tool{"transactions", run_transactions},
};

}  // namespace

std::vector<std::string_view> tool_names()
{
    std::vector<std::string_view> names;
    for (const Tool& each : tools) names.push_back(each.name);
    return names;
}

ToolResult run_tool(const Invocation& invocation, ClusterState& state)
{
    const auto found = std::ranges::find(tools, invocation.tool, &Tool::name);
    if (found == tools.end()) {
        throw NotModelled{"kafka-" + invocation.tool + ".sh is not modelled"};
    }
    return found->run(invocation, state);
}

}  // namespace gregor::lab::kafka_tools
