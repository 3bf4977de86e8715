#include "engine/resources.h"

#include "engine/check.h"
#include "engine/hash.h"

namespace gregor {

Duration transmission_time(std::int64_t bytes, std::int64_t bytes_per_second)
{
    GREGOR_CHECK(bytes >= 0);
    GREGOR_CHECK(bytes_per_second >= 1);
    constexpr std::uint64_t second = 1'000'000'000;
    constexpr std::uint64_t never_in_seconds = std::uint64_t{never.nanoseconds} / second;
    const auto rate = static_cast<std::uint64_t>(bytes_per_second);
    const auto amount = static_cast<std::uint64_t>(bytes);
    if (amount < never_in_seconds && rate < std::uint64_t{1} << 62) {  // no overflow in 64 bits
        return {static_cast<std::int64_t>((amount * second + rate / 2) / rate)};
    }
    const Uint128 scaled = static_cast<Uint128>(amount) * second;
    const Uint128 rounded = (scaled + rate / 2) / rate;
    GREGOR_CHECK(rounded <= static_cast<std::uint64_t>(never.nanoseconds));
    return {static_cast<std::int64_t>(rounded)};
}

}  // namespace gregor
