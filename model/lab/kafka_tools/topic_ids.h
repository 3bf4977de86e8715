#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gregor::lab::kafka_tools {

inline constexpr std::string_view zero_topic_id = "AAAAAAAAAAAAAAAAAAAAAA";

/// 16 bytes as Kafka's Uuid writes them: base64 for addresses, without padding.
std::string uuid_text(std::uint64_t most, std::uint64_t least);
/// Throws what Uuid.fromString throws unless the text is one.
void check_topic_id(std::string_view text);

}  // namespace gregor::lab::kafka_tools
