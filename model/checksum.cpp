#include "model/checksum.h"

#include <array>

namespace gregor {

namespace {

constexpr std::array<std::uint32_t, 256> crc32c_table = [] {
    constexpr std::uint32_t reversed_polynomial = 0x82f63b78;
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? c >> 1 ^ reversed_polynomial : c >> 1;
        table[i] = c;
    }
    return table;
}();

}  // namespace

std::uint32_t crc32c(std::string_view bytes)
{
    std::uint32_t crc = ~0U;
    for (const char each : bytes) {
        crc = crc32c_table[(crc ^ static_cast<unsigned char>(each)) & 0xffU] ^ crc >> 8;
    }
    return ~crc;
}

std::int32_t murmur2(std::string_view bytes)
{
    constexpr std::uint32_t m = 0x5bd1e995;
    constexpr int r = 24;
    constexpr std::uint32_t seed = 0x9747b28c;
    const auto at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
    };
    std::uint32_t h = seed ^ static_cast<std::uint32_t>(bytes.size());
    std::size_t i = 0;
    for (; i + 4 <= bytes.size(); i += 4) {
        std::uint32_t k = at(i) | at(i + 1) << 8 | at(i + 2) << 16 | at(i + 3) << 24;
        k *= m;
        k ^= k >> r;
        k *= m;
        h = (h * m) ^ k;
    }
    const std::size_t tail = bytes.size() - i;
    if (tail == 3) h ^= at(i + 2) << 16;
    if (tail >= 2) h ^= at(i + 1) << 8;
    if (tail >= 1) h = (h ^ at(i)) * m;
    h ^= h >> 13;
    h *= m;
    h ^= h >> 15;
    return static_cast<std::int32_t>(h);
}

}  // namespace gregor
