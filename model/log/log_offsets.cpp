#include "engine/check.h"
#include "model/log/unified_log.h"

#include <algorithm>

/// High watermark, last stable offset and log start. Source: class UnifiedLog.
namespace gregor {

std::optional<Offset> UnifiedLog::first_unstable_offset() const
{
    if (!first_unstable_) return std::nullopt;
    return first_unstable_->offset;
}

Offset UnifiedLog::last_stable_offset() const
{
    if (first_unstable_ && first_unstable_->offset < high_watermark()) {
        return first_unstable_->offset;
    }
    return high_watermark();
}

OffsetMetadata UnifiedLog::locate(Offset offset) const
{
    if (offset >= log_end_offset()) return next_;
    for (std::size_t i = segment_index_of(offset); i < segments().size(); ++i) {
        const BatchList::Cursor at = segments()[i]->seek(offset);
        if (!at.at_end()) {
            return {at.batch().base_offset, segments()[i]->base(), at.position()};
        }
    }
    return next_;
}

void UnifiedLog::update_first_unstable()
{
    std::optional<OffsetMetadata> unstable = producers_.first_unstable_offset();
    if (unstable && (unstable->offset_only() || unstable->offset < log_start_)) {
        unstable = locate(std::max(unstable->offset, log_start_));
    }
    first_unstable_ = unstable;
}

void UnifiedLog::set_high_watermark(const OffsetMetadata& to)
{
    GREGOR_CHECK(to.offset >= Offset{0});
    high_watermark_ = to;
    producers_.on_high_watermark(to.offset);
    update_first_unstable();
}

/// A truncation or a roll may leave the high watermark at or above the end of the log.
void UnifiedLog::follow_log_end()
{
    if (high_watermark() >= log_end_offset()) set_high_watermark(next_);
}

Offset UnifiedLog::update_high_watermark(const OffsetMetadata& to)
{
    if (to.offset < log_start_) {
        set_high_watermark({log_start_});
    } else {
        set_high_watermark(to.offset >= log_end_offset() ? next_ : to);
    }
    return high_watermark();
}

std::optional<Offset> UnifiedLog::maybe_update_high_watermark(Offset to)
{
    const Offset before = high_watermark();
    const Offset now = update_high_watermark({to});
    if (now == before) return std::nullopt;
    return now;
}

Result<std::optional<Offset>> UnifiedLog::maybe_increment_high_watermark(const OffsetMetadata& to)
{
    if (to.offset > log_end_offset()) return Error::unknown_server_error;
    const OffsetMetadata before = fetch_high_watermark();
    const bool forward = before.offset < to.offset ||
                         (before.offset == to.offset && before.on_older_segment_than(to));
    if (!forward) return std::optional<Offset>();
    set_high_watermark(to);
    return std::optional(before.offset);
}

OffsetMetadata UnifiedLog::fetch_high_watermark()
{
    if (high_watermark_.offset_only()) set_high_watermark(locate(high_watermark()));
    return high_watermark_;
}

OffsetMetadata UnifiedLog::fetch_last_stable()
{
    const OffsetMetadata high_watermark = fetch_high_watermark();
    if (!first_unstable_ || first_unstable_->offset >= high_watermark.offset) {
        return high_watermark;
    }
    if (first_unstable_->offset_only()) first_unstable_ = locate(first_unstable_->offset);
    return *first_unstable_;
}

void UnifiedLog::set_log_start(Offset offset)
{
    log_start_ = offset;
    if (high_watermark() < offset) update_high_watermark({offset});
    recovery_point_ = std::max(recovery_point_, offset);
}

Result<bool> UnifiedLog::maybe_increment_log_start(Offset to)
{
    if (to > high_watermark()) return Error::offset_out_of_range;
    if (to <= log_start_) return false;
    set_log_start(to);
    epochs_.truncate_from_start(to);
    producers_.on_log_start(to);
    update_first_unstable();
    return true;
}

}  // namespace gregor
