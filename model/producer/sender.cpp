#include "model/producer/sender.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

Sender::Sender(ClientId client, const ProducerConfig& config, const Random& random,
               std::int8_t transaction_version)
    : client_(client),
      config_(config),
      backoff_(config.retry_backoff_ms, config.retry_backoff_max_ms),
      random_(random.split("retry")),
      idempotent_(config.idempotent()),
      transactions_({.id = config.transactional_id,
                     .timeout = config.transaction_timeout_ms,
                     .version = transaction_version,
                     .backoff = {config.retry_backoff_ms, config.retry_backoff_max_ms},
                     .random = random.split("transactions")})
{
}

void Sender::run(const Step& step)
{
    if (transactional()) {
        advance_transaction(step);
    } else if (idempotent_) {
        resolve_sequences(step);
    }
    while (!compressing_ && find_ready(step)) {
        bool drained = false;
        for (const BrokerId broker : ready_) {
            if (!compressing_) drained = drain(step, broker) || drained;
        }
        if (!drained) break;
    }
    if (compressing_) next_ready_ = never;
    if (transactional()) next_ready_ = std::min(next_ready_, transactions_.next_wake());
    for (PartitionQueue& queue : step.accumulator.queues()) {
        if (!queue.batches.empty()) announce_waiting(step, queue);
    }
}

void Sender::refresh_leaders(const Step& step)
{
    auto& queues = step.accumulator.queues();
    if (leaders_version_ == step.metadata.version() && leaders_known_ == queues.size()) return;
    for (PartitionQueue& queue : queues) {
        const KnownPartition known = step.metadata.at(queue.partition);
        queue.leader = known.leader;
        queue.leader_epoch = known.leader_epoch;
    }
    leaders_version_ = step.metadata.version();
    leaders_known_ = queues.size();
}

/// The ready check (RecordAccumulator.ready): fills `ready_` and `next_ready_`.
bool Sender::find_ready(const Step& step)
{
    refresh_leaders(step);
    ready_.clear();
    next_ready_ = never;
    step.accumulator.update_load();
    for (PartitionQueue& queue : step.accumulator.queues()) {
        if (!queue.batches.empty()) check_queue(step, queue);
    }
    if (idempotent_ && !ready_.empty() && !ready_for_sequences(step)) ready_.clear();
    return !ready_.empty();
}

void Sender::check_queue(const Step& step, PartitionQueue& queue)
{
    if (queue.leader == no_broker) {
        step.metadata.request_update();
        return;
    }
    const bool muted = config_.max_in_flight_requests_per_connection == 1 && queue.requests > 0;
    if (muted) return;
    const Time ready = step.accumulator.ready_at(queue, step.now, hurries());
    if (step.now < ready) {
        next_ready_ = std::min(next_ready_, ready);
        return;
    }
    if (std::find(ready_.begin(), ready_.end(), queue.leader) != ready_.end()) return;
    const Connections::Peer peer{queue.leader};
    if (!step.connections.prepare(step.now, peer, step.effects)) {
        step.accumulator.note_ready(queue.leader, step.now, false);
        next_ready_ = std::min(next_ready_, step.connections.retry_at(step.now, peer));
        return;
    }
    const auto limit = static_cast<std::size_t>(config_.max_in_flight_requests_per_connection);
    const bool can_take = step.connections.in_flight(peer) < limit;
    step.accumulator.note_ready(queue.leader, step.now, can_take);
    if (can_take) ready_.push_back(queue.leader);
}

/// Takes at most one batch of each partition that the broker leads into one request, ready or
/// not: a ready one takes the others along.
bool Sender::drain(const Step& step, BrokerId broker)
{
    auto& queues = step.accumulator.queues();
    const auto number = static_cast<std::size_t>(broker.value);
    if (drain_from_.size() <= number) drain_from_.resize(number + 1, 0);
    std::uint32_t slot = 0;
    bool any = false;
    std::int64_t bytes = 0;
    Duration compression{};
    const std::size_t start = drain_from_[number];
    for (std::size_t i = 0; i < queues.size(); ++i) {
        std::size_t index = start + i;
        if (index >= queues.size()) index -= queues.size();
        PartitionQueue& queue = queues[index];
        if (queue.leader != broker || queue.batches.empty()) continue;
        if (!may_drain(step, queue)) continue;
        const std::int64_t size = queue.batches.front().estimated_size();
        if (any && bytes + size > config_.max_request_size) break;
        if (!any) {
            any = true;
            if (free_slots_.empty()) {
                free_slots_.push_back(static_cast<std::uint32_t>(in_flight_.size()));
                in_flight_.emplace_back();
            }
            slot = free_slots_.back();
            free_slots_.pop_back();
        }
        bytes += size;
        InFlightBatch& sent = in_flight_[slot].batches.emplace_back();
        sent.queue = index;
        sent.batch = std::move(queue.batches.front());
        queue.batches.pop_front();
        compression = compression + step.accumulator.build(queue, sent.batch);
        announce(step, queue, sent.batch);
        stamp(queue, sent.batch);
        ++queue.requests;
        drain_from_[number] = index + 1 == queues.size() ? 0 : index + 1;
    }
    if (compression.nanoseconds > 0) {
        compressing_ = Compressing{broker, slot};
        step.effects.compute(compression, 0);
    } else if (any) {
        transmit(step, broker, slot);
    }
    return any;
}

/// Kafka closes the batches of a request, and so compresses most of them, in the sender's thread.
void Sender::on_compressed(const Step& step)
{
    GREGOR_CHECK(compressing_.has_value());
    const Compressing done = *std::exchange(compressing_, std::nullopt);
    if (step.connections.prepare(step.now, {done.broker}, step.effects)) {
        transmit(step, done.broker, done.slot);
    } else {
        on_request_failed(step, first_produce_cookie + done.slot, Error::network_exception);
    }
}

bool Sender::may_drain(const Step& step, const PartitionQueue& queue) const
{
    if (config_.max_in_flight_requests_per_connection == 1 && queue.requests > 0) return false;
    const ProducerBatch& first = queue.batches.front();
    const bool new_leader = queue.leader_epoch > first.attempted_epoch;
    if (first.attempts > 0 && step.now < first.retry_at && !new_leader) return false;
    if (!idempotent_) return true;
    if (transactional() && !transactions_.client().may_send_to(queue.partition)) return false;
    const SequenceState& sequences = queue.sequences;
    if (first.base_sequence < 0) {
        const bool older_epoch = !sequences.in_flight.empty() && sequences.epoch != producer_epoch_;
        return !older_epoch && !sequences.unresolved;
    }
    // While a batch is retried, only the lowest sequence may be sent.
    return sequences.in_flight.empty() || sequences.in_flight.front() == first.base_sequence;
}

void Sender::stamp(PartitionQueue& queue, ProducerBatch& batch)
{
    batch.closed = true;
    batch.attempted_epoch = queue.leader_epoch;
    if (!idempotent_ || batch.base_sequence >= 0) return;
    SequenceState& sequences = queue.sequences;
    batch.producer_id = producer_id_;
    batch.producer_epoch = producer_epoch_;
    batch.base_sequence = sequences.next;
    sequences.epoch = producer_epoch_;
    sequences.in_flight.push_back(batch.base_sequence);
    // Wraps behind 2147483647.
    sequences.next = static_cast<std::int32_t>((static_cast<std::uint32_t>(sequences.next) +
                                                static_cast<std::uint32_t>(batch.record_count)) &
                                               0x7fffffffU);
}

void Sender::announce(const Step& step, PartitionQueue& queue, ProducerBatch& batch) const
{
    std::int64_t number = batch.first_number;
    std::int64_t told = batch.announced;
    for (const SentRun& run : batch.runs) {
        const std::int64_t skipped = std::min(told, run.count);
        told -= skipped;
        if (skipped < run.count) {
            step.effects.trace(event::RecordsSent{
                client_, queue.partition, number + skipped, run.first_sequence + skipped,
                run.count - skipped, run.created + run.spacing * skipped, run.spacing});
        }
        number += run.count;
    }
    batch.announced = batch.record_count;
}

/// Reports what could leave by now and cannot: that it waits must not stay unknown.
void Sender::announce_waiting(const Step& step, PartitionQueue& queue) const
{
    const ProducerBatch& first = queue.batches.front();
    const bool lingers = queue.batches.size() == 1 && !first.full() &&
                         step.now < first.queued_at + step.accumulator.linger();
    if (lingers) return;
    std::size_t begin = queue.batches.size();
    while (begin > 0 && !queue.batches[begin - 1].fully_announced()) --begin;
    for (; begin < queue.batches.size(); ++begin) announce(step, queue, queue.batches[begin]);
}

void Sender::transmit(const Step& step, BrokerId broker, std::uint32_t slot)
{
    MessageBody body(std::in_place_type<ProduceRequest>);  // moved as seldom as can be
    auto& request = std::get<ProduceRequest>(body);
    request.acks = static_cast<std::int16_t>(config_.acks);
    request.timeout = config_.request_timeout_ms;
    request.transactional_id = transactions_.id();
    request.transaction_version = transactions_.version();
    InFlightProduce& sent = in_flight_[slot];
    for (const InFlightBatch& each : sent.batches) {
        request.partitions.push_back({step.accumulator.queues()[each.queue].partition,
                                      to_record_batch(each.batch, client_)});
        request.partitions.back().batch.transactional = transactional();
    }
    if (config_.acks != Acks::none) {
        step.connections.send(step.now, {broker}, first_produce_cookie + slot, std::move(body),
                              step.effects);
        return;
    }
    // acks=0: done as soon as it is written, with an offset nobody knows.
    step.connections.send_unanswered({broker}, std::move(body), step.effects);
    for (InFlightBatch& each : sent.batches) acknowledge(step, each, no_offset);
    free_slot(slot);
}

void Sender::free_slot(std::uint32_t slot)
{
    in_flight_[slot].batches.clear();
    free_slots_.push_back(slot);
}

void Sender::on_produced(const Step& step, std::uint32_t cookie, const ProduceResponse& response)
{
    const std::uint32_t slot = cookie - first_produce_cookie;
    for (const ProduceResponse::Partition& answer : response.partitions) {
        if (answer.current_leader != no_broker) {
            step.metadata.note_leader(answer.partition, answer.current_leader,
                                      answer.current_leader_epoch);
        }
        for (InFlightBatch& sent : in_flight_[slot].batches) {
            if (step.accumulator.queues()[sent.queue].partition != answer.partition) continue;
            finish(step, sent, answer.error, answer.base_offset);
        }
    }
    free_slot(slot);
}

void Sender::on_request_failed(const Step& step, std::uint32_t cookie, Error error)
{
    if (cookie == producer_id_cookie) {
        on_producer_id(step, {.error = error});
        return;
    }
    const std::uint32_t slot = cookie - first_produce_cookie;
    for (InFlightBatch& sent : in_flight_[slot].batches) finish(step, sent, error, no_offset);
    free_slot(slot);
}

void Sender::finish(const Step& step, InFlightBatch& sent, Error error, Offset base_offset)
{
    PartitionQueue& queue = step.accumulator.queues()[sent.queue];
    if (error == Error::none || error == Error::duplicate_sequence_number) {
        acknowledge(step, sent, error == Error::none ? base_offset : no_offset);
        return;
    }
    if (refreshes_metadata(error)) step.metadata.request_update();
    const bool unclear = error == Error::request_timed_out || error == Error::network_exception ||
                         error == Error::not_enough_replicas_after_append;
    sent.batch.maybe_written = sent.batch.maybe_written || unclear;
    if (sent.done) {  // expired while it was in flight
        --queue.requests;
        sequence_done(queue, sent.batch);
        return;
    }
    if (error == Error::message_too_large && sent.batch.record_count > 1) {
        split_and_send_again(step, sent);
        return;
    }
    if (can_retry(step, queue, sent.batch, error)) {
        retry(step, sent, error);
        return;
    }
    --queue.requests;
    if (idempotent_ && !transactional() && sent.batch.attempts < config_.retries) {
        bump_needed_ = true;
    }
    sequence_done(queue, sent.batch);
    if (bump_needed_) queue.sequences.unresolved = true;
    fail(step, sent.queue, sent.batch, error);
}

void Sender::acknowledge(const Step& step, InFlightBatch& sent, Offset base_offset)
{
    PartitionQueue& queue = step.accumulator.queues()[sent.queue];
    --queue.requests;
    if (idempotent_) {
        sequence_done(queue, sent.batch);
        queue.sequences.last_acked = sent.batch.base_sequence + sent.batch.record_count - 1;
    }
    if (sent.done) return;
    completed_ = true;
    step.accumulator.release(sent.batch);
    step.effects.trace(event::RecordsAcknowledged{client_, queue.partition, sent.batch.first_number,
                                                  sent.batch.record_count, base_offset});
}

bool Sender::can_retry(const Step& step, const PartitionQueue& queue, const ProducerBatch& batch,
                       Error error)
{
    if (step.now - batch.created >= config_.delivery_timeout_ms) return false;
    if (batch.attempts >= config_.retries) return false;
    if (idempotent_ && error == Error::out_of_order_sequence_number) {
        // Not the next one expected: an earlier batch failed, this one follows it later. If it is
        // the next one, the broker has lost what came before: a new epoch starts at 0.
        const bool next = queue.sequences.last_acked + 1 == batch.base_sequence;
        if (transactional()) return !next;
        if (next && batch.producer_epoch == producer_epoch_) bump_needed_ = true;
        return true;
    }
    if (idempotent_ && error == Error::unknown_producer_id && !transactional()) {
        bump_needed_ = true;
        return true;
    }
    return is_retriable(error);
}

void Sender::retry(const Step& step, InFlightBatch& sent, Error error)
{
    PartitionQueue& queue = step.accumulator.queues()[sent.queue];
    --queue.requests;
    ProducerBatch& batch = sent.batch;
    const bool rewrite =
        error == Error::out_of_order_sequence_number || error == Error::unknown_producer_id;
    if (rewrite && bump_needed_) queue.sequences.unresolved = true;
    batch.queued_at = step.now;
    batch.retry_at = step.now + backoff_.delay(batch.attempts, random_);
    ++batch.attempts;
    step.effects.trace(event::SendRetried{client_, queue.partition, batch.first_number,
                                          batch.record_count, error, batch.attempts});
    requeue(queue, std::move(batch));
}

/// "If the batch is too large, we split the batch and send the split batches again. We do not
/// decrement the retry attempts in this case" (Sender.completeBatch,
/// RecordAccumulator.splitAndReenqueue).
void Sender::split_and_send_again(const Step& step, InFlightBatch& sent)
{
    PartitionQueue& queue = step.accumulator.queues()[sent.queue];
    --queue.requests;
    const ProducerBatch& batch = sent.batch;
    step.effects.trace(event::SendRetried{client_, queue.partition, batch.first_number,
                                          batch.record_count, Error::message_too_large,
                                          batch.attempts});
    const std::int64_t limit = batch.is_split ? batch.size / 2 : config_.batch_size;
    std::vector<ProducerBatch> parts = split(batch, limit);
    step.accumulator.forget_ratio(queue);
    if (idempotent_) {
        auto& in_flight = queue.sequences.in_flight;
        auto at = std::find(in_flight.begin(), in_flight.end(), batch.base_sequence);
        if (at != in_flight.end()) at = in_flight.erase(at);
        for (const ProducerBatch& part : parts) at = in_flight.insert(at, part.base_sequence) + 1;
    }
    step.accumulator.release(batch);  // the parts do not come out of buffer.memory
    for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        requeue(queue, std::move(*part));
    }
}

/// Back into the queue: to its front, or with idempotence in the order of sequences, ahead of what
/// was never sent.
void Sender::requeue(PartitionQueue& queue, ProducerBatch&& batch) const
{
    auto place = queue.batches.begin();
    if (idempotent_) {
        while (place != queue.batches.end() && place->base_sequence >= 0 &&
               place->first_number < batch.first_number) {
            ++place;
        }
    }
    queue.batches.insert(place, std::move(batch));
}

void Sender::fail(const Step& step, std::size_t index, ProducerBatch& batch, Error error)
{
    report_failed(step, index, batch, error);
    if (transactional()) {
        transactions_.client().on_record_failed({std::string(exception_of(error))});
    }
}

void Sender::report_failed(const Step& step, std::size_t index, ProducerBatch& batch, Error error)
{
    PartitionQueue& queue = step.accumulator.queues()[index];
    completed_ = true;
    announce(step, queue, batch);
    step.accumulator.release(batch);
    step.effects.trace(event::RecordsFailed{client_, queue.partition, batch.first_number,
                                            batch.record_count, error, batch.maybe_written});
}

Time Sender::expire(const Step& step)
{
    Time next = never;
    const Duration limit = config_.delivery_timeout_ms;
    for (InFlightProduce& request : in_flight_) {
        for (InFlightBatch& sent : request.batches) {
            if (sent.done) continue;
            if (step.now - sent.batch.created < limit) {
                next = std::min(next, sent.batch.created + limit);
                continue;
            }
            sent.done = true;
            sent.batch.maybe_written = true;
            if (sent.batch.attempts > 0) {
                step.accumulator.queues()[sent.queue].sequences.unresolved = idempotent_;
            }
            fail(step, sent.queue, sent.batch, Error::request_timed_out);
        }
    }
    auto& queues = step.accumulator.queues();
    for (std::size_t i = 0; i < queues.size(); ++i) {
        PartitionQueue& queue = queues[i];
        while (!queue.batches.empty()) {
            ProducerBatch& first = queue.batches.front();
            if (step.now - first.created < limit) {
                next = std::min(next, first.created + limit);
                break;
            }
            if (first.base_sequence >= 0) queue.sequences.unresolved = true;
            sequence_done(queue, first);
            fail(step, i, first, Error::request_timed_out);
            queue.batches.pop_front();
        }
    }
    return next;
}

std::size_t Sender::batches_in_flight() const
{
    std::size_t batches = 0;
    for (const InFlightProduce& request : in_flight_) batches += request.batches.size();
    return batches;
}

bool Sender::take_completed()
{
    return std::exchange(completed_, false);
}

}  // namespace gregor
