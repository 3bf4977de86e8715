#include "model/log/leader_epoch_cache.h"

namespace gregor {

void LeaderEpochCache::assign(LeaderEpoch epoch, Offset start_offset)
{
    if (!entries_.empty() && entries_.back().epoch == epoch &&
        entries_.back().start_offset <= start_offset) {
        return;
    }
    while (!entries_.empty() &&
           (entries_.back().epoch >= epoch || entries_.back().start_offset >= start_offset)) {
        entries_.pop_back();
    }
    entries_.push_back(Entry{epoch, start_offset});
}

EpochEndOffset LeaderEpochCache::end_offset_for(LeaderEpoch epoch, Offset log_end_offset) const
{
    if (epoch == no_leader_epoch || entries_.empty() || epoch > entries_.back().epoch) return {};
    if (epoch == entries_.back().epoch) return {epoch, log_end_offset};
    for (std::size_t next = entries_.size(); next-- > 0;) {
        if (entries_[next].epoch > epoch && (next == 0 || entries_[next - 1].epoch <= epoch)) {
            if (next == 0) return {epoch, entries_[0].start_offset};
            return {entries_[next - 1].epoch, entries_[next].start_offset};
        }
    }
    return {};
}

LeaderEpoch LeaderEpochCache::epoch_at(Offset offset) const
{
    LeaderEpoch found = no_leader_epoch;
    for (const Entry& entry : entries_) {
        if (entry.start_offset > offset) break;
        found = entry.epoch;
    }
    return found;
}

std::optional<LeaderEpoch> LeaderEpochCache::previous(LeaderEpoch epoch) const
{
    std::optional<LeaderEpoch> found;
    for (const Entry& entry : entries_) {
        if (entry.epoch < epoch) found = entry.epoch;
    }
    return found;
}

std::optional<LeaderEpoch> LeaderEpochCache::next(LeaderEpoch epoch) const
{
    for (const Entry& entry : entries_) {
        if (entry.epoch > epoch) return entry.epoch;
    }
    return std::nullopt;
}

void LeaderEpochCache::truncate_from_end(Offset end_offset)
{
    if (end_offset < Offset{0}) return;
    while (!entries_.empty() && entries_.back().start_offset >= end_offset) entries_.pop_back();
}

void LeaderEpochCache::truncate_from_start(Offset start_offset)
{
    if (entries_.empty() || start_offset < entries_.front().start_offset) return;
    std::size_t covering = 0;
    while (covering + 1 < entries_.size() && entries_[covering + 1].start_offset <= start_offset) {
        ++covering;
    }
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(covering));
    entries_.front().start_offset = start_offset;
}

}  // namespace gregor
