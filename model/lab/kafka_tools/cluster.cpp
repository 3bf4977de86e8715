#include "model/lab/kafka_tools/argparse.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-cluster.sh (org.apache.kafka.tools.ClusterTool).
namespace gregor::lab::kafka_tools {

namespace {

ToolResult cluster_id(const ClusterState& state)
{
    if (state.cluster_id.empty()) throw NotModelled{"the state does not say the cluster's id"};
    return {.out = fmt::format("Cluster ID: {}\n", state.cluster_id)};
}

ToolResult unregister(std::int32_t id, ClusterState& state)
{
    const auto gone = std::erase_if(
        state.brokers, [id](const ClusterState::Broker& each) { return each.id == id; });
    if (gone > 0) {
        return {.out = fmt::format("Broker {} is no longer registered.\n", id), .changes = true};
    }
    const std::string why = fmt::format("Broker ID {} is not currently registered", id);
    const JavaException failed = in_execution(api_error("BrokerIdNotRegistered", why));
    return {.err = log_line(state, "ERROR",
                            fmt::format("[AdminClient clientId=adminclient-1] Unregister broker "
                                        "request for broker ID {} failed: {}",
                                        id, why),
                            "org.apache.kafka.clients.admin.KafkaAdminClient") +
                   failed.message + "\n" + failed.with_trace() + "\n",
            .exit_code = 1};
}

ToolResult list_endpoints(bool with_fenced, const ClusterState& state)
{
    std::vector<const ClusterState::Broker*> listed;
    std::size_t host = 10, rack = 10;
    bool any_host = false;
    for (const auto& each : state.brokers) {
        if (!each.alive && !with_fenced) continue;
        listed.push_back(&each);
        host = any_host ? std::max(host, each.host.size()) : each.host.size();
        any_host = true;
        if (each.rack) rack = std::max(rack, each.rack->size());
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        return padded(cells[0], 10) + " " + padded(cells[1], host) + " " + padded(cells[2], 10) +
               " " + padded(cells[3], rack) + " " + padded(cells[4], 10) + " " +
               padded(cells[5], 15) + "\n";
    };
    ToolResult result{.out = line({"ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE"})};
    for (const auto* each : listed) {
        result.out +=
            line({std::to_string(each->id), each->host, std::to_string(each->port),
                  each->rack.value_or("null"), each->alive ? "unfenced" : "fenced", "broker"});
    }
    return result;
}

ToolResult act(const ParsedArguments& arguments, ClusterState& state)
{
    if (arguments.has("--bootstrap-controller") && arguments.command == "list-endpoints") {
        throw NotModelled{"endpoints of controllers are not modelled"};
    }
    if (arguments.command == "cluster-id") return cluster_id(state);
    if (arguments.command == "unregister") {
        return unregister(static_cast<std::int32_t>(*arguments.integer("--id")), state);
    }
    return list_endpoints(arguments.has("--include-fenced-brokers"), state);
}

}  // namespace

ToolResult run_cluster(const Invocation& invocation, ClusterState& state)
{
    try {
        return act(parse_argparse("cluster", invocation.arguments, {{"--id", "Integer"}}), state);
    } catch (const HelpAsked& help) {
        return {.out = std::string(help.page), .exit_code = 1};
    } catch (const WrongArguments& wrong) {
        return {.err = wrong.shown, .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
