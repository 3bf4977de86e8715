#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <map>
#include <string>

namespace gregor::lab::kafka_tools {

/// How kafka-console-consumer prints a record (org.apache.kafka.tools.consumer.
/// DefaultMessageFormatter).
class MessageFormatter {
public:
    /// \param properties  of `--formatter-property`
    explicit MessageFormatter(std::map<std::string, std::string> properties);

    /// Throws SerializationException for a value that a deserializer refuses.
    std::string text(const LoggedRecord& record, const PartitionName& partition,
                     const ClusterState::Topic& topic) const;

private:
    bool prints(const std::string& property) const;
    std::string property(const std::string& name, const std::string& otherwise) const;
    std::string deserialized(const std::string& kind,
                             const std::optional<std::string>& bytes) const;
    std::string headers_of(const LoggedRecord& record) const;

    std::map<std::string, std::string> properties_;
};

/// "key=value" of an option that may be given more than once (CommandLineUtils.parseKeyValueArgs);
/// without a sign the value is empty.
std::map<std::string, std::string> key_values(const Options& options, std::string_view option);

}  // namespace gregor::lab::kafka_tools
