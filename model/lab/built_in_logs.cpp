#include "model/lab/built_in_logs.h"

#include "model/lab/record_numbers.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab::built_in {

std::vector<ClientId> producers(const Watch& watch)
{
    std::vector<ClientId> all;
    const History& history = watch.view.history();
    for (std::size_t i = 0; i < history.client_count(); ++i) {
        const ClientId id{static_cast<std::int16_t>(i)};
        if (history.client(id).sent == 0) continue;
        const std::string& asked = watch.assertion.client;
        if (asked.empty() || asked == watch.view.names().of(id)) all.push_back(id);
    }
    return all;
}

std::vector<TopicPartition> partitions(const Watch& watch)
{
    std::vector<TopicPartition> all = watch.view.partitions();
    std::erase_if(all, [&](TopicPartition each) { return !watch.is_about(each); });
    return all;
}

void RecordsByClient::add(const Watch& watch, ClientId client, const IntervalSet& records)
{
    if (records.empty()) return;
    records_.emplace_back(watch.view.names().of(client), records);
    size_ += records.size();
}

Value RecordsByClient::value() const
{
    if (records_.empty()) return IntervalSet();
    if (records_.size() == 1) return records_.front().second;
    ValueList list;
    for (const auto& [client, records] : records_) {
        list.emplace_back(client + ": " + to_text(Value(records)));
    }
    return list;
}

IntervalSet intersection(const IntervalSet& a, const IntervalSet& b)
{
    return a.minus(a.minus(b));
}

namespace {

/// What a producer sent to a partition, by sequence.
IntervalSet sent_to(const History& history, ClientId client, TopicPartition partition)
{
    IntervalSet records;
    const auto& streams = history.client(client).streams;
    const auto stream = streams.find(partition);
    if (stream == streams.end()) return records;
    stream->second.runs.for_each([&](const History::SendRun& run) {
        records.insert(run.first_sequence, run.first_sequence + run.count);
    });
    return records;
}

/// Records of the client that the leader has appended in the last second and that followers may
/// not have yet: not readable, and not lost either.
void add_fresh(const Watch& watch, const Replica& leader, ClientId client, IntervalSet& into)
{
    const std::int64_t recent = to_milliseconds(watch.now()) - 1'000;
    leader.log.walk(leader.high_watermark(), [&](const RecordBatch& batch) {
        if (batch.client == client && batch.max_timestamp_ms >= recent) {
            watch.view.history().add_sequences(client, leader.partition, batch.first_number,
                                               batch.record_count, into);
        }
        return true;
    });
}

IntervalSet kept(const Watch& watch, ClientId client, TopicPartition partition)
{
    IntervalSet records;
    const Replica* leader = watch.view.serving(partition);
    if (leader == nullptr) return records;
    watch.view.add_records(leader->log, partition, client, Offset{}, leader->high_watermark(),
                           records);
    if (leader->log.log_end_offset() > leader->high_watermark()) {
        add_fresh(watch, *leader, client, records);
    }
    return records;
}

/// Acknowledged and not kept.
IntervalSet lost_records(const Watch& watch, ClientId client, std::int64_t& acknowledged)
{
    const History& history = watch.view.history();
    IntervalSet lost;
    for (const TopicPartition each : partitions(watch)) {
        const IntervalSet sent = sent_to(history, client, each);
        if (sent.empty()) continue;
        const IntervalSet answered = intersection(sent, history.client(client).acknowledged);
        acknowledged += answered.size();
        IntervalSet present = kept(watch, client, each);
        if (const Replica* leader = watch.view.serving(each)) {
            history.add_acknowledged_below(client, each, removable_below(leader->log), present);
        }
        lost = lost.united_with(answered.minus(present));
    }
    return lost;
}

}  // namespace

void judge_durability(const Watch& watch)
{
    RecordsByClient lost;
    std::int64_t acknowledged = 0;
    for (const ClientId client : producers(watch)) {
        lost.add(watch, client, lost_records(watch, client, acknowledged));
    }
    if (acknowledged == 0) return watch.nothing_to_check("no record was acknowledged");
    if (lost.empty()) {
        return watch.hold(fmt::format("all {} acknowledged records can be read", acknowledged));
    }
    watch.violate(lost.value(), fmt::format("{} of {} acknowledged records cannot be read",
                                            lost.size(), acknowledged));
}

void judge_truth(const Watch& watch)
{
    RecordsByClient wrong;
    std::int64_t told = 0;
    for (const ClientId client : producers(watch)) {
        const History::Client& seen = watch.view.history().client(client);
        IntervalSet false_reports = lost_records(watch, client, told);
        told += seen.failed.size();
        for (const TopicPartition each : partitions(watch)) {
            if (seen.failed.empty()) break;
            const IntervalSet present = kept(watch, client, each);
            false_reports = false_reports.united_with(intersection(seen.failed, present));
        }
        wrong.add(watch, client, false_reports);
    }
    if (told == 0) return watch.nothing_to_check("no send was reported as done or failed");
    if (wrong.empty()) return watch.hold(fmt::format("all {} reports are true", told));
    watch.violate(wrong.value(), fmt::format("{} records: reported as written and absent, or as "
                                             "failed and present",
                                             wrong.size()));
}

void judge_duplicates(const Watch& watch)
{
    RecordsByClient twice;
    std::int64_t records = 0;
    const History& history = watch.view.history();
    for (const ClientId client : producers(watch)) {
        IntervalSet repeated;
        for (const TopicPartition each : partitions(watch)) {
            const Replica* leader = watch.view.serving(each);
            if (leader == nullptr) continue;
            IntervalSet seen;
            leader->log.for_each([&](const RecordBatch& batch) {
                if (batch.client != client) return;
                visit_numbers(batch, [&](std::int64_t first, std::int64_t count) {
                    const std::int64_t before = seen.size();
                    const IntervalSet again =
                        intersection(IntervalSet::of(first, first + count), seen);
                    for (const IntervalSet::Range& range : again.ranges()) {
                        history.add_sequences(client, each, range.begin, range.end - range.begin,
                                              repeated);
                    }
                    seen.insert(first, first + count);
                    records += seen.size() - before;
                });
            });
        }
        twice.add(watch, client, repeated);
    }
    const ClientId consumer = watch.view.names().client_named(watch.assertion.consumer);
    if (consumer != no_client && history.client(consumer).redelivered > 0) {
        const std::int64_t redelivered = history.client(consumer).redelivered;
        return watch.violate(redelivered,
                             fmt::format("{} records were delivered again", redelivered));
    }
    if (records == 0) return watch.nothing_to_check("the logs are empty");
    if (twice.empty()) return watch.hold(fmt::format("{} records, each once", records));
    watch.violate(twice.value(), fmt::format("{} records are in a log twice", twice.size()));
}

void judge_order(const Watch& watch)
{
    std::int64_t records = 0;
    for (const ClientId client : producers(watch)) {
        for (const TopicPartition each : partitions(watch)) {
            const Replica* leader = watch.view.serving(each);
            if (leader == nullptr) continue;
            std::int64_t next = 0;
            IntervalSet seen;
            Offset broken{no_offset};
            leader->log.for_each([&](const RecordBatch& batch) {
                if (batch.client != client) return;
                const std::int64_t end = batch.first_number + batch.last_offset_delta() + 1;
                // A second copy of a record is a duplicate, not a change of order.
                const bool fresh =
                    intersection(seen, IntervalSet::of(batch.first_number, end)).empty();
                if (fresh && batch.first_number < next && broken == no_offset) {
                    broken = batch.base_offset;
                }
                seen.insert(batch.first_number, end);
                next = std::max(next, end);
                records += batch.record_count;
            });
            if (broken == no_offset) continue;
            return watch.violate(broken.value,
                                 fmt::format("at offset {} of {} a record of {} stands behind one "
                                             "sent later",
                                             broken.value, watch.view.names().of(each),
                                             watch.view.names().of(client)));
        }
    }
    if (records == 0) return watch.nothing_to_check("the logs are empty");
    watch.hold(fmt::format("{} records in the order of sending", records));
}

namespace {

bool same(const RecordBatch& a, const RecordBatch& b)
{
    return a.base_offset == b.base_offset && a.record_count == b.record_count &&
           a.partition_leader_epoch == b.partition_leader_epoch && a.client == b.client &&
           a.first_number == b.first_number;
}

/// The first offset below `bound` at which the logs differ.
std::optional<Offset> first_difference(const UnifiedLog& a, const UnifiedLog& b, Offset bound)
{
    const Offset from = std::max(a.log_start_offset(), b.log_start_offset());
    std::vector<RecordBatch> batches;
    a.walk(from, [&](const RecordBatch& batch) {
        if (batch.base_offset >= bound) return false;
        batches.push_back(batch);
        return true;
    });
    std::optional<Offset> difference;
    std::size_t at = 0;
    b.walk(from, [&](const RecordBatch& batch) {
        if (batch.base_offset >= bound) return false;
        if (at == batches.size() || !same(batches[at], batch)) difference = batch.base_offset;
        ++at;
        return !difference;
    });
    if (!difference && at < batches.size()) difference = batches[at].base_offset;
    return difference;
}

}  // namespace

void judge_match(const Watch& watch)
{
    std::int64_t pairs = 0;
    for (const TopicPartition each : partitions(watch)) {
        const PartitionRecord* record = watch.view.partition(each);
        if (record == nullptr) continue;
        std::vector<const Replica*> members;
        for (const BrokerId id : record->isr) {
            const Replica* member = watch.view.replica(id, each);
            if (member != nullptr) members.push_back(member);
        }
        for (std::size_t i = 1; i < members.size(); ++i) {
            const Replica& a = *members[0];
            const Replica& b = *members[i];
            ++pairs;
            const Offset bound = std::min(a.high_watermark(), b.high_watermark());
            const auto difference = first_difference(a.log, b.log, bound);
            if (!difference) continue;
            return watch.violate(difference->value,
                                 fmt::format("two in-sync replicas of {} differ at offset {}",
                                             watch.view.names().of(each), difference->value));
        }
    }
    if (pairs == 0) return watch.nothing_to_check("no partition has two replicas in its ISR");
    watch.hold(fmt::format("{} pairs of in-sync replicas agree", pairs));
}

}  // namespace gregor::lab::built_in
