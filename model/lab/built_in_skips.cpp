#include "model/lab/built_in_logs.h"
#include "model/lab/record_numbers.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab::built_in {

namespace {

/// What the readers were given of one partition, taken together.
struct Reading {
    const Watch& watch;
    TopicPartition partition;
    const std::vector<ClientId>& readers;
    IntervalSet offsets;  ///< delivered
    IntervalSet done;     ///< finished

    std::int64_t begin() const { return offsets.ranges().front().begin; }
    std::int64_t end() const { return offsets.ranges().back().end; }
    IntervalSet not_given() const;
    IntervalSet not_done() const;
};

std::vector<ClientId> readers_of(const Watch& watch)
{
    const Names& names = watch.view.names();
    std::vector<ClientId> readers;
    for (std::size_t i = 0; i < names.clients.size(); ++i) {
        const std::string& consumer = watch.assertion.consumer;
        const std::string& group = watch.assertion.group;
        const bool chosen = group.empty() ? consumer.empty() || consumer == names.clients[i]
                                          : group == names.groups[i];
        if (chosen) readers.push_back(ClientId{static_cast<std::int16_t>(i)});
    }
    return readers;
}

Reading reading_of(const Watch& watch, TopicPartition partition,
                   const std::vector<ClientId>& readers)
{
    Reading reading{watch, partition, readers, {}, {}};
    for (const ClientId reader : readers) {
        const auto& delivered = watch.view.history().client(reader).delivered;
        const auto own = delivered.find(partition);
        if (own != delivered.end()) reading.offsets = reading.offsets.united_with(own->second);
        reading.done =
            reading.done.united_with(watch.view.observations().processed(reader, partition));
    }
    return reading;
}

/// Offsets between the first and the last delivered one whose record was given to none of the
/// readers: of those in the leader's log as it stands now, and of those deleted from its beginning.
IntervalSet Reading::not_given() const
{
    IntervalSet missing;
    const RunView& view = watch.view;
    const Replica* leader = view.serving(partition);
    if (leader == nullptr) return missing;
    // What compaction took out was not to be given to anybody.
    const bool compacted = leader->log.settings().cleanup_compact;
    const std::int64_t deleted =
        compacted ? begin() : std::min(end(), leader->log.log_start_offset().value);
    if (deleted > begin()) missing = IntervalSet::of(begin(), deleted).minus(offsets);
    leader->log.walk(Offset{std::max(begin(), deleted)}, [&](const RecordBatch& batch) {
        const std::int64_t from = std::max({begin(), deleted, batch.base_offset.value});
        const std::int64_t to = std::min(end(), batch.next_offset().value);
        if (batch.base_offset.value >= end()) return false;
        if (batch.control || batch.client == no_client || from >= to) return true;
        visit_numbers(batch, [&](std::int64_t first, std::int64_t count) {
            const std::int64_t offset = first - batch.first_number + batch.base_offset.value;
            const std::int64_t low = std::max(from, offset);
            const std::int64_t high = std::min(to, offset + count);
            if (low >= high) return;
            IntervalSet records;
            view.history().add_sequences(batch.client, partition, first + low - offset, high - low,
                                         records);
            for (const ClientId reader : readers) {
                records = records.minus(view.observations().delivered(reader, batch.client));
            }
            if (!records.empty()) missing.insert(low, high);
        });
        return true;
    });
    return missing;
}

/// Offsets that the group committed as done and that no member has finished.
IntervalSet Reading::not_done() const
{
    const auto& commits = watch.view.history().commits(watch.assertion.group);
    const auto committed = commits.find(partition);
    if (committed == commits.end() || done.empty()) return {};
    const std::int64_t until = std::min(committed->second.value, end());
    if (until <= begin()) return {};
    return IntervalSet::of(begin(), until).minus(done);
}

}  // namespace

/// NOSKIP: nothing between the first and the last offset that a consumer (or a group) read was
/// passed over, neither by reading nor by committing.
void judge_skips(const Watch& watch)
{
    const std::vector<ClientId> readers = readers_of(watch);
    std::int64_t seen = 0;
    for (const TopicPartition each : partitions(watch)) {
        const Reading reading = reading_of(watch, each, readers);
        if (reading.offsets.empty()) continue;
        seen += reading.offsets.size();
        const IntervalSet skipped = reading.not_given().united_with(reading.not_done());
        if (skipped.empty()) continue;
        return watch.violate(skipped, fmt::format("{} offsets of {} were passed over",
                                                  skipped.size(), watch.view.names().of(each)));
    }
    if (seen == 0) return watch.nothing_to_check("nothing was delivered");
    watch.hold(fmt::format("{} offsets without a gap", seen));
}

}  // namespace gregor::lab::built_in
