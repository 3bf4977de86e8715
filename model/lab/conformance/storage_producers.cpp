#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"
#include "model/units.h"

/// golden/storage/producer_state.
namespace gregor::lab {

namespace {

using namespace storage;

std::string guard_name(std::int64_t guard)
{
    return guard == 0 ? "sentinel" : "g" + std::to_string(guard);
}

std::int64_t guard_in(const json& step)
{
    const std::string name = step.value("guard", "sentinel");
    return name == "sentinel" ? 0 : parse_integer(name.substr(1)).value_or(-1);
}

RecordBatch data_batch(const json& step)
{
    RecordBatch batch =
        batch_of_sizes({{"n", step.at("n")}, {"key", -1}, {"value", 3}, {"ts", step.at("now")}});
    batch.producer_id = ProducerId{step.at("pid").get<std::int64_t>()};
    batch.producer_epoch = ProducerEpoch{step.at("epoch").get<std::int16_t>()};
    batch.base_sequence = step.at("seq");
    batch.transactional = step.contains("txn");
    return batch;
}

RecordBatch marker_batch(const json& step)
{
    return make_marker_batch({step.at("type") == "COMMIT", step.at("coordinator_epoch")},
                             ProducerId{step.at("pid").get<std::int64_t>()},
                             ProducerEpoch{step.at("epoch").get<std::int16_t>()}, step.at("now"));
}

UnifiedLog::Appended write(UnifiedLog& log, const json& step, RecordBatch batch)
{
    if (step.value("as", "") == "follower") {
        batch.base_offset = log.log_end_offset();
        batch.partition_leader_epoch = LeaderEpoch{0};
        return log.append_as_follower({batch}, step.at("now"));
    }
    return log.append_as_leader(
        std::move(batch),
        {.now_ms = step.at("now"),
         .leader_epoch = LeaderEpoch{0},
         .origin = step.at("op") == "marker" ? AppendOrigin::coordinator : AppendOrigin::client,
         .verification_guard = guard_in(step),
         .transaction_version = step.value("tv", 0)});
}

void append_step(UnifiedLog& log, const json& step, json& got)
{
    const bool marker = step.at("op") == "marker";
    const auto done = write(log, step, marker ? marker_batch(step) : data_batch(step));
    if (!done.error.none()) {
        got["r"] = storage::name_of(done.error);
        return;
    }
    got["r"] = done.duplicate ? "duplicate" : "ok";
    got["first"] = done.first.value;
    if (!marker) got["last"] = done.last.value;
    if (done.duplicate) got["log_append_time"] = done.log_append_time_ms;
}

void verify_step(UnifiedLog& log, const json& step, json& got)
{
    const ProducerId id{step.at("pid").get<std::int64_t>()};
    const auto guard = log.producers().start_verification(
        id, step.at("seq"), ProducerEpoch{step.at("epoch").get<std::int16_t>()},
        step.at("supports_epoch_bump"), step.at("now"));
    if (!guard) {
        got["r"] = "InvalidProducerEpochException";
        return;
    }
    got["r"] = guard_name(guard.value());
    if (guard.value() == 0) return;
    const VerificationEntry& entry = *log.producers().verification_of(id);
    got["entry"] = {entry.lowest_sequence, entry.epoch.value, entry.supports_epoch_bump ? 1 : 0};
}

void delete_records_step(UnifiedLog& log, const json& step, json& got)
{
    log.maybe_increment_log_start(offset_in(step.at("to")));
    if (step.at("deleted_segments") != -1) {
        got["deleted_segments"] = log.delete_old_segments(0).size();
    } else {
        got["deleted_segments"] = -1;
    }
    got["bases"] = bases_of(log);
    got["snapshots"] = snapshots_of(log);
}

void reopen_step(UnifiedLog& log, const json& step, json& got)
{
    const bool clean = step.at("clean");
    if (clean) log.close();
    got["snapshots_before"] = snapshots_of(log);
    if (step.contains("snapshot_lost")) {
        const Offset lost = log.producers().latest_snapshot().value_or(no_offset);
        got["snapshot_lost"] = lost.value;
        log.producers().remove_snapshot(lost);
    }
    log.reopen({.clean = clean,
                .log_start_checkpoint = offset_in(step.at("log_start_checkpoint")),
                .recovery_point_checkpoint = offset_in(step.at("recovery_point_checkpoint")),
                .now_ms = step.at("now")});
    got["hw_after"] = log.high_watermark().value;
    got["snapshots"] = snapshots_of(log);
    got["producers"] = producers_of(log);
    got["hw_set"] = log.update_high_watermark({offset_in(step.at("hw_set"))}).value;
}

/// Fills in what the model answers to the step.
void do_step(UnifiedLog& log, const json& step, std::int64_t now, json& got)
{
    const std::string what = step.at("op");
    if (what == "append" || what == "marker") {
        append_step(log, step, got);
    } else if (what == "verify") {
        verify_step(log, step, got);
    } else if (what == "hw") {
        log.update_high_watermark({offset_in(step.at("to"))});
    } else if (what == "roll") {
        log.roll(now);
        got["snapshots"] = snapshots_of(log);
    } else if (what == "expire") {
        log.producers().remove_expired(now, log.settings().producer_expiration_ms);
        got["left"] = json::array();
        for (const auto& [id, entry] : log.producers().producers()) {
            got["left"].push_back(id.value);
        }
    } else if (what == "delete_records") {
        delete_records_step(log, step, got);
    } else if (what == "truncate") {
        got["r"] = log.truncate_to(offset_in(step.at("to")), now);
        got["hw"] = log.high_watermark().value;
        got["snapshots"] = snapshots_of(log);
        got["producers"] = producers_of(log);
    } else if (what == "reopen") {
        reopen_step(log, step, got);
    }
}

/// What was asked, without what was answered.
json question_in(const json& step)
{
    json question = step;
    const bool reopen = step.at("op") == "reopen";
    for (const char* answer : {"r", "first", "last", "log_append_time", "lso", "first_unstable",
                               "entry", "snapshots", "left", "deleted_segments", "bases", "hw",
                               "producers", "hw_after", "snapshots_before", "snapshot_lost"}) {
        question.erase(answer);
    }
    if (reopen) question.erase("hw_set");
    return question;
}

json final_state(const UnifiedLog& log)
{
    json transactions = json::array();
    for (const auto& each : log.segments()) {
        transactions.push_back({each->base().value, transaction_index_of(*each)});
    }
    return {{"leo", log.log_end_offset().value}, {"log_start", log.log_start_offset().value},
            {"hw", log.high_watermark().value},  {"snapshots", snapshots_of(log)},
            {"producers", producers_of(log)},    {"txn_index", transactions}};
}

VectorOutcome check(const json& vector)
{
    Comparison compare(vector);
    LogSettings settings = settings_in(vector.at("config"));
    settings.verification = vector.at("verification");
    settings.producer_expiration_ms = vector.at("producer_expiration_ms");
    std::int64_t now = 100'000;
    UnifiedLog log(settings, now);
    std::size_t number = 0;
    for (const json& step : vector.at("steps")) {
        now = step.value("now", now);
        json got = question_in(step);
        do_step(log, step, now, got);
        got["lso"] = log.last_stable_offset().value;
        if (const auto unstable = log.first_unstable_offset()) {
            got["first_unstable"] = unstable->value;
        }
        compare.same("step " + std::to_string(number++), step, got);
    }
    compare.same("final", vector.at("final"), final_state(log));
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_producer_state(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace gregor::lab
