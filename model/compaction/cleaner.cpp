#include "model/compaction/cleaner.h"

#include "model/compaction/survivors.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// The header of a batch of which no record is left.
RecordBatch empty_batch(const RecordBatch& batch)
{
    RecordBatch empty = batch;
    empty.offsets_without_record = batch.last_offset_delta() + 1;
    empty.record_count = 0;
    empty.data = nullptr;
    empty.size_in_bytes = batch_header_bytes;
    empty.base_timestamp_ms = -1;
    empty.has_delete_horizon = false;
    empty.codec = Codec::none;
    return empty;
}

/// Where the timestamps of a rewritten batch begin: the delete horizon wins.
std::int64_t horizon_or_none(const RecordBatch& batch, bool set_now, std::int64_t now_ms,
                             const LogSettings& settings)
{
    if (batch.has_delete_horizon) return batch.base_timestamp_ms;
    return set_now ? now_ms + settings.delete_retention_ms : -1;
}

}  // namespace

Cleaner::Cleaner(UnifiedLog& log, const OffsetMap& map, Offset upper, std::int64_t now_ms)
    : log_(log), map_(map), upper_(upper), now_ms_(now_ms)
{
}

/// False when the map is full: then the pass reaches no further than the last key it holds.
bool Cleaner::put_keys(const RecordBatch& batch, Offset first_dirty, OffsetMap& map, Result& result)
{
    bool full = false;
    visit_records(batch, [&](const RecordView& record) {
        const Offset offset = batch.base_offset + record.offset_delta;
        const bool counts = !record.null_key && offset >= first_dirty;
        full = full || (counts && map.full());
        if (full) return;
        if (counts) map.put(record.key, offset);
        ++result.records_mapped;
    });
    return !full;
}

OffsetMap Cleaner::build_map(const UnifiedLog& log, Offset first_dirty, Offset upper,
                             std::int64_t capacity, Result& result)
{
    OffsetMap map(capacity);
    CleanedTransactions transactions;
    transactions.add_aborted(log.aborted_transactions(first_dirty, upper));
    const auto& segments = log.segments();
    if (first_dirty >= upper) {
        map.set_latest_offset(first_dirty + (-1));
        return map;
    }
    for (std::size_t i = log.segment_index_of(first_dirty);
         i < segments.size() && segments[i]->base() < upper; ++i) {
        const Segment& segment = *segments[i];
        const auto from = segment.offset_index().lookup(first_dirty, segment.base()).position;
        for (auto at = segment.batches().at_position(from); !at.at_end(); at.next()) {
            const RecordBatch& batch = at.batch();
            result.bytes_mapped += batch.size_in_bytes;
            if (batch.control) {
                transactions.on_marker(batch);
                ++result.records_mapped;
            } else if (transactions.on_batch(batch) || batch.data == nullptr) {
                result.records_mapped += batch.record_count;
            } else if (!put_keys(batch, first_dirty, map, result)) {
                return map;
            }
            if (batch.last_offset() >= first_dirty) map.set_latest_offset(batch.last_offset());
        }
        const bool is_last = i + 1 == segments.size() || segments[i + 1]->base() >= upper;
        map.set_latest_offset((is_last ? upper : segments[i + 1]->base()) + (-1));
    }
    return map;
}

/// The batch that says how far an active producer has come, or which epoch it has.
bool Cleaner::is_last_of_producer(const RecordBatch& batch) const
{
    if (!batch.has_producer_id()) return false;
    const ProducerEntry* entry = log_.producers().find(batch.producer_id);
    if (entry == nullptr) return false;
    if (entry->knows_no_batch()) return batch.control && batch.producer_epoch == entry->epoch;
    return batch.last_offset() == entry->batches.back().last_offset;
}

Cleaner::BatchDecision Cleaner::decide(const RecordBatch& batch)
{
    const bool can_go =
        batch.control ? transactions_.on_marker(batch) : transactions_.on_batch(batch);
    BatchDecision decision;
    const auto horizon = batch.delete_horizon_ms();
    decision.drop_records = can_go && (!batch.control || (horizon && *horizon <= now_ms_));
    decision.keep_if_empty = is_last_of_producer(batch) || batch.next_offset() == upper_;
    decision.marks_nothing = batch.control && can_go;
    return decision;
}

bool Cleaner::survives(const RecordBatch& batch, const RecordView& record) const
{
    const Offset offset = batch.base_offset + record.offset_delta;
    if (offset > map_.latest_offset()) return true;
    if (record.null_key || offset < map_.find(record.key)) return false;
    const auto horizon = batch.delete_horizon_ms();
    return !record.null_value || !horizon || now_ms_ < *horizon;
}

std::optional<RecordBatch> Cleaner::rewrite_marker(const RecordBatch& batch,
                                                   const BatchDecision& decision) const
{
    if (batch.record_count == 0) return std::nullopt;
    const bool stamp = decision.marks_nothing && !batch.has_delete_horizon;
    if (!stamp) return batch;
    RecordBatch stamped = batch;
    stamped.has_delete_horizon = true;
    stamped.base_timestamp_ms = now_ms_ + log_.settings().delete_retention_ms;
    const Record record = marker_record(*batch.data->marker, batch.max_timestamp_ms);
    stamped.size_in_bytes =
        static_cast<std::uint32_t>(batch_size({record}, stamped.base_timestamp_ms));
    return stamped;
}

std::optional<RecordBatch> Cleaner::rewrite_records(const RecordBatch& batch) const
{
    if (batch.data == nullptr) {  // no record has a key: all go as far as the map reaches
        const bool beyond = batch.record_count > 0 && batch.base_offset > map_.latest_offset();
        return beyond ? std::optional(batch) : std::nullopt;
    }
    Survivors survivors;
    visit_records(batch, [&](const RecordView& record) {
        const bool kept = survives(batch, record);
        survivors.kept.push_back(kept);
        if (!kept) return;
        if (survivors.count++ == 0) {
            survivors.first_timestamp_ms = survivors.max_timestamp_ms = record.timestamp_ms;
        }
        survivors.max_timestamp_ms = std::max(survivors.max_timestamp_ms, record.timestamp_ms);
        survivors.tombstones = survivors.tombstones || record.null_value;
    });
    const bool stamp = survivors.tombstones && !batch.has_delete_horizon;
    if (survivors.count == 0) return std::nullopt;
    if (survivors.all() && !stamp) return batch;
    return batch_of(survivors, batch, horizon_or_none(batch, stamp, now_ms_, log_.settings()));
}

/// What is written of a batch; none when nothing of it is left.
std::optional<RecordBatch> Cleaner::rewrite(const RecordBatch& batch, const BatchDecision& decision,
                                            Result& result) const
{
    std::optional<RecordBatch> written;
    result.records_read += batch.record_count;
    if (!decision.drop_records) {
        written = batch.control ? rewrite_marker(batch, decision) : rewrite_records(batch);
    }
    if (written) result.records_written += written->record_count;
    if (!written && decision.keep_if_empty) written = empty_batch(batch);
    return written;
}

std::shared_ptr<Segment> Cleaner::clean_group(const SegmentGroup& group, Result& result)
{
    const auto& segments = log_.segments();
    auto cleaned =
        std::make_shared<Segment>(segments[group.first]->base(), Segment::Times{now_ms_, 0});
    for (std::size_t i = group.first; i < group.first + group.count; ++i) {
        const Segment& source = *segments[i];
        const bool is_last = i + 1 == group.first + group.count;
        transactions_.add_aborted(log_.aborted_transactions(
            source.base(), is_last ? source.read_next_offset() : segments[i + 1]->base()));
        for (auto at = source.batches().begin(); !at.at_end(); at.next()) {
            const RecordBatch& batch = at.batch();
            result.bytes_read += batch.size_in_bytes;
            const BatchDecision decision = decide(batch);
            if (decision.drop_records && !decision.keep_if_empty) continue;
            const auto written = rewrite(batch, decision, result);
            if (!written) continue;
            result.bytes_written += written->size_in_bytes;
            result.error = cleaned->append({*written}, now_ms_, log_.settings());
            if (!result.error.none()) return nullptr;
        }
    }
    for (const AbortedTransaction& each : transactions_.take_kept()) {
        cleaned->transactions().append(each);
    }
    cleaned->close();
    cleaned->set_modified_ms(segments[group.first + group.count - 1]->modified_ms());
    return cleaned;
}

Cleaner::Result Cleaner::clean(UnifiedLog& log, Offset first_dirty, Offset upper,
                               std::int64_t map_capacity, std::int64_t now_ms)
{
    Result result;
    const OffsetMap map = build_map(log, first_dirty, upper, map_capacity, result);
    result.end = map.latest_offset() + 1;
    Cleaner cleaner(log, map, upper, now_ms);
    std::size_t merged = 0;  // segments that earlier groups have saved
    for (SegmentGroup group : group_segments(log, result.end, upper)) {
        group.first -= merged;
        std::shared_ptr<Segment> cleaned = cleaner.clean_group(group, result);
        if (cleaned == nullptr) return result;
        log.replace_segments(group.first, group.count, std::move(cleaned));
        merged += group.count - 1;
    }
    return result;
}

}  // namespace gregor
