#include "model/log/unified_log.h"

#include "engine/check.h"
#include "model/log/log_validation.h"

#include <algorithm>

namespace gregor {

UnifiedLog::UnifiedLog(const LogSettings& settings, std::int64_t now_ms, Offset start,
                       std::optional<Random> jitter)
    : settings_(settings), jitter_(jitter), log_start_(start), recovery_point_(start)
{
    add_segment(start, now_ms);
    producers_.set_map_end_offset(start);
    set_log_end(start);
    high_watermark_ = next_;
}

Segment::Times UnifiedLog::times_of_new_segment(std::int64_t now_ms)
{
    const std::int64_t most = std::min(settings_.segment_jitter_ms, settings_.segment_ms);
    if (!jitter_ || most <= 0) return {now_ms, 0};
    return {now_ms, static_cast<std::int64_t>(jitter_->below(static_cast<std::uint64_t>(most)))};
}

void UnifiedLog::add_segment(Offset base, std::int64_t now_ms)
{
    segments_.write().push_back(std::make_shared<Segment>(base, times_of_new_segment(now_ms)));
}

Segment& UnifiedLog::own_segment(std::size_t index)
{
    std::shared_ptr<Segment>& segment = segments_.write()[index];
    if (segment.use_count() > 1) segment = std::make_shared<Segment>(*segment);
    return *segment;
}

void UnifiedLog::lose_segment(std::size_t index)
{
    auto& segments = segments_.write();
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(index));
}

void UnifiedLog::replace_segments(std::size_t first, std::size_t count,
                                  std::shared_ptr<Segment> cleaned)
{
    for (std::size_t i = first + 1; i < first + count; ++i) {
        producers_.remove_snapshot(segments()[i]->base());
    }
    auto& segments = segments_.write();
    const auto at = segments.begin() + static_cast<std::ptrdiff_t>(first);
    *at = std::move(cleaned);
    segments.erase(at + 1, at + static_cast<std::ptrdiff_t>(count));
}

std::int64_t UnifiedLog::size_in_bytes() const
{
    std::int64_t bytes = 0;
    for (const auto& segment : segments()) bytes += segment->size_in_bytes();
    return bytes;
}

std::size_t UnifiedLog::segment_index_of(Offset offset) const
{
    if (segments().back()->base() <= offset) return segments().size() - 1;
    const auto after =
        std::partition_point(segments().begin(), segments().end(),
                             [offset](const auto& segment) { return segment->base() <= offset; });
    return after == segments().begin() ? 0
                                       : static_cast<std::size_t>(after - segments().begin()) - 1;
}

void UnifiedLog::set_log_end(Offset offset)
{
    next_ = {offset, active_segment().base(), active_segment().size_in_bytes()};
    recovery_point_ = std::min(recovery_point_, offset);
}

void UnifiedLog::flush_up_to(Offset offset)
{
    recovery_point_ = std::max(recovery_point_, offset);
}

void UnifiedLog::roll(std::int64_t now_ms, std::optional<Offset> expected_next)
{
    const Offset base = std::max(expected_next.value_or(Offset{0}), log_end_offset());
    if (active_segment().base() == base && active_segment().empty()) {
        segments_.write().pop_back();
    } else {
        GREGOR_CHECK(active_segment().base() < base);
        own_segment(segments().size() - 1).close();
    }
    add_segment(base, now_ms);
    set_log_end(next_.offset);
    producers_.set_map_end_offset(base);
    producers_.take_snapshot();
    follow_log_end();
}

UnifiedLog::Appended UnifiedLog::append_as_leader(RecordBatch batch, const Append& append)
{
    Appended refused;
    refused.error = validate(batch, append);
    if (!refused.error.none()) return refused;
    batch.base_offset = log_end_offset();
    batch.partition_leader_epoch = append.leader_epoch;
    return write({std::move(batch)}, append);
}

UnifiedLog::Appended UnifiedLog::append_as_follower(const std::vector<RecordBatch>& batches,
                                                    std::int64_t now_ms)
{
    if (batches.empty()) return {};
    if (batches.front().base_offset < log_end_offset()) {
        Appended refused;
        refused.error = log_errors::unexpected_offset;
        return refused;
    }
    return write(batches, Append{.now_ms = now_ms, .origin = AppendOrigin::replication});
}

std::optional<RollReasons> UnifiedLog::maybe_roll(const std::vector<RecordBatch>& batches,
                                                  const Append& append)
{
    RollQuestion question{append.now_ms, 0, -1, batches.back().last_offset()};
    for (const RecordBatch& batch : batches) {
        question.bytes += batch.size_in_bytes;
        question.max_timestamp_ms = std::max(question.max_timestamp_ms, batch.max_timestamp_ms);
    }
    const RollReasons reasons = active_segment().should_roll(question, settings_);
    if (!reasons.any()) return std::nullopt;
    roll(append.now_ms, batches.front().base_offset);
    return reasons;
}

UnifiedLog::Appended UnifiedLog::write(const std::vector<RecordBatch>& batches,
                                       const Append& append)
{
    Appended result;
    for (const RecordBatch& batch : batches) {
        epochs_.assign(batch.partition_leader_epoch, batch.base_offset);
        result.bytes += batch.size_in_bytes;
    }
    if (result.bytes > settings_.segment_bytes) {
        result.error = log_errors::batch_too_large;
        return result;
    }
    result.rolled = maybe_roll(batches, append);
    ProducerEffects effects;
    result.error = check_producers(batches, append, effects);
    if (!result.error.none()) return result;
    if (effects.duplicate != nullptr) {
        result.duplicate = true;
        result.first = effects.duplicate->first_offset();
        result.last = effects.duplicate->last_offset;
        result.log_append_time_ms = effects.duplicate->timestamp_ms;
        return result;
    }
    result.error = own_segment(segments().size() - 1).append(batches, append.now_ms, settings_);
    if (!result.error.none()) return result;
    result.first = batches.front().base_offset;
    result.last = batches.back().last_offset();
    set_log_end(result.last + 1);
    follow_log_end();
    apply(batches, effects);
    result.flush_due = log_end_offset() - recovery_point_ >= settings_.flush_messages;
    return result;
}

}  // namespace gregor
