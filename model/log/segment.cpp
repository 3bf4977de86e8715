#include "model/log/segment.h"

#include <algorithm>

namespace gregor {

std::optional<std::int64_t> Segment::first_batch_timestamp_ms() const
{
    if (batches_.empty()) return std::nullopt;
    return batches_.front().max_timestamp_ms;
}

RollReasons Segment::should_roll(const RollQuestion& question, const LogSettings& settings) const
{
    // Message time against message time, unless the first batch carries none.
    const std::int64_t first = first_batch_timestamp_ms().value_or(-1);
    const std::int64_t waited =
        first >= 0 ? question.max_timestamp_ms - first : question.now_ms - times_.created_ms;
    RollReasons reasons;
    reasons.size = size_in_bytes() > settings.segment_bytes - question.bytes;
    reasons.time = !empty() && waited > settings.max_segment_ms() - times_.jitter_ms;
    reasons.offset_index_full = offset_index_.is_full(settings.segment_index_bytes);
    reasons.time_index_full = time_index_.is_full(settings.segment_index_bytes);
    reasons.offset_distance = !can_hold(question.last_offset);
    return reasons;
}

void Segment::note_timestamp(const RecordBatch& batch)
{
    if (batch.max_timestamp_ms <= largest_.timestamp_ms) return;
    largest_ = {batch.max_timestamp_ms, batch.last_offset()};
}

bool Segment::add_index_entry(const RecordBatch& batch, std::int64_t position,
                              const LogSettings& settings)
{
    since_index_entry_ = 0;
    return offset_index_.append({batch.last_offset(), position}, settings.segment_index_bytes) &&
           time_index_.maybe_append(largest_, settings.segment_index_bytes);
}

LogError Segment::append(const std::vector<RecordBatch>& batches, std::int64_t now_ms,
                         const LogSettings& settings)
{
    if (batches.empty()) return {};
    if (!can_hold(batches.back().last_offset())) return log_errors::segment_overflow;
    std::int64_t position = size_in_bytes();
    modified_ms_ = now_ms;
    LogError error;
    for (const RecordBatch& batch : batches) {
        if (error.none()) {
            note_timestamp(batch);
            const std::int64_t before = since_index_entry_;
            if (before > settings.index_interval_bytes &&
                !add_index_entry(batch, position, settings)) {
                since_index_entry_ = before;
                error = log_errors::index_full;
            }
            if (error.none()) since_index_entry_ += batch.size_in_bytes;
        }
        position += batch.size_in_bytes;
        batches_.push(batch);
    }
    return error;
}

void Segment::close()
{
    time_index_.close_with(largest_);
}

/// From the last time entry, and from the batches behind it.
void Segment::scan_for_largest_timestamp()
{
    largest_ = time_index_.last(base_);
    BatchList::Cursor at =
        batches_.at_position(offset_index_.lookup(largest_.offset, base_).position);
    for (; !at.at_end(); at.next()) note_timestamp(at.batch());
}

std::int64_t Segment::truncate_to(Offset offset, std::int64_t now_ms)
{
    const BatchList::Cursor cut = seek(offset);
    offset_index_.truncate_to(offset);
    time_index_.truncate_to(offset);
    transactions_.truncate_to(offset);
    const std::int64_t before = size_in_bytes();
    if (!cut.at_end()) {
        const std::int64_t position = cut.position();  // the cursor does not outlive the cut
        batches_.truncate_to_position(position);
        tail_ = Tail::none;
        tail_bytes_ = 0;
        if (broken_length_at_ >= position) broken_length_at_ = -1;
        modified_ms_ = now_ms;
    }
    if (empty()) times_.created_ms = now_ms;
    since_index_entry_ = 0;
    if (largest_.timestamp_ms >= 0) scan_for_largest_timestamp();
    return before - size_in_bytes();
}

void Segment::reopen()
{
    largest_ = time_index_.last(base_);
    since_index_entry_ = 0;
}

/// Whether what reads from a position comes as far as this batch.
bool Segment::is_readable(const BatchList::Cursor& at, std::int64_t from_position) const
{
    if (at.at_end()) return false;
    return broken_length_at_ < from_position || at.position() < broken_length_at_;
}

BatchList::Cursor Segment::seek(Offset offset) const
{
    // The index decides only where damage left the batches out of order or unreadable.
    const bool is_sound = batches_.is_ordered() && broken_length_at_ < 0;
    const std::int64_t from = is_sound ? 0 : offset_index_.lookup(offset, base_).position;
    const BatchList::Cursor at = batches_.seek(offset, from);
    return is_readable(at, from) ? at : BatchList::Cursor();
}

Offset Segment::read_next_offset() const
{
    const BatchList::Cursor start = seek(offset_index_.last_offset(base_));
    if (start.at_end()) return base_;
    // Behind zeros and half batches nothing can be read; what was read before them counts.
    Offset next = base_;
    for (BatchList::Cursor at = start; is_readable(at, start.position()); at.next()) {
        next = at.batch().next_offset();
    }
    return next;
}

Segment::Recovered Segment::recover(const LogSettings& settings)
{
    Recovered result;
    const std::int64_t before = size_in_bytes();
    offset_index_.clear();
    time_index_.clear();
    transactions_.clear();
    offset_index_lost_ = false;
    largest_ = {-1, base_};
    std::int64_t valid = 0, last_entry = 0;
    for (BatchList::Cursor at = batches_.begin(); is_readable(at, 0); at.next()) {
        const RecordBatch& batch = at.batch();
        if (batch.bad_checksum) break;
        if (!can_hold(batch.last_offset())) {
            result.overflow = true;
            result.ends_overflown = !can_hold(batches_.back().last_offset());
            break;
        }
        note_timestamp(batch);
        if (valid - last_entry > settings.index_interval_bytes) {
            result.disordered =
                offset_index_.size() > 0 && batch.last_offset() <= offset_index_.last_offset(base_);
            if (result.disordered) break;
            add_index_entry(batch, valid, settings);
            last_entry = valid;
        }
        valid += batch.size_in_bytes;
        result.batches.push_back(batch);
    }
    if (result.disordered) {
        valid = 0;
        offset_index_.clear();
        time_index_.clear();
        largest_ = {-1, base_};
    }
    batches_.truncate_to_position(valid);
    tail_ = Tail::none;
    tail_bytes_ = 0;
    broken_length_at_ = -1;
    since_index_entry_ = 0;
    close();
    result.bytes_cut = before - valid;
    return result;
}

void Segment::cut_tail(std::int64_t new_length)
{
    if (new_length >= size_in_bytes()) return;
    if (new_length >= batches_.size_in_bytes()) {
        tail_bytes_ = new_length - batches_.size_in_bytes();
        return;
    }
    batches_.truncate_to_position(new_length);
    if (broken_length_at_ >= batches_.size_in_bytes()) broken_length_at_ = -1;
    tail_bytes_ = new_length - batches_.size_in_bytes();
    tail_ = tail_bytes_ > 0 ? Tail::unreadable : Tail::none;
}

void Segment::append_zeros(std::int64_t count)
{
    if (tail_ == Tail::none) tail_ = Tail::zeros;
    tail_bytes_ += count;
}

}  // namespace gregor
