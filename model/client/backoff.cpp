#include "model/client/backoff.h"

#include "engine/hash.h"

#include <algorithm>

namespace gregor {

std::int64_t BackoffGrowth::pause_ms(std::int64_t attempts, std::int64_t factor) const
{
    if (max_ms <= initial_ms) return initial_ms;
    Uint128 term = static_cast<Uint128>(initial_ms);
    const auto most = static_cast<Uint128>(max_ms);
    const bool grows = initial_ms > 0 && multiplier > 1;
    for (std::int64_t i = 0; grows && i < attempts && term < most; ++i) {
        term *= static_cast<Uint128>(multiplier);
    }
    const Uint128 product = std::min(term, most) * static_cast<Uint128>(factor);
    constexpr auto one = static_cast<Uint128>(ExponentialBackoff::no_jitter);
    return static_cast<std::int64_t>(std::min(product / one, most));
}

ExponentialBackoff::ExponentialBackoff(Duration initial, Duration max)
    : growth_{.initial_ms = std::min(to_milliseconds(initial), to_milliseconds(max)),
              .max_ms = to_milliseconds(max)}
{
}

Duration ExponentialBackoff::delay(std::int32_t attempts, Random& random) const
{
    if (growth_.max_ms <= growth_.initial_ms) return milliseconds(growth_.initial_ms);
    constexpr auto width = static_cast<std::uint64_t>(2 * jitter);
    const auto above = static_cast<std::int64_t>(random.below(width));
    return delay_with(attempts, no_jitter - jitter + above);
}

Duration ExponentialBackoff::delay_with(std::int32_t attempts, std::int64_t factor) const
{
    return milliseconds(growth_.pause_ms(attempts, factor));
}

}  // namespace gregor
