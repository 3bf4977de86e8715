#include "model/broker/log_manager.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

std::string_view reason_of(const RollReasons& reasons)
{
    if (reasons.size) return "size";
    if (reasons.time) return "time";
    return reasons.offset_distance ? "offset" : "index";
}

std::string_view name_of(UnifiedLog::DeletionReason reason)
{
    using enum UnifiedLog::DeletionReason;
    if (reason == time) return "time";
    return reason == size ? "size" : "start";
}

/// Sizes of the segments that hold something at or above the recovery point.
std::int64_t bytes_to_scan(const UnifiedLog& log, Offset recovery_point)
{
    std::int64_t bytes = 0;
    for (std::size_t i = log.segment_index_of(recovery_point); i < log.segments().size(); ++i) {
        bytes += log.segments()[i]->size_in_bytes();
    }
    return bytes;
}

}  // namespace

LogError LogManager::reopen(const LogStep& step, Replica& replica, StartReason reason)
{
    UnifiedLog& log = replica.log;
    if (reason == StartReason::after_power_loss) {
        if (step.effects.disk_is_empty()) {
            log.truncate_fully_and_start_at(Offset{0}, step.now_ms());
            replica.checkpoints = {};
            replica.written_bytes = 0;
            return {};
        }
        const std::int64_t durable = step.effects.durable_bytes(replica.file);
        log.lose_tail(replica.written_bytes - durable);
        replica.written_bytes = durable;
    }
    const bool clean = reason == StartReason::after_stop;
    const Replica::Checkpoints& files = replica.checkpoints;
    const std::int64_t before = log.size_in_bytes();
    const std::int64_t read = clean ? 0 : bytes_to_scan(log, files.recovery_point);
    const LogError error =
        log.reopen({clean, files.log_start, files.recovery_point, step.now_ms()});
    if (!error.none()) return error;
    log.update_high_watermark({std::min(files.high_watermark, log.log_end_offset())});
    const std::int64_t cut = before - log.size_in_bytes();
    if (cut > 0) {
        replica.written_bytes -= cut;
        step.effects.truncate(replica.file, replica.written_bytes);
    }
    if (read == 0) return {};
    unread_.push_back(read);
    step.effects.trace(event::LogRecovered{replica.partition, log.log_end_offset(), read, cut});
    return {};
}

std::vector<LogManager::Unreadable> LogManager::start(const LogStep& step, StartReason reason)
{
    std::vector<Unreadable> unreadable;
    if (reason != StartReason::first) {
        for (Replica& replica : step.replicas) {
            if (replica.removed) continue;
            const LogError error = reopen(step, replica, reason);
            if (!error.none()) unreadable.push_back({replica.directory, error});
        }
        // Files that were renamed to ".deleted" go at once (LogLoader.removeTempFilesAndCollect).
        for (Deletion& each : deletions_) each.due = step.now;
        carry_out_deletions(step);
    }
    const Time first = step.now + step.config.log_initial_task_delay_ms;
    step.effects.set_timer(retention_timer, first);
    step.effects.set_timer(checkpoint_timer, first);
    step.effects.set_timer(expiration_timer,
                           step.now + step.config.producer_id_expiration_check_interval_ms);
    if (step.config.log_flush_scheduler_interval_ms != unlimited_duration) {
        step.effects.set_timer(flush_timer, first);
    }
    return unreadable;
}

void LogManager::read_on(const LogStep& step)
{
    const auto threads = static_cast<std::size_t>(step.config.num_recovery_threads_per_data_dir);
    while (!unread_.empty() && reading_.size() < threads) {
        const std::int64_t bytes = unread_.back();
        unread_.pop_back();
        reading_.push_back(++step.next_tag);
        step.effects.transfer(bytes, reading_.back());
    }
}

bool LogManager::on_disk(const LogStep& step, Tag tag)
{
    if (std::erase(reading_, tag) == 0) return false;
    read_on(step);
    return true;
}

void LogManager::on_end(std::vector<Replica>& replicas, StartReason reason)
{
    unread_.clear();
    reading_.clear();
    if (reason != StartReason::after_stop) return;
    for (Replica& replica : replicas) {
        UnifiedLog& log = replica.log;
        log.flush_up_to(log.log_end_offset());
        log.close();
        replica.checkpoints = {log.high_watermark(), log.log_end_offset(), log.log_start_offset()};
    }
}

void LogManager::on_timer(const LogStep& step, TimerKey key)
{
    if (key == retention_timer) {
        for (std::uint32_t slot = 0; slot < step.replicas.size(); ++slot) {
            // Compacted logs are the cleaner's (LogManager.cleanupLogs).
            const bool is_cleaned = step.config.log_cleaner_enable &&
                                    step.replicas[slot].log.settings().cleanup_compact;
            if (!is_cleaned && step.replicas[slot].is_usable()) delete_segments(step, slot);
        }
        step.effects.set_timer(key, step.now + step.config.log_retention_check_interval_ms);
    } else if (key == checkpoint_timer) {
        for (Replica& replica : step.replicas) {
            replica.checkpoints.recovery_point = replica.log.recovery_point();
            replica.checkpoints.log_start = replica.log.log_start_offset();
        }
        step.effects.set_timer(key, step.now + step.config.log_flush_offset_checkpoint_interval_ms);
    } else if (key == flush_timer) {
        for (Replica& replica : step.replicas) {
            const bool has_unflushed = replica.log.recovery_point() < replica.log.log_end_offset();
            const std::int64_t age_ms = to_milliseconds(step.now - replica.last_flush);
            if (!has_unflushed || !replica.is_usable() || age_ms < replica.log.settings().flush_ms)
                continue;
            flush(step, replica);
        }
        step.effects.set_timer(key, step.now + step.config.log_flush_scheduler_interval_ms);
    } else if (key == expiration_timer) {
        const std::int64_t age_ms = to_milliseconds(step.config.producer_id_expiration_ms);
        for (Replica& replica : step.replicas) {
            replica.log.producers().remove_expired(step.now_ms(), age_ms);
        }
        step.effects.set_timer(key,
                               step.now + step.config.producer_id_expiration_check_interval_ms);
    } else if (key == deletion_timer) {
        carry_out_deletions(step);
    }
}

void LogManager::flush(const LogStep& step, Replica& replica, Tag tag)
{
    step.effects.flush(replica.file, tag);
    replica.log.flush_up_to(replica.log.log_end_offset());
    replica.last_flush = step.now;
}

void LogManager::rolled(const LogStep& step, Replica& replica, std::string_view reason)
{
    const UnifiedLog& log = replica.log;
    const std::size_t count = log.segments().size();
    const std::int64_t bytes = count < 2 ? 0 : log.segments()[count - 2]->size_in_bytes();
    step.effects.trace(
        event::SegmentRolled{replica.partition, log.active_segment().base(), bytes, reason});
    step.effects.flush(replica.file, 0);
    replica.log.flush_up_to(log.active_segment().base());
    replica.last_flush = step.now;
}

void LogManager::rolled(const LogStep& step, Replica& replica, const RollReasons& reasons)
{
    rolled(step, replica, reason_of(reasons));
}

void LogManager::delete_segments(const LogStep& step, std::uint32_t slot)
{
    Replica& replica = step.replicas[slot];
    const Offset active = replica.log.active_segment().base();
    const auto deleted = replica.log.delete_old_segments(step.now_ms());
    if (replica.log.active_segment().base() != active) rolled(step, replica, "retention");
    std::size_t next = 0;
    while (next < deleted.size()) {
        const UnifiedLog::DeletionReason reason = deleted[next].reason;
        event::SegmentsDeleted report{replica.partition, replica.log.log_start_offset(), 0, 0,
                                      name_of(reason)};
        for (; next < deleted.size() && deleted[next].reason == reason; ++next) {
            ++report.count;
            report.bytes += deleted[next].bytes;
        }
        step.effects.trace(report);
        release_later(step, slot, report.bytes);
    }
}

void LogManager::release_later(const LogStep& step, std::uint32_t slot, std::int64_t bytes)
{
    constexpr std::int64_t beyond_any_run = 1'000'000'000'000;
    const std::int64_t delay_ms =
        std::min(step.replicas[slot].log.settings().file_delete_delay_ms, beyond_any_run);
    const Deletion deletion{step.now + milliseconds(delay_ms), slot, bytes};
    const auto place = std::ranges::upper_bound(deletions_, deletion.due, {}, &Deletion::due);
    const bool is_first = place == deletions_.begin();
    deletions_.insert(place, deletion);
    if (is_first) step.effects.set_timer(deletion_timer, deletion.due);
}

void LogManager::carry_out_deletions(const LogStep& step)
{
    auto next = deletions_.begin();
    for (; next != deletions_.end() && next->due <= step.now; ++next) {
        step.effects.release(step.replicas[next->slot].file, next->bytes);
    }
    deletions_.erase(deletions_.begin(), next);
    if (!deletions_.empty()) step.effects.set_timer(deletion_timer, deletions_.front().due);
}

}  // namespace gregor
