#include "model/broker/broker.h"

#include <algorithm>

/// Requests that read metadata and offsets, and those that go on to the controller.
namespace gregor {

void Broker::on_metadata_request(Time now, const Envelope& from, const Message& message,
                                 Effects& effects)
{
    const MetadataImage& image = metadata_.image();
    MetadataResponse response;
    for (const auto& [id, broker] : image.brokers()) {
        if (!broker.fenced) response.brokers.push_back(id);
    }
    response.controller = lifecycle_.active_controller();
    for (const std::string& name : std::get<MetadataRequest>(message.body).topics) {
        MetadataResponse::Topic topic;
        topic.name = name;
        if (const TopicImage* known = image.topic_named(name)) {
            topic.id = known->id;
            for (const auto& each : known->partitions) {
                topic.partitions.push_back({each->partition.partition, each->leader,
                                            each->leader_epoch, each->replicas, each->isr});
            }
        } else {
            topic.error = Error::unknown_topic_or_partition;
        }
        response.topics.push_back(std::move(topic));
    }
    answer(now, from, Message{message.correlation, std::move(response)}, effects);
}

void Broker::on_list_offsets(Time now, const Envelope& from, const Message& message,
                             Effects& effects)
{
    const auto& request = std::get<ListOffsetsRequest>(message.body);
    ListOffsetsResponse response;
    for (const auto& asked : request.partitions) {
        ListOffsetsResponse::Partition found;
        found.partition = asked.partition;
        const std::uint32_t slot = slot_of(asked.partition);
        if (slot == no_slot) {
            found.error = Error::unknown_topic_or_partition;
        } else if (const Replica& replica = replicas_[slot]; !replica.is_leader()) {
            found.error = Error::not_leader_or_follower;
        } else if (asked.timestamp_ms == ListOffsetsRequest::earliest) {
            found.offset = replica.log.start_offset();
        } else if (request.replica != no_broker) {
            found.offset = replica.log.end_offset();
        } else if (replica.high_watermark < replica.leadership->epoch_start_offset()) {
            found.error = Error::offset_not_available;  // the new leader does not know yet
        } else {
            found.offset = replica.high_watermark;
        }
        if (slot != no_slot) found.leader_epoch = replicas_[slot].leader_epoch;
        response.partitions.push_back(found);
    }
    answer(now, from, Message{message.correlation, std::move(response)}, effects);
}

void Broker::on_epoch_request(Time now, const Envelope& from, const Message& message,
                              Effects& effects)
{
    const auto& request = std::get<OffsetsForLeaderEpochRequest>(message.body);
    OffsetsForLeaderEpochResponse response;
    response.partition = request.partition;
    const std::uint32_t slot = slot_of(request.partition);
    if (slot == no_slot) {
        response.error = Error::unknown_topic_or_partition;
    } else {
        const Replica& replica = replicas_[slot];
        if (!replica.is_leader()) {
            response.error = Error::not_leader_or_follower;
        } else if (request.current_leader_epoch != no_leader_epoch &&
                   request.current_leader_epoch < replica.leader_epoch) {
            response.error = Error::fenced_leader_epoch;
        } else if (request.current_leader_epoch > replica.leader_epoch) {
            response.error = Error::unknown_leader_epoch;
        } else {
            response.end =
                replica.log.epochs().end_offset_for(request.epoch, replica.log.end_offset());
        }
    }
    answer(now, from, Message{message.correlation, response}, effects);
}

void Broker::on_find_coordinator(Time now, const Envelope& from, const Message& message,
                                 Effects& effects)
{
    const MetadataImage& image = metadata_.image();
    FindCoordinatorResponse response;
    const TopicImage* topic = image.topic_named(offsets_topic);
    if (topic == nullptr || topic->partitions.empty()) {
        response.error = Error::coordinator_not_available;
    } else {
        const auto& request = std::get<FindCoordinatorRequest>(message.body);
        const std::int32_t number = offsets_partition_for(
            request.group, static_cast<std::int32_t>(topic->partitions.size()));
        const PartitionRecord* partition = image.partition({topic->id, number});
        response.coordinator = partition->leader;
        if (partition->leader == no_broker) response.error = Error::coordinator_not_available;
    }
    answer(now, from, Message{message.correlation, response}, effects);
}

void Broker::on_init_producer_id(Time now, const Envelope& from, const Message& message,
                                 Effects& effects)
{
    if (producer_ids_left_ > 0) {
        --producer_ids_left_;
        InitProducerIdResponse response;
        response.producer_id = ProducerId{next_producer_id_++};
        response.producer_epoch = ProducerEpoch{0};
        answer(now, from, Message{message.correlation, response}, effects);
        return;
    }
    const BrokerId controller = lifecycle_.active_controller();
    if (controller == no_broker) {
        InitProducerIdResponse refusal;
        refusal.error = Error::coordinator_load_in_progress;  // what Kafka answers while it waits
        answer(now, from, Message{message.correlation, refusal}, effects);
        return;
    }
    waiting_for_producer_id_.emplace_back(from, message.correlation);
    if (asked_for_producer_ids_) return;
    asked_for_producer_ids_ = true;
    AllocateProducerIdsRequest request;
    request.broker = setup_.id;
    request.epoch = lifecycle_.epoch();
    send(effects, setup_.layout.node_of(controller), channel::forwarding,
         Message{++next_correlation_, request});
}

void Broker::forward(const Envelope& from, Message& message, Effects& effects)
{
    const BrokerId controller = lifecycle_.active_controller();
    const std::uint32_t correlation = ++next_correlation_;
    forwarded_.push_back(Forwarded{correlation, from, message.correlation});
    message.correlation = correlation;
    if (controller == no_broker) return;  // the client's own time-out ends it
    send(effects, setup_.layout.node_of(controller), channel::forwarding, std::move(message));
}

void Broker::on_forwarding_response(Time now, Message& message, Effects& effects)
{
    if (const auto* altered = std::get_if<AlterPartitionResponse>(&message.body)) {
        if (alter_partition_.is_answer(message.correlation)) {
            on_alter_partition_response(now, *altered, effects);
        }
        return;
    }
    if (const auto* ids = std::get_if<AllocateProducerIdsResponse>(&message.body)) {
        asked_for_producer_ids_ = false;
        if (ids->error == Error::none) {
            next_producer_id_ = ids->first;
            producer_ids_left_ = ids->length;
        }
        std::vector<std::pair<Envelope, std::uint32_t>> waiting;
        waiting.swap(waiting_for_producer_id_);
        for (const auto& [client, correlation] : waiting) {
            if (ids->error == Error::none) {
                on_init_producer_id(now, client, Message{correlation, InitProducerIdRequest{}},
                                    effects);
            } else {
                InitProducerIdResponse refusal;
                refusal.error = Error::coordinator_load_in_progress;
                answer(now, client, Message{correlation, refusal}, effects);
            }
        }
        return;
    }
    const auto at = std::find_if(forwarded_.begin(), forwarded_.end(), [&](const Forwarded& f) {
        return f.correlation == message.correlation;
    });
    if (at == forwarded_.end()) return;
    const Forwarded done = *at;
    forwarded_.erase(at);
    message.correlation = done.client_correlation;
    answer(now, done.client, std::move(message), effects);
}

}  // namespace gregor
