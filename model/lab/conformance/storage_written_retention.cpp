#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_phrases.h"

#include <algorithm>

/// storage/retention_and_roll: read from Kafka's unit tests and formulas.
namespace gregor::lab {

namespace {

using namespace storage;

RecordBatch batch_of(std::int64_t records, std::int64_t bytes, std::int64_t timestamp_ms)
{
    RecordBatch batch;
    batch.record_count = static_cast<std::int32_t>(records);
    batch.size_in_bytes = static_cast<std::uint32_t>(bytes);
    batch.max_timestamp_ms = timestamp_ms;
    batch.partition_leader_epoch = LeaderEpoch{0};
    return batch;
}

UnifiedLog log_of_segments(const json& input)
{
    LogSettings settings;
    const std::string policy = input.value("cleanup_policy", "delete");
    settings.cleanup_delete = policy.find("delete") != std::string::npos;
    settings.cleanup_compact = policy.find("compact") != std::string::npos;
    settings.retention_bytes = input.value("retention_bytes", std::int64_t{-1});
    settings.retention_ms = input.value("retention_ms", std::int64_t{-1});
    UnifiedLog log(settings, 0, offset_in(input.at("segments").at(0).at("base")));
    for (const json& segment : input.at("segments")) {
        const Offset base = offset_in(segment.at("base"));
        if (base != log.active_segment().base()) log.roll(0, base);
        RecordBatch batch = batch_of(segment.at("records"), segment.value("bytes", 100),
                                     segment.value("largest_ts", std::int64_t{0}));
        if (settings.cleanup_compact) batch = with_keys(std::move(batch));
        log.append_as_leader(std::move(batch), {});
    }
    return log;
}

json retention_case(const json& input, const json& expected)
{
    UnifiedLog log = log_of_segments(input);
    const std::int64_t now = input.contains("now") ? number_in(input.at("now")) : 0;
    json got = json::object();
    if (input.contains("high_watermarks_in_order")) {
        for (const json& hw : input.at("high_watermarks_in_order")) {
            log.update_high_watermark({offset_in(hw)});
            log.delete_old_segments(now);
            got["log_start_after_each"].push_back(log.log_start_offset().value);
        }
        return got;
    }
    log.update_high_watermark({offset_in(input.at("high_watermark"))});
    if (input.contains("log_start_sequence")) {
        for (const json& to : input.at("log_start_sequence")) {
            log.maybe_increment_log_start(offset_in(to));
            log.delete_old_segments(now);
            got["remaining_segments_after_each"].push_back(log.segments().size());
            got["log_start_after_each"].push_back(log.log_start_offset().value);
        }
        return got;
    }
    log.delete_old_segments(now);
    got["remaining_bases"] = bases_of(log);
    got["log_start_offset"] = log.log_start_offset().value;
    if (expected.contains("log_empty")) got["log_empty"] = log.size_in_bytes() == 0;
    return got;
}

json epochs_case(const json& input)
{
    json entries = json::array();
    for (const json& list : input.at("epoch_entries")) {
        LeaderEpochCache cache;
        for (const json& each : list) {
            cache.assign(LeaderEpoch{each.at(0).get<std::int32_t>()}, offset_in(each.at(1)));
        }
        cache.truncate_from_start(offset_in(input.at("deleted_up_to")));
        entries.push_back(epochs_of(cache));
    }
    return {{"epoch_entries", entries}};
}

json size_roll_case(const json& input)
{
    LogSettings settings;
    settings.segment_bytes = input.at("segment_bytes");
    UnifiedLog log(settings, 0);
    for (std::int64_t i = 0; i < input.at("appends").get<std::int64_t>(); ++i) {
        log.append_as_leader(batch_of(1, input.at("append_bytes_each"), 0), {});
    }
    const Offset second =
        log.segments().size() > 1 ? log.segments()[1]->base() : log.log_end_offset();
    return {{"segments", log.segments().size()},
            {"records_in_first_segment", second - log.segments()[0]->base()}};
}

json time_roll_case(const json& input)
{
    LogSettings settings;
    settings.segment_ms = input.at("segment_ms");
    UnifiedLog log(settings, 0);
    std::int64_t now = 0;
    json segments = json::array();
    for (const json& step : input.at("steps")) {
        const std::string text = step;
        if (text.starts_with("t+=")) {
            now += ranges_in(text).at(0).first;
        } else if (text.starts_with("append")) {
            log.append_as_leader(batch_of(1, 100, -1), {.now_ms = now});
            segments.push_back(log.segments().size());
        }
    }
    return {{"segments_after_each_append", segments}};
}

json jitter_case(const json& input)
{
    LogSettings settings;
    settings.segment_ms = input.at("segment_ms");
    settings.segment_jitter_ms = input.at("max_jitter");
    json segments;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        UnifiedLog log(settings, 0, Offset{0}, Random(seed));
        const std::int64_t jitter = log.active_segment().jitter_ms();
        json counts = json::array();
        for (const json& at : input.at("appends_at_record_ts")) {
            const std::int64_t time = at.is_string() ? number_in(at) - jitter : number_in(at);
            log.append_as_leader(batch_of(1, 100, time), {.now_ms = time});
            counts.push_back(log.segments().size());
        }
        if (segments.is_null()) segments = counts;
        if (segments != counts || jitter >= settings.segment_jitter_ms)
            return "depends on the draw";
    }
    return {{"segments_after_each_append", segments}};
}

json index_case(const json& input)
{
    LogSettings settings;
    settings.index_interval_bytes = input.at("index_interval_bytes");
    UnifiedLog log(settings, 0);
    json got = {{"entry_at_append_indices", json::array()}, {"entry_positions", json::array()}};
    std::int64_t number = 0;
    for (const json& bytes : input.at("append_bytes")) {
        const std::int64_t before = log.active_segment().offset_index().size();
        log.append_as_leader(batch_of(1, bytes, 0), {});
        const OffsetIndex& index = log.active_segment().offset_index();
        if (index.size() > before) {
            got["entry_at_append_indices"].push_back(number);
            got["entry_positions"].push_back(index.at(before).position);
        }
        ++number;
    }
    return got;
}

void do_operation(UnifiedLog& log, const std::string& op)
{
    const std::int64_t number = ranges_in(op).at(0).first;
    if (op.starts_with("append")) {
        log.append_as_leader(batch_of(number, 100, 0), {});
    } else if (op.starts_with("maybeIncrementHW")) {
        log.maybe_increment_high_watermark(log.locate(Offset{number}));
    } else if (op.starts_with("updateHW")) {
        log.update_high_watermark({Offset{number}});
    } else if (op.starts_with("truncateTo")) {
        log.truncate_to(Offset{number}, 0);
    } else if (op.starts_with("truncateFullyAndStartAt")) {
        log.truncate_fully_and_start_at(Offset{number}, 0);
    }
}

json truncation_case(const json& input)
{
    UnifiedLog log({}, 0);
    json marks = json::array();
    for (const json& op : input.at("ops")) {
        const std::string text = op;
        const auto numbers = ranges_in(text);
        if (text.find("as follower") != std::string::npos) {
            RecordBatch batch = batch_of(numbers.at(0).first, 100, 0);
            batch.base_offset = Offset{numbers.at(1).first};
            log.append_as_follower({batch}, 0);
        } else if (text.starts_with("append")) {
            // One record a batch: the high watermark stands on the beginning of one.
            for (std::int64_t i = 0; i < numbers.at(0).first; ++i) {
                log.append_as_leader(batch_of(1, 100, 0), {});
            }
        } else {
            do_operation(log, text);
        }
        marks.push_back(log.high_watermark().value);
    }
    return {{"hw_after_each", marks},
            {"final",
             {{"log_start", log.log_start_offset().value}, {"leo", log.log_end_offset().value}}}};
}

/// "offsets 40..49, timestamp = 10 * offset"
json timestamp_case(const json& input)
{
    const auto numbers = ranges_in(input.at("records"));
    const std::int64_t first = numbers.at(0).first, last = numbers.at(1).first;
    UnifiedLog log({}, 0, Offset{first});
    for (std::int64_t offset = first; offset <= last; ++offset) {
        log.append_as_leader(batch_of(1, 100, numbers.at(2).first * offset), {});
    }
    json offsets = json::array();
    for (const json& target : input.at("targets")) {
        const auto found = log.offset_for_timestamp(target);
        offsets.push_back(found ? json(found->offset.value) : json(nullptr));
    }
    return {{"offsets", offsets}};
}

json recovered_epochs_case(const json& input)
{
    UnifiedLog log({}, 0, offset_in(input.at("batches").at(0).at("base")));
    for (const json& each : input.at("batches")) {
        RecordBatch batch = batch_of(each.at("records"), 100, 0);
        batch.base_offset = offset_in(each.at("base"));
        batch.partition_leader_epoch = LeaderEpoch{each.at("epoch").get<std::int32_t>()};
        log.append_as_follower({batch}, 0);
    }
    log.epochs().clear();
    log.reopen({});
    return {{"epoch_entries", epochs_of(log.epochs())}};
}

json bounds_case(const json& input)
{
    const Offset start = offset_in(input.at("log_start"));
    UnifiedLog log({}, 0, start);
    log.append_as_leader(batch_of(offset_in(input.at("leo")) - start, 100, 0), {});
    json results = json::array();
    for (const json& at : input.at("reads")) {
        const auto got = log.read(offset_in(at), 1000, UnifiedLog::Isolation::log_end, false);
        results.push_back(!got ? "OFFSET_OUT_OF_RANGE" : got.value().bytes == 0 ? "empty" : "data");
    }
    return {{"results", results}};
}

json answer(const json& input, const json& expected)
{
    if (input.contains("segments")) return retention_case(input, expected);
    if (input.contains("epoch_entries")) return epochs_case(input);
    if (input.contains("append_bytes_each")) return size_roll_case(input);
    if (input.contains("max_jitter")) return jitter_case(input);
    if (input.contains("segment_ms")) return time_roll_case(input);
    if (input.contains("append_bytes")) return index_case(input);
    if (input.contains("ops")) return truncation_case(input);
    if (input.contains("targets")) return timestamp_case(input);
    if (input.contains("batches")) return recovered_epochs_case(input);
    return bounds_case(input);
}

}  // namespace

std::vector<VectorOutcome> conform_retention_and_roll(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        Comparison compare(vector);
        compare.same("expected", vector.at("expected"),
                     answer(vector.at("input"), vector.at("expected")));
        outcomes.push_back(compare.outcome());
    }
    return outcomes;
}

}  // namespace gregor::lab
