#include "model/broker/broker.h"
#include "model/java_hash.h"

#include <algorithm>

/// Transactions: the coordinator's requests and records, verification before an append, markers
/// (KafkaApis, ReplicaManager).
namespace gregor {

PeerStep Broker::peer_step(Time now, Effects& effects) const
{
    return {now, setup_.id, setup_.layout, metadata_.image(), effects};
}

/// A producer id is kept in hand before the coordinator is asked for one.
void Broker::on_transactional_request(Time now, const Envelope& from, const Message& message,
                                      Effects& effects)
{
    if (std::holds_alternative<InitProducerIdRequest>(message.body)) {
        if (transactions_.needs_producer_id()) {
            if (const auto id = producer_ids_.take()) transactions_.offer_producer_id(*id);
        }
        ask_for_producer_ids(now, effects);
    }
    transactions_.on_request(peer_step(now, effects), from, message);
}

void Broker::on_transaction_peer(Time now, const Envelope& from, const Message& message,
                                 Effects& effects)
{
    const PeerStep step = peer_step(now, effects);
    if (const auto* added = std::get_if<AddPartitionsToTxnResponse>(&message.body)) {
        gate_.on_answer(step, message.correlation, *added);
    } else if (const auto* written = std::get_if<WriteTxnMarkersResponse>(&message.body)) {
        transactions_.on_markers_written(step, from.from, message.correlation, *written);
    }
}

void Broker::transaction_peer_lost(Time now, const Envelope& peer, Effects& effects)
{
    const PeerStep step = peer_step(now, effects);
    if (peer.channel == channel::verification) {
        gate_.connection_lost(step, peer.from);
    } else {
        transactions_.on_connection_lost(step, peer.from);
    }
}

void Broker::on_transaction_timer(Time now, TimerKey key, Effects& effects)
{
    const PeerStep step = peer_step(now, effects);
    if (key != TransactionGate::timer) return transactions_.on_timer(step, key);
    for (const NodeId silent : gate_.on_timer(step)) {
        effects.close(silent, channel::verification, false);
        gate_.connection_lost(step, silent);
    }
}

// --- verification
// ---------------------------------------------------------------------------------

namespace {

/// The version of Produce and of TxnOffsetCommit that a producer of the newest client sends.
TransactionSupportedOperation operation_of(std::int8_t transaction_version, bool produces)
{
    const bool adds = transaction_version >= 2;
    return produces ? operation_of_produce(adds ? 12 : 11)
                    : operation_of_offset_commit(adds ? 5 : 4);
}

/// Asks the log about one batch: nothing is needed when the transaction is open in it already.
void start_verification(TransactionGate::Held& held, Replica& replica, std::int32_t base_sequence,
                        std::int64_t now_ms)
{
    VerifiedPartition& asked = held.partitions.emplace_back();
    asked.partition = replica.partition;
    const bool adds = held.operation == TransactionSupportedOperation::add_partition;
    const auto guard = replica.log.producers().start_verification(
        held.question.producer.id, base_sequence, held.question.producer.epoch, adds, now_ms);
    if (!guard) {
        asked.verdict.error = guard.error();
    } else if (guard.value() != 0) {
        asked.verdict.guard = guard.value();
        held.question.partitions.push_back(replica.partition);
    }
}

}  // namespace

/// True: the request waits in the gate for the coordinator of its transaction, and goes on from
/// there.
bool Broker::verify_first(Time now, const Envelope& from, Message& message, Effects& effects)
{
    const auto* produce = std::get_if<ProduceRequest>(&message.body);
    auto* offsets = std::get_if<TxnOffsetCommitRequest>(&message.body);
    if (offsets != nullptr && !setup_.profile.offset_commit_fencing) {
        offsets->generation = -1;  // a request of before 2.5 has no such fields
        offsets->member_id.clear();
        offsets->instance_id.clear();
    }
    const std::string& id = produce ? produce->transactional_id : offsets->transactional_id;
    const std::int8_t version =
        produce ? produce->transaction_version : offsets->transaction_version;
    TransactionGate::Held held;
    held.operation = operation_of(version, produce != nullptr);
    const bool adds = held.operation == TransactionSupportedOperation::add_partition;
    const bool verifies = setup_.config.transaction_partition_verification_enable &&
                          setup_.profile.transaction_verification;
    if (id.empty() || (!verifies && !adds)) return false;
    held.question.transactional_id = id;
    held.question.verify_only = !adds;
    held.question.transaction_version = version;
    const auto ask = [&](TopicPartition partition, std::int32_t base_sequence) {
        const std::uint32_t slot = slot_of(partition);
        if (slot == no_slot || !replicas_[slot].is_leader()) return;  // the append will say so
        const std::int64_t now_ms = log_step(now, effects).now_ms();
        start_verification(held, replicas_[slot], base_sequence, now_ms);
    };
    if (produce != nullptr) {
        for (const auto& each : produce->partitions) {
            held.question.producer = {each.batch.producer_id, each.batch.producer_epoch};
            ask(each.partition, each.batch.base_sequence);
        }
    } else {
        const TopicImage* topic = metadata_.image().topic_named(offsets_topic);
        held.question.producer = offsets->producer;
        const std::int32_t number = coordinator_.partition_of(offsets->group);
        ask({topic == nullptr ? no_topic : topic->id, number}, -1);
    }
    if (held.partitions.empty()) return false;  // this broker leads none of them
    held.from = from;
    held.message = std::move(message);
    if (held.question.partitions.empty()) {
        go_on_verified(now, held, effects);
    } else {
        gate_.hold(peer_step(now, effects), std::move(held));
    }
    return true;
}

void Broker::go_on_verified(Time now, TransactionGate::Held& held, Effects& effects)
{
    if (std::holds_alternative<ProduceRequest>(held.message.body)) {
        append_all(now, held.from, held.message, effects, held.partitions);
        return;
    }
    GroupCoordinator::Verified verdict;
    if (!held.partitions.empty()) verdict = held.partitions.front().verdict;
    coordinator_.on_transactional_commit(now, held.from, held.message, verdict, effects);
}

// --- markers
// --------------------------------------------------------------------------------------

void Broker::write_markers(Time now, const Envelope& from, std::uint32_t correlation,
                           WriteTxnMarkersRequest&& request, Effects& effects)
{
    const std::uint32_t slot = new_delayed_produce();
    produces_[slot].from = from;
    produces_[slot].correlation = correlation;
    produces_[slot].deadline = now + seconds(30);  // request.timeout.ms of the broker
    produces_[slot].purpose = DelayedProduce::Purpose::markers;
    produces_[slot].ticket = ++last_marker_ticket_;
    std::uint32_t position = 0;
    for (const auto& marker : request.markers) {
        ProduceResponse::Partition outcome{marker.partition, Error::none, no_offset, no_broker,
                                           no_leader_epoch};
        const std::uint32_t at = slot_of(marker.partition);
        Replica* replica = at == no_slot ? nullptr : &replicas_[at];
        const RecordBatch batch =
            make_marker_batch({marker.commit, marker.coordinator_epoch}, marker.producer.id,
                              marker.producer.epoch, to_milliseconds(effects.wall_clock()));
        outcome.error = may_append(replica, ProduceRequest{}, batch);
        if (outcome.error == Error::none) {
            const UnifiedLog::Appended appended =
                append(now, *replica, batch,
                       {.origin = AppendOrigin::coordinator,
                        .transaction_version = marker.transaction_version},
                       effects);
            outcome.error = appended.error.error;
            if (outcome.error == Error::none) {
                effects.trace(event::TransactionMarkerWritten{marker.partition, marker.producer.id,
                                                              marker.producer.epoch, appended.first,
                                                              marker.commit});
                if (replica->high_watermark() < appended.last + 1) {
                    replica->wait_for_high_watermark(
                        ProduceWaiter{slot, position, appended.last + 1});
                    ++produces_[slot].pending;
                }
            }
        }
        produces_[slot].response.partitions.push_back(outcome);
        ++position;
    }
    wait_for_flush(slot);
    marker_writes_.emplace(produces_[slot].ticket, std::move(request));
    if (produces_[slot].pending == 0) {
        finish_produce(now, slot, effects);
    } else {
        arm_purgatory(produces_[slot].deadline, effects);
    }
}

/// All of them are acknowledged, or refused. One in a partition of __consumer_offsets also decides
/// what the transaction committed there.
void Broker::finish_markers(Time now, const DelayedProduce& done, Effects& effects)
{
    const auto written = marker_writes_.extract(done.ticket);
    if (written.empty()) return;
    WriteTxnMarkersResponse response;
    std::size_t position = 0;
    for (const auto& marker : written.mapped().markers) {
        const Error error = done.response.partitions[position++].error;
        response.errors.push_back(error);
        const std::uint32_t at = slot_of(marker.partition);
        if (error != Error::none || at == no_slot || !replicas_[at].holds_group_offsets) continue;
        coordinator_.on_marker(now, marker.partition.partition, marker.producer.id, marker.commit,
                               effects);
    }
    if (done.from.from == setup_.layout.node_of(setup_.id)) {
        transactions_.on_markers_written(peer_step(now, effects), done.from.from, done.correlation,
                                         response);
    } else {
        answer(now, done.from, Message{done.correlation, std::move(response)}, effects);
    }
}

/// What an administrator does about a transaction that nobody will end (KIP-664): the marker
/// carries the producer as the partition knows it.
void Broker::abort_transaction(Time now, const control::AbortTransaction& asked, Effects& effects)
{
    const std::uint32_t slot = slot_of(asked.partition);
    if (slot == no_slot || !replicas_[slot].is_leader()) return;
    const ProducerEntry* oldest = nullptr;
    for (const auto& [id, entry] : replicas_[slot].log.producers().producers()) {
        if (!entry.transaction_start) continue;
        if (asked.producer != no_producer_id && asked.producer != id) continue;
        if (oldest == nullptr || *entry.transaction_start < *oldest->transaction_start) {
            oldest = &entry;
        }
    }
    if (oldest == nullptr) return;
    WriteTxnMarkersRequest request;
    request.markers.push_back({.producer = {oldest->id, oldest->epoch},
                               .commit = false,
                               .coordinator_epoch = std::max(oldest->coordinator_epoch, 0),
                               .transaction_version = 0,
                               .partition = asked.partition});
    write_markers(now, Envelope{no_node, 0, false}, 0, std::move(request), effects);
}

// --- what the coordinator of transactions has to say
// ----------------------------------------------

/// True when something was done: others may have to look again.
bool Broker::settle_transactions(Time now, Effects& effects)
{
    bool busy = false;
    for (TransactionHost::Answer& told : transactions_.take_answers()) {
        busy = true;
        if (told.to.from == no_node) {
            on_transaction_peer(now, told.to, told.message, effects);
        } else {
            answer(now, told.to, std::move(told.message), effects);
        }
    }
    for (TransactionHost::Append& asked : transactions_.take_appends()) {
        busy = true;
        append_transaction(now, asked, effects);
    }
    if (auto markers = transactions_.take_local_markers()) {
        busy = true;
        const Envelope self{setup_.layout.node_of(setup_.id), channel::markers, false};
        write_markers(now, self, 0, std::move(*markers), effects);
    }
    for (const TransactionGate::LocalQuestion& each : gate_.take_local()) {
        busy = true;
        transactions_.on_request(peer_step(now, effects), Envelope{no_node, 0, false},
                                 Message{each.correlation, AddPartitionsToTxnRequest(each.body)});
    }
    for (TransactionGate::Held& held : gate_.take_decided()) {
        busy = true;
        go_on_verified(now, held, effects);
    }
    return busy;
}

void Broker::append_transaction(Time now, const TransactionHost::Append& asked, Effects& effects)
{
    const TopicImage* topic = metadata_.image().topic_named(transactions_topic);
    const TopicPartition partition{topic == nullptr ? no_topic : topic->id, asked.partition};
    const std::uint32_t at = slot_of(partition);
    Replica* replica = at == no_slot ? nullptr : &replicas_[at];
    Error error = may_append(replica, ProduceRequest{}, asked.batch);
    if (error == Error::none) {
        error = append(now, *replica, asked.batch, {.origin = AppendOrigin::coordinator}, effects)
                    .error.error;
    }
    if (error != Error::none) {
        transactions_.on_append_committed(peer_step(now, effects), asked.ticket, error);
        return;
    }
    const std::uint32_t slot = new_delayed_produce();
    DelayedProduce& delayed = produces_[slot];
    delayed.purpose = DelayedProduce::Purpose::transaction_record;
    delayed.ticket = asked.ticket;
    delayed.deadline = now + asked.timeout;
    delayed.response.partitions.push_back(
        {partition, Error::none, no_offset, no_broker, no_leader_epoch});
    const Offset required = replica->log.log_end_offset();
    wait_for_flush(slot);
    if (replica->high_watermark() < required) {
        replica->wait_for_high_watermark(ProduceWaiter{slot, 0, required});
        ++delayed.pending;
        arm_purgatory(delayed.deadline, effects);
    } else if (delayed.pending == 0) {
        finish_produce(now, slot, effects);
    }
}

}  // namespace gregor
