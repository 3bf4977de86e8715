#include "model/assignors/partition_moves.h"

namespace gregor {

std::size_t PartitionMoves::better_move(std::size_t topic, std::size_t partition, std::size_t from,
                                        std::size_t to) const
{
    const auto earlier = ways_.find(partition);
    if (earlier != ways_.end()) from = earlier->second.first;
    const auto opposite = moved_.find({topic, Way{to, from}});
    return opposite == moved_.end() ? partition : *opposite->second.begin();
}

void PartitionMoves::record(std::size_t topic, std::size_t partition, std::size_t from,
                            std::size_t to)
{
    const auto earlier = ways_.find(partition);
    if (earlier != ways_.end()) {
        const auto entry = moved_.find({topic, earlier->second});
        entry->second.erase(partition);
        if (entry->second.empty()) moved_.erase(entry);
        from = earlier->second.first;
        ways_.erase(earlier);
        if (from == to) return;  // back where it came from
    }
    ways_.emplace(partition, Way{from, to});
    moved_[{topic, Way{from, to}}].insert(partition);
}

}  // namespace gregor
