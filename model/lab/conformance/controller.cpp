#include "model/controller/broker_registry.h"
#include "model/controller/partition_changes.h"
#include "model/controller/replica_placer.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/brokers.h"
#include "model/lab/conformance/cases.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <numeric>

/// Elections, reassignments, placement and sessions, as Kafka's unit tests have them.
namespace gregor::lab {

namespace {

using gregor::name_of;
using nlohmann::json;

// --- one partition
// --------------------------------------------------------------------------------

BrokerList list_in(const json& object, const char* key, const BrokerList& otherwise = {})
{
    return object.contains(key) ? brokers_of(object.at(key)) : otherwise;
}

PartitionRecord partition_in(const json& given)
{
    PartitionRecord partition;
    partition.isr = list_in(given, "isr");
    BrokerList all = partition.isr;
    const BrokerList eligible = list_in(given, "elr");
    all.insert(all.end(), eligible.begin(), eligible.end());
    partition.replicas = list_in(given, "replicas", all);
    partition.eligible_leader_replicas = eligible;
    partition.adding_replicas = list_in(given, "adding");
    partition.removing_replicas = list_in(given, "removing");
    partition.leader = given.contains("leader") ? BrokerId{given.at("leader").get<std::int32_t>()}
                                                : partition.isr.front();
    partition.leader_epoch = LeaderEpoch{given.value("leader_epoch", 0)};
    partition.partition_epoch = PartitionEpoch{given.value("partition_epoch", 0)};
    return partition;
}

/// Everybody who is named, without the unacceptable ones.
BrokerList acceptable(const json& input, const PartitionRecord& partition,
                      const BrokerList& target = {})
{
    BrokerList gone = list_in(input, "unacceptable_brokers");
    for (const BrokerId each : list_in(input, "offline")) gone.push_back(each);
    BrokerList list;
    for (const BrokerList* named : {&partition.replicas, &target}) {
        for (const BrokerId each : *named) {
            if (!contains(gone, each) && !contains(list, each)) list.push_back(each);
        }
    }
    return list;
}

PartitionRecord after(const PartitionRecord& before, const PartitionTarget& target,
                      const ElectionRules& rules, const BrokerList& who)
{
    const auto record = build_partition_change(before, target, rules, who);
    return record ? changed(before, *record) : before;
}

/// Of a partition, only what the case speaks of.
json as_asked(const PartitionRecord& partition, const json& asked, bool recovery_changed)
{
    const std::map<std::string, json> all{
        {"leader", partition.leader.value},
        {"isr", json_of(partition.isr)},
        {"elr", json_of(partition.eligible_leader_replicas)},
        {"replicas", json_of(partition.replicas)},
        {"adding", json_of(partition.adding_replicas)},
        {"removing", json_of(partition.removing_replicas)},
        {"leader_epoch", partition.leader_epoch.value},
        {"partition_epoch", partition.partition_epoch.value},
        {"leader_recovery_state", !recovery_changed ? "unchanged"
                                  : partition.recovery == LeaderRecoveryState::recovering
                                      ? "RECOVERING"
                                      : "RECOVERED"}};
    json shown = json::object();
    for (const auto& [key, value] : asked.items()) {
        const auto at = all.find(key);
        if (at != all.end()) shown[key] = at->second;
    }
    return shown;
}

Election election_named(const std::string& kind)
{
    return kind == "PREFERRED" ? Election::preferred
           : kind == "ONLINE"  ? Election::online
                               : Election::unclean;
}

json elections(const json& input, const json&)
{
    PartitionRecord before;
    before.replicas = before.isr = brokers_of(input.at("assignment"));
    before.leader = BrokerId{input.at("current_leader").get<std::int32_t>()};
    json results = json::array();
    for (const json& each : input.at("elections")) {
        PartitionTarget target;
        target.isr = brokers_of(each.at("target_isr"));
        if (each.contains("target_replicas")) {
            target.replicas = brokers_of(each.at("target_replicas"));
        }
        const PartitionRecord now =
            after(before, target,
                  {.election = election_named(each.at("kind")), .eligible_leader_replicas = false},
                  acceptable(input, before, *target.isr));
        results.push_back({{"leader", now.leader.value},
                           {"unclean", now.recovery == LeaderRecoveryState::recovering}});
    }
    return {{"results", results}};
}

json isr_changes(const json& input, const json& expected)
{
    const PartitionRecord before = partition_in(input.at("partition"));
    json results = json::array();
    for (const json& isr : input.at("target_isrs")) {
        PartitionTarget target;
        target.isr = brokers_of(isr);
        results.push_back(as_asked(after(before, target, {}, acceptable(input, before)),
                                   expected.at("results").at(results.size()), false));
    }
    return {{"results", results}};
}

/// "ISR shrink to [2,1], metadata.version 3.5", "replicas rearranged to [3,2,1]".
json epoch_bumps(const json& input, const json&)
{
    const PartitionRecord before = partition_in(input.at("partition"));
    json bumped = json::array();
    for (const json& each : input.at("changes")) {
        const auto text = each.get<std::string>();
        const std::size_t open = text.find('['), close = text.find(']');
        const BrokerList list = brokers_of(json::parse(text.substr(open, close + 1 - open)));
        PartitionTarget target;
        BrokerList who = before.replicas;
        for (const BrokerId id : list) {
            if (!contains(who, id)) who.push_back(id);
        }
        if (text.starts_with("ISR")) {
            target.isr = list;
            if (!contains(before.replicas, list.back())) target.replicas = who;
        } else {
            target.replicas = list;
        }
        const std::size_t version = text.find("metadata.version ");
        const bool old = version != std::string::npos && text.substr(version + 17, 3) < "3.6";
        const PartitionRecord now =
            after(before, target,
                  {.eligible_leader_replicas = false, .bump_leader_epoch_on_shrink = old}, who);
        bumped.push_back(now.leader_epoch > before.leader_epoch);
    }
    return {{"leader_epoch_bumped", bumped}};
}

json unclean_election(const json& input, const json& expected)
{
    const PartitionRecord before = partition_in(input.at("partition"));
    PartitionTarget target;
    target.isr = brokers_of(input.at("target_isr"));
    const auto election =
        input.at("unclean_enabled").get<bool>() ? Election::unclean : Election::online;
    const PartitionRecord now =
        after(before, target, {.election = election, .eligible_leader_replicas = false},
              acceptable(input, before));
    return as_asked(now, expected, now.recovery != before.recovery);
}

json eligible_replicas(const json& input, const json& expected)
{
    const PartitionRecord before = partition_in(input);
    PartitionTarget target;
    if (input.contains("target_isr")) target.isr = brokers_of(input.at("target_isr"));
    target.unclean_shutdown_replicas = list_in(input, "unclean_shutdown");
    const auto with = [&](bool elr, const json& asked) {
        const PartitionRecord now =
            after(before, target, {.min_isr = input.at("min_isr"), .eligible_leader_replicas = elr},
                  acceptable(input, before));
        return as_asked(now, asked, now.recovery != before.recovery);
    };
    if (!input.contains("elr_enabled")) return with(true, expected);
    json results = json::array();
    for (const json& elr : input.at("elr_enabled")) {
        results.push_back(with(elr, expected.at("results").at(results.size())));
    }
    return {{"results", results}};
}

// --- reassignment
// ---------------------------------------------------------------------------------

json reassignment_starts(const json& input, const json&)
{
    json rows = json::array();
    for (const json& row : input.at("rows")) {
        const Reassignment begun =
            begin_reassignment(brokers_of(row.at("current")), brokers_of(row.at("target")));
        rows.push_back({{"removing", json_of(begun.removing)},
                        {"adding", json_of(begun.adding)},
                        {"replicas", json_of(begun.replicas)}});
    }
    return {{"rows", rows}};
}

json reassignment_ends(const json& input, const json&)
{
    json rows = json::array();
    for (const json& row : input.at("rows")) {
        const auto done = complete_reassignment(
            begin_reassignment(brokers_of(row.at("current")), brokers_of(row.at("target"))),
            brokers_of(row.at("isr")));
        rows.push_back(
            done ? json{{"replicas", json_of(done->replicas)}, {"isr", json_of(done->isr)}}
                 : json(nullptr));
    }
    return {{"rows", rows}};
}

/// The leader's AlterPartition, as the active controller takes it.
json reassignment_completed_by_isr(const json& input, const json& expected)
{
    PartitionRecord before = partition_in(input);
    before.partition = {TopicId{0}, 0};
    MetadataImage image;
    const auto apply = [&](const MetadataRecord& record) {
        image.apply(record, image.next_offset());
    };
    const BrokerList gone = list_in(input, "unacceptable_brokers");
    for (const BrokerId each : before.replicas) {
        apply(RegisterBrokerRecord{each, 1, "", contains(gone, each)});
    }
    apply(TopicRecord{TopicId{0}, "moved"});
    apply(before);
    AlterPartitionRequest::Partition wanted;
    wanted.partition = before.partition;
    wanted.leader_epoch = before.leader_epoch;
    wanted.partition_epoch = before.partition_epoch;
    PartitionTarget target;
    target.isr = brokers_of(input.at("target_isr"));
    // Who is fenced may not be in a request; Kafka's test asks the builder itself.
    const PartitionRecord now =
        after(before, target, {.eligible_leader_replicas = false}, acceptable(input, before));
    for (const BrokerId each : *target.isr) {
        if (!contains(gone, each)) wanted.new_isr.push_back({each, no_broker_epoch});
    }
    const BrokerConfig config;
    const auto altered = PartitionChanges(image, config, {}).alter(before.leader, wanted);
    json shown = as_asked(now, expected, false);
    shown["alter_partition_reply_to_old_leader"] = name_of(altered.answer.error);
    return shown;
}

// --- placement
// ------------------------------------------------------------------------------------

/// The draws that give each rack its first broker, and the circle its first rack.
json placement(const json& input, const json&)
{
    std::vector<PlaceableBroker> brokers;
    std::vector<std::int32_t> draws;
    for (const json& rack : input.at("racks")) {
        const std::string name = rack.value("rack", "");
        for (const char* kind : {"fenced", "unfenced"}) {
            const json ids = rack.value(kind, json::array());
            for (const json& id : ids) {
                brokers.push_back(
                    {BrokerId{id.get<std::int32_t>()}, name, kind == std::string("fenced")});
            }
            if (!ids.empty()) draws.push_back(rack.value(std::string(kind) + "_offset", 0));
        }
    }
    draws.push_back(input.at("initial_rack_offset"));
    std::size_t next = 0;
    const auto below = [&](std::int32_t bound) {
        return next < draws.size() ? draws[next++] : bound - 1;
    };
    Placement wanted;
    wanted.partitions = input.at("partitions");
    wanted.replication_factor = input.at("replication_factor");
    const auto placed = place_replicas(brokers, wanted, below);
    json assignments = json::array();
    if (placed) {
        for (const BrokerList& each : placed.value()) assignments.push_back(json_of(each));
    }
    return {{"assignments", assignments}};
}

/// Whether each partition has its replicas, on brokers that are not fenced: those numbered first.
bool all_on_unfenced(const std::vector<BrokerList>& placed, const Placement& wanted, int unfenced)
{
    return std::ssize(placed) == wanted.partitions &&
           std::ranges::all_of(placed, [&](const BrokerList& replicas) {
               return std::ssize(replicas) == wanted.replication_factor &&
                      std::ranges::all_of(replicas,
                                          [&](BrokerId id) { return id.value < unfenced; });
           });
}

/// Rows expect the name of an error, or say in words that all lie "on the unfenced broker".
json placement_errors(const json& input, const json& expected)
{
    json rows = json::array();
    for (const json& row : input.at("rows")) {
        std::vector<PlaceableBroker> brokers;
        const int unfenced = row.at("unfenced"), fenced = row.at("fenced");
        for (int i = 0; i < unfenced + fenced; ++i) {
            brokers.push_back({BrokerId{i}, "", i >= unfenced});
        }
        Placement wanted;
        wanted.partitions = row.value("partitions", 1);
        wanted.replication_factor = row.at("rf");
        const auto placed = place_replicas(brokers, wanted, [](std::int32_t) { return 0; });
        if (!placed) {
            rows.push_back(name_of(placed.error()));
            continue;
        }
        const std::string words = expected.at("rows").at(rows.size());
        const bool known = words.find("on the unfenced broker") != std::string::npos;
        rows.push_back(known && all_on_unfenced(placed.value(), wanted, unfenced) ? words
                                                                                  : "placed");
    }
    return {{"rows", rows}};
}

// --- sessions
// -------------------------------------------------------------------------------------

json sessions(const json& input, const json&)
{
    BrokerRegistry registry;
    for (const auto& [id, at] : input.at("contacts").items()) {
        registry.touch({.broker = BrokerId{std::stoi(id)}, .epoch = BrokerEpoch{1}},
                       Time{} + milliseconds(at.get<std::int64_t>()));
    }
    const Duration timeout = milliseconds(input.at("session_timeout").get<std::int64_t>());
    json stale = json::array();
    for (const json& query : input.at("queries")) {
        const Time now = Time{} + milliseconds(query.at("t").get<std::int64_t>());
        json found = json::array();
        while (const auto expired = registry.take_expired(now, timeout)) {
            found.push_back(expired->broker.value);
        }
        stale.push_back(found);
    }
    return {{"stale_in_order_when_fencing_one_at_a_time", stale}};
}

std::string_view name_of(BrokerControlState state)
{
    switch (state) {
        case BrokerControlState::fenced: return "FENCED";
        case BrokerControlState::unfenced: return "UNFENCED";
        case BrokerControlState::controlled_shutdown: return "CONTROLLED_SHUTDOWN";
        case BrokerControlState::shutdown_now: return "SHUTDOWN_NOW";
    }
    return "";
}

json heartbeats(const json& input, const json&)
{
    const BrokerId self{100};
    json next = json::array();
    for (const json& row : input.at("rows")) {
        MetadataImage image;
        BrokerRegistry registry;
        for (const auto& [id, offset] : input.at("active_brokers_metadata_offsets").items()) {
            const BrokerId other{std::stoi(id)};
            // "broker 1 fenced, lowest active offset becomes 100"
            const bool fenced = row.value("after", "").starts_with("broker " + id + " fenced");
            image.apply(RegisterBrokerRecord{other, 1, "", fenced}, image.next_offset());
            registry.touch({.broker = other,
                            .epoch = image.broker(other)->epoch,
                            .metadata_offset = Offset{offset.get<std::int64_t>()}},
                           Time{});
        }
        BrokerRegistration broker;
        broker.id = self;
        broker.epoch = BrokerEpoch{input.at("registration_offset").get<std::int64_t>()};
        broker.fenced = row.at("state") == "FENCED";
        broker.in_controlled_shutdown = row.at("state") == "CONTROLLED_SHUTDOWN";
        BrokerHeartbeatRequest heartbeat{.broker = self, .epoch = broker.epoch};
        heartbeat.want_fence = row.value("want_fence", false);
        heartbeat.want_shut_down = row.value("want_shutdown", false);
        heartbeat.metadata_offset = Offset{row.value("offset", std::int64_t{0})};
        registry.touch(heartbeat, Time{});
        if (row.contains("controlled_shutdown_offset")) {
            registry.raise_shutdown_offset(
                self, Offset{row.at("controlled_shutdown_offset").get<std::int64_t>()});
        }
        next.push_back(
            name_of(registry.next_state(broker, heartbeat, row.value("leads", false), image)));
    }
    return {{"next", next}};
}

using Judge = json (*)(const json& input, const json& expected);

Judge judge_of(const json& input)
{
    // By what a case gives: there may be several of a kind.
    const std::pair<const char*, Judge> kinds[] = {{"elections", elections},
                                                   {"target_isrs", isr_changes},
                                                   {"changes", epoch_bumps},
                                                   {"unclean_enabled", unclean_election},
                                                   {"removing", reassignment_completed_by_isr},
                                                   {"min_isr", eligible_replicas},
                                                   {"initial_rack_offset", placement},
                                                   {"session_timeout", sessions},
                                                   {"active_brokers_metadata_offsets", heartbeats}};
    for (const auto& [key, judge] : kinds) {
        if (input.contains(key)) return judge;
    }
    if (!input.contains("rows")) return nullptr;
    const json& row = input.at("rows").at(0);
    if (row.contains("rf")) return placement_errors;
    return row.contains("isr") ? reassignment_ends : reassignment_starts;
}

}  // namespace

std::vector<VectorOutcome> conform_controller(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const json& input = vector.at("input");
        const json& expected = vector.at("expected");
        VectorOutcome outcome;
        outcome.id = vector.at("id").get<std::string>();
        const Judge judge = judge_of(input);
        outcome.covered = judge != nullptr;
        if (judge != nullptr) {
            const json got = judge(input, expected);
            outcome.passed = got == expected;
            outcome.expected = expected.dump();
            outcome.got = got.dump();
        }
        outcomes.push_back(std::move(outcome));
    }
    return outcomes;
}

}  // namespace gregor::lab
