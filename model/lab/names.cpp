#include "model/lab/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace gregor::lab {

std::string Names::topic(TopicId id) const
{
    const auto index = static_cast<std::size_t>(id.value);
    return index < topics.size() ? topics[index] : fmt::format("topic {}", id.value);
}

std::string Names::of(TopicPartition partition) const
{
    return fmt::format("{}-{}", topic(partition.topic), partition.partition);
}

std::string Names::of(ClientId client) const
{
    const auto index = static_cast<std::size_t>(client.value);
    return index < clients.size() ? clients[index] : fmt::format("client {}", client.value);
}

std::string Names::of(NodeId node) const
{
    if (node == no_node) return "-";
    if (layout.is_broker(node)) return fmt::format("broker {}", layout.id_of(node).value);
    if (layout.is_controller(node)) return fmt::format("controller {}", layout.id_of(node).value);
    return of(ClientId{static_cast<std::int16_t>(node.value - layout.first_client().value)});
}

TopicId Names::topic_named(std::string_view name) const
{
    const auto at = std::find(topics.begin(), topics.end(), name);
    if (at == topics.end()) return no_topic;
    return TopicId{static_cast<std::int32_t>(at - topics.begin())};
}

std::optional<TopicPartition> Names::partition_named(std::string_view text) const
{
    const std::size_t dash = text.rfind('-');
    if (dash == std::string_view::npos) return std::nullopt;
    const TopicId topic = topic_named(text.substr(0, dash));
    std::int32_t number = -1;
    const auto digits = text.substr(dash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (topic == no_topic || error != std::errc{} || end != digits.data() + digits.size()) {
        return std::nullopt;
    }
    return TopicPartition{topic, number};
}

ClientId Names::client_named(std::string_view name) const
{
    const auto at = std::find(clients.begin(), clients.end(), name);
    if (at == clients.end()) return no_client;
    return ClientId{static_cast<std::int16_t>(at - clients.begin())};
}

}  // namespace gregor::lab
