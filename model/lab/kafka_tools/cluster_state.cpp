#include "model/lab/kafka_tools/cluster_state.h"

#include "model/java_hash_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace gregor::lab::kafka_tools {

PartitionName partition_named(std::string_view text)
{
    const std::size_t dash = text.rfind('-');
    return {std::string(text.substr(0, dash)), std::stoi(std::string(text.substr(dash + 1)))};
}

std::int32_t java_hash(const PartitionName& partition)
{
    return gregor::java_hash(partition.topic, partition.partition);
}

const ClusterState::Broker* ClusterState::broker(std::int32_t id) const
{
    const auto found = std::ranges::find(brokers, id, &Broker::id);
    return found == brokers.end() ? nullptr : &*found;
}

std::vector<std::int32_t> ClusterState::alive() const
{
    std::vector<std::int32_t> ids;
    for (const Broker& each : brokers) {
        if (each.alive) ids.push_back(each.id);
    }
    return ids;
}

bool ClusterState::is_alive(std::int32_t id) const
{
    const Broker* found = broker(id);
    return found != nullptr && found->alive;
}

std::vector<PartitionName> ClusterState::partitions() const
{
    std::vector<PartitionName> all;
    for (const auto& [name, topic] : topics) {
        for (std::int32_t i = 0; i < std::ssize(topic.partitions); ++i) all.push_back({name, i});
    }
    return all;
}

const ClusterState::LogDir& ClusterState::log_dir_of(const Partition& partition,
                                                     const Broker& broker)
{
    const auto found = partition.log_dirs.find(broker.id);
    return broker.log_dirs.at(found == partition.log_dirs.end() ? 0 : found->second);
}

ClusterState::Partition* ClusterState::partition(const PartitionName& name)
{
    return const_cast<Partition*>(std::as_const(*this).partition(name));
}

const ClusterState::Partition* ClusterState::partition(const PartitionName& name) const
{
    const auto topic = topics.find(name.topic);
    if (topic == topics.end() || name.partition < 0 ||
        static_cast<std::size_t>(name.partition) >= topic->second.partitions.size()) {
        return nullptr;
    }
    return &topic->second.partitions[static_cast<std::size_t>(name.partition)];
}

std::string log_line(const ClusterState& state, std::string_view level, std::string_view message,
                     std::string_view logger)
{
    return fmt::format("[{}] {} {} ({})\n", state.log_time, level, message, logger);
}

}  // namespace gregor::lab::kafka_tools
