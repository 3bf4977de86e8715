#pragma once

#include "model/log/unified_log.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// Which part of a log a cleaner may clean, and how dirty it is.
/// Source: classes LogCleanerManager (cleanableOffsets), LogToClean.
struct CleanableLog {
    Offset first_dirty;
    Offset first_uncleanable;          ///< exact
    Offset first_uncleanable_segment;  ///< base of the segment that holds it: where a pass ends
    std::int64_t clean_bytes{};
    std::int64_t cleanable_bytes{};
    bool checkpoint_invalid = false;  ///< below the log start or above the end
    bool must_compact_now = false;    ///< max.compaction.lag.ms is exceeded

    std::int64_t total_bytes() const { return clean_bytes + cleanable_bytes; }
    bool is_eligible(const LogSettings& settings) const;
    /// Whether its share of dirty bytes is larger.
    bool is_dirtier_than(const CleanableLog& other) const;
};

/// `checkpoint`: the first offset that was not cleaned; none before the first pass.
CleanableLog find_cleanable(const UnifiedLog& log, std::optional<Offset> checkpoint,
                            std::int64_t now_ms);

/// Segments [first, first + count) of a log, which become one.
struct SegmentGroup {
    std::size_t first{};
    std::size_t count = 1;
};
/// What a pass up to `end` puts together; `upper` is where the cleanable part ends.
/// Source: class Cleaner, groupSegmentsBySize.
std::vector<SegmentGroup> group_segments(const UnifiedLog& log, Offset end, Offset upper);

}  // namespace gregor
