#pragma once

#include "engine/random.h"
#include "engine/time.h"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// The kinds of choice that a drawn scenario is made of, over one stream of random numbers.
class Draw {
public:
    explicit Draw(Random random) : random_(random) {}

    bool percent(std::uint32_t chance) { return random_.chance(chance * 10'000); }
    /// Uniform, both ends included.
    std::int64_t between(std::int64_t low, std::int64_t high)
    {
        return low +
               static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }
    template <class Value>
    Value one_of(std::initializer_list<Value> values)
    {
        return values.begin()[random_.below(values.size())];
    }
    template <class Value>
    const Value& one_of(const std::vector<Value>& values)
    {
        return values[random_.below(values.size())];
    }
    /// 0 with weight `weights[0]`, and so on.
    std::int64_t weighted(std::initializer_list<std::int64_t> weights)
    {
        std::int64_t sum = 0;
        for (const std::int64_t each : weights) sum += each;
        std::int64_t left = between(0, sum - 1);
        std::int64_t index = 0;
        for (const std::int64_t each : weights) {
            if (left < each) return index;
            left -= each;
            ++index;
        }
        return index - 1;
    }
    /// Every order of magnitude alike: 1 ms to 2 ms as often as 1 s to 2 s.
    Duration about(Duration low, Duration high)
    {
        std::int64_t doublings = 0;
        while ((low.nanoseconds << (doublings + 1)) <= high.nanoseconds) ++doublings;
        const Duration from{low.nanoseconds << between(0, doublings)};
        return random_.between(from, std::min(high, Duration{from.nanoseconds * 2}));
    }
    Duration uniform(Duration low, Duration high) { return random_.between(low, high); }
    template <class Value>
    void shuffle(std::vector<Value>& values)
    {
        for (std::size_t i = values.size(); i > 1; --i) {
            std::swap(values[i - 1], values[random_.below(i)]);
        }
    }
    /// As scenarios write it, in whole microseconds.
    static std::string text(Duration duration)
    {
        return fmt::format("{}us", duration.nanoseconds / 1'000);
    }

private:
    Random random_;
};

}  // namespace gregor::lab
