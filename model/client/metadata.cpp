#include "model/client/metadata.h"

#include <algorithm>

namespace gregor {

namespace {

bool lacks_a_leader(const MetadataResponse& response)
{
    return std::any_of(response.topics.begin(), response.topics.end(), [](const auto& topic) {
        return std::any_of(topic.partitions.begin(), topic.partitions.end(),
                           [](const auto& each) { return each.leader == no_broker; });
    });
}

}  // namespace

ClientMetadata::ClientMetadata(const Settings& settings, const std::vector<std::string>& topics)
    : settings_(settings)
{
    for (const std::string& name : topics) topics_.push_back({.name = name, .partitions = {}});
}

const KnownTopic* ClientMetadata::find(std::string_view name) const
{
    for (const KnownTopic& topic : topics_) {
        if (topic.name == name) return &topic;
    }
    return nullptr;
}

const KnownTopic* ClientMetadata::find(TopicId id) const
{
    for (const KnownTopic& topic : topics_) {
        if (topic.id == id) return &topic;
    }
    return nullptr;
}

KnownPartition ClientMetadata::at(TopicPartition partition) const
{
    const KnownTopic* topic = find(partition.topic);
    const auto number = static_cast<std::size_t>(partition.partition);
    if (topic == nullptr || number >= topic->partitions.size()) return {};
    return topic->partitions[number];
}

bool ClientMetadata::complete() const
{
    return std::all_of(topics_.begin(), topics_.end(),
                       [](const KnownTopic& topic) { return topic.id != no_topic; });
}

Time ClientMetadata::next_update() const
{
    if (in_flight_) return never;
    if (requested_) return not_before_;
    return std::max(not_before_, last_success_ + settings_.max_age);
}

MetadataRequest ClientMetadata::begin_update(Time now)
{
    in_flight_ = true;
    requested_ = false;
    not_before_ = now;
    MetadataRequest request;
    for (const KnownTopic& topic : topics_) request.topics.push_back(topic.name);
    return request;
}

bool ClientMetadata::update(Time now, const MetadataResponse& response)
{
    bool changed = false;
    brokers_ = response.brokers;
    for (const MetadataResponse::Topic& topic : response.topics) {
        for (KnownTopic& known : topics_) {
            if (known.name == topic.name) changed = merge(known, topic) || changed;
        }
    }
    in_flight_ = false;
    ++version_;
    // LEADER_NOT_AVAILABLE of a partition: asked for again until there is one
    // (Metadata.handleMetadataResponse).
    if (lacks_a_leader(response)) requested_ = true;
    // An answer that lacks a topic, or leaves the leaders as they were although a refresh was
    // asked for again meanwhile, counts as a try without use: the next one waits longer.
    const bool useful = complete() && (changed || !requested_);
    if (!complete()) requested_ = true;
    failures_ = useful ? 0 : failures_ + 1;
    not_before_ = now + settings_.backoff.delay(std::max(failures_ - 1, 0), settings_.random);
    last_success_ = now;
    return changed;
}

bool ClientMetadata::merge(KnownTopic& known, const MetadataResponse::Topic& topic)
{
    if (topic.error != Error::none || topic.id == no_topic) return false;
    bool changed = known.id != topic.id;
    known.id = topic.id;
    for (const MetadataResponse::Partition& partition : topic.partitions) {
        const auto number = static_cast<std::size_t>(partition.partition);
        if (number >= known.partitions.size()) known.partitions.resize(number + 1);
        KnownPartition& entry = known.partitions[number];
        if (partition.leader_epoch < entry.leader_epoch) continue;  // older than what is known
        changed = changed || entry.leader != partition.leader ||
                  entry.leader_epoch != partition.leader_epoch;
        entry = {partition.leader, partition.leader_epoch};
    }
    return changed;
}

void ClientMetadata::update_failed(Time now)
{
    in_flight_ = false;
    requested_ = true;
    not_before_ = now + settings_.backoff.delay(failures_, settings_.random);
    ++failures_;
}

bool ClientMetadata::note_leader(TopicPartition partition, BrokerId leader, LeaderEpoch epoch)
{
    for (KnownTopic& topic : topics_) {
        const auto number = static_cast<std::size_t>(partition.partition);
        if (topic.id != partition.topic || number >= topic.partitions.size()) continue;
        KnownPartition& entry = topic.partitions[number];
        if (epoch <= entry.leader_epoch) return false;
        entry = {leader, epoch};
        ++version_;
        return true;
    }
    return false;
}

}  // namespace gregor
