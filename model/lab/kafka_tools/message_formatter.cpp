#include "model/lab/kafka_tools/message_formatter.h"

#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <vector>

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::string_view deserializers = "org.apache.kafka.common.serialization.";

std::string long_in(const std::string& bytes)
{
    if (bytes.size() != 8) {
        throw api_error("Serialization", "Size of data received by LongDeserializer is not 8");
    }
    std::uint64_t number = 0;
    for (const char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
    return std::to_string(static_cast<std::int64_t>(number));
}

}  // namespace

MessageFormatter::MessageFormatter(std::map<std::string, std::string> properties)
    : properties_(std::move(properties))
{
    for (const std::string kind : {"key", "value", "headers"}) {
        const std::string name = property(kind + ".deserializer", "");
        const bool known = name.empty() ||
                           name == std::string(deserializers) + "StringDeserializer" ||
                           name == std::string(deserializers) + "ByteArrayDeserializer" ||
                           name == std::string(deserializers) + "LongDeserializer";
        if (!known) throw NotModelled{"the deserializer " + name + " is not modelled"};
    }
}

bool MessageFormatter::prints(const std::string& what) const
{
    return to_lower(trim(property("print." + what, what == "value" ? "true" : "false"))) == "true";
}

std::string MessageFormatter::property(const std::string& name, const std::string& otherwise) const
{
    const auto found = properties_.find(name);
    return found == properties_.end() ? otherwise : found->second;
}

std::string MessageFormatter::deserialized(const std::string& kind,
                                           const std::optional<std::string>& bytes) const
{
    if (!bytes) return property("null.literal", "null");
    return property(kind + ".deserializer", "").ends_with("LongDeserializer") ? long_in(*bytes)
                                                                              : *bytes;
}

std::string MessageFormatter::headers_of(const LoggedRecord& record) const
{
    if (record.headers.empty()) return "NO_HEADERS";
    std::string text;
    for (const auto& [name, value] : record.headers) {
        text += (text.empty() ? "" : property("headers.separator", ",")) + name + ":" +
                deserialized("headers", value);
    }
    return text;
}

std::string MessageFormatter::text(const LoggedRecord& record, const PartitionName& partition,
                                   const ClusterState::Topic& topic) const
{
    std::vector<std::string> columns;
    if (prints("timestamp")) {
        const auto type = topic.configs.find("message.timestamp.type");
        columns.push_back(fmt::format("{}:{}",
                                      type == topic.configs.end() ? "CreateTime" : type->second,
                                      record.timestamp_ms));
    }
    if (prints("partition")) columns.push_back(fmt::format("Partition:{}", partition.partition));
    if (prints("offset")) columns.push_back(fmt::format("Offset:{}", record.offset));
    if (prints("delivery")) columns.emplace_back("Delivery:NOT_PRESENT");
    if (prints("epoch")) columns.emplace_back("Epoch:NOT_PRESENT");
    if (prints("headers")) columns.push_back(headers_of(record));
    if (prints("key")) columns.push_back(deserialized("key", record.key));
    if (prints("value")) columns.push_back(deserialized("value", record.value));
    if (columns.empty()) return "";
    return fmt::format("{}{}", fmt::join(columns, property("key.separator", "\t")),
                       property("line.separator", "\n"));
}

std::map<std::string, std::string> key_values(const Options& options, std::string_view option)
{
    std::map<std::string, std::string> pairs;
    for (const std::string& each : options.values(option)) {
        const std::size_t equals = each.find('=');
        pairs[each.substr(0, equals)] = equals == std::string::npos ? "" : each.substr(equals + 1);
    }
    return pairs;
}

}  // namespace gregor::lab::kafka_tools
