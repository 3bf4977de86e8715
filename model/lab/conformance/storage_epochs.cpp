#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage.h"

namespace gregor::lab {

namespace {

using storage::Comparison;
using storage::epochs_of;
using storage::json;

LeaderEpoch epoch_in(const json& value)
{
    return LeaderEpoch{value.get<std::int32_t>()};
}
Offset offset_in(const json& value)
{
    return Offset{value.get<std::int64_t>()};
}
json epoch_or_null(LeaderEpoch epoch)
{
    return epoch == no_leader_epoch ? json(nullptr) : json(epoch.value);
}
json epoch_or_null(std::optional<LeaderEpoch> epoch)
{
    return epoch ? json(epoch->value) : json(nullptr);
}
json end_offset(const LeaderEpochCache& cache, LeaderEpoch epoch, Offset log_end)
{
    const EpochEndOffset end = cache.end_offset_for(epoch, log_end);
    return {end.epoch.value, end.end_offset.value};
}

/// What the model makes of one operation: the operation with its answer in the last places.
json recorded_operation(LeaderEpochCache& cache, const json& op)
{
    const std::string what = op.at(0);
    json done = op;
    if (what == "assign") {
        cache.assign(epoch_in(op.at(1)), offset_in(op.at(2)));
        done.back() = epochs_of(cache);
    } else if (what == "truncate_from_end") {
        cache.truncate_from_end(offset_in(op.at(1)));
        done.back() = epochs_of(cache);
    } else if (what == "truncate_from_start") {
        cache.truncate_from_start(offset_in(op.at(1)));
        done.back() = epochs_of(cache);
    } else if (what == "end_offset_for") {
        done.back() = end_offset(cache, epoch_in(op.at(1)), offset_in(op.at(2)));
    } else if (what == "epoch_for_offset") {
        done.back() = epoch_or_null(cache.epoch_at(offset_in(op.at(1))));
    } else if (what == "neighbours") {
        done.at(2) = epoch_or_null(cache.previous(epoch_in(op.at(1))));
        done.at(3) = epoch_or_null(cache.next(epoch_in(op.at(1))));
    } else {
        done = "unknown operation " + what;
    }
    return done;
}

VectorOutcome check_recorded(const json& vector)
{
    Comparison compare(vector);
    LeaderEpochCache cache;
    std::size_t step = 0;
    for (const json& op : vector.at("ops")) {
        compare.same("op " + std::to_string(step++), op, recorded_operation(cache, op));
    }
    return compare.outcome();
}

/// An answer of a query; nothing for an operation that changes the cache.
std::optional<json> written_operation(LeaderEpochCache& cache, const json& op)
{
    const std::string what = op.at(0);
    if (what == "entries?") return epochs_of(cache);
    const json& with = op.at(1);
    if (what == "assign") {
        cache.assign(epoch_in(with.at("epoch")), offset_in(with.at("start_offset")));
    } else if (what == "truncate_from_end") {
        cache.truncate_from_end(offset_in(with));
    } else if (what == "truncate_from_start") {
        cache.truncate_from_start(offset_in(with));
    } else if (what == "endOffsetFor?") {
        return end_offset(cache, epoch_in(with.at("epoch")), offset_in(with.at("log_end_offset")));
    } else if (what == "epochForOffset?") {
        return epoch_or_null(cache.epoch_at(offset_in(with)));
    } else {
        return json("unknown operation " + what);
    }
    return std::nullopt;
}

VectorOutcome check_written(const json& vector)
{
    Comparison compare(vector);
    LeaderEpochCache cache;
    json answers = json::array();
    for (const json& op : vector.at("input").at("ops")) {
        if (const auto answer = written_operation(cache, op)) answers.push_back(*answer);
    }
    compare.same("answers", vector.at("expected").at("answers"), answers);
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_leader_epochs(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        outcomes.push_back(vector.contains("ops") ? check_recorded(vector) : check_written(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
