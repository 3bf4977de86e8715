#pragma once

#include <cstdint>
#include <string_view>

namespace gregor {

__extension__ using Uint128 = unsigned __int128;

/// Folds one 64-bit word into a running hash: multiply to 128 bits, fold both halves.
/// Only integers go in, word by word, so the value depends on no padding, pointer or byte order.
constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word)
{
    const Uint128 product = static_cast<Uint128>(hash ^ 0x9e3779b97f4a7c15ULL) *
                            static_cast<Uint128>(word ^ 0xd1342543de82ef95ULL);
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64) ^
           (hash << 1 | hash >> 63);
}

/// Hash of a name: used to derive independent random streams, and for string fields of events.
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t seed = 0)
{
    std::uint64_t hash = seed ^ 0x2545f4914f6cdd1dULL;
    for (const char c : text) hash = mix(hash, static_cast<unsigned char>(c));
    return mix(hash, text.size());
}

}  // namespace gregor
