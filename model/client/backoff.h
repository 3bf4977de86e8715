#pragma once

#include "engine/random.h"
#include "engine/time.h"

#include <cstdint>

namespace gregor {

/// How long a client waits before it tries again: doubling from `initial` to `max`, with a jitter
/// of 20 %, in whole milliseconds. Constant without jitter when `max` is not above `initial`.
/// Source: class ExponentialBackoff.
class ExponentialBackoff {
public:
    ExponentialBackoff() = default;
    ExponentialBackoff(Duration initial, Duration max);

    /// Before try number `attempts` + 1 (0: the first retry). The jitter is drawn here.
    Duration delay(std::int32_t attempts, Random& random) const;
    /// The same with a given factor, in units of 10^-9; for a factor in [0.8, 1.2).
    Duration delay_with(std::int32_t attempts, std::int64_t factor) const;

    static constexpr std::int64_t no_jitter = 1'000'000'000;

private:
    std::int64_t initial_ms_ = 100;
    std::int64_t max_ms_ = 1'000;
};

}  // namespace gregor
