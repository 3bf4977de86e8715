#pragma once

#include "engine/random.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace gregor {

/// The partition of a record with a key, over all partitions of the topic, with leader or without.
std::int32_t partition_for_key(std::string_view key, std::int32_t partitions);

/// Gives records to partitions in turn, whatever their keys. Source: class RoundRobinPartitioner.
class RoundRobinPartitioner {
public:
    /// `counter`: how many records it has placed, which wraps as a Java int does.
    explicit RoundRobinPartitioner(std::int32_t counter = 0)
        : counter_(static_cast<std::uint32_t>(counter))
    {
    }
    /// Among `available` (the partitions with a leader), or among all when there is none.
    std::int32_t next(const std::vector<std::int32_t>& available, std::int32_t partitions);

private:
    std::uint32_t counter_;
};

/// Which partition takes records without a key: one at a time, changed about every batch.size
/// bytes, and chosen less often while its broker falls behind (KIP-480, KIP-794). Source: class
/// BuiltInPartitioner.
class StickyPartitioner {
public:
    /// How long the queues of the partitions with a leader were at the last ready check.
    struct Load {
        std::vector<std::int32_t> partitions;
        std::vector<std::int32_t> lengths;
        std::int32_t total_partitions{};
    };

    StickyPartitioner() = default;
    StickyPartitioner(std::int64_t batch_size, const Random& random)
        : batch_size_(batch_size), random_(random)
    {
    }

    /// -1 before the first choice.
    std::int32_t current() const { return current_; }
    std::int64_t produced() const { return produced_; }
    /// Chooses among `available` (the partitions with a leader), or among all when there is none.
    void choose(const std::vector<std::int32_t>& available, std::int32_t partitions);
    /// The same with a given random number of 31 bits.
    void choose_with(std::int32_t draw, const std::vector<std::int32_t>& available,
                     std::int32_t partitions);
    /// Numbers that the next choices take, in this order, before it draws its own again: those of
    /// a recorded run.
    void preset_draws(std::vector<std::int32_t> draws);
    std::size_t preset_left() const { return preset_.size(); }
    /// The choice that one random number (31 bits) makes.
    std::int32_t choice(std::int32_t draw, const std::vector<std::int32_t>& available,
                        std::int32_t partitions) const;
    /// Takes `bytes` as produced to the current partition; whether it is time for another one.
    bool add(std::int64_t bytes, bool batches_full);
    /// Bytes that may be added before a switch is due even to a batch with room.
    std::int64_t bytes_to_forced_switch() const { return 2 * batch_size_ - produced_; }

    /// Takes the load statistics of a ready check; they count only when the queues differ.
    void set_load(const Load& load);
    void clear_load() { cumulative_.clear(); }
    const std::vector<std::int32_t>& cumulative() const { return cumulative_; }
    /// The partitions that the entries of `cumulative` stand for.
    const std::vector<std::int32_t>& load_partitions() const { return load_partitions_; }

private:
    std::int64_t batch_size_ = 0;
    std::int64_t produced_ = 0;
    Random random_;
    std::vector<std::int32_t> preset_;  // the next one last
    std::int32_t current_ = -1;
    std::vector<std::int32_t> load_partitions_;
    std::vector<std::int32_t> cumulative_;  // empty: every partition is equally likely
};

}  // namespace gregor
