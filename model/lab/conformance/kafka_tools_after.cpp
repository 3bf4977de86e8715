#include "model/lab/conformance/kafka_tools.h"
#include "model/lab/kafka_tools/controller_desk.h"

#include <algorithm>

/// The state that a command leaves, beside the recorded one.
namespace gregor::lab::kafka_cases {

namespace {

using kafka_tools::ClusterState;
using kafka_tools::PartitionName;

json set_of(std::vector<std::int32_t> ids)
{
    std::ranges::sort(ids);
    return ids;
}

/// Shows states so that two can be compared.
class Shown {
public:
    Shown(const json& vector, const ClusterState& before) : before_(before)
    {
        const json& arguments = vector.at("argv");
        placed_by_hand_ = std::ranges::find(arguments, "--replica-assignment") != arguments.end();
        // Log starts move by themselves too, when retention runs.
        deletes_records_ = vector.at("tool") == "delete-records";
    }

    json of(const ClusterState& state) const
    {
        json topics = json::object(), groups = json::object();
        for (const auto& [name, topic] : state.topics) {
            json partitions = json::array();
            for (std::int32_t i = 0; i < std::ssize(topic.partitions); ++i) {
                partitions.push_back(partition({name, i}, state));
            }
            topics[name] = {{"configs", topic.configs}, {"partitions", partitions}};
        }
        for (const auto& [name, group] : state.groups) groups[name] = of(group);
        return {{"topics", topics}, {"groups", groups}};
    }

private:
    json partition(const PartitionName& name, const ClusterState& state) const
    {
        const ClusterState::Partition& each = *state.partition(name);
        // Where the controller places replicas is a draw.
        if (before_.partition(name) == nullptr && !placed_by_hand_) {
            return {{"replicas", each.replicas.size()}, {"isr", each.isr.size()}};
        }
        json shown{{"leader", each.leader ? json(*each.leader) : json()},
                   {"replicas", each.replicas},
                   {"isr", set_of(each.isr)},
                   {"elr", set_of(each.elr)},
                   {"lastKnownElr", each.last_known_elr},
                   {"adding", each.adding},
                   {"removing", each.removing}};
        if (deletes_records_) shown["start"] = each.start.value_or(-1);
        return shown;
    }
    static json of(const ClusterState::Group& group)
    {
        json members = json::array(), committed = json::object();
        for (const auto& each : group.members) members.push_back(each.id);
        for (const auto& [name, commit] : group.committed) committed[name.text()] = commit.offset;
        return {{"type", group.type},
                {"state", group.state},
                {"members", members},
                {"committed", committed}};
    }

    const ClusterState& before_;
    bool placed_by_hand_ = false, deletes_records_ = false;
};

/// Moves that were over when the state was recorded.
void finish_moves(const ClusterState& recorded, ClusterState& cluster)
{
    for (const PartitionName& each : cluster.partitions()) {
        const ClusterState::Partition* seen = recorded.partition(each);
        if (seen == nullptr || seen->reassigning() || !cluster.partition(each)->reassigning()) {
            continue;
        }
        kafka_tools::ControllerDesk(cluster).finish_reassignment(each);
    }
}

}  // namespace

StateAfter state_after(const json& vector, const json& state, const json& after,
                       ClusterState cluster)
{
    json whole = state;
    if (after.contains("topics")) whole.erase("reassigning");
    for (const auto& [part, value] : after.items()) whole[part] = value;
    const ClusterState before = state_of_case(state, json::object(), 0);
    const ClusterState recorded = state_of_case(whole, json::object(), 0);
    finish_moves(recorded, cluster);
    const Shown shown(vector, before);
    return {shown.of(recorded), shown.of(cluster)};
}

}  // namespace gregor::lab::kafka_cases
