#pragma once

#include <cstdint>
#include <string_view>

namespace gregor {

/// 32-bit murmur2 of the bytes, as a signed number (class Utils of Kafka's clients).
std::int32_t murmur2(std::string_view bytes);

/// CRC-32C (Castagnoli) of the bytes: what guards a record batch (class Crc32C).
std::uint32_t crc32c(std::string_view bytes);

/// The lower 31 bits: Kafka's way to make a hash non-negative (not the absolute value).
constexpr std::int32_t to_positive(std::int32_t hash)
{
    return hash & 0x7fffffff;
}

}  // namespace gregor
