// The part of the sender that deals in producer ids and sequence numbers (class TransactionManager
// without transactions).
#include "model/producer/sender.h"

#include <algorithm>
#include <limits>

namespace gregor {

/// True once there is a producer id to stamp batches with; asks for one otherwise.
bool Sender::ready_for_sequences(const Step& step)
{
    if (producer_id_ != no_producer_id) return true;
    if (transactional()) return false;  // initTransactions() asks for one
    if (asking_producer_id_) return false;
    if (step.now < producer_id_not_before_) {
        next_ready_ = std::min(next_ready_, producer_id_not_before_);
        return false;
    }
    const auto broker =
        step.connections.least_loaded(step.now, step.metadata.brokers(), step.effects);
    if (!broker) {
        next_ready_ = std::min(next_ready_, step.now + config_.reconnect_backoff_ms);
        return false;
    }
    asking_producer_id_ = true;
    step.connections.send(step.now, {*broker}, producer_id_cookie,
                          InitProducerIdRequest{config_.transactional_id}, step.effects);
    return false;
}

void Sender::on_producer_id(const Step& step, const InitProducerIdResponse& response)
{
    asking_producer_id_ = false;
    if (response.error != Error::none) {
        producer_id_not_before_ = step.now + backoff_.delay(producer_id_failures_, random_);
        ++producer_id_failures_;
        return;
    }
    producer_id_failures_ = 0;
    producer_id_ = response.producer_id;
    producer_epoch_ = response.producer_epoch;
}

void Sender::sequence_done(PartitionQueue& queue, const ProducerBatch& batch)
{
    auto& in_flight = queue.sequences.in_flight;
    const auto found = std::find(in_flight.begin(), in_flight.end(), batch.base_sequence);
    if (batch.base_sequence >= 0 && found != in_flight.end()) in_flight.erase(found);
}

/// An expired batch leaves a gap, or not: known once nothing of the partition is in flight.
void Sender::resolve_sequences(const Step& step)
{
    for (PartitionQueue& queue : step.accumulator.queues()) {
        SequenceState& sequences = queue.sequences;
        if (!sequences.unresolved || bump_needed_ || !sequences.in_flight.empty()) continue;
        if (sequences.last_acked + 1 == sequences.next) {
            sequences.unresolved = false;
        } else {
            bump_needed_ = true;
        }
    }
    if (bump_needed_) bump_epoch(step);
}

/// The producer goes on with the next epoch; partitions in doubt start again at sequence 0.
/// Source: TransactionManager.bumpIdempotentProducerEpoch.
void Sender::bump_epoch(const Step& step)
{
    bump_needed_ = false;
    auto& queues = step.accumulator.queues();
    if (producer_epoch_.value == std::numeric_limits<std::int16_t>::max()) {
        producer_id_ = no_producer_id;  // and ask for a new one
        producer_epoch_ = no_producer_epoch;
        for (PartitionQueue& queue : queues) queue.sequences.unresolved = true;
    } else {
        ++producer_epoch_.value;
    }
    for (std::size_t i = 0; i < queues.size(); ++i) {
        if (queues[i].sequences.unresolved) rewrite_sequences(i, queues[i]);
    }
}

void Sender::rewrite_sequences(std::size_t queue, PartitionQueue& owner)
{
    SequenceState& sequences = owner.sequences;
    sequences = {};
    sequences.epoch = producer_epoch_;
    std::vector<ProducerBatch*> sent;
    for (InFlightProduce& request : in_flight_) {
        for (InFlightBatch& each : request.batches) {
            if (each.queue == queue && !each.done) sent.push_back(&each.batch);
        }
    }
    for (ProducerBatch& batch : owner.batches) {
        if (batch.base_sequence >= 0) sent.push_back(&batch);
    }
    std::sort(sent.begin(), sent.end(), [](const ProducerBatch* a, const ProducerBatch* b) {
        return a->first_number < b->first_number;
    });
    for (ProducerBatch* batch : sent) {
        batch->producer_id = producer_id_;
        batch->producer_epoch = producer_epoch_;
        batch->base_sequence = sequences.next;
        sequences.in_flight.push_back(batch->base_sequence);
        sequences.next += batch->record_count;
    }
}

}  // namespace gregor
