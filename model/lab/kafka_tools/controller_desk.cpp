#include "model/lab/kafka_tools/controller_desk.h"

#include "engine/random.h"
#include "model/controller/partition_changes.h"
#include "model/controller/topic_creation.h"

#include <algorithm>
#include <memory>

namespace gregor::lab::kafka_tools {

namespace {

constexpr std::uint64_t placement_seed = 1;  // any will do: Kafka draws one

std::vector<std::int32_t> ids_of(const BrokerList& brokers)
{
    std::vector<std::int32_t> ids;
    for (const BrokerId each : brokers) ids.push_back(each.value);
    return ids;
}

PartitionRecord record_of(TopicPartition name, const ClusterState::Partition& partition)
{
    PartitionRecord record;
    record.partition = name;
    record.replicas = broker_list(partition.replicas);
    record.isr = broker_list(partition.isr);
    record.adding_replicas = broker_list(partition.adding);
    record.removing_replicas = broker_list(partition.removing);
    record.eligible_leader_replicas = broker_list(partition.elr);
    record.last_known_leader = broker_list(partition.last_known_elr);
    if (partition.leader) record.leader = BrokerId{*partition.leader};
    return record;
}

RandomBelow draws()
{
    auto random = std::make_shared<Random>(placement_seed);
    return [random](std::int32_t bound) {
        return static_cast<std::int32_t>(random->below(static_cast<std::uint64_t>(bound)));
    };
}

}  // namespace

BrokerList broker_list(const std::vector<std::int32_t>& ids)
{
    BrokerList brokers;
    for (const std::int32_t each : ids) brokers.push_back(BrokerId{each});
    return brokers;
}

ControllerDesk::ControllerDesk(ClusterState& state) : state_(state)
{
    for (const auto& each : state.brokers) {
        fold(RegisterBrokerRecord{BrokerId{each.id}, 1, each.rack.value_or(""), !each.alive});
    }
    if (const auto defaults = state.configs.find("brokers <default>");
        defaults != state.configs.end()) {
        for (const auto& [key, value] : defaults->second) fold(ConfigRecord{no_topic, key, value});
    }
    std::int32_t number = 0;
    for (const auto& [name, topic] : state.topics) {
        const TopicId id{number++};
        fold(TopicRecord{id, name});
        for (const auto& [key, value] : topic.configs) fold(ConfigRecord{id, key, value});
        for (std::int32_t i = 0; i < std::ssize(topic.partitions); ++i) {
            fold(record_of({id, i}, topic.partitions[static_cast<std::size_t>(i)]));
        }
    }
}

TopicPartition ControllerDesk::id_of(const PartitionName& name) const
{
    const TopicImage* topic = image_.topic_named(name.topic);
    return {topic == nullptr ? no_topic : topic->id, name.partition};
}

void ControllerDesk::write_back(TopicPartition partition)
{
    const PartitionRecord& record = *image_.partition(partition);
    auto& topic = state_.topics[image_.topic(partition.topic)->name];
    const auto number = static_cast<std::size_t>(partition.partition);
    if (topic.partitions.size() <= number) {
        topic.partitions.resize(number + 1);
        topic.partitions[number].start = topic.partitions[number].end = 0;
    }
    ClusterState::Partition& shown = topic.partitions[number];
    shown.leader.reset();
    if (record.leader != no_broker) shown.leader = record.leader.value;
    shown.replicas = ids_of(record.replicas);
    shown.isr = ids_of(record.isr);
    shown.adding = ids_of(record.adding_replicas);
    shown.removing = ids_of(record.removing_replicas);
    shown.elr = ids_of(record.eligible_leader_replicas);
    shown.last_known_elr = ids_of(record.last_known_leader);
}

void ControllerDesk::apply(const std::vector<MetadataRecord>& records)
{
    for (const MetadataRecord& each : records) {
        fold(each);
        if (const auto* change = std::get_if<PartitionChangeRecord>(&each)) {
            write_back(change->partition);
        } else if (const auto* added = std::get_if<PartitionRecord>(&each)) {
            write_back(added->partition);
        } else if (const auto* config = std::get_if<ConfigRecord>(&each)) {
            state_.topics[image_.topic(config->topic)->name].configs[config->key] = config->value;
        }
    }
}

Error ControllerDesk::elect(const PartitionName& partition, bool unclean)
{
    PartitionChanges::Records records;
    const Error error = PartitionChanges(image_, config_, {})
                            .elect({.partition = id_of(partition), .unclean = unclean}, records);
    apply(records);
    return error;
}

Error ControllerDesk::reassign(const PartitionName& partition,
                               const std::vector<std::int32_t>& replicas)
{
    PartitionChanges::Records records;
    const Error error = PartitionChanges(image_, config_, {})
                            .reassign(id_of(partition), broker_list(replicas), records);
    apply(records);
    return error;
}

void ControllerDesk::finish_reassignment(const PartitionName& partition)
{
    const PartitionRecord& record = *image_.partition(id_of(partition));
    AlterPartitionRequest::Partition wanted;
    wanted.partition = record.partition;
    wanted.leader_epoch = record.leader_epoch;
    wanted.partition_epoch = record.partition_epoch;
    for (const BrokerId each : record.isr) wanted.new_isr.push_back({each, no_broker_epoch});
    for (const BrokerId each : record.adding_replicas) {
        if (!contains(record.isr, each)) wanted.new_isr.push_back({each, no_broker_epoch});
    }
    const auto altered = PartitionChanges(image_, config_, {}).alter(record.leader, wanted);
    if (altered.record) apply(std::vector<MetadataRecord>{*altered.record});
}

Error ControllerDesk::create(const CreateTopicsRequest::Topic& topic)
{
    TopicCreation creation(image_, config_, draws());
    const Error error = creation.create(topic);
    apply(creation.take_records());
    return error;
}

Error ControllerDesk::extend(const std::string& topic, std::int32_t count,
                             const std::vector<std::vector<std::int32_t>>& assignments)
{
    std::vector<BrokerList> lists;
    for (const auto& each : assignments) lists.push_back(broker_list(each));
    TopicCreation creation(image_, config_, draws());
    const Error error = creation.extend(id_of({topic, 0}).topic, count, lists);
    apply(creation.take_records());
    return error;
}

}  // namespace gregor::lab::kafka_tools
