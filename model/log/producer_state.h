#pragma once

#include "model/error.h"
#include "model/record.h"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// What a partition remembers of its idempotent producers: the last five batches of each.
/// Source: classes ProducerStateManager, ProducerStateEntry, ProducerAppendInfo.
class ProducerStates {
public:
    struct Verdict {
        Error error = Error::none;
        std::optional<Offset> duplicate_of;  ///< base offset of the same batch, appended before
    };
    /// What a client's batch would be: new, a duplicate, or an error. Changes nothing.
    Verdict check(const RecordBatch& batch) const;
    /// A batch is in the log, from a client or from the leader.
    void appended(const RecordBatch& batch);
    void clear() { entries_.clear(); }
    std::size_t size() const { return entries_.size(); }

private:
    struct Batch {
        std::int32_t first_sequence = -1, last_sequence = -1;
        Offset base_offset;
    };
    struct Entry {
        ProducerId id;
        ProducerEpoch epoch;
        std::array<Batch, 5> batches;
        std::int32_t count = 0;
        const Batch& last() const { return batches[static_cast<std::size_t>(count - 1)]; }
    };
    const Entry* find(ProducerId id) const;
    std::vector<Entry> entries_;  // by producer id
};

}  // namespace gregor
