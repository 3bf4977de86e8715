#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor::lab::kafka_tools {

/// What kafka-configs is about: one or (users with clients) two types, each with a name, the
/// default (an empty name), or none.
struct ConfigEntities {
    struct Entity {
        std::string type;                 ///< "topics", "brokers", ...
        std::optional<std::string> name;  ///< empty: the default; nothing: all of the type
    };
    std::vector<Entity> entities;

    bool has_type(std::string_view type) const;
    bool about_quotas() const;
    const std::string& type() const { return entities.front().type; }
    const std::optional<std::string>& name() const { return entities.front().name; }
};

/// From `--entity-type --entity-name --entity-default` or the shorter `--topic t3`; throws
/// IllegalArgumentException as ConfigCommand does.
ConfigEntities parse_config_entities(const Options& options);

/// Where the state keeps what was set for an entity that is no topic: "brokers 1", "quotas
/// users=alice clients=c1".
std::string config_key(const ConfigEntities& about);

ToolResult describe_configs(const Options& options, const ConfigEntities& about,
                            const ClusterState& state);
ToolResult alter_configs(const Invocation& invocation, const Options& options,
                         const ConfigEntities& about, ClusterState& state);

}  // namespace gregor::lab::kafka_tools
