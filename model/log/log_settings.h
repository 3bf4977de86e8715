#pragma once

#include "model/record.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace gregor {

/// The settings that decide what one log does; times in milliseconds, sizes in bytes, as Kafka has
/// them. Source: class LogConfig.
struct LogSettings {
    std::int64_t segment_bytes = 1'073'741'824;
    std::int64_t segment_ms = 604'800'000;
    std::int64_t segment_jitter_ms = 0;
    std::int64_t segment_index_bytes = 10'485'760;
    std::int64_t index_interval_bytes = 4096;
    std::int64_t max_message_bytes = 1'048'588;
    std::int64_t timestamp_before_max_ms = INT64_MAX;
    std::int64_t timestamp_after_max_ms = 3'600'000;
    std::int64_t retention_ms = 604'800'000;  ///< negative: unlimited
    std::int64_t retention_bytes = -1;        ///< negative: unlimited
    std::int64_t min_compaction_lag_ms = 0;
    std::int64_t max_compaction_lag_ms = INT64_MAX;
    std::int64_t delete_retention_ms = 86'400'000;
    std::int64_t min_cleanable_dirty_millionths = 500'000;
    std::int64_t flush_messages = INT64_MAX;
    std::int64_t flush_ms = INT64_MAX;
    std::int64_t file_delete_delay_ms = 60'000;
    std::int64_t producer_expiration_ms = 86'400'000;
    std::optional<Codec> compression;  ///< compression.type; none: as the producer sent it
    bool log_append_time = false;
    bool cleanup_delete = true;
    bool cleanup_compact = false;
    bool verification = true;  ///< transaction.partition.verification.enable

    /// Compacted logs may not hold a segment back longer than the compaction lag allows.
    std::int64_t max_segment_ms() const
    {
        const bool shorter = cleanup_compact && max_compaction_lag_ms > 0;
        return shorter ? std::min(max_compaction_lag_ms, segment_ms) : segment_ms;
    }
    bool operator==(const LogSettings&) const = default;
};

/// What is about to be written to the active segment.
struct RollQuestion {
    std::int64_t now_ms{};
    std::int64_t bytes{};
    std::int64_t max_timestamp_ms{};
    Offset last_offset;
};

/// Why a new segment begins (class LogSegment, shouldRoll).
struct RollReasons {
    bool size = false, time = false, offset_index_full = false, time_index_full = false,
         offset_distance = false;

    bool any() const
    {
        return size || time || offset_index_full || time_index_full || offset_distance;
    }
};

}  // namespace gregor
