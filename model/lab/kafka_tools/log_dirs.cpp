#include "model/java_hash.h"
#include "model/java_hash_order.h"
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

/// The partitions in one of a broker's directories, in the order of the map they come in.
std::vector<PartitionName> partitions_in(const Broker& broker,
                                         const ClusterState::LogDir& directory,
                                         const ClusterState& state)
{
    std::vector<PartitionName> here;
    for (const PartitionName& each : state.partitions()) {
        const ClusterState::Partition& partition = *state.partition(each);
        if (std::ranges::find(partition.replicas, broker.id) == partition.replicas.end()) continue;
        if (&ClusterState::log_dir_of(partition, broker) == &directory) here.push_back(each);
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

std::string directory_json(const Broker& broker, const ClusterState::LogDir& directory,
                           const ClusterState& state, const std::vector<std::string>& topics)
{
    std::string partitions;
    // Nobody can look into a directory that failed.
    for (const PartitionName& each : partitions_in(broker, directory, state)) {
        const bool wanted = topics.empty() || std::ranges::find(topics, each.topic) != topics.end();
        if (!wanted || directory.failed) continue;
        partitions += (partitions.empty() ? "" : ",") + partition_json(each, broker.id, state);
    }
    return fmt::format(
        R"({{"partitions":[{}],"error":{},"logDir":"{}"}})", partitions,
        directory.failed ? "\"org.apache.kafka.common.errors.KafkaStorageException\"" : "null",
        directory.path);
}

std::string broker_json(const Broker& broker, const ClusterState& state,
                        const std::vector<std::string>& topics)
{
    std::vector<const ClusterState::LogDir*> all;
    for (const ClusterState::LogDir& each : broker.log_dirs) all.push_back(&each);
    std::string directories;
    for (const auto* each :
         hash_order(all, buckets_of_sized(all.size()),
                    [](const ClusterState::LogDir* one) { return java_string_hash(one->path); })) {
        directories +=
            (directories.empty() ? "" : ",") + directory_json(broker, *each, state, topics);
    }
    return fmt::format(R"({{"broker":{},"logDirs":[{}]}})", broker.id, directories);
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
