#pragma once

#include "model/record.h"

#include <string_view>

namespace gregor {

/// What the log and the cleaner ask of a record, however its batch is kept.
struct RecordView {
    std::int32_t offset_delta{};
    std::string_view key;  ///< valid during the visit
    bool null_key = false;
    bool null_value = false;
    std::int64_t timestamp_ms{};  ///< as the producer gave it
};

/// The key of a coordinator's record: equal for records that replace each other (schemas
/// OffsetCommitKey, GroupMetadataKey).
std::string key_of(const CoordinatorRecord& record);

/// Visits the records of a batch in order; none of a control batch. Of a synthetic batch without
/// keys all records carry the largest timestamp.
template <class Visit>
void visit_records(const RecordBatch& batch, Visit visit)
{
    if (batch.control || batch.record_count == 0) return;
    if (batch.data == nullptr) {
        for (std::int32_t i = 0; i < batch.record_count; ++i) {
            visit(RecordView{
                .offset_delta = i, .null_key = true, .timestamp_ms = batch.max_timestamp_ms});
        }
        return;
    }
    for (const Record& each : batch.data->records) {
        visit(RecordView{each.offset_delta, each.key, each.null_key, each.null_value,
                         each.timestamp_ms});
    }
    for (auto at = batch.data->keyed.begin(); !at.at_end();) {
        const KeyedRecords::Item item = at.next();
        const std::string key = KeyedRecords::key_text(item.key);
        visit(RecordView{item.offset_delta, key, false, item.null_value, item.timestamp_ms});
    }
    for (const CoordinatorRecord& each : batch.data->coordinator) {
        const std::string key = key_of(each);
        using Kind = CoordinatorRecord::Kind;
        const bool gone = each.kind == Kind::tombstone ||
                          (each.kind == Kind::offset_commit && each.offset == no_offset) ||
                          (each.kind == Kind::consumer_member && each.member == nullptr);
        visit(RecordView{each.offset_delta, key, false, gone, batch.max_timestamp_ms});
    }
    for (const TransactionRecord& each : batch.data->transactions) {
        visit(RecordView{each.offset_delta, each.id, false, each.value == nullptr,
                         batch.max_timestamp_ms});
    }
}

}  // namespace gregor
