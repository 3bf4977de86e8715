#include "engine/random.h"

#include <bit>

namespace gregor {

namespace {

/// -log2(u) for u = x / 2^64, in 1/2^32ths, by squaring: 32 binary digits of the logarithm.
std::uint64_t minus_log2_fixed(std::uint64_t x)
{
    if (x == 0) x = 1;
    const int leading = std::countl_zero(x);
    std::uint64_t mantissa = x << leading >> 1;  // in [2^62, 2^63): one guard bit for squaring
    std::uint64_t fraction = 0;
    for (int digit = 0; digit < 32; ++digit) {
        const Uint128 square = static_cast<Uint128>(mantissa) * mantissa;  // in [2^124, 2^126)
        const bool carry = (square >> 125) != 0;
        mantissa = static_cast<std::uint64_t>(square >> (carry ? 63 : 62));
        fraction = fraction << 1 | (carry ? 1U : 0U);
    }
    const std::uint64_t log2_of_x = (static_cast<std::uint64_t>(63 - leading) << 32) + fraction;
    return (64ULL << 32) - log2_of_x;
}

}  // namespace

Duration Random::exponential(Duration mean)
{
    constexpr std::uint64_t ln2_in_2_32 = 2'977'044'472ULL;  // ln 2 * 2^32
    const std::uint64_t bits = minus_log2_fixed(next());
    const Uint128 nats = static_cast<Uint128>(bits) * ln2_in_2_32 >> 32;  // in 1/2^32ths
    const auto scaled = nats * static_cast<std::uint64_t>(mean.nanoseconds) >> 32;
    return {static_cast<std::int64_t>(scaled)};
}

}  // namespace gregor
