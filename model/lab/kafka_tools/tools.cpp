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
    Tool{"configs", run_configs},
    Tool{"consumer-groups", run_consumer_groups},
    Tool{"delete-records", run_delete_records},
    Tool{"get-offsets", run_get_offsets},
    Tool{"groups", run_groups},
    Tool{"leader-election", run_leader_election},
    Tool{"log-dirs", run_log_dirs},
    Tool{"reassign-partitions", run_reassign_partitions},
    Tool{"topics", run_topics},
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
