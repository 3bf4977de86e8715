#include "model/log/unified_log.h"

#include <algorithm>

/// Source: classes UnifiedLog, LocalLog.
namespace gregor {

bool UnifiedLog::truncate_to(Offset offset, std::int64_t now_ms)
{
    if (offset >= log_end_offset()) {
        epochs_.truncate_from_end(offset);
        return false;
    }
    if (segments().front()->base() > offset) {
        truncate_fully_and_start_at(offset, now_ms);
        return true;
    }
    while (active_segment().base() > offset) {
        producers_.remove_snapshot(active_segment().base());
        segments_.write().pop_back();
    }
    own_segment(segments().size() - 1).truncate_to(offset, now_ms);
    set_log_end(offset);
    epochs_.truncate_from_end(offset);
    log_start_ = std::min(log_start_, offset);
    rebuild_producers(producers_, log_start_, offset, now_ms, false);
    follow_log_end();
    return true;
}

void UnifiedLog::truncate_fully_and_start_at(Offset offset, std::int64_t now_ms,
                                             std::optional<Offset> log_start)
{
    segments_.write().clear();
    add_segment(offset, now_ms);
    set_log_end(offset);
    epochs_.clear();
    producers_.truncate_fully_and_start_at(offset);
    log_start_ = log_start.value_or(offset);
    rebuild_producers(producers_, log_start_, offset, now_ms, false);
    update_high_watermark(next_);
}

}  // namespace gregor
