#include "model/controller/leader_election.h"

#include "model/controller/metadata_image.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/brokers.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace gregor::lab {

namespace {

using lab::brokers_of;
using lab::json_of;
using nlohmann::json;

BrokerList brokers_of(const json& object, const char* key)
{
    return object.contains(key) ? brokers_of(object.at(key)) : BrokerList{};
}

json set_of(const BrokerList& list)
{
    BrokerList sorted = list;
    std::sort(sorted.begin(), sorted.end());
    return json_of(sorted);
}

PartitionRecord registration_of(const json& before)
{
    PartitionRecord record;
    record.partition = {TopicId{0}, 0};
    record.replicas = brokers_of(before, "replicas");
    record.isr = brokers_of(before, "isr");
    record.removing_replicas = brokers_of(before, "removing");
    record.adding_replicas = brokers_of(before, "adding");
    record.eligible_leader_replicas = brokers_of(before, "elr");
    record.last_known_leader = brokers_of(before, "lastKnownElr");
    record.leader = BrokerId{before.at("leader").get<std::int32_t>()};
    record.leader_epoch = LeaderEpoch{before.at("leaderEpoch").get<std::int32_t>()};
    record.partition_epoch = PartitionEpoch{before.at("partitionEpoch").get<std::int32_t>()};
    if (before.value("recovering", false)) record.recovery = LeaderRecoveryState::recovering;
    return record;
}

json json_of(const PartitionRecord& record)
{
    json object{{"replicas", json_of(record.replicas)},
                {"isr", json_of(record.isr)},
                {"leader", record.leader.value},
                {"leaderEpoch", record.leader_epoch.value},
                {"partitionEpoch", record.partition_epoch.value}};
    const auto add = [&](const char* key, const json& list) {
        if (!list.empty()) object[key] = list;
    };
    add("removing", json_of(record.removing_replicas));
    add("adding", json_of(record.adding_replicas));
    add("elr", set_of(record.eligible_leader_replicas));
    add("lastKnownElr", set_of(record.last_known_leader));
    if (record.recovery == LeaderRecoveryState::recovering) object["recovering"] = true;
    return object;
}

json json_of(const std::optional<PartitionChangeRecord>& record)
{
    if (!record) return nullptr;
    json object = json::object();
    const auto add = [&](const char* key, const std::optional<BrokerList>& list) {
        if (list) object[key] = json_of(*list);
    };
    if (record->leader) object["leader"] = record->leader->value;
    add("isr", record->isr);
    add("replicas", record->replicas);
    add("removing", record->removing_replicas);
    add("adding", record->adding_replicas);
    if (record->eligible_leader_replicas) object["elr"] = set_of(*record->eligible_leader_replicas);
    if (record->last_known_leader) object["lastKnownElr"] = set_of(*record->last_known_leader);
    if (record->recovery) {
        object["recoveryState"] = *record->recovery == LeaderRecoveryState::recovering ? 1 : 0;
    }
    return object;
}

/// The recorded ELR lists are compared as sets.
json with_sorted_sets(json object)
{
    for (const char* key : {"elr", "lastKnownElr"}) {
        if (object.is_object() && object.contains(key)) {
            std::sort(object[key].begin(), object[key].end());
        }
    }
    return object;
}

PartitionTarget target_of(const json& vector)
{
    PartitionTarget target;
    if (!vector.contains("set")) return target;
    const json& set = vector.at("set");
    if (set.contains("isr")) target.isr = brokers_of(set, "isr");
    if (set.contains("replicas")) target.replicas = brokers_of(set, "replicas");
    if (set.contains("removing")) target.removing_replicas = brokers_of(set, "removing");
    if (set.contains("adding")) target.adding_replicas = brokers_of(set, "adding");
    if (set.value("recovered", false)) target.recovery = LeaderRecoveryState::recovered;
    target.unclean_shutdown_replicas = brokers_of(set, "uncleanShutdown");
    return target;
}

ElectionRules rules_of(const json& vector)
{
    const auto kind = vector.at("election").get<std::string>();
    const auto version = vector.value("metadataVersion", std::string("4.3-IV0"));
    return {.election = kind == "PREFERRED" ? Election::preferred
                        : kind == "ONLINE"  ? Election::online
                                            : Election::unclean,
            .min_isr = vector.at("minIsr").get<std::int64_t>(),
            .eligible_leader_replicas = vector.at("elrEnabled").get<bool>(),
            .use_last_known_leader = vector.value("useLastKnownLeader", true),
            .bump_leader_epoch_on_shrink = version < "3.6"};
}

void judge(VectorOutcome& outcome, const json& expected, const json& got)
{
    outcome.passed = expected == got;
    outcome.expected = expected.dump();
    outcome.got = got.dump();
}

void run_change(const json& vector, VectorOutcome& outcome)
{
    const PartitionRecord before = registration_of(vector.at("before"));
    const auto record = build_partition_change(before, target_of(vector), rules_of(vector),
                                               brokers_of(vector, "acceptable"));
    json expected{{"record", with_sorted_sets(vector.at("record"))}};
    json got{{"record", json_of(record)}};
    if (vector.contains("after")) {
        expected["after"] = with_sorted_sets(vector.at("after"));
        got["after"] = json_of(record ? changed(before, *record) : before);
    }
    judge(outcome, expected, got);
}

void run_reassignment(const json& vector, VectorOutcome& outcome)
{
    const Reassignment begun =
        begin_reassignment(brokers_of(vector, "current"), brokers_of(vector, "target"));
    json got{{"replicas", json_of(begun.replicas)},
             {"adding", json_of(begun.adding)},
             {"removing", json_of(begun.removing)},
             {"withIsr", json::array()}};
    for (const json& row : vector.at("withIsr")) {
        const BrokerList isr = brokers_of(row, "isr");
        json seen{{"isr", row.at("isr")}, {"done", nullptr}};
        if (const auto done = complete_reassignment(begun, isr)) {
            seen["done"] = {{"replicas", json_of(done->replicas)}, {"isr", json_of(done->isr)}};
        }
        if (row.contains("cancel")) {
            const CancelledReassignment reverted = cancel_reassignment(begun, isr);
            seen["cancel"] = {{"replicas", json_of(reverted.replicas)},
                              {"isr", json_of(reverted.isr)},
                              {"unclean", reverted.unclean}};
        }
        got["withIsr"].push_back(seen);
    }
    json expected;
    for (const char* key : {"replicas", "adding", "removing", "withIsr"}) {
        expected[key] = vector.at(key);
    }
    judge(outcome, expected, got);
}

}  // namespace

std::vector<VectorOutcome> conform_leader_election(std::string_view jsonl)
{
    std::vector<VectorOutcome> outcomes;
    std::istringstream lines{std::string(jsonl)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty()) continue;
        const json vector = json::parse(line);
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = vector.at("id").get<std::string>();
        if (vector.at("kind") == "reassignment-steps") {
            run_reassignment(vector, outcome);
        } else {
            run_change(vector, outcome);
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
