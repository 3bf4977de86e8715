#pragma once

#include <cstdint>
#include <string_view>

namespace gregor {

/// java.lang.String.hashCode of a text in UTF-8, which Java counts in UTF-16.
std::int32_t java_string_hash(std::string_view utf8);
/// The partition of a coordinator's topic that holds a name: abs(hash) modulo their number.
std::int32_t coordinator_partition_for(std::string_view name, std::int32_t partitions);

}  // namespace gregor
