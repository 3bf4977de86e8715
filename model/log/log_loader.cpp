#include "model/log/unified_log.h"

#include <algorithm>

/// What a broker does with the files of a log at its start. Source: class LogLoader.
namespace gregor {

void UnifiedLog::close()
{
    producers_.set_map_end_offset(log_end_offset());
    producers_.take_snapshot();
    for (std::size_t i = 0; i < segments().size(); ++i) own_segment(i).close();
}

void UnifiedLog::lose_tail(std::int64_t bytes)
{
    while (bytes >= active_segment().size_in_bytes() && segments().size() > 1) {
        bytes -= active_segment().size_in_bytes();
        segments_.write().pop_back();
    }
    const std::int64_t left = std::max<std::int64_t>(0, active_segment().size_in_bytes() - bytes);
    if (bytes > 0) own_segment(segments().size() - 1).cut_tail(left);
}

void UnifiedLog::rebuild_producers(ProducerStateManager& producers, Offset log_start, Offset end,
                                   std::int64_t now_ms, bool from_clean_shutdown) const
{
    std::vector<Offset> snapshot_at;
    for (std::size_t back = std::min<std::size_t>(2, segments().size()); back > 0; --back) {
        snapshot_at.push_back(segments()[segments().size() - back]->base());
    }
    if (from_clean_shutdown && !producers.latest_snapshot()) {
        // Files from before producers existed: nothing to find in them.
        snapshot_at.push_back(end);
        for (const Offset each : snapshot_at) {
            producers.set_map_end_offset(each);
            producers.take_snapshot();
        }
        return;
    }
    const bool was_empty = producers.empty() && producers.map_end_offset() >= end;
    producers.truncate_and_reload(log_start, end, now_ms, settings_.producer_expiration_ms);
    if (end > producers.map_end_offset() && !was_empty && !segments().empty()) {
        for (std::size_t i = segment_index_of(producers.map_end_offset());
             i < segments().size() && segments()[i]->base() < end; ++i) {
            const Segment& segment = *segments()[i];
            const Offset from = std::max({segment.base(), producers.map_end_offset(), log_start});
            producers.set_map_end_offset(from);
            if (std::ranges::find(snapshot_at, segment.base()) != snapshot_at.end()) {
                producers.take_snapshot();
            }
            std::int64_t until = segment.size_in_bytes();
            if (i == segment_index_of(end)) {
                const BatchList::Cursor last = segment.seek(end);
                if (!last.at_end()) until = last.position();
            }
            const auto read = segment.read(from, INT64_MAX, until, false);
            if (read) producers.load(read->batches);
        }
    }
    producers.set_map_end_offset(end);
    producers.take_snapshot();
}

void UnifiedLog::load_recovered(const RecordBatch& batch, ProducerStateManager& producers,
                                Segment& segment)
{
    const LeaderEpoch epoch = batch.partition_leader_epoch;
    if (epoch > epochs_.latest()) epochs_.assign(epoch, batch.base_offset);
    if (batch.has_producer_id()) {
        ProducerAppend append = producers.prepare(batch.producer_id, AppendOrigin::replication, 0);
        std::optional<CompletedTransaction> completed;
        append.append(batch, OffsetMetadata{batch.base_offset}, completed);
        producers.update(append);
        if (completed && completed->aborted) {
            segment.transactions().append({completed->producer, completed->first_offset,
                                           completed->last_offset,
                                           producers.last_stable_offset(*completed)});
        }
        if (completed) producers.complete(*completed);
    }
    producers.set_map_end_offset(batch.next_offset());
}

LogError UnifiedLog::recover_segment(std::size_t index, std::size_t segments_known,
                                     const Start& start, std::int64_t& bytes_cut)
{
    ProducerStateManager producers = producers_.over_same_files();
    UnifiedLog known = *this;
    known.segments_.write().resize(segments_known);
    known.rebuild_producers(producers, start.log_start_checkpoint, segments()[index]->base(),
                            start.now_ms, false);
    Segment& segment = own_segment(index);
    const Segment::Recovered recovered = segment.recover(settings_);
    bytes_cut = recovered.bytes_cut;
    for (const RecordBatch& batch : recovered.batches) load_recovered(batch, producers, segment);
    if (recovered.overflow) {
        // Kafka splits such a segment, but finds nothing to split unless its last offset is one.
        return recovered.ends_overflown ? log_errors::segment_overflow
                                        : log_errors::illegal_argument;
    }
    if (!recovered.disordered) producers.take_snapshot();
    producers_.change_snapshots() = producers.snapshots();
    return {};
}

LogError UnifiedLog::recover_unflushed(const Start& start)
{
    for (std::size_t i = segment_index_of(start.recovery_point_checkpoint); i < segments().size();
         ++i) {
        std::int64_t bytes_cut = 0;
        const LogError error = recover_segment(i, segments().size(), start, bytes_cut);
        if (!error.none()) return error;
        if (bytes_cut == 0) continue;
        for (std::size_t later = i + 1; later < segments().size(); ++later) {
            producers_.remove_snapshot(segments()[later]->base());
        }
        segments_.write().resize(i + 1);
    }
    return {};
}

LogError UnifiedLog::reopen(const Start& start)
{
    producers_ = producers_.over_same_files();
    first_unstable_.reset();
    for (std::size_t i = 0; i < segments().size(); ++i) {
        if (segments()[i]->offset_index_lost()) {
            std::int64_t bytes_cut = 0;
            const LogError error = recover_segment(i, i, start, bytes_cut);
            if (!error.none()) return error;
        } else {
            own_segment(i).reopen();
        }
    }
    if (!start.clean && !segments().empty()) {
        const LogError error = recover_unflushed(start);
        if (!error.none()) return error;
    }
    if (!segments().empty() && active_segment().ends_in_corruption()) return log_errors::corrupt;
    start_from_files(start);
    return {};
}

void UnifiedLog::start_from_files(const Start& start)
{
    std::optional<Offset> end;
    if (!segments().empty()) {
        end = active_segment().read_next_offset();
        if (*end < start.log_start_checkpoint) {
            end.reset();
            segments_.write().clear();
            epochs_.clear();
            producers_.truncate_fully_and_start_at(start.log_start_checkpoint);
        }
    }
    if (segments().empty()) add_segment(start.log_start_checkpoint, start.now_ms);
    const bool untouched = start.clean && end;
    const Offset log_end = end.value_or(active_segment().base());
    recovery_point_ = untouched ? log_end : std::min(start.recovery_point_checkpoint, log_end);
    epochs_.truncate_from_end(log_end);
    const Offset log_start = std::max(start.log_start_checkpoint, segments().front()->base());
    epochs_.truncate_from_start(log_start);
    std::vector<Offset> bases;
    for (const auto& segment : segments()) bases.push_back(segment->base());
    producers_.remove_stray_snapshots(bases);
    const Offset recovered_to = recovery_point_;
    set_log_end(log_end);
    recovery_point_ = recovered_to;
    rebuild_producers(producers_, log_start, log_end, start.now_ms, start.clean);
    high_watermark_ = {log_start};
    set_log_start(log_start);
    update_first_unstable();
}

}  // namespace gregor
