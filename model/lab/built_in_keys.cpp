#include "model/lab/built_in_logs.h"
#include "model/record_view.h"

#include <fmt/format.h>

#include <algorithm>

/// LASTVAL: what a reader who keeps the last value of each key ends up with.
namespace gregor::lab::built_in {

namespace {

/// By key; a key whose last record is a tombstone is not in it.
using Table = std::map<std::string, Offset>;

void apply(Table& table, const std::string& key, Offset offset, bool tombstone)
{
    if (tombstone) {
        table.erase(key);
    } else {
        table[key] = offset;
    }
}

/// Of everything that was ever written below `bound`.
Table table_of_all(const std::vector<Memory::WrittenKey>& written, Offset bound)
{
    Table table;
    for (const Memory::WrittenKey& each : written) {
        if (each.offset < bound) apply(table, each.key, each.offset, each.tombstone);
    }
    return table;
}

/// Of what a reader finds who begins now.
Table table_of_log(const Replica& replica)
{
    Table table;
    const UnifiedLog& log = replica.log;
    log.walk(log.log_start_offset(), [&](const RecordBatch& batch) {
        visit_records(batch, [&](const RecordView& record) {
            const Offset offset = batch.base_offset + record.offset_delta;
            if (record.null_key || offset >= replica.high_watermark()) return;
            apply(table, std::string(record.key), offset, record.null_value);
        });
        return true;
    });
    return table;
}

/// Of what a consumer was given, in the order of its partition.
Table table_of_reader(const std::vector<Memory::WrittenKey>& written, const IntervalSet& given)
{
    Table table;
    for (const Memory::WrittenKey& each : written) {
        if (given.contains(each.offset.value)) {
            apply(table, each.key, each.offset, each.tombstone);
        }
    }
    return table;
}

/// Keys with another last value, or with one here and none there.
std::vector<std::string> differing(const Table& expected, const Table& found)
{
    std::vector<std::string> keys;
    for (const auto& [key, offset] : expected) {
        const auto at = found.find(key);
        if (at == found.end() || at->second != offset) keys.push_back(key);
    }
    for (const auto& [key, offset] : found) {
        if (!expected.contains(key)) keys.push_back(key);
    }
    return keys;
}

}  // namespace

void watch_keys(const Watch& watch, const Event& event)
{
    const auto* appended = std::get_if<event::BatchAppended>(&event);
    if (appended == nullptr || !watch.is_about(appended->partition)) return;
    const gregor::Broker* broker = watch.view.kernel().process(watch.node).broker();
    const Replica* leader = broker == nullptr ? nullptr : broker->replica(appended->partition);
    if (leader == nullptr) return;
    std::vector<Memory::WrittenKey>& written = watch.memory.written[appended->partition];
    while (!written.empty() && written.back().offset >= appended->base_offset) written.pop_back();
    const auto batch = leader->log.batch_at(appended->base_offset);
    if (!batch) return;
    visit_records(*batch, [&](const RecordView& record) {
        if (record.null_key) return;
        written.push_back(
            {batch->base_offset + record.offset_delta, std::string(record.key), record.null_value});
        ++watch.memory.seen;
    });
}

void judge_last_values(const Watch& watch)
{
    const ClientId consumer = watch.view.names().client_named(watch.assertion.consumer);
    if (watch.memory.seen == 0) return watch.nothing_to_check("no record had a key");
    ValueList wrong;
    std::size_t keys = 0;
    for (const auto& [partition, written] : watch.memory.written) {
        const Replica* leader = watch.view.serving(partition);
        if (leader == nullptr) continue;
        const Table expected = table_of_all(written, leader->high_watermark());
        Table found;
        if (consumer == no_client) {
            found = table_of_log(*leader);
        } else {
            const auto& delivered = watch.view.history().client(consumer).delivered;
            const auto given = delivered.find(partition);
            if (given != delivered.end()) found = table_of_reader(written, given->second);
        }
        for (const std::string& key : differing(expected, found)) wrong.emplace_back(key);
        keys += expected.size();
    }
    if (wrong.empty()) return watch.hold(fmt::format("{} keys have their last value", keys));
    const std::string what =
        fmt::format("{} of {} keys do not have their last value", wrong.size(), keys);
    watch.violate(std::move(wrong), what);
}

}  // namespace gregor::lab::built_in
