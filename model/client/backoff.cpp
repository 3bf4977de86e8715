#include "model/client/backoff.h"

#include "engine/hash.h"

#include <algorithm>

namespace gregor {

ExponentialBackoff::ExponentialBackoff(Duration initial, Duration max)
    : initial_ms_(std::min(to_milliseconds(initial), to_milliseconds(max))),
      max_ms_(to_milliseconds(max))
{
}

Duration ExponentialBackoff::delay(std::int32_t attempts, Random& random) const
{
    if (max_ms_ <= initial_ms_) return milliseconds(initial_ms_);
    constexpr std::uint64_t width = 400'000'000;
    constexpr std::int64_t lowest = 800'000'000;
    return delay_with(attempts, lowest + static_cast<std::int64_t>(random.below(width)));
}

Duration ExponentialBackoff::delay_with(std::int32_t attempts, std::int64_t factor) const
{
    if (max_ms_ <= initial_ms_) return milliseconds(initial_ms_);
    std::int64_t term = initial_ms_;
    for (std::int32_t i = 0; i < attempts && term < max_ms_ && term > 0; ++i) term *= 2;
    const Uint128 product =
        static_cast<Uint128>(std::min(term, max_ms_)) * static_cast<Uint128>(factor);
    const auto ms = static_cast<std::int64_t>(product / static_cast<Uint128>(no_jitter));
    return milliseconds(std::min(ms, max_ms_));
}

}  // namespace gregor
