#include "model/compaction/cleanable.h"

#include <algorithm>
#include <span>

namespace gregor {

namespace {

using Segments = std::span<const std::shared_ptr<Segment>>;

/// From the segment that holds `from` to the last before the active one.
Segments not_active_from(const UnifiedLog& log, Offset from)
{
    const auto& all = log.segments();
    if (from > log.active_segment().base()) return {};
    const std::size_t first = log.segment_index_of(from);
    return Segments(all).subspan(first, all.size() - 1 - std::min(first, all.size() - 1));
}

std::optional<Offset> held_back_by_lag(const UnifiedLog& log, Offset first_dirty,
                                       std::int64_t now_ms)
{
    const std::int64_t lag = log.settings().min_compaction_lag_ms;
    if (lag <= 0) return std::nullopt;
    for (const auto& segment : not_active_from(log, first_dirty)) {
        if (segment->largest_timestamp_ms() > now_ms - lag) return segment->base();
    }
    return std::nullopt;
}

bool exceeds_max_lag(const UnifiedLog& log, Offset first_dirty, std::int64_t now_ms)
{
    const std::int64_t until =
        now_ms - std::max<std::int64_t>(log.settings().max_compaction_lag_ms, 0);
    return std::ranges::any_of(not_active_from(log, first_dirty), [until](const auto& segment) {
        const std::int64_t first = segment->first_batch_timestamp_ms().value_or(-1);
        return first > 0 && first < until;
    });
}

}  // namespace

bool CleanableLog::is_eligible(const LogSettings& settings) const
{
    if (total_bytes() == 0) return false;
    const auto dirty = static_cast<Uint128>(cleanable_bytes) * 1'000'000;
    const auto needed = static_cast<Uint128>(total_bytes()) *
                        static_cast<Uint128>(settings.min_cleanable_dirty_millionths);
    return dirty > needed || (must_compact_now && cleanable_bytes > 0);
}

bool CleanableLog::is_dirtier_than(const CleanableLog& other) const
{
    return static_cast<Uint128>(cleanable_bytes) * static_cast<Uint128>(other.total_bytes()) >
           static_cast<Uint128>(other.cleanable_bytes) * static_cast<Uint128>(total_bytes());
}

CleanableLog find_cleanable(const UnifiedLog& log, std::optional<Offset> checkpoint,
                            std::int64_t now_ms)
{
    CleanableLog found;
    const Offset from = checkpoint.value_or(log.log_start_offset());
    found.checkpoint_invalid = from < log.log_start_offset() || from > log.log_end_offset();
    found.first_dirty = found.checkpoint_invalid ? log.log_start_offset() : from;

    Offset bound = std::min(log.last_stable_offset(), log.active_segment().base());
    if (const auto held = held_back_by_lag(log, found.first_dirty, now_ms)) {
        bound = std::min(bound, *held);
    }
    found.first_uncleanable = std::max(found.first_dirty, bound);
    found.must_compact_now = exceeds_max_lag(log, found.first_dirty, now_ms);

    const Segments rest = not_active_from(log, found.first_uncleanable);
    found.first_uncleanable_segment =
        rest.empty() ? log.active_segment().base() : rest.front()->base();
    const Offset dirty_from = std::min(found.first_dirty, found.first_uncleanable_segment);
    const std::size_t first_dirty_segment = log.segment_index_of(dirty_from);
    for (std::size_t i = 0; i < log.segments().size(); ++i) {
        const Segment& segment = *log.segments()[i];
        const std::int64_t bytes = segment.size_in_bytes();
        if (segment.base() < found.first_dirty) found.clean_bytes += bytes;
        const bool cleanable = i >= first_dirty_segment &&
                               segment.base() < found.first_uncleanable_segment &&
                               dirty_from < found.first_uncleanable_segment;
        if (cleanable) found.cleanable_bytes += bytes;
    }
    return found;
}

std::vector<SegmentGroup> group_segments(const UnifiedLog& log, Offset end, Offset upper)
{
    const auto& all = log.segments();
    std::size_t count = 0;
    while (count < all.size() && all[count]->base() < end) ++count;
    const auto last_offset_of = [&](std::size_t i) {
        return (i + 1 < count ? all[i + 1]->base() : upper) + (-1);
    };
    const LogSettings& settings = log.settings();
    std::vector<SegmentGroup> groups;
    std::int64_t bytes = 0, offset_index = 0, time_index = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const Segment& segment = *all[i];
        bytes += segment.size_in_bytes();
        offset_index += segment.offset_index().size() * OffsetIndex::entry_bytes;
        time_index += segment.time_index().size() * TimeIndex::entry_bytes;
        const bool fits = i > 0 && bytes <= settings.segment_bytes &&
                          offset_index <= settings.segment_index_bytes &&
                          time_index <= settings.segment_index_bytes &&
                          (segment.empty() || last_offset_of(i) - all[i - 1]->base() <= INT32_MAX);
        if (fits) {
            ++groups.back().count;
            continue;
        }
        groups.push_back({i, 1});
        bytes = segment.size_in_bytes();
        offset_index = segment.offset_index().size() * OffsetIndex::entry_bytes;
        time_index = segment.time_index().size() * TimeIndex::entry_bytes;
    }
    return groups;
}

}  // namespace gregor
