#pragma once

#include "engine/random.h"
#include "engine/time.h"

#include <cstdint>

namespace gregor {

/// The rule behind every pause that grows: initial * multiplier^attempts, times a factor in units
/// of 10^-9, in whole milliseconds and at most `max_ms`. `initial_ms` alone when `max_ms` is not
/// above it. Kafka computes with doubles and may be a millisecond below. Source: class
/// ExponentialBackoff.
struct BackoffGrowth {
    std::int64_t initial_ms = 100;
    std::int64_t max_ms = 1'000;
    std::int64_t multiplier = 2;

    std::int64_t pause_ms(std::int64_t attempts, std::int64_t factor) const;
};

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
    static constexpr std::int64_t jitter = 200'000'000;

private:
    BackoffGrowth growth_;
};

}  // namespace gregor
