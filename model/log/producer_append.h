#pragma once

#include "model/log/log_error.h"
#include "model/log/producer_entry.h"

#include <optional>
#include <vector>

namespace gregor {

/// Who appends: a client and a coordinator are checked, what is replicated or read back is not.
enum class AppendOrigin : std::uint8_t { client, coordinator, replication };

/// The effect of the batches of one append on one producer, until the append is certain.
/// Source: class ProducerAppendInfo.
class ProducerAppend {
public:
    ProducerAppend(const ProducerEntry& current, AppendOrigin origin,
                   std::optional<VerificationEntry> verification, int transaction_version);

    /// `completed` is set when the batch is a marker that ends a transaction with data here.
    LogError append(const RecordBatch& batch, const OffsetMetadata& first,
                    std::optional<CompletedTransaction>& completed);
    const ProducerEntry& updated() const { return updated_; }
    const std::vector<OpenTransaction>& started() const { return started_; }

private:
    LogError check_epoch(const RecordBatch& batch) const;
    LogError check_marker_epoch(const RecordBatch& batch) const;
    LogError check_sequence(const RecordBatch& batch) const;
    LogError append_data(const RecordBatch& batch, const OffsetMetadata& first);
    LogError append_marker(const RecordBatch& batch,
                           std::optional<CompletedTransaction>& completed);

    ProducerEntry current_;
    ProducerEntry updated_;
    AppendOrigin origin_;
    std::optional<VerificationEntry> verification_;
    int transaction_version_;
    std::vector<OpenTransaction> started_;
};

}  // namespace gregor
