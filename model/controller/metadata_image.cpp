#include "model/controller/metadata_image.h"

#include "engine/check.h"

#include <algorithm>
#include <charconv>
#include <variant>

namespace gregor {

PartitionRecord changed(const PartitionRecord& before, const PartitionChangeRecord& change)
{
    PartitionRecord after = before;
    if (change.leader) {
        after.leader = *change.leader;
        ++after.leader_epoch.value;
    }
    ++after.partition_epoch.value;
    if (change.isr) after.isr = *change.isr;
    if (change.replicas) after.replicas = *change.replicas;
    if (change.removing_replicas) after.removing_replicas = *change.removing_replicas;
    if (change.adding_replicas) after.adding_replicas = *change.adding_replicas;
    if (change.eligible_leader_replicas) {
        after.eligible_leader_replicas = *change.eligible_leader_replicas;
    }
    if (change.last_known_leader) after.last_known_leader = *change.last_known_leader;
    if (change.recovery) after.recovery = *change.recovery;
    return after;
}

void MetadataImage::apply(const MetadataBatch& batch)
{
    Offset offset = batch.base_offset;
    for (const MetadataRecord& record : batch.records) {
        apply(record, offset);
        ++offset.value;
    }
}

void MetadataImage::apply(const MetadataRecord& record, Offset offset)
{
    GREGOR_CHECK(offset == next_offset_);
    std::visit([&](const auto& each) { fold(each, offset); }, record);
    next_offset_ = offset + 1;
}

// --- folding ------------------------------------------------------------------------------------

void MetadataImage::fold(const RegisterBrokerRecord& record, Offset offset)
{
    brokers_.write()[record.broker] = BrokerRegistration{.id = record.broker,
                                                         .epoch = BrokerEpoch{offset.value},
                                                         .incarnation = record.incarnation,
                                                         .rack = record.rack,
                                                         .fenced = record.fenced,
                                                         .in_controlled_shutdown = false};
}

void MetadataImage::fold(const BrokerRegistrationChangeRecord& record, Offset)
{
    BrokerRegistration& broker = brokers_.write().at(record.broker);
    GREGOR_CHECK(broker.epoch == record.epoch);
    if (record.fenced) broker.fenced = *record.fenced;
    if (record.in_controlled_shutdown) {
        broker.in_controlled_shutdown = *record.in_controlled_shutdown;
    }
    for (const TopicPartition each : record.offline_replicas) {
        if (!is_offline(record.broker, each)) broker.offline_replicas.push_back(each);
    }
}

void MetadataImage::fold(const TopicRecord& record, Offset)
{
    GREGOR_CHECK(topic(record.topic) == nullptr);
    const auto index = static_cast<std::size_t>(record.topic.value);
    auto& topics = topics_.write();
    if (index >= topics.size()) topics.resize(index + 1);
    topics[index] = CopyOnWrite(TopicImage{record.topic, record.name, {}, {}});
    names_.write()[record.name] = record.topic;
}

void MetadataImage::fold(const RemoveTopicRecord& record, Offset)
{
    for (const auto& each : topic(record.topic)->partitions) forget_offline(*each, {});
    names_.write().erase(topic(record.topic)->name);
    topics_.write()[static_cast<std::size_t>(record.topic.value)] = {};
}

void MetadataImage::fold(const ConfigRecord& record, Offset)
{
    if (record.topic == no_topic) {
        cluster_configs_.write()[record.key] = record.value;
        return;
    }
    const auto index = static_cast<std::size_t>(record.topic.value);
    topics_.write().at(index).write().configs[record.key] = record.value;
}

void MetadataImage::fold(const PartitionRecord& record, Offset)
{
    const auto index = static_cast<std::size_t>(record.partition.topic.value);
    auto& partitions = topics_.write().at(index).write().partitions;
    const auto number = static_cast<std::size_t>(record.partition.partition);
    if (partitions.size() <= number) partitions.resize(number + 1);
    partitions[number] = std::make_shared<const PartitionRecord>(record);
}

void MetadataImage::fold(const PartitionChangeRecord& record, Offset)
{
    const PartitionRecord* before = partition(record.partition);
    GREGOR_CHECK(before != nullptr);
    auto after = std::make_shared<const PartitionRecord>(changed(*before, record));
    forget_offline(*before, after->replicas);
    const auto index = static_cast<std::size_t>(record.partition.topic.value);
    auto& partitions = topics_.write()[index].write().partitions;
    partitions[static_cast<std::size_t>(record.partition.partition)] = std::move(after);
}

/// A replica that moves away and comes back does so in a directory that works.
void MetadataImage::forget_offline(const PartitionRecord& before, const BrokerList& now)
{
    for (const BrokerId id : before.replicas) {
        if (contains(now, id) || !is_offline(id, before.partition)) continue;
        std::erase(brokers_.write().at(id).offline_replicas, before.partition);
    }
}

void MetadataImage::fold(const ProducerIdsRecord& record, Offset)
{
    next_producer_id_ = record.next_producer_id;
}

// --- looking ------------------------------------------------------------------------------------

const BrokerRegistration* MetadataImage::broker(BrokerId id) const
{
    const auto found = brokers_->find(id);
    return found == brokers_->end() ? nullptr : &found->second;
}

bool MetadataImage::is_active(BrokerId id) const
{
    const BrokerRegistration* registration = broker(id);
    return registration != nullptr && registration->active();
}

bool MetadataImage::is_offline(BrokerId id, TopicPartition partition) const
{
    const BrokerRegistration* registration = broker(id);
    return registration != nullptr &&
           std::ranges::find(registration->offline_replicas, partition) !=
               registration->offline_replicas.end();
}

BrokerList MetadataImage::active_brokers() const
{
    BrokerList active;
    for (const auto& [id, registration] : *brokers_) {
        if (registration.active()) active.push_back(id);
    }
    return active;
}

const TopicImage* MetadataImage::topic(TopicId id) const
{
    if (id.value < 0 || id >= next_topic_id()) return nullptr;
    const TopicImage& found = *(*topics_)[static_cast<std::size_t>(id.value)];
    return found.id == no_topic ? nullptr : &found;
}

const TopicImage* MetadataImage::topic_named(std::string_view name) const
{
    const auto found = names_->find(name);
    return found == names_->end() ? nullptr : topic(found->second);
}

const PartitionRecord* MetadataImage::partition(TopicPartition partition) const
{
    const TopicImage* image = topic(partition.topic);
    if (image == nullptr || partition.partition < 0) return nullptr;
    const auto number = static_cast<std::size_t>(partition.partition);
    return number < image->partitions.size() ? image->partitions[number].get() : nullptr;
}

const std::string* MetadataImage::config(TopicId id, const std::string& key) const
{
    if (const TopicImage* image = topic(id)) {
        if (const auto own = image->configs.find(key); own != image->configs.end()) {
            return &own->second;
        }
    }
    const auto shared = cluster_configs_->find(key);
    return shared == cluster_configs_->end() ? nullptr : &shared->second;
}

std::int64_t MetadataImage::min_insync_replicas(TopicId id, std::int64_t otherwise) const
{
    const std::string* text = config(id, "min.insync.replicas");
    if (text == nullptr) return otherwise;
    std::int64_t value = otherwise;
    std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

std::int64_t MetadataImage::effective_min_isr(TopicId id, std::int64_t otherwise) const
{
    const std::int64_t configured = min_insync_replicas(id, otherwise);
    const PartitionRecord* first = partition({id, 0});
    if (first == nullptr) return configured;
    return std::min(configured, static_cast<std::int64_t>(first->replicas.size()));
}

bool MetadataImage::unclean_leader_election(TopicId id, bool otherwise) const
{
    const std::string* text = config(id, "unclean.leader.election.enable");
    return text == nullptr ? otherwise : *text == "true";
}

}  // namespace gregor
