#pragma once

#include "model/lab/kafka_tools/cluster_state.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// A setting as DescribeConfigs answers it: its value, and every place that gives it or a synonym
/// of it a value, the strongest first.
struct ConfigEntry {
    struct Synonym {
        std::string_view source;  ///< "DYNAMIC_TOPIC_CONFIG"
        std::string name, value;
    };
    std::string name, value;
    std::string_view source;
    std::vector<Synonym> synonyms;
    bool is_default() const { return source == "DEFAULT_CONFIG"; }
};

/// All settings of a topic, in the order in which the broker answers them: by name.
std::vector<ConfigEntry> describe_topic_configs(const ClusterState& state,
                                                const ClusterState::Topic& topic);
/// The same in the order of the map that kafka-topics prints them from.
std::vector<ConfigEntry> in_order_of_topics_tool(std::vector<ConfigEntry> entries);

/// The value a topic's setting has.
std::string topic_config_value(const ClusterState& state, const ClusterState::Topic& topic,
                               std::string_view name);

/// What Kafka says against a value of a setting, or nothing. `scope` as in model/config.h:
/// "topic", "broker", "group".
std::optional<std::string> objection_to_config(std::string_view scope, const std::string& name,
                                               const std::string& value);

inline constexpr std::string_view default_entity = "<default>";

}  // namespace gregor::lab::kafka_tools
