#pragma once

#include "model/load.h"

#include <cstdint>
#include <vector>

namespace gregor {

/// The keys of a load: the key of a record is a pure function of the seed and its number, so a
/// record has the same key however often it is asked for.
class KeySource {
public:
    KeySource() = default;
    KeySource(const Load& load, std::uint64_t seed);

    bool enabled() const { return count_ > 0; }
    /// The key's number: 17 stands for "k17".
    std::int64_t key(std::int64_t record) const;

private:
    std::int64_t count_ = 0;
    std::uint64_t seed_ = 0;
    std::vector<std::uint64_t> cumulative_;  // zipf: running sums of the weights
};

}  // namespace gregor
