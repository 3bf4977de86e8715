#pragma once

#include "model/log/offset_metadata.h"
#include "model/record.h"

#include <boost/container/static_vector.hpp>

#include <cstdint>
#include <optional>

namespace gregor {

/// A batch of a producer as the partition remembers it. Source: class BatchMetadata.
struct ProducerBatchMetadata {
    std::int32_t last_sequence = -1;
    Offset last_offset{no_offset};
    std::int32_t offset_delta{};
    std::int64_t timestamp_ms{};

    std::int32_t first_sequence() const { return previous_sequence(last_sequence, offset_delta); }
    Offset first_offset() const { return last_offset + (-std::int64_t{offset_delta}); }
};

/// What a partition remembers of one producer: epoch, open transaction and up to five batches,
/// which a change of the epoch empties. Source: class ProducerStateEntry.
struct ProducerEntry {
    static constexpr std::size_t remembered = 5;

    ProducerId id{no_producer_id};
    ProducerEpoch epoch{no_producer_epoch};
    std::int32_t coordinator_epoch = -1;
    std::int64_t last_timestamp_ms = -1;      ///< of the last batch or marker, by its own timestamp
    std::optional<Offset> transaction_start;  ///< first offset of the open transaction
    boost::container::static_vector<ProducerBatchMetadata, remembered> batches;  ///< oldest first

    bool knows_no_batch() const { return batches.empty(); }
    std::int32_t last_sequence() const
    {
        return batches.empty() ? -1 : batches.back().last_sequence;
    }
    /// The remembered batch of exactly these sequence numbers and this epoch.
    const ProducerBatchMetadata* duplicate_of(const RecordBatch& batch) const;
    void set_epoch(ProducerEpoch now);
    void add(const ProducerBatchMetadata& batch);
    /// A step of the same producer is over: its outcome replaces this, its batches are added.
    void update(const ProducerEntry& next);
};

/// A transaction of which this partition has data. Source: class TxnMetadata.
struct OpenTransaction {
    ProducerId producer;
    OffsetMetadata first;
    std::optional<Offset> last_offset;  ///< of the marker
};

/// A marker ended a transaction that has data here. Source: class CompletedTxn.
struct CompletedTransaction {
    ProducerId producer;
    Offset first_offset;
    Offset last_offset;
    bool aborted = false;
};

/// A transactional batch waits for the coordinator to say that the partition belongs to the
/// transaction (KIP-890). Source: classes VerificationStateEntry, VerificationGuard.
struct VerificationEntry {
    std::int64_t guard{};  ///< 1, 2, ... in order of creation; 0 is the sentinel
    std::int32_t lowest_sequence{};
    ProducerEpoch epoch{};
    bool supports_epoch_bump = false;
    std::int64_t timestamp_ms{};
};

}  // namespace gregor
