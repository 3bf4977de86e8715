#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-log-dirs.sh (org.apache.kafka.tools.LogDirsCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Broker = ClusterState::Broker;

/// The partitions in a broker's directory, in the order of the map they come in.
std::vector<PartitionName> partitions_on(const Broker& broker, const ClusterState& state)
{
    std::vector<PartitionName> here;
    for (const auto& [name, topic] : state.topics) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            const auto& replicas = topic.partitions[i].replicas;
            if (std::ranges::find(replicas, broker.id) == replicas.end()) continue;
            here.push_back({name, static_cast<std::int32_t>(i)});
        }
    }
    return in_hash_order(here);
}

std::string partition_json(const PartitionName& name, std::int32_t broker,
                           const ClusterState& state)
{
    const ClusterState::Partition& partition = *state.partition(name);
    const auto size = partition.sizes.find(broker);
    if (size == partition.sizes.end()) {
        throw NotModelled{fmt::format("the state does not say how large {} is on broker {}",
                                      name.text(), broker)};
    }
    const auto lag = partition.lags.find(broker);
    return fmt::format(R"({{"partition":"{}","size":{},"offsetLag":{},"isFuture":false}})",
                       name.text(), size->second, lag == partition.lags.end() ? 0 : lag->second);
}

std::string broker_json(const Broker& broker, const ClusterState& state,
                        const std::vector<std::string>& topics)
{
    std::string partitions;
    for (const PartitionName& each : partitions_on(broker, state)) {
        const bool wanted = topics.empty() || std::ranges::find(topics, each.topic) != topics.end();
        if (!wanted) continue;
        partitions += (partitions.empty() ? "" : ",") + partition_json(each, broker.id, state);
    }
    return fmt::format(
        R"({{"broker":{},"logDirs":[{{"partitions":[{}],"error":null,"logDir":"{}"}}]}})",
        broker.id, partitions, broker.log_dir);
}

ToolResult describe(const Options& options, const ClusterState& state)
{
    const std::vector<std::int32_t> alive = state.alive();
    std::vector<std::int32_t> wanted, unknown;
    for (const std::string& each : split(options.value_or("broker-list", ""), ',')) {
        wanted.push_back(java_int(each));
        if (std::ranges::find(alive, wanted.back()) == alive.end())
            unknown.push_back(wanted.back());
    }
    if (!unknown.empty()) {
        return {.err = fmt::format("ERROR: The given brokers do not exist from --broker-list: {}. "
                                   "Current existent brokers: {}\n",
                                   fmt::join(unknown, ","), fmt::join(alive, ",")),
                .exit_code = 1};
    }
    if (wanted.empty()) wanted = alive;
    std::ranges::sort(wanted);
    const std::vector<std::string> topics = split(options.value_or("topic-list", ""), ',');
    std::string brokers;
    for (const std::int32_t id : wanted) {
        brokers += (brokers.empty() ? "" : ",") + broker_json(*state.broker(id), state, topics);
    }
    return {.out = fmt::format("Querying brokers for log directories information\n"
                               "Received log directory information from brokers {}\n"
                               "{{\"brokers\":[{}],\"version\":1}}\n",
                               fmt::join(wanted, ","), brokers)};
}

}  // namespace

ToolResult run_log_dirs(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("log-dirs");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        require_options(options, {"bootstrap-server", "describe"});
        return describe(options, state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        return {.err = failed.message + "\n" + failed.with_trace(), .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
