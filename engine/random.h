#pragma once

#include "engine/hash.h"
#include "engine/time.h"

#include <cstdint>
#include <string_view>

namespace gregor {

/// A seeded stream of random numbers with distributions of our own, so that every compiler and
/// library draws the same values. Plain data: copying it copies its future.
/// The generator is SplitMix64: one addition and a finaliser for each number.
class Random {
public:
    Random() = default;
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /// An independent stream for one purpose. Streams are told apart by name, so a new one
    /// never shifts the draws of another.
    Random split(std::string_view purpose) const { return Random(hash_of(purpose, state_)); }
    Random split(std::string_view purpose, std::uint64_t number) const
    {
        return Random(mix(hash_of(purpose, state_), number));
    }

    std::uint64_t next()
    {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// Uniform in [0, bound); 0 when bound is 0 or 1. Multiply-shift: no division, no rejection;
    /// the bias is below bound / 2^64.
    std::uint64_t below(std::uint64_t bound)
    {
        return static_cast<std::uint64_t>((static_cast<Uint128>(next()) * bound) >> 64);
    }
    /// Uniform in [low, high); low when the range is empty.
    Duration between(Duration low, Duration high)
    {
        if (high <= low) return low;
        const auto width = static_cast<std::uint64_t>(high.nanoseconds - low.nanoseconds);
        return {low.nanoseconds + static_cast<std::int64_t>(below(width))};
    }
    /// True with a probability of `parts_per_million` / 1,000,000.
    bool chance(std::uint32_t parts_per_million) { return below(1'000'000) < parts_per_million; }
    /// Exponential with the given mean, from integer arithmetic only (-ln u in fixed point), so it
    /// is the same on every compiler. Relative error of the mean below 1e-4.
    Duration exponential(Duration mean);

    std::uint64_t state() const { return state_; }

private:
    std::uint64_t state_ = 0;
};

}  // namespace gregor
