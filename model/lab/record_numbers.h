#pragma once

#include "model/log/unified_log.h"
#include "model/record_view.h"

#include <cstdint>

namespace gregor::lab {

/// Runs of numbers, of the client's stream to the partition, of the records that a batch holds: one
/// run, unless compaction took some of them out.
template <class Visit>
void visit_numbers(const RecordBatch& batch, Visit visit)
{
    if (batch.control || batch.record_count == 0) return;
    if (batch.offsets_without_record == 0) {
        visit(batch.first_number, std::int64_t{batch.record_count});
        return;
    }
    visit_records(batch, [&](const RecordView& record) {
        visit(batch.first_number + record.offset_delta, std::int64_t{1});
    });
}

/// Records below may have been removed because the topic's cleanup.policy says so. Of a compacted
/// log that is all but the active segment: whether the right ones went is LASTVAL's question.
inline Offset removable_below(const UnifiedLog& log)
{
    return log.settings().cleanup_compact ? log.active_segment().base() : log.log_start_offset();
}

}  // namespace gregor::lab
