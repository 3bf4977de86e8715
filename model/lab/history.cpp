#include "model/lab/history.h"

#include <algorithm>
#include <cmath>

namespace gregor::lab {

namespace {

/// The index of the run that holds `number`, looked for from `hint` on first.
std::size_t run_with(const SharedVector<History::SendRun>& runs, std::int64_t number,
                     std::size_t hint)
{
    for (std::size_t i = hint; i < runs.size() && i < hint + 4; ++i) {
        if (runs[i].first_number <= number && number < runs[i].first_number + runs[i].count)
            return i;
    }
    std::size_t low = 0;
    std::size_t high = runs.size();
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (runs[middle].first_number + runs[middle].count <= number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

}  // namespace

History::Client& History::of(ClientId id)
{
    const auto index = static_cast<std::size_t>(id.value);
    if (index >= clients_.size()) clients_.resize(index + 1);
    return clients_[index];
}

const History::Client& History::client(ClientId id) const
{
    static const Client nothing;
    const auto index = static_cast<std::size_t>(id.value);
    return index < clients_.size() ? clients_[index] : nothing;
}

void History::record(Time at, const Event& event)
{
    std::visit([&](const auto& each) { on(at, each); }, event);
}

template <class Visit>
void History::visit_runs(const Stream& stream, std::int64_t first_number, std::int64_t count,
                         std::size_t& hint, Visit&& visit)
{
    std::size_t at = run_with(stream.runs, first_number, hint);
    hint = at;
    while (count > 0 && at < stream.runs.size()) {
        const SendRun& run = stream.runs[at];
        const std::int64_t skipped = first_number - run.first_number;
        const std::int64_t here = std::min(count, run.count - skipped);
        visit(run, skipped, here);
        first_number += here;
        count -= here;
        ++at;
    }
}

void History::on(Time at, const event::RecordsSent& event)
{
    static_cast<void>(at);
    Client& client = of(event.client);
    client.sent += event.record_count;
    client.streams[event.partition].runs.push_back(SendRun{event.first_number, event.first_sequence,
                                                           event.record_count, event.created,
                                                           event.spacing});
}

/// Runs that go on where the last one ended are one.
void History::note_offset(Stream& stream, const event::RecordsAcknowledged& event)
{
    if (event.base_offset == no_offset) return;
    if (!stream.acknowledged.empty()) {
        const AcknowledgedRun& last = stream.acknowledged.back();
        if (last.base_offset + last.count == event.base_offset &&
            last.first_number + last.count == event.first_number) {
            stream.acknowledged.edit_back().count += event.record_count;
            return;
        }
    }
    stream.acknowledged.push_back({event.base_offset, event.first_number, event.record_count});
}

void History::add_acknowledged_below(ClientId id, TopicPartition partition, Offset bound,
                                     IntervalSet& into) const
{
    const Client& from = client(id);
    const auto stream = from.streams.find(partition);
    if (stream == from.streams.end()) return;
    stream->second.acknowledged.for_each([&](const AcknowledgedRun& run) {
        const std::int64_t count = std::min(run.count, bound - run.base_offset);
        if (count > 0) add_sequences(id, partition, run.first_number, count, into);
    });
}

void History::on(Time at, const event::RecordsAcknowledged& event)
{
    Client& client = of(event.client);
    Stream& stream = client.streams[event.partition];
    note_offset(stream, event);
    visit_runs(stream, event.first_number, event.record_count, stream.acknowledged_hint,
               [&](const SendRun& run, std::int64_t skipped, std::int64_t count) {
                   const std::int64_t first = run.first_sequence + skipped;
                   client.acknowledged.insert(first, first + count);
                   const Time created = run.created + run.spacing * skipped;
                   client.acknowledgements.push_back(
                       LatencyRun{at, created, at - created, run.spacing, count, event.partition});
               });
    const Duration silence = at - client.last_acknowledgement;
    if (client.last_acknowledgement != Time{} && silence > client.longest_silence) {
        client.longest_silence = silence;
        client.silence_began = client.last_acknowledgement;
    }
    client.last_acknowledgement = at;
}

void History::on(Time at, const event::RecordsFailed& event)
{
    static_cast<void>(at);
    Client& client = of(event.client);
    IntervalSet& outcome = event.indefinite ? client.unknown : client.failed;
    Stream& stream = client.streams[event.partition];
    std::size_t hint = stream.acknowledged_hint;
    visit_runs(stream, event.first_number, event.record_count, hint,
               [&](const SendRun& run, std::int64_t skipped, std::int64_t count) {
                   const std::int64_t first = run.first_sequence + skipped;
                   outcome.insert(first, first + count);
               });
}

void History::on(Time at, const event::SendRetried& event)
{
    static_cast<void>(at);
    of(event.client).retried += event.record_count;
}

void History::on(Time at, const event::RecordsDelivered& event)
{
    Client& client = of(event.client);
    client.delivered_count += event.record_count;
    IntervalSet& offsets = client.delivered[event.partition];
    const std::int64_t before = offsets.size();
    offsets.insert(event.base_offset.value, event.base_offset.value + event.record_count);
    client.redelivered += event.record_count - (offsets.size() - before);
    if (event.producer == no_client) return;
    Client& producer = of(event.producer);
    Stream& stream = producer.streams[event.partition];
    visit_runs(stream, event.first_number, event.record_count, stream.delivered_hint,
               [&](const SendRun& run, std::int64_t skipped, std::int64_t count) {
                   const Time created = run.created + run.spacing * skipped;
                   of(event.client)
                       .deliveries.push_back(LatencyRun{at, created, at - created, run.spacing,
                                                        count, event.partition});
               });
}

void History::on(Time at, const event::RecordsProcessed& event)
{
    static_cast<void>(at);
    of(event.client).processed_count += event.record_count;
}

void History::on(Time at, const event::TransactionBegan& event)
{
    static_cast<void>(at);
    Client& client = of(event.client);
    client.transactions.push_back(Transaction{client.sent});
}

/// Every record of it has been announced: its batches are done before it ends.
void History::on(Time at, const event::TransactionEnded& event)
{
    static_cast<void>(at);
    Client& client = of(event.client);
    if (client.transactions.empty() || client.transactions.back().end_sequence >= 0) return;
    Transaction& ended = client.transactions.edit_back();
    if (event.commit && event.exception != "none") {
        ended.outcome = Transaction::Outcome::unknown;
        return;  // it is to be aborted, or somebody else ends it
    }
    ended.end_sequence = client.sent;
    ended.outcome = event.exception != "none" ? Transaction::Outcome::unknown
                    : event.commit            ? Transaction::Outcome::committed
                                              : Transaction::Outcome::aborted;
}

void History::on(Time at, const event::OffsetCommitted& event)
{
    static_cast<void>(at);
    commits_[event.group][event.partition] = event.offset;
}

void History::on(Time at, const event::GroupStateChanged& event)
{
    static_cast<void>(at);
    generations_[event.group] = {event.generation, event.members};
}

void History::on(Time at, const event::PartitionsAssigned& event)
{
    static_cast<void>(at);
    auto& owners = owners_[event.group];
    for (const TopicPartition partition : event.partitions) owners[partition] = event.client;
}

void History::on(Time at, const event::PartitionsRevoked& event)
{
    static_cast<void>(at);
    auto& owners = owners_[event.group];
    for (const TopicPartition partition : event.partitions) {
        const auto owned = owners.find(partition);
        if (owned != owners.end() && owned->second == event.client) owners.erase(owned);
    }
}

void History::add_sequences(ClientId id, TopicPartition partition, std::int64_t first_number,
                            std::int64_t count, IntervalSet& into) const
{
    const Client& from = client(id);
    const auto stream = from.streams.find(partition);
    if (stream == from.streams.end()) return;
    std::size_t hint = stream->second.runs.size();
    visit_runs(stream->second, first_number, count, hint,
               [&](const SendRun& run, std::int64_t skipped, std::int64_t here) {
                   const std::int64_t first = run.first_sequence + skipped;
                   into.insert(first, first + here);
               });
}

std::vector<History::SendRun> History::runs_of(ClientId id, TopicPartition partition,
                                               std::int64_t first_number, std::int64_t count) const
{
    std::vector<SendRun> found;
    const Client& from = client(id);
    const auto stream = from.streams.find(partition);
    if (stream == from.streams.end()) return found;
    std::size_t hint = stream->second.delivered_hint;
    visit_runs(stream->second, first_number, count, hint,
               [&](const SendRun& run, std::int64_t skipped, std::int64_t here) {
                   found.push_back({run.first_number + skipped, run.first_sequence + skipped, here,
                                    run.created + run.spacing * skipped, run.spacing});
               });
    return found;
}

const History::Commits& History::commits(const std::string& group) const
{
    static const Commits nothing;
    const auto found = commits_.find(group);
    return found == commits_.end() ? nothing : found->second;
}

std::int32_t History::generation(const std::string& group) const
{
    const auto found = generations_.find(group);
    return found == generations_.end() ? 0 : found->second.first;
}

std::int32_t History::group_members(const std::string& group) const
{
    const auto found = generations_.find(group);
    return found == generations_.end() ? 0 : found->second.second;
}

ClientId History::owner(const std::string& group, TopicPartition partition) const
{
    const auto found = owners_.find(group);
    if (found == owners_.end()) return no_client;
    const auto owned = found->second.find(partition);
    return owned == found->second.end() ? no_client : owned->second;
}

void LatencySample::add(const History::LatencyRun& run)
{
    if (run.count <= 0) return;
    runs_.push_back(run);
    count_ += run.count;
}

Duration LatencySample::max() const
{
    Duration longest;
    for (const History::LatencyRun& run : runs_) longest = std::max(longest, run.first);
    return longest;
}

Duration LatencySample::percentile(double p) const
{
    if (count_ == 0) return {};
    const auto rank = std::clamp<std::int64_t>(
        std::llround(std::ceil(p * static_cast<double>(count_))), 1, count_);
    // How many latencies are at most `limit`, run by run; then the smallest limit with `rank`.
    const auto at_most = [&](std::int64_t limit) {
        std::int64_t total = 0;
        for (const History::LatencyRun& run : runs_) {
            const std::int64_t over = run.first.nanoseconds - limit;
            if (over <= 0) {
                total += run.count;
            } else if (run.step.nanoseconds > 0) {
                const std::int64_t skipped =
                    (over + run.step.nanoseconds - 1) / run.step.nanoseconds;
                total += std::max<std::int64_t>(0, run.count - skipped);
            }
        }
        return total;
    };
    std::int64_t low = 0;
    std::int64_t high = max().nanoseconds;
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        if (at_most(middle) >= rank) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return {low};
}

}  // namespace gregor::lab
