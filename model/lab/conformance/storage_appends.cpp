#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"

/// golden/storage/append_roll, high_watermark, read and retention.
namespace gregor::lab {

namespace {

using namespace storage;

json roll_names(const RollReasons& reasons)
{
    json names = json::array();
    if (reasons.size) names.push_back("size");
    if (reasons.time) names.push_back("time");
    if (reasons.offset_index_full) names.push_back("offset_index_full");
    if (reasons.time_index_full) names.push_back("time_index_full");
    if (reasons.offset_distance) names.push_back("offset_distance");
    return names;
}

json result_of(const UnifiedLog& log, const UnifiedLog::Appended& appended)
{
    json result;
    if (!appended.error.none()) {
        result = {{"error", storage::name_of(appended.error)},
                  {"epochs", epochs_of(log.epochs())},
                  {"leo", log.log_end_offset().value}};
    } else {
        result = {{"first", appended.first.value},
                  {"last", appended.last.value},
                  {"bytes", appended.bytes}};
    }
    if (appended.rolled) result["rolled"] = roll_names(*appended.rolled);
    return result;
}

json final_state(const UnifiedLog& log)
{
    json segments = json::array();
    for (const auto& each : log.segments()) {
        segments.push_back({{"base", each->base().value},
                            {"bytes", each->size_in_bytes()},
                            {"largest_ts", largest_timestamp_of(*each)},
                            {"offset_index", offset_index_of(*each)},
                            {"time_index", time_index_of(*each)}});
    }
    return {{"leo", log.log_end_offset().value},
            {"recovery_point", log.recovery_point().value},
            {"epochs", epochs_of(log.epochs())},
            {"producer_snapshots", snapshots_of(log)},
            {"segments", segments}};
}

UnifiedLog::Appended append_entry(UnifiedLog& log, bool leader, const json& entry)
{
    std::vector<RecordBatch> batches;
    for (const json& fields : entry.at(2)) {
        RecordBatch& batch = batches.emplace_back(batch_of_sizes(fields));
        if (fields.contains("base")) batch.base_offset = offset_in(fields.at("base"));
        batch.partition_leader_epoch = LeaderEpoch{fields.value("epoch", 0)};
    }
    const std::int64_t now = entry.at(0);
    if (!leader) return log.append_as_follower(batches, now);
    return log.append_as_leader(
        batches.at(0),
        {.now_ms = now, .leader_epoch = LeaderEpoch{entry.at(1).get<std::int32_t>()}});
}

VectorOutcome check_append_roll(const json& vector)
{
    Comparison compare(vector);
    UnifiedLog log(settings_in(vector.at("config")), vector.at("start"));
    std::size_t step = 0;
    for (const json& entry : vector.at("appends")) {
        const auto appended = append_entry(log, vector.at("role") == "leader", entry);
        log.flush_up_to(log.active_segment().base());  // what a roll asks for
        json got = result_of(log, appended);
        if (entry.at(3).contains("segments")) got["segments"] = log.segments().size();
        compare.same("append " + std::to_string(step++), entry.at(3), got);
    }
    compare.same("final", vector.at("final"), final_state(log));
    return compare.outcome();
}

VectorOutcome check_reads(const json& vector)
{
    using enum UnifiedLog::Isolation;
    Comparison compare(vector);
    UnifiedLog log = log_with(settings_in(vector.at("config")), vector.at("log"), 0);
    json offset_indexes = json::array(), transaction_indexes = json::array();
    for (const auto& segment : log.segments()) {
        offset_indexes.push_back(offset_index_of(*segment));
        transaction_indexes.push_back(transaction_index_of(*segment));
    }
    log.update_high_watermark({offset_in(vector.at("hw"))});
    log.maybe_increment_log_start(offset_in(vector.at("log_start")));
    compare.same("offset_index", vector.at("offset_index"), offset_indexes);
    compare.same("txn_index", vector.at("txn_index"), transaction_indexes);
    compare.same("epochs", vector.at("epochs"), epochs_of(log.epochs()));
    compare.same("lso", vector.at("lso"), log.fetch_last_stable().offset.value);
    for (const json& read : vector.at("reads")) {
        const std::string isolation = read.at(2);
        const auto level = isolation == "LOG_END"          ? log_end
                           : isolation == "HIGH_WATERMARK" ? high_watermark
                                                           : txn_committed;
        const auto got = log.read(offset_in(read.at(0)), read.at(1), level, read.at(3) == 1);
        json answer;
        if (!got) {
            answer = {{"error", "OffsetOutOfRangeException"}};
        } else {
            std::int64_t whole = 0;
            json bases = json::array(), aborted = json::array();
            for (const RecordBatch& each : got.value().batches) {
                whole += each.size_in_bytes;
                bases.push_back(each.base_offset.value);
            }
            for (const AbortedTransaction& each : got.value().aborted) {
                aborted.push_back({each.producer.value, each.first_offset.value});
            }
            answer = {{"bytes", got.value().bytes},
                      {"whole_bytes", whole},
                      {"batches", bases},
                      {"segment", got.value().start.segment_base.value},
                      {"position", got.value().start.position}};
            if (got.value().first_incomplete) answer["first_incomplete"] = true;
            if (level == txn_committed) answer["aborted"] = aborted;
        }
        compare.same("read " + read.dump(), read.at(4), answer);
    }
    for (const json& asked : vector.at("by_timestamp")) {
        const auto got = log.offset_for_timestamp(asked.at(0));
        json answer = {asked.at(0), nullptr};
        if (got) {
            answer = {asked.at(0), got->timestamp_ms, got->offset.value,
                      got->epoch ? json(got->epoch->value) : json(nullptr)};
        }
        compare.same("by_timestamp", asked, answer);
    }
    return compare.outcome();
}

json marks_of(const UnifiedLog& log)
{
    return {log.log_start_offset().value, optional_offset(log.first_unstable_offset()),
            log.high_watermark().value, log.log_end_offset().value};
}

json marks_after_a_fetch(UnifiedLog& log)
{
    const Offset stable = log.fetch_last_stable().offset;
    return {log.log_start_offset().value, stable.value, log.high_watermark().value,
            log.log_end_offset().value};
}

/// Appends as the recording did: leader epoch 0, small values, sequences that go on.
struct SequencedAppends {
    std::map<std::int64_t, std::int32_t> next_sequence;

    json data(UnifiedLog& log, std::int64_t producer, std::int64_t records, std::int64_t now)
    {
        RecordBatch batch =
            batch_of_sizes({{"n", records}, {"key", -1}, {"value", 1}, {"ts", now}});
        if (producer >= 0) {
            batch.producer_id = ProducerId{producer};
            batch.producer_epoch = ProducerEpoch{0};
            batch.base_sequence = next_sequence[producer];
            batch.transactional = true;
            next_sequence[producer] += static_cast<std::int32_t>(records);
        }
        return result(log.append_as_leader(batch, {.now_ms = now}));
    }
    static json marker(UnifiedLog& log, std::int64_t producer, bool commit, std::int64_t now)
    {
        return result(log.append_as_leader(
            make_marker_batch({commit, 0}, ProducerId{producer}, ProducerEpoch{0}, now),
            {.now_ms = now, .origin = AppendOrigin::coordinator}));
    }
    static json result(const UnifiedLog::Appended& appended)
    {
        return appended.error.none() ? json(appended.first.value)
                                     : json(storage::name_of(appended.error));
    }
};

json offset_or_null(const std::optional<Offset>& offset)
{
    return offset ? json(offset->value) : json(nullptr);
}

json step_of_high_watermark(UnifiedLog& log, SequencedAppends& appends, const json& op)
{
    const std::string what = op.at(0);
    if (what == "append") return appends.data(log, op.at(1), op.at(2), 0);
    if (what == "marker") return SequencedAppends::marker(log, op.at(1), op.at(2) == "COMMIT", 0);
    const Offset asked = offset_in(op.at(1));
    if (what == "update_hw") return log.update_high_watermark({asked}).value;
    if (what == "maybe_update_hw") return offset_or_null(log.maybe_update_high_watermark(asked));
    if (what == "maybe_increment_hw") {
        OffsetMetadata to{asked};
        if (op.at(2) == 1) to = log.locate(asked);
        const auto moved = log.maybe_increment_high_watermark(to);
        if (!moved) return "IllegalArgumentException";
        return offset_or_null(moved.value());
    }
    const auto moved = log.maybe_increment_log_start(asked);
    if (!moved) return "OffsetOutOfRangeException";
    return moved.value();
}

VectorOutcome check_high_watermark(const json& vector)
{
    Comparison compare(vector);
    LogSettings settings = settings_in(vector.at("config"));
    settings.verification = false;
    UnifiedLog log(settings, 0);
    SequencedAppends appends;
    std::size_t step = 0;
    for (const json& op : vector.at("ops")) {
        const std::size_t answer = op.size() - 3;
        json got = op;
        got.at(answer) = step_of_high_watermark(log, appends, op);
        got.at(answer + 1) = marks_of(log);
        got.at(answer + 2) = marks_after_a_fetch(log);
        compare.same("op " + std::to_string(step++), op, got);
    }
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_append_roll(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check_append_roll(vector));
    return outcomes;
}

std::vector<VectorOutcome> conform_log_reads(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check_reads(vector));
    return outcomes;
}

std::vector<VectorOutcome> conform_high_watermark(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check_high_watermark(vector));
    return outcomes;
}

}  // namespace gregor::lab
