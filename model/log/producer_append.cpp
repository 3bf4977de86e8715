#include "model/log/producer_append.h"

#include <limits>
#include <utility>

namespace gregor {

namespace {

constexpr std::int16_t last_epoch = std::numeric_limits<std::int16_t>::max();

bool follows(std::int32_t last, std::int32_t next)
{
    return std::int64_t{next} == std::int64_t{last} + 1 ||
           (next == 0 && last == std::numeric_limits<std::int32_t>::max());
}

}  // namespace

const ProducerBatchMetadata* ProducerEntry::duplicate_of(const RecordBatch& batch) const
{
    if (batch.producer_epoch != epoch) return nullptr;
    for (const ProducerBatchMetadata& each : batches) {
        if (each.first_sequence() == batch.base_sequence &&
            each.last_sequence == batch.last_sequence()) {
            return &each;
        }
    }
    return nullptr;
}

void ProducerEntry::set_epoch(ProducerEpoch now)
{
    if (now == epoch) return;
    batches.clear();
    epoch = now;
}

void ProducerEntry::add(const ProducerBatchMetadata& batch)
{
    if (batches.size() == remembered) batches.erase(batches.begin());
    batches.push_back(batch);
}

void ProducerEntry::update(const ProducerEntry& next)
{
    set_epoch(next.epoch);
    for (const ProducerBatchMetadata& each : next.batches) add(each);
    coordinator_epoch = next.coordinator_epoch;
    last_timestamp_ms = next.last_timestamp_ms;
    transaction_start = next.transaction_start;
}

ProducerAppend::ProducerAppend(const ProducerEntry& current, AppendOrigin origin,
                               std::optional<VerificationEntry> verification,
                               int transaction_version)
    : current_(current),
      updated_(current),
      origin_(origin),
      verification_(verification),
      transaction_version_(transaction_version)
{
    updated_.batches.clear();
}

LogError ProducerAppend::append(const RecordBatch& batch, const OffsetMetadata& first,
                                std::optional<CompletedTransaction>& completed)
{
    if (batch.control) return append_marker(batch, completed);
    return append_data(batch, first);
}

LogError ProducerAppend::check_epoch(const RecordBatch& batch) const
{
    if (origin_ == AppendOrigin::replication || batch.producer_epoch >= updated_.epoch) return {};
    return log_errors::old_producer_epoch;
}

/// With transaction version 2 every marker raises the epoch, so an equal one is late; unless no
/// transaction is open, when it is a retry, or the epochs are used up.
LogError ProducerAppend::check_marker_epoch(const RecordBatch& batch) const
{
    if (origin_ == AppendOrigin::replication) return {};
    const bool equal = batch.producer_epoch == updated_.epoch;
    const bool late = transaction_version_ >= 2 && equal && updated_.transaction_start &&
                      batch.producer_epoch.value != last_epoch;
    if (late || batch.producer_epoch < updated_.epoch) return log_errors::old_producer_epoch;
    return {};
}

LogError ProducerAppend::check_sequence(const RecordBatch& batch) const
{
    const bool no_batch = updated_.knows_no_batch() && current_.knows_no_batch();
    if (verification_) {
        const bool begins = batch.base_sequence == 0;
        if (verification_->supports_epoch_bump && !begins && no_batch) {
            return log_errors::out_of_order_sequence;
        }
        if (batch.base_sequence > verification_->lowest_sequence) {
            return log_errors::out_of_order_sequence;
        }
    }
    if (batch.producer_epoch != updated_.epoch) {
        const bool unknown = updated_.epoch == no_producer_epoch;
        return batch.base_sequence == 0 || unknown ? LogError{} : log_errors::out_of_order_sequence;
    }
    std::int32_t last = -1;
    if (!updated_.knows_no_batch()) {
        last = updated_.last_sequence();
    } else if (batch.producer_epoch == current_.epoch) {
        last = current_.last_sequence();
    }
    const bool unknown = current_.epoch == no_producer_epoch;
    return unknown || follows(last, batch.base_sequence) ? LogError{}
                                                         : log_errors::out_of_order_sequence;
}

LogError ProducerAppend::append_data(const RecordBatch& batch, const OffsetMetadata& first)
{
    if (const LogError error = check_epoch(batch); !error.none()) return error;
    if (origin_ == AppendOrigin::client) {
        if (const LogError error = check_sequence(batch); !error.none()) return error;
    }
    updated_.set_epoch(batch.producer_epoch);
    updated_.add(ProducerBatchMetadata{batch.last_sequence(), batch.last_offset(),
                                       batch.last_offset_delta(), batch.max_timestamp_ms});
    updated_.last_timestamp_ms = batch.max_timestamp_ms;
    if (updated_.transaction_start && !batch.transactional) return log_errors::bad_txn_state;
    if (!updated_.transaction_start && batch.transactional) {
        updated_.transaction_start = batch.base_offset;
        started_.push_back(OpenTransaction{batch.producer_id, first, {}});
    }
    return {};
}

LogError ProducerAppend::append_marker(const RecordBatch& batch,
                                       std::optional<CompletedTransaction>& completed)
{
    // An empty control batch was cleaned: nothing of its transaction is left.
    if (batch.record_count == 0 || batch.data == nullptr || !batch.data->marker) return {};
    const EndTransactionMarker& marker = *batch.data->marker;
    if (const LogError error = check_marker_epoch(batch); !error.none()) return error;
    if (origin_ != AppendOrigin::replication &&
        updated_.coordinator_epoch > marker.coordinator_epoch) {
        return log_errors::coordinator_fenced;
    }
    if (updated_.transaction_start) {
        completed = CompletedTransaction{batch.producer_id, *updated_.transaction_start,
                                         batch.base_offset, !marker.commit};
    }
    updated_.set_epoch(batch.producer_epoch);
    updated_.coordinator_epoch = marker.coordinator_epoch;
    updated_.last_timestamp_ms = batch.max_timestamp_ms;
    updated_.transaction_start.reset();
    return {};
}

}  // namespace gregor
