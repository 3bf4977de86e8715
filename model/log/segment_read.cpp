#include "model/batch_encoding.h"
#include "model/log/segment.h"
#include "model/record_view.h"

#include <algorithm>

namespace gregor {

std::optional<Segment::Read> Segment::read(Offset from, std::int64_t max_bytes,
                                           std::int64_t max_position, bool min_one) const
{
    BatchList::Cursor at = seek(from);
    if (at.at_end()) return std::nullopt;
    Read found;
    const std::int64_t start = at.position();
    const std::int64_t first_size = at.batch().size_in_bytes;
    found.start = {at.batch().base_offset, base_, start};
    const std::int64_t limit = min_one ? std::max(max_bytes, first_size) : max_bytes;
    if (limit == 0) return found;
    found.first_incomplete = limit < first_size;
    const std::int64_t end = std::min(max_position, size_in_bytes());
    found.bytes = std::clamp<std::int64_t>(end - start, 0, limit);
    for (; is_readable(at, start); at.next()) {
        if (at.position() + at.batch().size_in_bytes > start + found.bytes) break;
        found.batches.push_back(at.batch());
    }
    return found;
}

std::optional<Offset> Segment::upper_bound_of_read(std::int64_t position, std::int64_t bytes) const
{
    const auto entry = offset_index_.upper_bound_of_position(position + bytes);
    if (!entry) return std::nullopt;
    return entry->offset;
}

std::optional<Segment::FoundTime> find_in_batch(const RecordBatch& batch, std::int64_t timestamp_ms,
                                                Offset from)
{
    if (batch.max_timestamp_ms < timestamp_ms) return std::nullopt;
    const LeaderEpoch epoch = batch.partition_leader_epoch;
    if (batch.data == nullptr || batch.control) {
        const Offset offset = std::max(batch.base_offset, from);
        if (batch.record_count == 0 || offset > batch.last_offset()) return std::nullopt;
        return Segment::FoundTime{batch.max_timestamp_ms, offset, epoch};
    }
    std::optional<Segment::FoundTime> found;
    visit_records(batch, [&](const RecordView& record) {
        const Offset offset = batch.base_offset + record.offset_delta;
        const std::int64_t at =
            batch.log_append_time ? batch.max_timestamp_ms : record.timestamp_ms;
        if (found || at < timestamp_ms || offset < from) return;
        found = Segment::FoundTime{at, offset, epoch};
    });
    return found;
}

std::optional<Segment::FoundTime> Segment::find_timestamp(std::int64_t timestamp_ms,
                                                          Offset from) const
{
    const Offset start = std::max(time_index_.lookup(timestamp_ms, base_).offset, from);
    BatchList::Cursor at = batches_.at_position(offset_index_.lookup(start, base_).position);
    for (; !at.at_end(); at.next()) {
        if (const auto found = find_in_batch(at.batch(), timestamp_ms, from)) return found;
    }
    return std::nullopt;
}

std::optional<Segment::FoundTime> Segment::find_largest_timestamp() const
{
    const std::int64_t wanted = largest_.timestamp_ms;
    BatchList::Cursor at =
        batches_.at_position(offset_index_.lookup(largest_.offset, base_).position);
    for (; !at.at_end(); at.next()) {
        if (at.batch().max_timestamp_ms == wanted) {
            return find_in_batch(at.batch(), wanted, at.batch().base_offset);
        }
    }
    return std::nullopt;
}

void Segment::flip_byte(std::int64_t position, std::uint8_t mask)
{
    if (position >= batches_.size_in_bytes()) {
        if (tail_ == Tail::zeros) tail_ = Tail::unreadable;
        return;
    }
    const BatchList::Cursor hit = batches_.at_position(position);
    const std::int64_t begins = hit.position();
    const auto seen = gregor::flip_byte(hit.batch(), position - begins, mask);
    if (seen) {
        batches_.replace(begins, *seen);
    } else {
        broken_length_at_ = broken_length_at_ < 0 ? begins : std::min(begins, broken_length_at_);
    }
}

}  // namespace gregor
