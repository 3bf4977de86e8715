#pragma once

#include "model/copy_on_write.h"
#include "model/metadata_record.h"
#include "model/types.h"

#include <cstdint>
#include <vector>

namespace gregor {

/// One replica of `__cluster_metadata-0`: batches in order, from offset 0 (no snapshots). Copies
/// share what they have in common.
class MetadataLog {
public:
    MetadataLog() = default;
    explicit MetadataLog(const std::vector<MetadataBatchPtr>& batches);

    struct EpochEnd {
        QuorumEpoch epoch;
        Offset end_offset;
    };

    void append(MetadataBatchPtr batch);
    /// Drops all from `end` on, which must lie between two batches.
    void truncate_to(Offset end);

    Offset end_offset() const { return end_offset_; }
    QuorumEpoch last_epoch() const;
    /// The largest epoch of the log that is not above `epoch`, and where it ends.
    EpochEnd end_of_epoch(QuorumEpoch epoch) const;
    std::int64_t bytes() const { return bytes_; }

    /// Whole batches from `from` (the beginning of one, or the end) up to but not including
    /// `below`; at least one where there is one, not many more than `max_bytes`.
    std::vector<MetadataBatchPtr> read(Offset from, Offset below, std::int64_t max_bytes) const;

private:
    struct EpochStart {
        QuorumEpoch epoch;
        Offset start;
    };
    static constexpr std::size_t chunk_size = 256;
    using Chunk = std::vector<MetadataBatchPtr>;

    const MetadataBatchPtr& at(std::size_t index) const
    {
        return (*chunks_[index / chunk_size])[index % chunk_size];
    }
    std::size_t index_of(Offset offset) const;

    std::vector<CopyOnWrite<Chunk>> chunks_;  // all full but the last
    std::vector<EpochStart> epochs_;
    std::size_t count_ = 0;
    Offset end_offset_{0};
    std::int64_t bytes_ = 0;
};

}  // namespace gregor
