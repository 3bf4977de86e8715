#include "model/lab/conformance/storage_logs.h"

#include <algorithm>

namespace gregor::lab::storage {

namespace {

/// Records that matter by their timestamps; the size of the batch is given apart.
RecordBatch batch_of_timestamps(const std::vector<std::int64_t>& timestamps)
{
    std::vector<Record> records;
    for (const std::int64_t each : timestamps) {
        Record& record = records.emplace_back();
        record.null_key = record.null_value = true;
        record.timestamp_ms = each;
    }
    return make_batch(std::move(records));
}

void put_producer(const json& fields, RecordBatch& batch)
{
    batch.producer_id = ProducerId{fields.at(5).get<std::int64_t>()};
    batch.producer_epoch = ProducerEpoch{fields.at(6).get<std::int16_t>()};
    batch.base_sequence = fields.at(7);
    batch.transactional = fields.at(8) == "txn";
}

}  // namespace

LogSettings settings_in(const json& config)
{
    LogSettings settings;
    const auto read = [&](const char* name, std::int64_t& field) {
        if (config.contains(name)) field = config.at(name);
    };
    read("segment.bytes", settings.segment_bytes);
    read("segment.ms", settings.segment_ms);
    read("segment.index.bytes", settings.segment_index_bytes);
    read("index.interval.bytes", settings.index_interval_bytes);
    read("max.message.bytes", settings.max_message_bytes);
    read("message.timestamp.before.max.ms", settings.timestamp_before_max_ms);
    read("message.timestamp.after.max.ms", settings.timestamp_after_max_ms);
    read("retention.ms", settings.retention_ms);
    read("retention.bytes", settings.retention_bytes);
    read("min.compaction.lag.ms", settings.min_compaction_lag_ms);
    read("max.compaction.lag.ms", settings.max_compaction_lag_ms);
    read("delete.retention.ms", settings.delete_retention_ms);
    if (config.contains("min.cleanable.dirty.ratio")) {
        const double ratio = config.at("min.cleanable.dirty.ratio");
        settings.min_cleanable_dirty_millionths = static_cast<std::int64_t>(ratio * 1e6 + 0.5);
    }
    settings.log_append_time = config.value("message.timestamp.type", "") == "LogAppendTime";
    const std::string policy = config.value("cleanup.policy", "delete");
    settings.cleanup_delete = policy.find("delete") != std::string::npos;
    settings.cleanup_compact = policy.find("compact") != std::string::npos;
    return settings;
}

RecordBatch batch_of_sizes(const json& fields)
{
    const auto text_of = [](std::int64_t bytes) {
        return std::string(static_cast<std::size_t>(std::max<std::int64_t>(bytes, 0)), 'v');
    };
    Record each;
    each.null_key = fields.at("key").get<std::int64_t>() < 0;
    each.key = text_of(fields.at("key"));
    each.null_value = fields.at("value").get<std::int64_t>() < 0;
    each.value = text_of(fields.at("value"));
    std::vector<Record> records(fields.at("n").get<std::size_t>(), each);
    const json& times = fields.at("ts");
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].timestamp_ms =
            times.is_array() ? times.at(i).get<std::int64_t>()
                             : times.get<std::int64_t>() + static_cast<std::int64_t>(i) *
                                                               fields.value("dt", std::int64_t{0});
    }
    return make_batch(std::move(records));
}

RecordBatch with_keys(RecordBatch batch)
{
    auto data = std::make_shared<RecordData>();
    for (std::int32_t i = 0; i < batch.record_count; ++i) {
        data->keyed.push({.offset_delta = i, .key = i, .timestamp_ms = batch.max_timestamp_ms});
    }
    batch.data = std::move(data);
    return batch;
}

RecordBatch batch_in(const json& fields)
{
    const json& times = fields.at(4);
    const std::string kind = fields.size() > 8 ? fields.at(8).get<std::string>() : "";
    const std::int64_t records =
        fields.at(1).get<std::int64_t>() - fields.at(0).get<std::int64_t>() + 1;
    RecordBatch batch;
    if (kind == "COMMIT" || kind == "ABORT") {
        batch = make_marker_batch({kind == "COMMIT", 0}, no_producer_id, no_producer_epoch, times);
        put_producer(fields, batch);
        batch.transactional = true;
    } else {
        std::vector<std::int64_t> timestamps(static_cast<std::size_t>(records));
        for (std::size_t i = 0; i < timestamps.size(); ++i) {
            timestamps[i] = times.is_array() ? times.at(i) : times;
        }
        batch = batch_of_timestamps(timestamps);
        if (fields.size() > 5) put_producer(fields, batch);
    }
    batch.base_offset = offset_in(fields.at(0));
    batch.size_in_bytes = fields.at(2);
    batch.partition_leader_epoch = LeaderEpoch{fields.at(3).get<std::int32_t>()};
    return batch;
}

UnifiedLog log_with(const LogSettings& settings, const json& segments, std::int64_t now_ms)
{
    LogSettings unbounded = settings;  // the rolls are given
    unbounded.segment_bytes = INT32_MAX;
    UnifiedLog log(unbounded, now_ms, offset_in(segments.at(0).at(0)));
    for (const json& segment : segments) {
        const Offset base = offset_in(segment.at(0));
        if (base != log.active_segment().base()) log.roll(now_ms, base);
        for (const json& fields : segment.at(1)) {
            log.append_as_follower({batch_in(fields)}, now_ms);
        }
    }
    log.set_settings(settings);
    return log;
}

json bases_of(const UnifiedLog& log)
{
    json list = json::array();
    for (const auto& segment : log.segments()) list.push_back(segment->base().value);
    return list;
}

json snapshots_of(const UnifiedLog& log)
{
    json list = json::array();
    for (const auto& [offset, snapshot] : log.producers().snapshots()) {
        list.push_back(offset.value);
    }
    return list;
}

json producers_of(const UnifiedLog& log)
{
    json list = json::array();
    for (const auto& [id, entry] : log.producers().producers()) {
        json batches = json::array();
        for (const ProducerBatchMetadata& each : entry.batches) {
            batches.push_back({each.first_sequence(), each.last_sequence, each.first_offset().value,
                               each.last_offset.value, each.timestamp_ms});
        }
        list.push_back({id.value, entry.epoch.value, entry.coordinator_epoch,
                        entry.last_timestamp_ms, entry.transaction_start.value_or(no_offset).value,
                        batches});
    }
    return list;
}

json offset_index_of(const Segment& segment)
{
    json list = json::array();
    for (std::int64_t i = 0; i < segment.offset_index().size(); ++i) {
        const OffsetIndex::Entry entry = segment.offset_index().at(i);
        list.push_back({entry.offset.value, entry.position});
    }
    return list;
}

json time_index_of(const Segment& segment)
{
    json list = json::array();
    for (std::int64_t i = 0; i < segment.time_index().size(); ++i) {
        const TimeIndex::Entry entry = segment.time_index().at(i);
        list.push_back({entry.timestamp_ms, entry.offset.value});
    }
    return list;
}

json transaction_index_of(const Segment& segment)
{
    json list = json::array();
    for (const AbortedTransaction& each : segment.transactions().entries()) {
        list.push_back({each.producer.value, each.first_offset.value, each.last_offset.value,
                        each.last_stable_offset.value});
    }
    return list;
}

json largest_timestamp_of(const Segment& segment)
{
    const std::int64_t largest = segment.largest_record_time().timestamp_ms;
    return largest < 0 ? json(nullptr) : json(largest);
}

}  // namespace gregor::lab::storage
