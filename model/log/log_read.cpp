#include "model/log/unified_log.h"

#include <algorithm>

namespace gregor {

/// The list is coarse: it goes up to the first offset index entry behind what was read.
std::vector<AbortedTransaction> UnifiedLog::aborted_in(Offset from, const Segment::Read& read,
                                                       std::size_t segment) const
{
    const auto bound = segments()[segment]->upper_bound_of_read(read.start.position, read.bytes);
    const Offset end_of_segment =
        segment + 1 < segments().size() ? segments()[segment + 1]->base() : log_end_offset();
    const Offset upper = bound.value_or(end_of_segment);
    std::vector<AbortedTransaction> found;
    for (std::size_t i = segment; i < segments().size(); ++i) {
        if (segments()[i]->transactions().collect(from, upper, found)) break;
    }
    return found;
}

std::vector<AbortedTransaction> UnifiedLog::aborted_transactions(Offset from, Offset upper) const
{
    std::vector<AbortedTransaction> found;
    for (std::size_t i = segment_index_of(from); i < segments().size(); ++i) {
        if (segments()[i]->transactions().collect(from, upper, found)) break;
    }
    return found;
}

Result<UnifiedLog::Fetched> UnifiedLog::read(Offset from, std::int64_t max_bytes,
                                             Isolation isolation, bool min_one)
{
    if (from < log_start_ || from > log_end_offset() || from < segments().front()->base()) {
        return Error::offset_out_of_range;
    }
    OffsetMetadata bound = next_;
    if (isolation == Isolation::high_watermark) bound = fetch_high_watermark();
    if (isolation == Isolation::txn_committed) bound = fetch_last_stable();
    Fetched fetched;
    if (from >= bound.offset) {
        fetched.start = from == bound.offset ? bound : locate(from);
        return fetched;
    }
    for (std::size_t i = segment_index_of(from); i < segments().size(); ++i) {
        const Segment& segment = *segments()[i];
        std::int64_t max_position = 0;
        if (segment.base() < bound.segment_base) max_position = segment.size_in_bytes();
        if (segment.base() == bound.segment_base) max_position = bound.position;
        auto read = segment.read(from, max_bytes, max_position, min_one);
        if (!read) continue;
        if (isolation == Isolation::txn_committed) fetched.aborted = aborted_in(from, *read, i);
        fetched.start = read->start;
        fetched.bytes = read->bytes;
        fetched.first_incomplete = read->first_incomplete;
        fetched.batches = std::move(read->batches);
        return fetched;
    }
    fetched.start = next_;
    return fetched;
}

std::optional<std::int64_t> UnifiedLog::readable_bytes(Offset from, Isolation isolation)
{
    OffsetMetadata bound = next_;
    if (isolation == Isolation::high_watermark) bound = fetch_high_watermark();
    if (isolation == Isolation::txn_committed) bound = fetch_last_stable();
    if (from >= bound.offset) return 0;
    const OffsetMetadata start = locate(from);
    if (start.segment_base < bound.segment_base) return std::nullopt;
    return bound.position - start.position;
}

std::int64_t UnifiedLog::bytes_from(const OffsetMetadata& position) const
{
    std::int64_t bytes = -position.position;
    for (std::size_t i = segment_index_of(position.segment_base); i < segments().size(); ++i) {
        bytes += segments()[i]->size_in_bytes();
    }
    return bytes;
}

std::optional<RecordBatch> UnifiedLog::batch_at(Offset offset) const
{
    std::optional<RecordBatch> found;
    walk(offset, [&](const RecordBatch& batch) {
        found = batch;
        return false;
    });
    return found;
}

std::optional<UnifiedLog::TimestampAndOffset> UnifiedLog::offset_for_timestamp(
    std::int64_t timestamp_ms) const
{
    const auto epoch_or_none = [](LeaderEpoch epoch) {
        return epoch == no_leader_epoch ? std::nullopt : std::optional(epoch);
    };
    constexpr std::int64_t latest = -1, earliest = -2, max_timestamp = -3, earliest_local = -4;
    switch (timestamp_ms) {
        case latest:
            return TimestampAndOffset{-1, log_end_offset(), epoch_or_none(epochs_.latest())};
        case earliest:
        case earliest_local:
            return TimestampAndOffset{-1, log_start_, epoch_or_none(epochs_.epoch_at(log_start_))};
        case -5:
        case -6: return TimestampAndOffset{-1, no_offset, no_leader_epoch};
        default: break;
    }
    std::optional<Segment::FoundTime> found;
    if (timestamp_ms == max_timestamp) {
        const auto at = std::ranges::max_element(segments(), {}, [](const auto& each) {
            return each->largest_record_time().timestamp_ms;
        });
        found = (*at)->find_largest_timestamp();
    } else {
        // Only the first segment that can hold it is asked.
        const auto at = std::ranges::find_if(segments(), [&](const auto& each) {
            return each->largest_timestamp_ms() >= timestamp_ms;
        });
        if (at != segments().end()) found = (*at)->find_timestamp(timestamp_ms, log_start_);
    }
    if (!found) return std::nullopt;
    return TimestampAndOffset{found->timestamp_ms, found->offset, epoch_or_none(found->epoch)};
}

}  // namespace gregor
