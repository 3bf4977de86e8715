#pragma once

#include "model/record.h"

#include <cstdint>
#include <vector>

namespace gregor {

/// Which records of a batch a pass of the cleaner keeps.
struct Survivors {
    std::vector<bool> kept;  ///< of each record, in order
    std::int32_t count = 0;
    bool tombstones = false;  ///< there is one among them
    std::int64_t first_timestamp_ms = -1, max_timestamp_ms = -1;

    bool all() const { return static_cast<std::size_t>(count) == kept.size(); }
};

/// The batch with these records alone: offsets and sequence numbers stay, timestamps are relative
/// to the delete horizon or, without one (-1), to the first survivor's. Precondition: there is a
/// survivor.
/// Source: classes MemoryRecords (filterTo), MemoryRecordsBuilder.
RecordBatch batch_of(const Survivors& survivors, const RecordBatch& batch, std::int64_t horizon_ms);

}  // namespace gregor
