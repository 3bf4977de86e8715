#include "model/controller/partition_changes.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/brokers.h"
#include "model/lab/conformance/cases.h"

#include <nlohmann/json.hpp>

#include <algorithm>

/// Partitions that real clusters moved to other brokers: the states of the registration.
namespace gregor::lab {

namespace {

using nlohmann::json;

constexpr TopicPartition moved{TopicId{0}, 0};

json set_of(BrokerList list)
{
    std::sort(list.begin(), list.end());
    return json_of(list);
}

/// What a recorded state says, of which the ISR has no order.
json seen(const PartitionRecord& partition)
{
    return {{"leader", partition.leader.value},
            {"leader_epoch", partition.leader_epoch.value},
            {"partition_epoch", partition.partition_epoch.value},
            {"isr", set_of(partition.isr)},
            {"replicas", json_of(partition.replicas)},
            {"adding", json_of(partition.adding_replicas)},
            {"removing", json_of(partition.removing_replicas)},
            {"elr", set_of(partition.eligible_leader_replicas)},
            {"last_known_elr", json_of(partition.last_known_leader)}};
}

json recorded(const json& state)
{
    json fields = state;
    fields.erase("t");
    return fields;
}

/// A cluster of these brokers with the one partition.
class MovedPartition {
public:
    MovedPartition(const json& brokers, const PartitionRecord& partition)
    {
        for (const json& each : brokers) {
            apply(RegisterBrokerRecord{BrokerId{each.get<std::int32_t>()}, 1, "", false});
        }
        apply(TopicRecord{moved.topic, "moved"});
        apply(partition);
    }

    const PartitionRecord& state() const { return *image_.partition(moved); }
    void reassign(const BrokerList& to)
    {
        PartitionChanges::Records records;
        changes().reassign(moved, to, records);
        for (const MetadataRecord& each : records) apply(each);
    }
    /// The balance of preferred leaders, which runs by a clock of its own.
    void elect_preferred()
    {
        PartitionChanges::Records records;
        changes().elect_preferred(1, records);
        for (const MetadataRecord& each : records) apply(each);
    }
    /// The leader says that the new replicas are in sync.
    void join()
    {
        AlterPartitionRequest::Partition wanted;
        wanted.partition = moved;
        wanted.leader_epoch = state().leader_epoch;
        wanted.partition_epoch = state().partition_epoch;
        for (const BrokerId each : state().isr) wanted.new_isr.push_back({each, no_broker_epoch});
        for (const BrokerId each : state().adding_replicas) {
            wanted.new_isr.push_back({each, no_broker_epoch});
        }
        const auto altered = changes().alter(state().leader, wanted);
        if (altered.record) apply(*altered.record);
    }

private:
    PartitionChanges changes() const { return {image_, config_, profile_}; }
    void apply(const MetadataRecord& record) { image_.apply(record, image_.next_offset()); }

    BrokerConfig config_;
    ProtocolProfile profile_;
    MetadataImage image_;
};

PartitionRecord before(const json& vector)
{
    const json& first = vector.at("metadata").at(0);
    PartitionRecord partition;
    partition.partition = moved;
    partition.replicas = brokers_of(vector.at("from"));
    partition.isr = brokers_of(first.at("isr"));
    partition.leader = BrokerId{first.at("leader").get<std::int32_t>()};
    partition.leader_epoch = LeaderEpoch{first.at("leader_epoch").get<std::int32_t>()};
    partition.partition_epoch = PartitionEpoch{first.at("partition_epoch").get<std::int32_t>() - 1};
    return partition;
}

}  // namespace

std::vector<VectorOutcome> conform_reassignment(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        MovedPartition partition(vector.at("cluster").at("brokers"), before(vector));
        json expected = json::array(), got = json::array();
        for (const json& state : vector.at("metadata")) {
            const bool is_first = expected.empty();
            const bool is_over = state.at("adding").empty() && state.at("removing").empty();
            if (is_first) {
                partition.reassign(brokers_of(vector.at("to")));
            } else if (is_over) {
                partition.join();
            } else {
                partition.elect_preferred();
            }
            expected.push_back(recorded(state));
            got.push_back(seen(partition.state()));
        }
        outcomes.push_back({vector.at("id").get<std::string>(), got == expected, true,
                            expected.dump(), got.dump()});
    }
    return outcomes;
}

}  // namespace gregor::lab
