#include "model/record.h"

namespace gregor {

std::int32_t varint_size(std::int64_t value)
{
    auto zigzag = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    std::int32_t bytes = 1;
    while (zigzag >= 0x80) {
        zigzag >>= 7;
        ++bytes;
    }
    return bytes;
}

std::int32_t record_size(std::int32_t offset_delta, std::int64_t timestamp_delta_ms,
                         std::int32_t key_size, std::int32_t value_size)
{
    constexpr std::int32_t attributes = 1;
    constexpr std::int32_t no_headers = 1;
    const std::int32_t body = attributes + varint_size(timestamp_delta_ms) +
                              varint_size(offset_delta) + varint_size(key_size) +
                              (key_size > 0 ? key_size : 0) + varint_size(value_size) +
                              (value_size > 0 ? value_size : 0) + no_headers;
    return varint_size(body) + body;
}

std::int64_t synthetic_batch_size(std::int32_t count, std::int32_t value_size)
{
    // The size of a record changes only where the offset delta needs one more byte.
    std::int64_t bytes = batch_header_bytes;
    std::int32_t delta = 0;
    std::int32_t bound = 64;
    while (delta < count) {
        const std::int32_t until = bound < count ? bound : count;
        bytes += static_cast<std::int64_t>(until - delta) * record_size(delta, 0, -1, value_size);
        delta = until;
        bound = bound > (1 << 23) ? count : bound * 128;
    }
    return bytes;
}

}  // namespace gregor
