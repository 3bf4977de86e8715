#pragma once

#include "model/compaction/cleanable.h"
#include "model/compaction/cleaned_transactions.h"
#include "model/compaction/offset_map.h"
#include "model/record_view.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace gregor {

/// One pass of the cleaner over a log: it keeps the last record of each key.
/// Source: classes Cleaner, MemoryRecords (filterTo); KIP-534 for the delete horizon.
class Cleaner {
public:
    struct Result {
        LogError error;                 ///< the partition is uncleanable from then on
        Offset end;                     ///< the first offset that is still dirty
        std::int64_t records_mapped{};  ///< passed while the map was built
        std::int64_t bytes_mapped{};
        std::int64_t records_read{};
        std::int64_t bytes_read{};
        std::int64_t records_written{};
        std::int64_t bytes_written{};
    };

    /// Cleans [first_dirty, upper) and writes everything below anew. `map_capacity` in keys.
    static Result clean(UnifiedLog& log, Offset first_dirty, Offset upper,
                        std::int64_t map_capacity, std::int64_t now_ms);
    /// The map of the dirty part alone; it may end before `upper`.
    static OffsetMap build_map(const UnifiedLog& log, Offset first_dirty, Offset upper,
                               std::int64_t capacity, Result& result);

private:
    Cleaner(UnifiedLog& log, const OffsetMap& map, Offset upper, std::int64_t now_ms);

    struct BatchDecision {
        bool drop_records = false;   ///< all of them
        bool keep_if_empty = false;  ///< at least its header
        bool marks_nothing = false;  ///< a marker without data
    };
    BatchDecision decide(const RecordBatch& batch);
    bool is_last_of_producer(const RecordBatch& batch) const;
    static bool put_keys(const RecordBatch& batch, Offset first_dirty, OffsetMap& map,
                         Result& result);
    bool survives(const RecordBatch& batch, const RecordView& record) const;
    std::optional<RecordBatch> rewrite_records(const RecordBatch& batch) const;
    std::optional<RecordBatch> rewrite(const RecordBatch& batch, const BatchDecision& decision,
                                       Result& result) const;
    std::optional<RecordBatch> rewrite_marker(const RecordBatch& batch,
                                              const BatchDecision& decision) const;
    std::shared_ptr<Segment> clean_group(const SegmentGroup& group, Result& result);

    UnifiedLog& log_;
    const OffsetMap& map_;
    CleanedTransactions transactions_;
    Offset upper_;
    std::int64_t now_ms_;
};

}  // namespace gregor
