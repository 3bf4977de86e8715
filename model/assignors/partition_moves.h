#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <utility>

namespace gregor {

/// Which partitions have moved from whom to whom while an assignment is being balanced, so that two
/// members never swap partitions of one topic. Members, topics and partitions by number.
class PartitionMoves {
public:
    /// What to move instead of `partition`, which was to go from `from` to `to`: a partition of the
    /// topic that came the other way, when there is one. Kafka takes one in hash order, this the
    /// first.
    std::size_t better_move(std::size_t topic, std::size_t partition, std::size_t from,
                            std::size_t to) const;
    void record(std::size_t topic, std::size_t partition, std::size_t from, std::size_t to);

private:
    using Way = std::pair<std::size_t, std::size_t>;  // from its first owner, to its present one

    std::map<std::size_t, Way> ways_;                                     // by partition
    std::map<std::pair<std::size_t, Way>, std::set<std::size_t>> moved_;  // by topic and way
};

}  // namespace gregor
