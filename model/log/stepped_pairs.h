#pragma once

#include <cstdint>
#include <vector>

namespace gregor {

/// A list of pairs of numbers that mostly advance by equal steps, as the entries of an index over
/// equal batches do: a stretch of equal steps takes the room of one pair.
class SteppedPairs {
public:
    struct Pair {
        std::int64_t first{}, second{};
        bool operator==(const Pair&) const = default;
    };

    void push(Pair pair);
    /// Keeps the first `count` pairs.
    void keep(std::int64_t count);
    void clear() { runs_.clear(); }
    std::int64_t size() const
    {
        return runs_.empty() ? 0 : runs_.back().index + runs_.back().count;
    }
    bool empty() const { return runs_.empty(); }
    /// Precondition: 0 <= index < size().
    Pair at(std::int64_t index) const;
    Pair back() const { return at(size() - 1); }
    /// Number of leading pairs for which `holds`; those for which it does stand in front.
    template <class Holds>
    std::int64_t count_leading(Holds&& holds) const
    {
        std::int64_t low = 0, high = size();
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            if (holds(at(middle))) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

private:
    struct Run {
        Pair start, step;
        std::int64_t index{};  ///< of its first pair in the list
        std::int64_t count = 1;
        Pair at(std::int64_t i) const
        {
            return {start.first + step.first * i, start.second + step.second * i};
        }
    };
    std::vector<Run> runs_;
};

}  // namespace gregor
