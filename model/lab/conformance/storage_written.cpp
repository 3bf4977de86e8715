#include "model/compaction/cleaner_checkpoints.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_phrases.h"

/// storage/cleanable and storage/producer_state: read from Kafka's unit tests.
namespace gregor::lab {

namespace {

using namespace storage;

json bounds_of(const CleanableLog& cleanable)
{
    return {{"first_dirty", cleanable.first_dirty.value},
            {"first_uncleanable", cleanable.first_uncleanable.value}};
}

/// Segments at these bases with one batch of this timestamp each; the last one is active.
UnifiedLog log_of_segments(const LogSettings& settings, const json& segments)
{
    UnifiedLog log(settings, 0, Offset{segments.at(0).at("base").get<std::int64_t>()});
    for (const json& segment : segments) {
        const Offset base{segment.at("base").get<std::int64_t>()};
        if (base != log.active_segment().base()) log.roll(0, base);
        write_data(log, {.first = base.value,
                         .last = base.value,
                         .timestamp_ms = segment.value("largest_ts", std::int64_t{0})});
    }
    return log;
}

json steps_of_cleanable(const json& input)
{
    LogSettings settings;
    settings.cleanup_compact = true;
    settings.min_compaction_lag_ms = input.at("min_compaction_lag_ms");
    UnifiedLog log(settings, 0);
    json got;
    for (const json& step : input.at("steps")) {
        const std::int64_t now = step.at("t");
        if (step.contains("check")) {
            got[step.at("check").get<std::string>()] =
                bounds_of(find_cleanable(log, Offset{0}, now));
            continue;
        }
        for (const std::string& phrase : phrases_of(step.at("do"))) do_phrase(log, phrase, now);
    }
    return got;
}

json rows_of_checkpoints(const json& input)
{
    json rows = json::array();
    for (const json& row : input.at("rows")) {
        const Offset start{number_in(row.at("log_start"))};
        UnifiedLog log({}, 0, start);
        write_data(log, {.first = start.value, .last = number_in(row.at("leo")) - 1});
        CleanerCheckpoints checkpoints;
        checkpoints.set({}, Offset{number_in(row.at("checkpoint"))});
        const CleanableLog found = checkpoints.examine({}, log, 0);
        rows.push_back(
            {{"reset", found.checkpoint_invalid}, {"first_dirty", checkpoints.of({})->value}});
    }
    return {{"rows", rows}};
}

json bytes_of_cleanable(const json& input)
{
    UnifiedLog log({}, 0, Offset{input.at("segment_bases").at(0).get<std::int64_t>()});
    for (std::size_t i = 0; i < input.at("segment_bases").size(); ++i) {
        const Offset base{input.at("segment_bases").at(i).get<std::int64_t>()};
        if (i > 0) log.roll(0, base);
        RecordBatch batch;
        batch.base_offset = base;
        batch.record_count = 1;
        batch.size_in_bytes = input.at("segment_sizes").at(i);
        batch.partition_leader_epoch = LeaderEpoch{0};
        log.append_as_follower({batch}, 0);
    }
    log.update_high_watermark({Offset{input.at("uncleanable").get<std::int64_t>()}});
    const CleanableLog found =
        find_cleanable(log, Offset{input.at("first_dirty").get<std::int64_t>()}, 0);
    return {{"clean_bytes", found.clean_bytes},
            {"cleanable_bytes", found.cleanable_bytes},
            {"total_bytes", found.total_bytes()},
            {"ratio",
             static_cast<double>(found.cleanable_bytes) / static_cast<double>(found.total_bytes())},
            {"first_uncleanable_segment_base", found.first_uncleanable_segment.value}};
}

json bounds_in(const json& input)
{
    LogSettings settings;
    settings.cleanup_compact = true;
    settings.min_compaction_lag_ms = input.value("min_compaction_lag_ms", std::int64_t{0});
    json segments = input.value("segments", json::array());
    if (input.contains("segments_bases")) {
        for (const json& base : input.at("segments_bases")) segments.push_back({{"base", base}});
    }
    if (segments.empty()) {
        segments.push_back({{"base", input.value("log_start", 0)}});
        segments.push_back({{"base", number_in(input.at("active_segment_base"))}});
    }
    UnifiedLog log = log_of_segments(settings, segments);
    const bool at_end = input.at("high_watermark") == "LEO";
    log.update_high_watermark(
        {at_end ? log.log_end_offset() : Offset{number_in(input.at("high_watermark"))}});
    const Offset checkpoint{input.at("checkpoint").get<std::int64_t>()};
    return bounds_of(find_cleanable(log, checkpoint, input.value("now", std::int64_t{0})));
}

json cleanable_case(const json& input)
{
    if (input.contains("steps")) return steps_of_cleanable(input);
    if (input.contains("rows")) return rows_of_checkpoints(input);
    if (input.contains("segment_sizes")) return bytes_of_cleanable(input);
    return bounds_in(input);
}

RecordBatch sequenced(std::int32_t epoch, std::int32_t first, std::int32_t last)
{
    RecordBatch batch;
    batch.record_count = last - first + 1;
    batch.size_in_bytes = 100;
    batch.producer_id = ProducerId{1};
    batch.producer_epoch = ProducerEpoch{static_cast<std::int16_t>(epoch)};
    batch.base_sequence = first;
    return batch;
}

std::string result_name(const LogError& error)
{
    return error.none() ? "OK" : std::string(gregor::name_of(error.error));
}

/// One batch after the other, below the level where duplicates are recognised.
json results_of_appends(const json& appends)
{
    ProducerStateManager producers;
    json results = json::array();
    for (const json& each : appends) {
        const std::int32_t sequence = each.at("seq");
        ProducerAppend append = producers.prepare(ProducerId{1}, AppendOrigin::client, 0);
        std::optional<CompletedTransaction> none;
        const LogError error =
            append.append(sequenced(each.at("epoch"), sequence, sequence), {}, none);
        if (error.none()) producers.update(append);
        results.push_back(result_name(error));
    }
    return {{"results", results}};
}

json results_of_attempts(const json& input)
{
    UnifiedLog log({}, 0);
    for (const json& each : input.at("existing_batches_seq_ranges")) {
        log.append_as_leader(sequenced(0, each.at(0), each.at(1)), {});
    }
    json results = json::array();
    for (const json& each : input.at("attempts")) {
        const auto got = log.append_as_leader(sequenced(0, each.at(0), each.at(1)), {});
        if (!got.error.none()) {
            results.push_back(result_name(got.error));
        } else {
            results.push_back(
                {{"ok", {got.first.value, got.last.value}}, {"appended", !got.duplicate}});
        }
    }
    return {{"results", results}};
}

json results_after_wrap(const json& input)
{
    json results = json::array();
    for (const json& next : input.at("next_seqs_independent")) {
        UnifiedLog log({}, 0);
        log.append_as_leader(sequenced(0, input.at("last_seq"), input.at("last_seq")), {});
        results.push_back(result_name(log.append_as_leader(sequenced(0, next, next), {}).error));
    }
    return {{"results", results}};
}

json expiry_case(const json& input)
{
    LogSettings settings;
    UnifiedLog log(settings, 0);
    std::int64_t now = 0;
    for (const json& step : input.at("steps")) {
        for (const std::string& phrase : phrases_of(step)) {
            if (phrase.starts_with("t += expiration")) {
                now += settings.producer_expiration_ms + ranges_in(phrase).at(0).first;
            } else if (phrase == "expire") {
                log.producers().remove_expired(now, settings.producer_expiration_ms);
            } else {
                do_phrase(log, phrase, now);
            }
        }
    }
    return {{"producer_present", log.producers().find(ProducerId{1}) != nullptr},
            {"first_undecided_offset", optional_offset(log.producers().first_undecided_offset())}};
}

json unstable_case(const json& input, const json& expected)
{
    UnifiedLog log({}, 0);
    json undecided = json::array(), unstable = json::array();
    for (const json& step : input.at("steps")) {
        for (const std::string& phrase : phrases_of(step)) do_phrase(log, phrase, 0);
        undecided.push_back(optional_offset(log.producers().first_undecided_offset()));
        unstable.push_back(optional_offset(log.first_unstable_offset()));
    }
    json got = {{"first_unstable_after_each", unstable}};
    if (expected.contains("first_undecided_after_each")) {
        got["first_undecided_after_each"] = undecided;
    }
    return got;
}

json unstable_after_log_start(const json& input)
{
    UnifiedLog log({}, 0);
    for (const std::string& phrase : phrases_of(input.at("log"))) do_phrase(log, phrase, 0);
    json unstable = json::array();
    for (const json& to : input.at("log_start_moves_independent")) {
        UnifiedLog moved = log;
        moved.maybe_increment_log_start(offset_in(to));
        unstable.push_back(optional_offset(moved.first_unstable_offset()));
    }
    return {{"first_unstable", unstable}};
}

json producer_case(const json& input, const json& expected)
{
    if (input.contains("appends")) return results_of_appends(input.at("appends"));
    if (input.contains("attempts")) return results_of_attempts(input);
    if (input.contains("last_seq")) return results_after_wrap(input);
    if (input.contains("log")) return unstable_after_log_start(input);
    if (expected.contains("producer_present")) return expiry_case(input);
    return unstable_case(input, expected);
}

}  // namespace

std::vector<VectorOutcome> conform_cleanable(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        outcomes.push_back(compare(vector, cleanable_case(vector.at("input"))));
    }
    return outcomes;
}

std::vector<VectorOutcome> conform_written_producer_state(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        outcomes.push_back(
            compare(vector, producer_case(vector.at("input"), vector.at("expected"))));
    }
    return outcomes;
}

}  // namespace gregor::lab
