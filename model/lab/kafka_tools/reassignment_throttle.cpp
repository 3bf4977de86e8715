#include "model/lab/kafka_tools/reassignment.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

/// How kafka-reassign-partitions.sh holds replication back (KIP-73): ReassignPartitionsCommand's
/// calculateProposedMoveMap, calculateLeaderThrottles and calculateFollowerThrottles.
namespace gregor::lab::kafka_tools {

namespace {

using Ids = std::set<std::int32_t>;

constexpr std::string_view leader_rate = "leader.replication.throttled.rate";
constexpr std::string_view follower_rate = "follower.replication.throttled.rate";
constexpr std::string_view directory_rate = "replica.alter.log.dirs.io.max.bytes.per.second";
constexpr std::string_view leader_replicas = "leader.replication.throttled.replicas";
constexpr std::string_view follower_replicas = "follower.replication.throttled.replicas";

/// From whom a partition is copied, and to whom.
struct Move {
    Ids sources, destinations;
};

std::map<PartitionName, Move> moves_of(const Reassignment& wanted, const ClusterState& state)
{
    std::map<PartitionName, Move> moves;
    for (const PartitionName& each : state.partitions()) {
        const ClusterState::Partition& partition = *state.partition(each);
        const bool named = wanted.contains(each);
        if (!named && !partition.reassigning()) continue;
        Move& move = moves[each];
        move.sources.insert(partition.replicas.begin(), partition.replicas.end());
        for (const std::int32_t id : partition.adding) move.sources.erase(id);
        const auto& target = named ? wanted.at(each).replicas : partition.adding;
        for (const std::int32_t id : target) {
            if (!move.sources.contains(id)) move.destinations.insert(id);
        }
    }
    return moves;
}

/// "0:1,0:2": sorted as texts.
std::string throttled(const std::set<std::string>& replicas)
{
    return fmt::format("{}", fmt::join(replicas, ","));
}

void throttle_topics(const std::map<PartitionName, Move>& moves, ClusterState& state)
{
    std::map<std::string, std::set<std::string>> leaders, followers;
    for (const auto& [name, move] : moves) {
        const auto replica = [&](std::int32_t id) {
            return fmt::format("{}:{}", name.partition, id);
        };
        for (const std::int32_t id : move.sources) leaders[name.topic].insert(replica(id));
        for (const std::int32_t id : move.destinations) followers[name.topic].insert(replica(id));
    }
    for (const auto& [topic, replicas] : leaders) {
        state.topics.at(topic).configs[std::string(leader_replicas)] = throttled(replicas);
    }
    for (const auto& [topic, replicas] : followers) {
        state.topics.at(topic).configs[std::string(follower_replicas)] = throttled(replicas);
    }
}

}  // namespace

std::string set_throttles(const Reassignment& wanted, const Options& options, ClusterState& state)
{
    const auto between = options.integer("throttle");
    const auto within = options.integer("replica-alter-log-dirs-throttle");
    if (!between && !within) return "";
    const auto moves = moves_of(wanted, state);
    std::string text =
        "Warning: You must run --verify periodically, until the reassignment "
        "completes, to ensure the throttle is removed.\n";
    const auto set = [&](std::int32_t id, std::string_view key, std::int64_t rate) {
        state.configs[fmt::format("brokers {}", id)][std::string(key)] = std::to_string(rate);
    };
    if (between) {
        throttle_topics(moves, state);
        for (const auto& [name, move] : moves) {
            Ids brokers = move.sources;
            brokers.insert(move.destinations.begin(), move.destinations.end());
            for (const std::int32_t id : brokers) {
                set(id, leader_rate, *between);
                set(id, follower_rate, *between);
            }
        }
        text += fmt::format("The inter-broker throttle limit was set to {} B/s\n", *between);
    }
    if (within) {
        for (const auto& [name, target] : wanted) {
            for (std::size_t i = 0; i < target.directories.size(); ++i) {
                if (target.directories[i] != "any")
                    set(target.replicas[i], directory_rate, *within);
            }
        }
        text += fmt::format("The replica-alter-dir throttle limit was set to {} B/s\n", *within);
    }
    return text;
}

void clear_throttles(const Reassignment& wanted, ClusterState& state, ToolResult& result)
{
    Ids brokers;
    for (const std::int32_t id : state.alive()) brokers.insert(id);
    std::set<std::string> topics;
    for (const auto& [name, target] : wanted) {
        topics.insert(name.topic);
        brokers.insert(target.replicas.begin(), target.replicas.end());
    }
    const auto erase = [&](std::map<std::string, std::string>& configs, std::string_view key) {
        if (configs.erase(std::string(key)) > 0) result.changes = true;
    };
    for (const std::int32_t id : brokers) {
        const auto found = state.configs.find(fmt::format("brokers {}", id));
        if (found == state.configs.end()) continue;
        for (const auto key : {leader_rate, follower_rate, directory_rate})
            erase(found->second, key);
    }
    for (const std::string& topic : topics) {
        const auto found = state.topics.find(topic);
        if (found == state.topics.end()) {
            throw NotModelled{
                "what follows for throttles of a topic that is not there is not "
                "modelled"};
        }
        for (const auto key : {leader_replicas, follower_replicas})
            erase(found->second.configs, key);
    }
    result.out += fmt::format(
        "Clearing broker-level throttles on broker{} {}\n"
        "Clearing topic-level throttles on topic{} {}\n",
        brokers.size() == 1 ? "" : "s", fmt::join(brokers, ","), topics.size() == 1 ? "" : "s",
        fmt::join(topics, ","));
}

}  // namespace gregor::lab::kafka_tools
