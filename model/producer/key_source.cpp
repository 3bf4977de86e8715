#include "model/producer/key_source.h"

#include "engine/hash.h"
#include "engine/random.h"

#include <algorithm>

namespace gregor {

KeySource::KeySource(const Load& load, std::uint64_t seed)
    : count_(load.keys == KeyDistribution::none ? 0 : load.key_count), seed_(seed)
{
    if (load.keys != KeyDistribution::zipf) return;
    std::uint64_t sum = 0;
    for (std::int64_t k = 0; k < count_; ++k) {
        sum += (std::uint64_t{1} << 40) / static_cast<std::uint64_t>(k + 1);
        cumulative_.push_back(sum);
    }
}

std::int64_t KeySource::key(std::int64_t record) const
{
    Random draw(mix(seed_, static_cast<std::uint64_t>(record)));
    std::uint64_t key = 0;
    if (cumulative_.empty()) {
        key = draw.below(static_cast<std::uint64_t>(count_));
    } else {
        const std::uint64_t weight = draw.below(cumulative_.back());
        const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), weight);
        key = static_cast<std::uint64_t>(found - cumulative_.begin());
    }
    return static_cast<std::int64_t>(key);
}

}  // namespace gregor
