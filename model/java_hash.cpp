#include "model/java_hash.h"

#include <limits>

namespace gregor {

namespace {

/// The code point at `i`, which moves behind it; malformed bytes count as themselves.
std::uint32_t next_code_point(std::string_view text, std::size_t& i)
{
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : std::uint8_t{0};
    };
    const std::uint32_t first = byte(i);
    const std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    std::uint32_t point = length == 1 ? first : first & (0x7fU >> length);
    for (std::size_t k = 1; k < length; ++k) point = point << 6 | (byte(i + k) & 0x3fU);
    i += length;
    return point;
}

}  // namespace

std::int32_t java_string_hash(std::string_view utf8)
{
    std::uint32_t hash = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const std::uint32_t point = next_code_point(utf8, i);
        if (point < 0x10000) {
            hash = 31 * hash + point;
        } else {
            const std::uint32_t rest = point - 0x10000;
            hash = 31 * hash + (0xd800 + (rest >> 10));
            hash = 31 * hash + (0xdc00 + (rest & 0x3ff));
        }
    }
    return static_cast<std::int32_t>(hash);
}

std::int32_t coordinator_partition_for(std::string_view name, std::int32_t partitions)
{
    const std::int32_t hash = java_string_hash(name);
    if (hash == std::numeric_limits<std::int32_t>::min()) return 0;
    return (hash < 0 ? -hash : hash) % partitions;
}

}  // namespace gregor
