#include "model/compaction/cleaner_checkpoints.h"

namespace gregor {

std::optional<Offset> CleanerCheckpoints::of(TopicPartition partition) const
{
    const auto at = clean_to_.find(partition);
    if (at == clean_to_.end()) return std::nullopt;
    return at->second;
}

void CleanerCheckpoints::forget(TopicPartition partition)
{
    clean_to_.erase(partition);
    uncleanable_.erase(partition);
}

void CleanerCheckpoints::truncated(TopicPartition partition, Offset new_active_base)
{
    const auto at = clean_to_.find(partition);
    if (at != clean_to_.end() && at->second > new_active_base) at->second = new_active_base;
}

CleanableLog CleanerCheckpoints::examine(TopicPartition partition, const UnifiedLog& log,
                                         std::int64_t now_ms)
{
    const CleanableLog found = find_cleanable(log, of(partition), now_ms);
    if (found.checkpoint_invalid) set(partition, found.first_dirty);
    return found;
}

std::optional<CleanerCheckpoints::Candidate> CleanerCheckpoints::dirtiest(
    std::span<const std::pair<TopicPartition, const UnifiedLog*>> logs, std::int64_t now_ms)
{
    std::optional<Candidate> best;
    for (const auto& [partition, log] : logs) {
        if (!log->settings().cleanup_compact || is_uncleanable(partition)) continue;
        const CleanableLog found = examine(partition, *log, now_ms);
        if (!found.is_eligible(log->settings())) continue;
        if (!best || found.is_dirtier_than(best->cleanable)) best = Candidate{partition, found};
    }
    return best;
}

}  // namespace gregor
