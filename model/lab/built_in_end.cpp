#include "model/lab/built_in_logs.h"
#include "model/lab/client_measures.h"
#include "model/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gregor::lab::built_in {

namespace {

std::optional<Duration> limit(const Assertion& assertion)
{
    const auto seconds = as_real(assertion.max);
    if (!seconds) return std::nullopt;
    if (const Duration* given = assertion.max.duration()) return *given;
    return Duration{static_cast<std::int64_t>(*seconds * 1e9)};
}

void judge_latency(const Watch& watch)
{
    const ClientId client = watch.view.names().client_named(watch.assertion.client);
    const LatencySample sample = latencies(watch.view.history(), client,
                                           {watch.window_begin, watch.window_end}, watch.now());
    if (sample.count() == 0) return watch.nothing_to_check("no record in this time");
    const double percentile = watch.assertion.percentile.value_or(99);
    const Duration measured = sample.percentile(std::max(percentile / 100, 1e-9));
    const std::string what = fmt::format("percentile {} of {} records is {}", percentile,
                                         sample.count(), to_text(measured));
    if (measured > limit(watch.assertion).value_or(unlimited_duration)) {
        return watch.violate(measured, what);
    }
    watch.hold(what);
}

/// With a client: each of its sends succeeds in time. Without: each partition has a leader.
void judge_availability(const Watch& watch)
{
    const Duration allowed = limit(watch.assertion).value_or(unlimited_duration);
    if (!watch.assertion.client.empty()) {
        const ClientId client = watch.view.names().client_named(watch.assertion.client);
        const History::Client& seen = watch.view.history().client(client);
        if (seen.sent == 0) return watch.nothing_to_check("nothing was sent");
        const IntervalSet given_up = seen.failed.united_with(seen.unknown);
        if (!given_up.empty()) return watch.violate(given_up, "sends failed");
        const Duration longest = latencies(watch.view.history(), client,
                                           {watch.window_begin, watch.window_end}, watch.now())
                                     .max();
        const std::string what = "the slowest send took " + to_text(longest);
        return longest > allowed ? watch.violate(longest, what) : watch.hold(what);
    }
    Duration longest = watch.memory.longest_unserved;
    for (const auto& [partition, since] : watch.memory.unserved_since) {
        longest = std::max(longest, watch.now() - since);
    }
    if (watch.memory.seen == 0) return watch.nothing_to_check("no partition to look at");
    const std::string what = "the longest time without a leader is " + to_text(longest);
    longest > allowed ? watch.violate(longest, what) : watch.hold(what);
}

void judge_progress(const Watch& watch)
{
    const Memory& memory = watch.memory;
    if (const auto longest = limit(watch.assertion)) {
        if (memory.waiting_since && watch.now() - *memory.waiting_since > *longest) {
            return watch.violate(watch.now() - *memory.waiting_since, "work waits, none is done");
        }
        if (memory.seen == 0) return watch.nothing_to_check("there was nothing to do");
        return watch.hold(fmt::format("{} steps forward", memory.seen));
    }
    const bool moved = memory.seen > 0 && memory.last_progress > watch.faults_end;
    if (moved) return watch.hold("work went on after the last fault");
    if (!memory.waiting_since) return watch.nothing_to_check("there was nothing to do");
    watch.violate(watch.now() - *memory.waiting_since,
                  "work waits, none was done after the faults");
}

/// Leaders a broker, or partitions a member of the group.
void judge_balance(const Watch& watch)
{
    std::map<std::string, std::int64_t> loads;
    const RunView& view = watch.view;
    if (!watch.assertion.group.empty()) {
        for (std::size_t i = 0; i < view.names().clients.size(); ++i) {
            if (view.names().groups[i] == watch.assertion.group) loads[view.names().clients[i]] = 0;
        }
    } else if (const MetadataImage* image = view.image()) {
        for (const BrokerId id : image->active_brokers()) loads[std::to_string(id.value)] = 0;
    }
    for (const TopicPartition each : partitions(watch)) {
        const PartitionRecord* record = view.partition(each);
        if (!watch.assertion.group.empty()) {
            const ClientId owner = view.history().owner(watch.assertion.group, each);
            if (owner != no_client) ++loads[view.names().of(owner)];
        } else if (record != nullptr && record->leader != no_broker) {
            ++loads[std::to_string(record->leader.value)];
        }
    }
    if (loads.size() < 2) return watch.nothing_to_check("nothing to compare");
    std::int64_t least = INT64_MAX;
    std::int64_t most = 0;
    for (const auto& [name, load] : loads) {
        least = std::min(least, load);
        most = std::max(most, load);
    }
    const auto allowed = as_real(watch.assertion.max).value_or(1);
    const std::string what = fmt::format("between {} and {} partitions", least, most);
    if (static_cast<double>(most - least) > allowed) return watch.violate(most - least, what);
    watch.hold(what);
}

/// Properties that `observe` decides: they hold when nothing broke them.
void judge_course(const Watch& watch)
{
    if (watch.memory.seen == 0) return watch.nothing_to_check("nothing of the kind happened");
    watch.hold(fmt::format("{} times looked at", watch.memory.seen));
}

void judge_stability(const Watch& watch)
{
    watch.hold(fmt::format("{} changes", watch.memory.changes));
}

struct End {
    std::string_view name;
    void (*judge)(const Watch&);
};
constexpr std::array ends{End{"DUR", judge_durability},    End{"MATCH", judge_match},
                          End{"NODUP", judge_duplicates},  End{"ORDER", judge_order},
                          End{"TRUTH", judge_truth},       End{"NOSKIP", judge_skips},
                          End{"LAT", judge_latency},       End{"AVAIL", judge_availability},
                          End{"PROGRESS", judge_progress}, End{"BALANCE", judge_balance},
                          End{"HWMONO", judge_course},     End{"ONECTRL", judge_course},
                          End{"OWNER", judge_course},      End{"SPACE", judge_course},
                          End{"STABLE", judge_stability},  End{"LASTVAL", judge_last_values},
                          End{"ATOMIC", judge_atomicity},  End{"LSO", judge_stable_offset}};

}  // namespace

void judge(const Watch& watch)
{
    if (watch.outcome.decided()) return;
    const auto found = std::ranges::find(ends, watch.assertion.invariant, &End::name);
    GREGOR_CHECK(found != ends.end());  // others are refused before the run
    found->judge(watch);
}

}  // namespace gregor::lab::built_in
