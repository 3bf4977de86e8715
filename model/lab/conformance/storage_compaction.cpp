#include "model/compaction/cleaner_checkpoints.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"

#include <cmath>

/// golden/storage/compaction: several logs under one cleaner thread.
namespace gregor::lab {

namespace {

using namespace storage;

constexpr std::int64_t first_moment_ms = 100'000;

struct Logs {
    std::vector<UnifiedLog> logs;
    CleanerCheckpoints checkpoints;
    std::int64_t map_capacity{};
    bool follow{};

    static TopicPartition name(std::size_t i) { return {TopicId{0}, static_cast<std::int32_t>(i)}; }
    UnifiedLog& at(const json& index) { return logs.at(index.get<std::size_t>()); }
    void follow_log_end(UnifiedLog& log) const
    {
        if (follow) log.update_high_watermark({log.log_end_offset()});
    }
};

Logs logs_in(const json& vector)
{
    Logs made;
    for (const json& config : vector.at("logs")) {
        LogSettings settings = settings_in(config);
        settings.verification = false;
        settings.producer_expiration_ms = vector.at("producer_expiration_ms");
        made.logs.emplace_back(settings, first_moment_ms);
    }
    const double keys =
        vector.at("map_slots").get<double>() * vector.at("load_factor").get<double>();
    made.map_capacity = static_cast<std::int64_t>(keys);
    made.follow = vector.at("hw_follows_leo");
    return made;
}

RecordBatch keyed_batch(const json& step)
{
    std::vector<Record> records;
    for (const json& fields : step.at(4)) {
        Record& record = records.emplace_back();
        record.key = std::to_string(fields.at(0).get<std::int64_t>());
        record.timestamp_ms = fields.at(1);
        const std::int64_t length = fields.at(2);
        record.null_value = length < 0;
        if (length > 0) record.value.assign(static_cast<std::size_t>(length), 'v');
    }
    RecordBatch batch = make_batch(std::move(records));
    if (step.size() > 5) {
        batch.producer_id = ProducerId{step.at(5).get<std::int64_t>()};
        batch.producer_epoch = ProducerEpoch{step.at(6).get<std::int16_t>()};
        batch.base_sequence = step.at(7);
        batch.transactional = step.at(8) == 1;
    }
    return batch;
}

json append_step(Logs& logs, const json& step)
{
    UnifiedLog& log = logs.at(step.at(1));
    const bool marker = step.at(0) == "marker";
    json got = step;
    UnifiedLog::Append append{.now_ms = step.at(2), .leader_epoch = LeaderEpoch{0}};
    RecordBatch batch;
    if (marker) {
        const ProducerId id{step.at(4).get<std::int64_t>()};
        const ProducerEpoch epoch{step.at(5).get<std::int16_t>()};
        const ProducerEntry* known = log.producers().find(id);
        append.origin = AppendOrigin::coordinator;
        append.transaction_version = known != nullptr && epoch > known->epoch ? 2 : 1;
        batch = make_marker_batch({step.at(6) == "COMMIT", 0}, id, epoch, step.at(2));
    } else {
        batch = keyed_batch(step);
    }
    const auto appended = log.append_as_leader(std::move(batch), append);
    got.at(3) =
        appended.error.none() ? json(appended.first.value) : json(storage::name_of(appended.error));
    logs.follow_log_end(log);
    return got;
}

std::string record_text(const RecordBatch& batch)
{
    if (batch.record_count == 0) return "";
    const auto at = [&](std::int32_t delta) {
        return std::to_string((batch.base_offset + delta).value) + ":";
    };
    if (batch.data->marker) return at(0) + (batch.data->marker->commit ? "COMMIT" : "ABORT");
    std::string text;
    for (const Record& record : batch.data->records) {
        text += (text.empty() ? "" : " ") + at(record.offset_delta) + record.key +
                (record.null_value ? "x" : "");
    }
    return text;
}

json segments_of(const UnifiedLog& log)
{
    json list = json::array();
    for (const auto& segment : log.segments()) {
        if (segment.get() == &log.active_segment()) {
            list.push_back({segment->base().value, segment->size_in_bytes()});
            break;
        }
        json batches = json::array();
        for (auto at = segment->batches().begin(); !at.at_end(); at.next()) {
            const RecordBatch& batch = at.batch();
            batches.push_back({batch.base_offset.value, batch.last_offset().value,
                               batch.size_in_bytes, batch.delete_horizon_ms().value_or(0),
                               record_text(batch)});
        }
        json& entry = list.emplace_back(json{segment->base().value, segment->size_in_bytes(),
                                             segment->largest_record_time().timestamp_ms, batches});
        if (!segment->transactions().entries().empty()) {
            entry.push_back(transaction_index_of(*segment));
        }
    }
    return list;
}

json plan_of(const CleanableLog& cleanable)
{
    const auto part = static_cast<double>(cleanable.cleanable_bytes);
    const auto total = static_cast<double>(cleanable.total_bytes());
    const double ratio = total == 0 ? 0 : std::round(part / total * 1e6) / 1e6;
    return {cleanable.first_dirty.value,
            cleanable.first_uncleanable.value,
            cleanable.first_uncleanable_segment.value,
            cleanable.clean_bytes,
            cleanable.cleanable_bytes,
            ratio,
            cleanable.must_compact_now ? 1 : 0};
}

json states_of(Logs& logs)
{
    json states = json::array();
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        const UnifiedLog& log = logs.logs[i];
        states.push_back({logs.checkpoints.of(Logs::name(i)).value_or(no_offset).value,
                          log.log_start_offset().value, log.last_stable_offset().value,
                          log.high_watermark().value, log.log_end_offset().value});
    }
    return states;
}

void retention_part(Logs& logs, std::int64_t now, json& result, std::set<std::size_t>& changed)
{
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        UnifiedLog& log = logs.logs[i];
        const auto name = Logs::name(i);
        if (!log.settings().cleanup_compact || logs.checkpoints.is_uncleanable(name)) continue;
        const auto deleted = log.delete_old_segments(now).size();
        if (deleted == 0) continue;
        result["deleted"][std::to_string(i)] = deleted;
        changed.insert(i);
    }
}

json round_step(Logs& logs, const json& step)
{
    const std::int64_t now = step.at(1);
    json result = {{"logs", json::array()}, {"pick", -1}};
    std::vector<std::pair<TopicPartition, const UnifiedLog*>> all;
    for (std::size_t i = 0; i < logs.logs.size(); ++i) {
        UnifiedLog& log = logs.logs[i];
        all.emplace_back(Logs::name(i), &log);
        result["logs"].push_back(
            plan_of(find_cleanable(log, logs.checkpoints.of(Logs::name(i)), now)));
    }
    auto pick = logs.checkpoints.dirtiest(all, now);
    std::set<std::size_t> changed;
    if (pick) {
        // Of two equally dirty logs Kafka takes either; the case says which.
        const json& wanted = step.at(2).at("pick");
        if (wanted != -1) {
            const CleanableLog other =
                logs.checkpoints.examine(Logs::name(wanted), logs.at(wanted), now);
            const bool equal = !pick->cleanable.is_dirtier_than(other) &&
                               other.is_eligible(logs.at(wanted).settings());
            if (equal) pick = {Logs::name(wanted), other};
        }
        const auto picked = static_cast<std::size_t>(pick->partition.partition);
        result["pick"] = picked;
        const auto pass =
            Cleaner::clean(logs.logs[picked], pick->cleanable.first_dirty,
                           pick->cleanable.first_uncleanable_segment, logs.map_capacity, now);
        if (!pass.error.none()) {
            logs.checkpoints.mark_uncleanable(pick->partition);
            result["error"] = storage::name_of(pass.error);
            return {step.at(0), now, result};
        }
        logs.checkpoints.set(pick->partition, pass.end);
        result["pass"] = {pass.end.value, pass.records_mapped, pass.records_read,
                          pass.records_written, pass.bytes_written};
        changed.insert(picked);
    }
    retention_part(logs, now, result, changed);
    for (const std::size_t i : changed) {
        result["segments"][std::to_string(i)] = segments_of(logs.logs[i]);
    }
    if (!changed.empty()) result["state"] = states_of(logs);
    return {step.at(0), now, result};
}

json truncate_step(Logs& logs, const json& step, std::int64_t now)
{
    UnifiedLog& log = logs.at(step.at(1));
    const Offset active = log.active_segment().base();
    const Offset to = offset_in(step.at(2));
    log.truncate_to(to, now);
    if (to < active) {
        logs.checkpoints.truncated(Logs::name(step.at(1).get<std::size_t>()),
                                   log.active_segment().base());
    }
    logs.follow_log_end(log);
    return {step.at(0),    step.at(1),       step.at(2), log.high_watermark().value,
            bases_of(log), producers_of(log)};
}

json do_step(Logs& logs, const json& step, std::int64_t& now)
{
    const std::string what = step.at(0);
    if (what == "round") {
        now = step.at(1);
        return round_step(logs, step);
    }
    if (what == "truncate") return truncate_step(logs, step, now);
    UnifiedLog& log = logs.at(step.at(1));
    if (what == "append" || what == "marker") {
        now = step.at(2);
        return append_step(logs, step);
    }
    json got = step;
    if (what == "roll") {
        now = step.at(2);
        log.roll(now);
        logs.follow_log_end(log);
    } else if (what == "hw") {
        got.at(2) = log.update_high_watermark({offset_in(step.at(2))}).value;
    } else if (what == "delete_records") {
        log.maybe_increment_log_start(offset_in(step.at(2)));
        got.at(2) = log.log_start_offset().value;
    } else if (what == "expire") {
        now = step.at(2);
        log.producers().remove_expired(now, log.settings().producer_expiration_ms);
        got.at(3) = json::array();
        for (const auto& [id, entry] : log.producers().producers()) {
            got.at(3).push_back(id.value);
        }
    }
    return got;
}

VectorOutcome check(const json& vector)
{
    Comparison compare(vector);
    Logs logs = logs_in(vector);
    std::int64_t now = first_moment_ms;
    std::size_t number = 0;
    for (const json& step : vector.at("steps")) {
        compare.same("step " + std::to_string(number++), step, do_step(logs, step, now));
        if (!compare.ok()) break;
    }
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_compaction(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        if (vector.contains("logs")) outcomes.push_back(check(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
