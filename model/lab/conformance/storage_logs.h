#pragma once

#include "model/lab/conformance/storage.h"
#include "model/log/unified_log.h"

/// Logs as the recordings of Kafka's classes describe them, and what they answer in that form.
namespace gregor::lab::storage {

/// Names of topic settings to the settings of a log; defaults for the others.
LogSettings settings_in(const json& config);

inline Offset offset_in(const json& value)
{
    return Offset{value.get<std::int64_t>()};
}

/// A batch of `n` records of which only the sizes count. Timestamps: a list, or the first and a
/// step.
RecordBatch batch_of_sizes(const json& fields);
/// The batch, each record with a key of its own: what a compacted log takes.
RecordBatch with_keys(RecordBatch batch);
/// [base, last, bytes, leader epoch, timestamp(s), producer id, epoch, sequence, kind].
RecordBatch batch_in(const json& fields);
/// A log with these segments: [[base, [batch...]]...], each batch written by a leader or follower
/// as it stands there. The high watermark stays at the beginning.
UnifiedLog log_with(const LogSettings& settings, const json& segments, std::int64_t now_ms);

json bases_of(const UnifiedLog& log);
json snapshots_of(const UnifiedLog& log);
json producers_of(const UnifiedLog& log);
json offset_index_of(const Segment& segment);
json time_index_of(const Segment& segment);
json transaction_index_of(const Segment& segment);
json largest_timestamp_of(const Segment& segment);
inline std::string name_of(const LogError& error)
{
    return std::string(error.exception());
}

}  // namespace gregor::lab::storage
