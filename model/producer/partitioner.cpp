#include "model/producer/partitioner.h"

#include "engine/check.h"
#include "model/checksum.h"

#include <algorithm>
#include <utility>

namespace gregor {

std::int32_t partition_for_key(std::string_view key, std::int32_t partitions)
{
    return to_positive(murmur2(key)) % partitions;
}

std::int32_t RoundRobinPartitioner::next(const std::vector<std::int32_t>& available,
                                         std::int32_t partitions)
{
    GREGOR_CHECK(partitions > 0);
    const std::int32_t turn = to_positive(static_cast<std::int32_t>(counter_++));
    if (available.empty()) return turn % partitions;
    return available[static_cast<std::size_t>(turn) % available.size()];
}

std::int32_t StickyPartitioner::choice(std::int32_t draw,
                                       const std::vector<std::int32_t>& available,
                                       std::int32_t partitions) const
{
    if (!cumulative_.empty()) {
        const std::int32_t weighted = draw % cumulative_.back();
        const auto found = std::upper_bound(cumulative_.begin(), cumulative_.end(), weighted);
        return load_partitions_[static_cast<std::size_t>(found - cumulative_.begin())];
    }
    if (available.empty()) return draw % partitions;
    return available[static_cast<std::size_t>(draw) % available.size()];
}

void StickyPartitioner::choose(const std::vector<std::int32_t>& available, std::int32_t partitions)
{
    if (!preset_.empty()) {
        const std::int32_t draw = preset_.back();
        preset_.pop_back();
        choose_with(draw, available, partitions);
        return;
    }
    choose_with(static_cast<std::int32_t>(random_.next() >> 33), available, partitions);
}

void StickyPartitioner::preset_draws(std::vector<std::int32_t> draws)
{
    preset_ = std::move(draws);
    std::reverse(preset_.begin(), preset_.end());
}

void StickyPartitioner::choose_with(std::int32_t draw, const std::vector<std::int32_t>& available,
                                    std::int32_t partitions)
{
    GREGOR_CHECK(partitions > 0);
    current_ = choice(draw, available, partitions);
    produced_ = 0;
}

bool StickyPartitioner::add(std::int64_t bytes, bool batches_full)
{
    produced_ += bytes;
    return (produced_ >= batch_size_ && batches_full) || produced_ >= 2 * batch_size_;
}

void StickyPartitioner::set_load(const Load& load)
{
    cumulative_.clear();
    const std::vector<std::int32_t>& lengths = load.lengths;
    if (load.partitions.empty() || load.total_partitions < 2) return;
    const auto [low, high] = std::minmax_element(lengths.begin(), lengths.end());
    const bool all_there = static_cast<std::int32_t>(lengths.size()) == load.total_partitions;
    if (all_there && *low == *high) return;
    load_partitions_ = load.partitions;
    std::int32_t sum = 0;
    for (const std::int32_t length : lengths) {
        sum += *high + 1 - length;
        cumulative_.push_back(sum);
    }
}

}  // namespace gregor
