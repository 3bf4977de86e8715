#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"

#include <algorithm>

/// golden/storage/recovery: starts after damage, and truncations.
namespace gregor::lab {

namespace {

using namespace storage;

/// The moment of the recordings' restarts and cuts; no timestamp of a case is later.
constexpr std::int64_t later_ms = 200'000;

json segments_of(const UnifiedLog& log)
{
    json list = json::array();
    for (const auto& each : log.segments()) {
        json& segment = list.emplace_back(json{each->base().value, each->size_in_bytes(),
                                               largest_timestamp_of(*each), offset_index_of(*each),
                                               time_index_of(*each)});
        if (!each->transactions().entries().empty()) {
            segment.push_back(transaction_index_of(*each));
        }
    }
    return list;
}

json state_of(const UnifiedLog& log)
{
    return {{"leo", log.log_end_offset().value},
            {"log_start", log.log_start_offset().value},
            {"hw", log.high_watermark().value},
            {"recovery_point", log.recovery_point().value},
            {"first_unstable", optional_offset(log.first_unstable_offset())},
            {"epochs", epochs_of(log.epochs())},
            {"snapshots", snapshots_of(log)},
            {"producers", producers_of(log)},
            {"segments", segments_of(log)}};
}

UnifiedLog log_before(const json& vector, Comparison& compare)
{
    const json& before = vector.at("before");
    UnifiedLog log = log_with(settings_in(vector.at("config")), before.at("segments"), later_ms);
    if (log.segments().size() > 1) log.flush_up_to(log.active_segment().base());
    compare.same("before.leo", before.at("leo"), log.log_end_offset().value);
    const Offset log_start{before.value("log_start", std::int64_t{0})};
    if (log_start > log.log_start_offset()) {
        log.update_high_watermark({log_start});
        log.maybe_increment_log_start(log_start);
    }
    compare.same("before.epochs", before.at("epochs"), epochs_of(log.epochs()));
    return log;
}

/// Snapshots that had gone before the recording of the state.
void keep_snapshots(UnifiedLog& log, const json& offsets, Comparison& compare)
{
    std::vector<Offset> gone;
    for (const auto& [offset, snapshot] : log.producers().snapshots()) {
        if (std::ranges::find(offsets, json(offset.value)) == offsets.end()) gone.push_back(offset);
    }
    for (const Offset each : gone) log.producers().remove_snapshot(each);
    compare.same("before.snapshots", offsets, snapshots_of(log));
}

/// None: an earlier damage took the file.
std::optional<std::size_t> segment_at(const UnifiedLog& log, const json& base)
{
    for (std::size_t i = 0; i < log.segments().size(); ++i) {
        if (log.segments()[i]->base() == offset_in(base)) return i;
    }
    return std::nullopt;
}

void damage(UnifiedLog& log, const json& what)
{
    const std::string kind = what.at(0);
    if (kind == "delete_epoch_file") {
        log.epochs().clear();
    } else if (kind == "cut_snapshot") {
        auto& snapshots = log.producers().change_snapshots();
        const auto at = snapshots.find(offset_in(what.at(1)));
        if (at != snapshots.end()) at->second.readable = false;
    } else if (kind == "delete_snapshots_from") {
        auto& snapshots = log.producers().change_snapshots();
        snapshots.erase(snapshots.lower_bound(offset_in(what.at(1))), snapshots.end());
    } else if (const auto at = segment_at(log, what.at(1)); !at) {
        return;
    } else if (kind == "delete_log_file") {
        log.lose_segment(*at);
    } else {
        Segment& segment = log.own_segment(*at);
        if (kind == "cut_tail") segment.cut_tail(what.at(2));
        if (kind == "flip") segment.flip_byte(what.at(2), what.at(3));
        if (kind == "append_zeros") segment.append_zeros(what.at(2));
        if (kind == "delete_index") segment.lose_offset_index();
        if (kind == "delete_timeindex") segment.lose_time_index();
    }
}

VectorOutcome check_reopen(const json& vector)
{
    Comparison compare(vector);
    UnifiedLog log = log_before(vector, compare);
    const bool clean = vector.at("clean_shutdown");
    if (clean) log.close();
    keep_snapshots(log, vector.at("before").at("snapshots"), compare);
    for (const json& each : vector.at("damage")) damage(log, each);
    const LogError error =
        log.reopen({.clean = clean,
                    .log_start_checkpoint = offset_in(vector.at("log_start_checkpoint")),
                    .recovery_point_checkpoint = offset_in(vector.at("recovery_point_checkpoint")),
                    .now_ms = later_ms});
    const json got = error.none() ? state_of(log) : json{{"error", storage::name_of(error)}};
    compare.same("after", vector.at("after"), got);
    return compare.outcome();
}

json do_truncation(UnifiedLog& log, const json& op)
{
    const std::string what = op.at(0);
    json got = op;
    const Offset offset = offset_in(op.at(1));
    if (what == "hw") {
        got.at(2) = log.update_high_watermark({offset}).value;
    } else if (what == "log_start") {
        const auto moved = log.maybe_increment_log_start(offset);
        got.at(2) = moved ? json(moved.value()) : json("OffsetOutOfRangeException");
    } else if (what == "truncate") {
        got.at(2) = log.truncate_to(offset, later_ms);
        got.at(3) = state_of(log);
    } else if (what == "truncate_fully") {
        log.truncate_fully_and_start_at(
            offset, later_ms,
            op.at(2).is_null() ? std::nullopt : std::optional(offset_in(op.at(2))));
        got.at(3) = state_of(log);
    }
    return got;
}

/// The recording tells of an append what stands in the last segment behind it.
json repeat_append(UnifiedLog& log, const json& op)
{
    const Offset first = offset_in(op.at(1)), base = offset_in(op.at(3).at(0));
    std::vector<RecordBatch> batches;
    for (const json& fields : op.at(3).at(1)) {
        const RecordBatch batch = batch_in(fields);
        if (batch.base_offset >= first) batches.push_back(batch);
    }
    if (batches.front().base_offset > first) {
        // Some of it went to the segment before, which the recording does not show.
        RecordBatch hidden = batches.front();
        hidden.data = nullptr;
        hidden.record_count = static_cast<std::int32_t>(hidden.base_offset - first);
        hidden.base_offset = first;
        hidden.producer_id = no_producer_id;
        log.append_as_follower({hidden}, later_ms);
    }
    if (base > log.active_segment().base()) {
        log.roll(later_ms, base);
        log.flush_up_to(base);
    }
    log.append_as_follower(batches, later_ms);
    json seen = json::array();
    for (auto at = log.active_segment().batches().begin(); !at.at_end(); at.next()) {
        seen.push_back({at.batch().base_offset.value, at.batch().last_offset().value,
                        at.batch().size_in_bytes});
    }
    json wanted = json::array();
    for (const json& fields : op.at(3).at(1)) {
        wanted.push_back({fields.at(0), fields.at(1), fields.at(2)});
    }
    json got = op;
    got.at(2) = log.log_end_offset().value;
    if (seen != wanted) got.at(3) = {log.active_segment().base().value, seen};
    return got;
}

VectorOutcome check_truncation(const json& vector)
{
    Comparison compare(vector);
    UnifiedLog log = log_before(vector, compare);
    keep_snapshots(log, vector.at("before").at("snapshots"), compare);
    std::size_t number = 0;
    for (const json& op : vector.at("ops")) {
        const json got = op.at(0) == "append" ? repeat_append(log, op) : do_truncation(log, op);
        compare.same("op " + std::to_string(number++), op, got);
    }
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_recovery(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        outcomes.push_back(vector.contains("ops") ? check_truncation(vector)
                                                  : check_reopen(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
