#pragma once

#include "model/types.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// The names of a scenario behind the numbers of the model: topics, clients, nodes.
class Names {
public:
    ClusterLayout layout;
    std::vector<std::string> topics;   ///< by TopicId
    std::vector<std::string> clients;  ///< by ClientId
    std::vector<std::string> groups;   ///< by ClientId: group.id, or empty

    /// "orders-0"; "topic 7-0" for a topic that is not known.
    std::string of(TopicPartition partition) const;
    /// "broker 1", "controller 101", or the client's name.
    std::string of(NodeId node) const;
    std::string of(ClientId client) const;
    std::string topic(TopicId id) const;

    TopicId topic_named(std::string_view name) const;
    /// 'orders-0'; nothing when there is no such topic. The partition is not checked.
    std::optional<TopicPartition> partition_named(std::string_view text) const;
    ClientId client_named(std::string_view name) const;
};

}  // namespace gregor::lab
