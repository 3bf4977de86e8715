#include "model/log/unified_log.h"

/// Which whole segments may go, and when. Source: class UnifiedLog, deleteOldSegments.
namespace gregor {

template <class Holds>
std::vector<UnifiedLog::DeletedSegment> UnifiedLog::delete_leading(std::int64_t now_ms,
                                                                   DeletionReason reason,
                                                                   Holds&& holds)
{
    std::vector<DeletedSegment> deleted;
    for (std::size_t i = 0; i < segments().size(); ++i) {
        const Segment& segment = *segments()[i];
        const bool is_active = i + 1 == segments().size();
        const Offset upper = is_active ? log_end_offset() : segments()[i + 1]->base();
        if (high_watermark() < upper || (is_active && segment.empty())) break;
        if (!holds(segment, is_active ? nullptr : segments()[i + 1].get())) break;
        deleted.push_back({segment.base(), reason, segment.size_in_bytes()});
    }
    if (deleted.empty()) return deleted;
    if (deleted.size() == segments().size()) roll(now_ms);
    const Offset begins = segments()[deleted.size()]->base();
    if (begins > log_start_) maybe_increment_log_start(begins);
    auto& left = segments_.write();
    left.erase(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(deleted.size()));
    for (const DeletedSegment& each : deleted) producers_.remove_snapshot(each.base);
    return deleted;
}

std::vector<UnifiedLog::DeletedSegment> UnifiedLog::delete_old_segments(std::int64_t now_ms)
{
    std::vector<DeletedSegment> all = delete_leading(
        now_ms, DeletionReason::start_offset, [&](const Segment&, const Segment* next) {
            return next != nullptr && next->base() <= log_start_;
        });
    if (!settings_.cleanup_delete) return all;
    const auto add = [&all](const std::vector<DeletedSegment>& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    if (settings_.retention_bytes >= 0) {
        std::int64_t excess = size_in_bytes() - settings_.retention_bytes;
        add(delete_leading(now_ms, DeletionReason::size, [&](const Segment& segment, auto) {
            if (excess - segment.size_in_bytes() < 0) return false;
            excess -= segment.size_in_bytes();
            return true;
        }));
    }
    if (settings_.retention_ms >= 0) {
        add(delete_leading(now_ms, DeletionReason::time, [&](const Segment& segment, auto) {
            return now_ms - segment.largest_timestamp_ms() > settings_.retention_ms;
        }));
    }
    return all;
}

}  // namespace gregor
