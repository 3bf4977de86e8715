#include "model/broker/broker.h"
#include "model/java_hash.h"

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

namespace {

/// Partition.fetchOffsetForTimestamp. A new leader that does not know the high watermark of its
/// epoch yet says so when the answer would depend on it (KIP-207).
void find_offset(const Replica& replica, const ListOffsetsRequest& request,
                 std::int64_t timestamp_ms, ListOffsetsResponse::Partition& found)
{
    const bool for_follower = request.replica != no_broker;
    if (timestamp_ms == ListOffsetsRequest::earliest) {
        found.offset = replica.log.log_start_offset();
        return;
    }
    Offset last = for_follower ? replica.log.log_end_offset() : replica.high_watermark();
    if (!for_follower && request.isolation == IsolationLevel::read_committed) {
        last = std::min(last, replica.log.last_stable_offset());
    }
    const bool unknown =
        !for_follower && replica.high_watermark() < replica.leadership->epoch_start_offset();
    if (timestamp_ms != ListOffsetsRequest::latest) {
        const auto at = replica.log.offset_for_timestamp(timestamp_ms);
        if (at && at->offset < last) {
            found.offset = at->offset;
            if (at->epoch) found.leader_epoch = *at->epoch;
            return;
        }
        if (!unknown) return;  // no record is that young: offset -1
    }
    if (unknown) {
        found.error = Error::offset_not_available;
    } else {
        found.offset = last;
    }
}

}  // namespace

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
        } else {
            const Replica& replica = replicas_[slot];
            found.leader_epoch = replica.leader_epoch;
            found.error = replica.check_leader_epoch(asked.current_leader_epoch);
            if (found.error == Error::none) {
                find_offset(replica, request, asked.timestamp_ms, found);
            }
        }
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
        response.error = replica.check_leader_epoch(request.current_leader_epoch);
        if (response.error == Error::none) {
            response.end =
                replica.log.epochs().end_offset_for(request.epoch, replica.log.log_end_offset());
        }
    }
    answer(now, from, Message{message.correlation, response}, effects);
}

void Broker::on_find_coordinator(Time now, const Envelope& from, const Message& message,
                                 Effects& effects)
{
    const MetadataImage& image = metadata_.image();
    FindCoordinatorResponse response;
    const auto& request = std::get<FindCoordinatorRequest>(message.body);
    const TopicImage* topic =
        image.topic_named(request.transaction ? transactions_topic : offsets_topic);
    if (topic == nullptr || topic->partitions.empty()) {
        response.error = Error::coordinator_not_available;
    } else {
        const std::int32_t number = coordinator_partition_for(
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
    InitProducerIdResponse response;
    if (const auto id = producer_ids_.take()) {
        response.producer_id = *id;
        response.producer_epoch = ProducerEpoch{0};
    } else {
        response.error = Error::coordinator_load_in_progress;  // a block is on its way
    }
    ask_for_producer_ids(now, effects);
    answer(now, from, Message{message.correlation, response}, effects);
}

void Broker::ask_for_producer_ids(Time now, Effects& effects)
{
    if (!producer_ids_.wants_block(now)) return;
    producer_ids_.asked();
    AllocateProducerIdsRequest request;
    request.broker = setup_.id;
    request.epoch = lifecycle_.epoch();
    forwarding_.add({.correlation = ++next_correlation_,
                     .body = request,
                     .client = Envelope{no_node, 0, false},
                     .client_correlation = 0,
                     .deadline = now});
    advance_forwarding(now, effects);
}

void Broker::forward(Time now, const Envelope& from, Message& message, Effects& effects)
{
    forwarding_.add({.correlation = ++next_correlation_,
                     .body = std::move(message.body),
                     .client = from,
                     .client_correlation = message.correlation,
                     .deadline = now});
    advance_forwarding(now, effects);
}

void Broker::advance_forwarding(Time now, Effects& effects)
{
    const BrokerId controller = lifecycle_.active_controller();
    const NodeId node = controller == no_broker ? no_node : setup_.layout.node_of(controller);
    const Time next = forwarding_.advance(now, node, effects);
    if (next != never) effects.set_timer(forwarding_timer, next);
}

void Broker::on_forwarding_timer(Time now, Effects& effects)
{
    const NodeId silent = forwarding_.overdue(now);
    if (silent == no_node) return advance_forwarding(now, effects);
    effects.close(silent, channel::forwarding, false);
    forwarding_lost(now, effects);
}

/// What was under way is sent again, to the controller that leads then.
void Broker::forwarding_lost(Time now, Effects& effects)
{
    alter_partition_.failed();
    effects.set_timer(alter_partition_timer, now + AlterPartitionQueue::retry_interval);
    forwarding_.connection_lost();
    if (!forwarding_.all_sent()) {
        effects.set_timer(forwarding_timer, now + ForwardingChannel::retry_interval);
    }
}

namespace {

Error error_of(const Message& message)
{
    return std::visit(
        [](const auto& body) {
            if constexpr (requires { Error{body.error}; }) {
                return body.error;
            } else {
                return Error::none;
            }
        },
        message.body);
}

}  // namespace

void Broker::on_forwarding_response(Time now, Message& message, Effects& effects)
{
    if (const auto* altered = std::get_if<AlterPartitionResponse>(&message.body)) {
        if (alter_partition_.is_answer(message.correlation)) {
            on_alter_partition_response(now, *altered, effects);
        }
        return;
    }
    const auto done = forwarding_.answered(message.correlation, error_of(message));
    if (!forwarding_.all_sent()) {  // the one asked does not lead
        effects.set_timer(forwarding_timer, now + ForwardingChannel::retry_interval);
    }
    if (!done) return;
    if (const auto* ids = std::get_if<AllocateProducerIdsResponse>(&message.body)) {
        producer_ids_.on_answer(now, *ids);
        return;
    }
    message.correlation = done->client_correlation;
    answer(now, done->client, std::move(message), effects);
}

}  // namespace gregor
