#include "model/lab/built_in_logs.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace gregor::lab::built_in {

void Watch::violate(Value witness, std::string what) const
{
    if (outcome.decided()) return;
    outcome.verdict = AssertionOutcome::Verdict::violated;
    outcome.event = event;
    outcome.at = now();
    outcome.witness = std::move(witness);
    outcome.what = std::move(what);
}

void Watch::hold(std::string what) const
{
    if (outcome.decided()) return;
    outcome.verdict = AssertionOutcome::Verdict::holds;
    outcome.event = event;
    outcome.at = now();
    outcome.what = std::move(what);
}

void Watch::nothing_to_check(std::string what) const
{
    hold(std::move(what));
    if (outcome.verdict == AssertionOutcome::Verdict::holds) {
        outcome.verdict = AssertionOutcome::Verdict::vacuous;
    }
}

bool Watch::is_about(TopicPartition partition) const
{
    const Names& names = view.names();
    const std::string topic = names.topic(partition.topic);
    if (!assertion.partition.empty()) return assertion.partition == names.of(partition);
    if (!assertion.topic.empty()) return assertion.topic == topic;
    return !is_internal_topic(topic);
}

bool Watch::is_about_group(const std::string& group) const
{
    return assertion.group.empty() || assertion.group == group;
}

namespace {

Value number(std::int64_t value)
{
    return value;
}

std::optional<Duration> limit(const Assertion& assertion)
{
    if (const Duration* given = assertion.max.duration()) return *given;
    const auto seconds = as_real(assertion.max);
    if (!seconds) return std::nullopt;
    return Duration{static_cast<std::int64_t>(*seconds * 1e9)};
}

std::int64_t limit_count(const Assertion& assertion, std::int64_t otherwise)
{
    const auto given = as_real(assertion.max);
    return given ? static_cast<std::int64_t>(*given) : otherwise;
}

// --- HWMONO --------------------------------------------------------------------------------------

/// A new leader whose log ends below a high watermark that was served takes back what clients saw.
/// That its own high watermark starts lower is lawful: it rises again before anything is lost.
void watch_high_watermark(const Watch& watch, const Event& event)
{
    Memory& memory = watch.memory;
    if (const auto* advanced = std::get_if<event::HighWatermarkAdvanced>(&event)) {
        if (!watch.is_about(advanced->partition)) return;
        Offset& highest = memory.highest[advanced->partition];
        highest = std::max(highest, advanced->high_watermark);
        ++memory.seen;
    } else if (const auto* leader = std::get_if<event::BecameLeader>(&event)) {
        if (!watch.is_about(leader->partition)) return;
        const auto known = memory.highest.find(leader->partition);
        if (known == memory.highest.end() || leader->start_offset >= known->second) return;
        watch.violate(ValueList{number(known->second.value), number(leader->start_offset.value)},
                      fmt::format("the high watermark of {} went from {} back to {}",
                                  watch.view.names().of(leader->partition), known->second.value,
                                  leader->start_offset.value));
    }
}

// --- ONECTRL, OWNER, STABLE ----------------------------------------------------------------------

void watch_controllers(const Watch& watch, const Event& event)
{
    const auto* activated = std::get_if<event::ControllerActivated>(&event);
    if (activated == nullptr) return;
    ++watch.memory.seen;
    const auto [known, fresh] = watch.memory.controllers.emplace(activated->epoch, watch.node);
    if (fresh || known->second == watch.node) return;
    watch.violate(
        number(activated->epoch.value),
        fmt::format("{} and {} are both active in epoch {}", watch.view.names().of(known->second),
                    watch.view.names().of(watch.node), activated->epoch.value));
}

void watch_owners(const Watch& watch, const Event& event)
{
    Memory& memory = watch.memory;
    if (const auto* revoked = std::get_if<event::PartitionsRevoked>(&event)) {
        for (const TopicPartition each : revoked->partitions) {
            const auto owner = memory.owners.find({revoked->group, each});
            if (owner != memory.owners.end() && owner->second.first == revoked->client) {
                memory.owners.erase(owner);
            }
        }
        return;
    }
    const auto* assigned = std::get_if<event::PartitionsAssigned>(&event);
    if (assigned == nullptr || !watch.is_about_group(assigned->group)) return;
    for (const TopicPartition each : assigned->partitions) {
        ++memory.seen;
        auto& owner = memory.owners[{assigned->group, each}];
        if (owner.second == assigned->generation && owner.first != assigned->client &&
            owner.first != no_client) {
            watch.violate(
                Value(watch.view.names().of(each)),
                fmt::format("{} and {} own {} in generation {}", watch.view.names().of(owner.first),
                            watch.view.names().of(assigned->client), watch.view.names().of(each),
                            assigned->generation));
        }
        owner = {assigned->client, assigned->generation};
    }
}

void count_change(const Watch& watch)
{
    const std::int64_t allowed = limit_count(watch.assertion, 0);
    if (++watch.memory.changes <= allowed) return;
    watch.violate(number(watch.memory.changes),
                  fmt::format("{} changes, allowed {}", watch.memory.changes, allowed));
}

/// With a group: its generations. With a partition: its leader epochs. With neither: both.
void watch_stability(const Watch& watch, const Event& event)
{
    const bool only_partitions = !watch.assertion.partition.empty();
    const bool only_groups = !watch.assertion.group.empty();
    if (const auto* group = std::get_if<event::GroupStateChanged>(&event)) {
        if ((only_partitions && !only_groups) || !watch.is_about_group(group->group)) return;
        ++watch.memory.seen;
        std::int32_t& generation = watch.memory.generations[group->group];
        if (group->generation <= generation) return;
        generation = group->generation;
        count_change(watch);
    } else if (const auto* changed = std::get_if<event::PartitionChanged>(&event)) {
        if ((only_groups && !only_partitions) || !watch.is_about(changed->partition)) return;
        const auto [known, fresh] = watch.memory.epochs.emplace(changed->partition, LeaderEpoch{0});
        if (changed->leader_epoch <= known->second) return;
        known->second = changed->leader_epoch;
        count_change(watch);
    }
}

// --- PROGRESS ------------------------------------------------------------------------------------

/// Whether the event is work done by the one that is asked about.
bool is_progress(const Watch& watch, const Event& event)
{
    const Assertion& asked = watch.assertion;
    const Names& names = watch.view.names();
    const bool anyone = asked.client.empty() && asked.consumer.empty() && asked.group.empty();
    if (const auto* acknowledged = std::get_if<event::RecordsAcknowledged>(&event)) {
        return anyone || asked.client == names.of(acknowledged->client);
    }
    if (const auto* delivered = std::get_if<event::RecordsDelivered>(&event)) {
        return asked.consumer == names.of(delivered->client);
    }
    const auto* committed = std::get_if<event::OffsetCommitted>(&event);
    return committed != nullptr && !asked.group.empty() && asked.group == committed->group;
}

/// Whether it has something left to do.
bool has_work(const Watch& watch)
{
    const Assertion& asked = watch.assertion;
    const RunView& view = watch.view;
    if (!asked.group.empty() || !asked.consumer.empty()) {
        const ClientId consumer = view.names().client_named(asked.consumer);
        for (const TopicPartition each : view.partitions()) {
            if (!asked.group.empty() && view.lag(asked.group, each).value_or(0) > 0) return true;
            const Replica* leader = view.serving(each);
            if (consumer == no_client || leader == nullptr) continue;
            const auto& delivered = view.history().client(consumer).delivered;
            const auto own = delivered.find(each);
            const std::int64_t end =
                own == delivered.end() || own->second.empty() ? 0 : own->second.ranges().back().end;
            if (leader->high_watermark().value > end) return true;
        }
        return false;
    }
    for (std::size_t i = 0; i < view.history().client_count(); ++i) {
        const ClientId id{static_cast<std::int16_t>(i)};
        if (!asked.client.empty() && asked.client != view.names().of(id)) continue;
        const History::Client& client = view.history().client(id);
        const auto answered =
            client.acknowledged.size() + client.failed.size() + client.unknown.size();
        if (client.sent > answered) return true;
    }
    return false;
}

void check_gap(const Watch& watch)
{
    const auto longest = limit(watch.assertion);
    if (!longest || !watch.memory.waiting_since) return;
    const Duration gap = watch.now() - *watch.memory.waiting_since;
    if (gap > *longest) {
        watch.violate(Value(gap), fmt::format("no progress from {} on",
                                              to_text(Value(*watch.memory.waiting_since))));
    }
}

void watch_progress(const Watch& watch, const Event& event)
{
    Memory& memory = watch.memory;
    if (is_progress(watch, event)) {
        check_gap(watch);
        ++memory.seen;
        memory.last_progress = watch.now();
        memory.waiting_since.reset();
        if (has_work(watch)) memory.waiting_since = watch.now();
    } else if (!memory.waiting_since &&
               (std::holds_alternative<event::RecordsSent>(event) ||
                std::holds_alternative<event::HighWatermarkAdvanced>(event))) {
        if (has_work(watch)) memory.waiting_since = watch.now();
    }
}

// --- SPACE ---------------------------------------------------------------------------------------

void watch_space(const Watch& watch, const Event& event)
{
    const bool grows = std::holds_alternative<event::BatchAppended>(event) ||
                       std::holds_alternative<event::RecordsReplicated>(event);
    if (!grows) return;
    const BrokerId broker = watch.view.names().layout.id_of(watch.node);
    if (watch.assertion.broker && *watch.assertion.broker != broker.value) return;
    const gregor::Broker* process = watch.view.kernel().process(watch.node).broker();
    if (process == nullptr) return;
    std::int64_t bytes = 0;
    for (const Replica& each : process->replicas()) {
        if (watch.is_about(each.partition)) bytes += each.log.size_in_bytes();
    }
    ++watch.memory.seen;
    if (bytes <= limit_count(watch.assertion, INT64_MAX)) return;
    watch.violate(number(bytes), fmt::format("broker {} keeps {} bytes", broker.value, bytes));
}

struct Course {
    std::string_view name;
    void (*observe)(const Watch&, const Event&);
};
constexpr std::array courses{
    Course{"HWMONO", watch_high_watermark}, Course{"ONECTRL", watch_controllers},
    Course{"OWNER", watch_owners},          Course{"STABLE", watch_stability},
    Course{"PROGRESS", watch_progress},     Course{"SPACE", watch_space},
    Course{"LASTVAL", watch_keys},          Course{"LSO", watch_stable_offset}};

void (*course_of(std::string_view name))(const Watch&, const Event&)
{
    const auto found = std::ranges::find(courses, name, &Course::name);
    return found == courses.end() ? nullptr : found->observe;
}

}  // namespace

bool wants_events(std::string_view invariant)
{
    return course_of(invariant) != nullptr;
}

std::uint32_t reads(std::string_view invariant)
{
    return invariant == "AVAIL" ? reads::metadata | reads::liveness : 0;
}

void observe(const Watch& watch, const Event& event)
{
    if (watch.outcome.decided()) return;
    course_of(watch.assertion.invariant)(watch, event);
}

/// AVAIL: how long a partition has nobody who serves it.
void look(const Watch& watch)
{
    Memory& memory = watch.memory;
    for (const TopicPartition each : watch.view.partitions()) {
        if (!watch.is_about(each)) continue;
        ++memory.seen;
        if (watch.view.serving(each) == nullptr) {
            memory.unserved_since.try_emplace(each, watch.now());
            continue;
        }
        const auto since = memory.unserved_since.find(each);
        if (since == memory.unserved_since.end()) continue;
        memory.longest_unserved = std::max(memory.longest_unserved, watch.now() - since->second);
        memory.unserved_since.erase(since);
        if (memory.longest_unserved > limit(watch.assertion).value_or(unlimited_duration)) {
            watch.violate(Value(memory.longest_unserved),
                          fmt::format("{} had no leader for {}", watch.view.names().of(each),
                                      to_text(Value(memory.longest_unserved))));
        }
    }
}

}  // namespace gregor::lab::built_in
