#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage_logs.h"

/// golden/storage/retention.
namespace gregor::lab {

namespace {

using namespace storage;

std::string_view name_of(UnifiedLog::DeletionReason reason)
{
    using enum UnifiedLog::DeletionReason;
    return reason == start_offset ? "start_offset" : reason == size ? "size" : "time";
}

json append_step(UnifiedLog& log, const json& step, bool follow)
{
    RecordBatch batch;
    batch.record_count = step.at(2);
    batch.max_timestamp_ms = step.at(3);
    batch.size_in_bytes = step.at(4);
    if (log.settings().cleanup_compact) batch = with_keys(std::move(batch));
    const LeaderEpoch epoch{step.at(5).get<std::int32_t>()};
    const auto appended =
        log.append_as_leader(batch, {.now_ms = step.at(1), .leader_epoch = epoch});
    log.flush_up_to(log.active_segment().base());
    if (!appended.error.none()) return storage::name_of(appended.error);
    if (follow) log.update_high_watermark({log.log_end_offset()});
    return appended.first.value;
}

json delete_old_step(UnifiedLog& log, const json& step)
{
    const auto deleted = log.delete_old_segments(step.at(1));
    log.flush_up_to(log.active_segment().base());
    json reasons = json::array();
    for (const auto& each : deleted) reasons.push_back({each.base.value, name_of(each.reason)});
    return {step.at(0),
            step.at(1),
            deleted.size(),
            reasons,
            log.log_start_offset().value,
            log.high_watermark().value,
            bases_of(log),
            log.size_in_bytes(),
            log.active_segment().size_in_bytes(),
            epochs_of(log.epochs()),
            snapshots_of(log)};
}

json delete_records_step(UnifiedLog& log, const json& step)
{
    const auto moved = log.maybe_increment_log_start(offset_in(step.at(1)));
    const char* answer = !moved          ? "OffsetOutOfRangeException"
                         : moved.value() ? "moved"
                                         : "unchanged";
    return {step.at(0),
            step.at(1),
            answer,
            log.log_start_offset().value,
            log.high_watermark().value,
            epochs_of(log.epochs())};
}

json file_times_step(UnifiedLog& log, const json& step)
{
    for (const json& each : step.at(1)) {
        for (std::size_t i = 0; i < log.segments().size(); ++i) {
            if (log.segments()[i]->base() == offset_in(each.at(0))) {
                log.own_segment(i).set_modified_ms(each.at(1));
            }
        }
    }
    return step;
}

json do_step(UnifiedLog& log, const json& step, bool follow)
{
    const std::string what = step.at(0);
    if (what == "append") {
        json got = step;
        got.back() = append_step(log, step, follow);
        return got;
    }
    if (what == "epochs") return {what, epochs_of(log.epochs()), bases_of(log)};
    if (what == "hw") return {what, log.update_high_watermark({offset_in(step.at(1))}).value};
    if (what == "delete_records") return delete_records_step(log, step);
    if (what == "file_mtime") return file_times_step(log, step);
    if (what == "delete_old") return delete_old_step(log, step);
    return "unknown step " + what;
}

VectorOutcome check(const json& vector)
{
    Comparison compare(vector);
    UnifiedLog log(settings_in(vector.at("config")), 100'000);
    std::size_t number = 0;
    for (const json& step : vector.at("steps")) {
        compare.same("step " + std::to_string(number++), step,
                     do_step(log, step, vector.at("hw_follows_leo")));
    }
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_retention(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) outcomes.push_back(check(vector));
    return outcomes;
}

}  // namespace gregor::lab
