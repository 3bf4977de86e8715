#include "model/lab/built_in_logs.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>

/// ATOMIC and LSO: what transactions promise to readers, and what they cost them.
namespace gregor::lab::built_in {

namespace {

using Transaction = History::Transaction;

/// What a reader of committed records could read in the end; of a consumer, what it was given.
struct Seen {
    IntervalSet visible;
    IntervalSet passed;  ///< of these it is known whether they are visible to it
};

Seen seen_of(const Watch& watch, ClientId client)
{
    Seen seen;
    const RunView& view = watch.view;
    const std::int64_t sent = view.history().client(client).sent;
    const ClientId consumer = view.names().client_named(watch.assertion.consumer);
    if (consumer == no_client) {
        for (std::size_t i = 0; i < view.names().topics.size(); ++i) {
            const TopicId topic{static_cast<std::int32_t>(i)};
            if (is_internal_topic(view.names().topics[i])) continue;
            seen.visible = seen.visible.united_with(view.readable_committed(topic, client));
        }
        seen.passed = IntervalSet::of(0, sent);
        return seen;
    }
    const auto& delivered = view.history().client(consumer).delivered;
    for (const TopicPartition each : view.partitions()) {
        const Replica* leader = view.serving(each);
        const auto own = delivered.find(each);
        if (leader == nullptr || own == delivered.end() || own->second.empty()) continue;
        const Offset end{own->second.ranges().back().end};
        view.add_records(leader->log, each, client, Offset{}, end, seen.passed);
        leader->log.walk(leader->log.log_start_offset(), [&](const RecordBatch& batch) {
            if (batch.client != client || batch.control) return true;
            for (std::int32_t i = 0; i < batch.record_count; ++i) {
                if (!own->second.contains((batch.base_offset + i).value)) continue;
                view.history().add_sequences(client, each, batch.first_number + i, 1, seen.visible);
            }
            return batch.base_offset < end;
        });
    }
    return seen;
}

/// What is wrong with one transaction; empty: nothing.
std::string_view fault_of(const Transaction& transaction, std::int64_t visible,
                          std::int64_t records)
{
    using Outcome = Transaction::Outcome;
    if (visible != 0 && visible != records) return "is visible in part";
    if (transaction.outcome == Outcome::committed && visible != records) {
        return "was committed and cannot be read";
    }
    if (transaction.outcome == Outcome::aborted && visible != 0) {
        return "was aborted and can be read";
    }
    return "";
}

}  // namespace

void judge_atomicity(const Watch& watch)
{
    std::int64_t looked_at = 0;
    for (const ClientId client : producers(watch)) {
        const History::Client& producer = watch.view.history().client(client);
        if (producer.transactions.empty()) continue;
        const Seen seen = seen_of(watch, client);
        std::int64_t number = 0;
        std::string found;
        IntervalSet witness;
        producer.transactions.for_each([&](const Transaction& transaction) {
            const std::int64_t end =
                transaction.end_sequence >= 0 ? transaction.end_sequence : producer.sent;
            const IntervalSet all = IntervalSet::of(transaction.first_sequence, end)
                                        .minus(producer.failed)
                                        .minus(producer.unknown);
            const IntervalSet known = intersection(all, seen.passed);
            const IntervalSet visible = intersection(known, seen.visible);
            ++number;
            if (known.empty()) return;
            ++looked_at;
            const std::string_view fault = fault_of(transaction, visible.size(), known.size());
            if (fault.empty() || !found.empty()) return;
            found = fmt::format("transaction {} of {} {}", number, watch.view.names().of(client),
                                fault);
            witness = visible.empty() ? known : visible;
        });
        if (!found.empty()) return watch.violate(witness, found);
    }
    if (looked_at == 0) return watch.nothing_to_check("there was no transaction with records");
    watch.hold(fmt::format("{} transactions, each as a whole", looked_at));
}

namespace {

std::optional<Duration> longest_allowed(const Assertion& assertion)
{
    if (const Duration* given = assertion.max.duration()) return *given;
    const auto seconds = as_real(assertion.max);
    if (!seconds) return std::nullopt;
    return Duration{static_cast<std::int64_t>(*seconds * 1e9)};
}

/// How long the offset stands by now; longest_stable is the longest so far.
void note_standstill(const Watch& watch)
{
    Memory& memory = watch.memory;
    if (!memory.stable.second) return;
    memory.longest_stable = std::max(memory.longest_stable, watch.now() - *memory.stable.second);
    if (memory.longest_stable <= longest_allowed(watch.assertion).value_or(unlimited_duration))
        return;
    watch.violate(
        memory.stable.first.value,
        fmt::format("the last stable offset of {} stands at {} for {}", watch.assertion.partition,
                    memory.stable.first.value, to_text(Value(memory.longest_stable))));
}

}  // namespace

/// It stands still while an open transaction keeps readers from records that are there.
void watch_stable_offset(const Watch& watch, const Event& event)
{
    const auto* advanced = std::get_if<event::HighWatermarkAdvanced>(&event);
    if (advanced == nullptr || !watch.is_about(advanced->partition)) return;
    const Replica* leader = watch.view.serving(advanced->partition);
    if (leader == nullptr) return;
    Memory& memory = watch.memory;
    ++memory.seen;
    const Offset stable = leader->log.last_stable_offset();
    note_standstill(watch);
    if (stable >= leader->high_watermark()) {
        memory.stable = {stable, std::nullopt};
    } else if (!memory.stable.second || memory.stable.first != stable) {
        memory.stable = {stable, watch.now()};
    }
}

void judge_stable_offset(const Watch& watch)
{
    if (watch.memory.seen == 0) return watch.nothing_to_check("nothing was written there");
    note_standstill(watch);
    watch.hold("the longest standstill is " + to_text(Value(watch.memory.longest_stable)));
}

}  // namespace gregor::lab::built_in
