#include "model/log/log_validation.h"

#include "model/compression.h"
#include "model/record_view.h"

#include <algorithm>

/// What a leader asks of a batch before it is written. Source: classes UnifiedLog
/// (analyzeAndValidateRecords, analyzeAndValidateProducerState), LogValidator.
namespace gregor {

namespace {

bool is_outside(std::int64_t timestamp_ms, std::int64_t now_ms, const LogSettings& settings)
{
    return timestamp_ms != -1 && (now_ms - timestamp_ms > settings.timestamp_before_max_ms ||
                                  timestamp_ms - now_ms > settings.timestamp_after_max_ms);
}

bool has_bad_timestamp(const RecordBatch& batch, std::int64_t now_ms, const LogSettings& settings)
{
    if (batch.control || batch.data == nullptr) {
        return is_outside(batch.max_timestamp_ms, now_ms, settings);
    }
    bool outside = false;
    visit_records(batch, [&](const RecordView& record) {
        outside = outside || is_outside(record.timestamp_ms, now_ms, settings);
    });
    return outside;
}

/// Synthetic records have keys only where their batch says which.
bool has_null_key(const RecordBatch& batch)
{
    if (batch.control) return false;
    if (batch.data == nullptr) return true;
    return std::ranges::any_of(batch.data->records, &Record::null_key);
}

bool is_malformed(const RecordBatch& batch, AppendOrigin origin)
{
    if (batch.record_count <= 0 || batch.offsets_without_record != 0) return true;
    if (origin != AppendOrigin::client) return false;
    return batch.control || batch.log_append_time ||
           (batch.has_producer_id() && batch.base_sequence < 0);
}

}  // namespace

LogError UnifiedLog::validate(RecordBatch& batch, const Append& append) const
{
    if (std::int64_t{batch.size_in_bytes} > settings_.max_message_bytes) {
        return log_errors::record_too_large;
    }
    if (batch.bad_checksum) return log_errors::corrupt;
    if (is_malformed(batch, append.origin)) return log_errors::bad_record;
    if (!settings_.log_append_time && has_bad_timestamp(batch, append.now_ms, settings_)) {
        return log_errors::bad_timestamp;
    }
    if (settings_.cleanup_compact && has_null_key(batch)) {
        return log_errors::bad_record;
    }
    if (settings_.log_append_time) {
        batch.log_append_time = true;
        batch.max_timestamp_ms = append.now_ms;
    }
    if (settings_.compression && *settings_.compression != batch.codec && !batch.control) {
        recompress(batch, *settings_.compression);
        if (std::int64_t{batch.size_in_bytes} > settings_.max_message_bytes) {
            return log_errors::record_too_large;
        }
    }
    return {};
}

/// A transactional batch begins a transaction only with the coordinator's word (KIP-890).
LogError UnifiedLog::check_verification(const RecordBatch& batch, const Append& append) const
{
    if (append.origin == AppendOrigin::replication || !batch.transactional) return {};
    if (producers_.has_open_transaction(batch.producer_id, batch.producer_epoch)) return {};
    if (batch.control) return {};
    const ProducerEntry* known = producers_.find(batch.producer_id);
    if (known != nullptr && batch.producer_epoch < known->epoch) {
        return log_errors::old_producer_epoch;
    }
    if (!settings_.verification) return {};
    const VerificationEntry* entry = producers_.verification_of(batch.producer_id);
    const bool verified = entry != nullptr && append.verification_guard != 0 &&
                          append.verification_guard == entry->guard;
    return verified ? LogError{} : log_errors::bad_txn_state;
}

LogError UnifiedLog::check_producers(std::span<const RecordBatch> batches, const Append& append,
                                     ProducerEffects& effects) const
{
    std::int64_t position = active_segment().size_in_bytes();
    for (const RecordBatch& batch : batches) {
        const OffsetMetadata first{batch.base_offset, active_segment().base(), position};
        position += batch.size_in_bytes;
        if (!batch.has_producer_id()) continue;
        const ProducerId id = batch.producer_id;
        if (append.origin == AppendOrigin::client) {
            const ProducerEntry* known = producers_.find(id);
            effects.duplicate = known == nullptr ? nullptr : known->duplicate_of(batch);
            if (effects.duplicate != nullptr) return {};
        }
        LogError error = check_verification(batch, append);
        if (!error.none()) return error;
        auto at = std::ranges::find(effects.appends, id, &ProducerEffects::OfProducer::first);
        if (at == effects.appends.end()) {
            effects.appends.emplace_back(
                id, producers_.prepare(id, append.origin, append.transaction_version));
            at = effects.appends.end() - 1;
        }
        std::optional<CompletedTransaction> completed;
        error = at->second.append(batch, first, completed);
        if (!error.none()) return error;
        if (completed) effects.completed.push_back(*completed);
    }
    return {};
}

void UnifiedLog::apply(std::span<const RecordBatch> batches, const ProducerEffects& effects)
{
    for (const auto& [id, append] : effects.appends) producers_.update(append);
    for (const CompletedTransaction& each : effects.completed) {
        if (each.aborted) {
            own_segment(segments().size() - 1)
                .transactions()
                .append({each.producer, each.first_offset, each.last_offset,
                         producers_.last_stable_offset(each)});
        }
        producers_.complete(each);
    }
    for (const RecordBatch& batch : batches) {
        if (batch.has_producer_id()) producers_.end_verification(batch);
    }
    producers_.set_map_end_offset(log_end_offset());
    update_first_unstable();
}

}  // namespace gregor
