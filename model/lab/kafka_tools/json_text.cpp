#include "model/lab/kafka_tools/json_text.h"

namespace gregor::lab::kafka_tools {

const std::string& file_named(const Invocation& invocation, const std::string& name)
{
    const auto found = invocation.files.find(name);
    if (found == invocation.files.end()) {
        throw JavaException{"java.nio.file.NoSuchFileException", name, {}};
    }
    return found->second;
}

const nlohmann::json& field(const nlohmann::json& object, const std::string& name)
{
    if (!object.is_object() || !object.contains(name)) {
        throw JavaException{"com.fasterxml.jackson.databind.JsonMappingException",
                            "No such field exists: `" + name + "`",
                            {}};
    }
    return object.at(name);
}

const nlohmann::json& elements(const nlohmann::json& list)
{
    if (!list.is_array()) {
        throw NotModelled{"what Jackson says of a field of another type is not modelled"};
    }
    return list;
}

PartitionName partition_in(const nlohmann::json& object)
{
    return {field_as<std::string>(object, "topic"), field_as<std::int32_t>(object, "partition")};
}

std::string comma_list(const std::vector<PartitionName>& partitions, std::string_view separator)
{
    std::string text;
    for (const PartitionName& each : partitions) {
        if (!text.empty()) text += separator;
        text += each.text();
    }
    return text;
}

}  // namespace gregor::lab::kafka_tools
