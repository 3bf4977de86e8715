#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/tool_result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace gregor::lab::kafka_tools {

/// The file that an option names; throws what Java throws when it is not there.
const std::string& file_named(const Invocation& invocation, const std::string& name);

/// Kafka's JsonValue.apply: throws JsonMappingException when the field is not there.
const nlohmann::json& field(const nlohmann::json& object, const std::string& name);
/// A field of a type that Kafka asks Jackson for. Throws NotModelled where it has another one: what
/// Jackson says then is not modelled.
template <class Value>
Value value_as(const nlohmann::json& value)
{
    try {
        if constexpr (std::is_integral_v<Value>) {
            if (value.is_number_integer() && std::in_range<Value>(value.get<std::int64_t>())) {
                return value.get<Value>();
            }
        } else {
            return value.get<Value>();
        }
    } catch (const nlohmann::json::exception&) {
    }
    throw NotModelled{"what Jackson says of a field of another type is not modelled"};
}
template <class Value>
Value field_as(const nlohmann::json& object, const std::string& name)
{
    return value_as<Value>(field(object, name));
}
/// What a list holds; throws NotModelled for what is none.
const nlohmann::json& elements(const nlohmann::json& list);
PartitionName partition_in(const nlohmann::json& object);

/// Names separated by commas, for messages.
std::string comma_list(const std::vector<PartitionName>& partitions, std::string_view separator);

}  // namespace gregor::lab::kafka_tools
