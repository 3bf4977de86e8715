#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/tool_result.h"

#include <nlohmann/json.hpp>

#include <string>

namespace gregor::lab::kafka_tools {

/// The file that an option names; throws what Java throws when it is not there.
const std::string& file_named(const Invocation& invocation, const std::string& name);

/// Kafka's JsonValue.apply: throws JsonMappingException when the field is not there.
const nlohmann::json& field(const nlohmann::json& object, const std::string& name);
PartitionName partition_in(const nlohmann::json& object);

/// Names separated by commas, for messages.
std::string comma_list(const std::vector<PartitionName>& partitions, std::string_view separator);

}  // namespace gregor::lab::kafka_tools
