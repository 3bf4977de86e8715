#pragma once

#include "model/compaction/cleaner.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace gregor {

/// What the cleaner threads of one log directory know of its logs: how far each is clean, and which
/// cannot be cleaned any more. Source: class LogCleanerManager.
class CleanerCheckpoints {
public:
    std::optional<Offset> of(TopicPartition partition) const;
    void set(TopicPartition partition, Offset first_dirty) { clean_to_[partition] = first_dirty; }
    bool is_uncleanable(TopicPartition partition) const { return uncleanable_.contains(partition); }
    void mark_uncleanable(TopicPartition partition) { uncleanable_.insert(partition); }
    void forget(TopicPartition partition);
    /// A restart knows nothing of what failed before.
    void forget_uncleanable() { uncleanable_.clear(); }
    /// A log was cut below its active segment: its checkpoint goes back to the new one.
    void truncated(TopicPartition partition, Offset new_active_base);

    struct Candidate {
        TopicPartition partition;
        CleanableLog cleanable;
    };
    /// Looks at a log, and corrects a checkpoint that stands outside it.
    CleanableLog examine(TopicPartition partition, const UnifiedLog& log, std::int64_t now_ms);
    /// The dirtiest of the logs that are eligible; the first of equals. Logs without "compact",
    /// and uncleanable ones, are passed over.
    std::optional<Candidate> dirtiest(
        std::span<const std::pair<TopicPartition, const UnifiedLog*>> logs, std::int64_t now_ms);

private:
    std::map<TopicPartition, Offset> clean_to_;
    std::set<TopicPartition> uncleanable_;
};

}  // namespace gregor
