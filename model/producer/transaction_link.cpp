#include "model/producer/transaction_link.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

using Kind = TransactionClient::Request::Kind;

/// What a response says of its request; of one with partitions, the first error.
Error error_in(const MessageBody& body)
{
    if (const auto* offsets = std::get_if<TxnOffsetCommitResponse>(&body)) {
        for (const auto& each : offsets->partitions) {
            if (each.error != Error::none) return each.error;
        }
        return Error::none;
    }
    if (const auto* init = std::get_if<InitProducerIdResponse>(&body)) return init->error;
    if (const auto* added = std::get_if<AddPartitionsToTxnResponse>(&body)) return added->error;
    if (const auto* added = std::get_if<AddOffsetsToTxnResponse>(&body)) return added->error;
    return std::get<EndTxnResponse>(body).error;
}

ProducerIdAndEpoch producer_in(const MessageBody& body)
{
    if (const auto* init = std::get_if<InitProducerIdResponse>(&body)) {
        return {init->producer_id, init->producer_epoch};
    }
    if (const auto* ended = std::get_if<EndTxnResponse>(&body)) return ended->producer;
    return {};
}

bool is_elsewhere(Error error)
{
    return error == Error::not_coordinator || error == Error::coordinator_not_available;
}

}  // namespace

TransactionLink::TransactionLink(const Settings& settings)
    : settings_(settings), client_({.v2 = settings.version >= 2})
{
}

ExceptionChain TransactionLink::send_offsets(Offsets offsets)
{
    ExceptionChain refused = client_.send_offsets(offsets.member_id, offsets.generation);
    if (refused.empty()) {
        if (offsets.group != offsets_.group) group_coordinator_ = no_broker;
        offsets_ = std::move(offsets);
    }
    return refused;
}

MessageBody TransactionLink::body_of(const TransactionClient::Request& request) const
{
    const ProducerIdAndEpoch producer = client_.producer();
    switch (request.kind) {
        case Kind::init_producer_id:
            return InitProducerIdRequest{settings_.id, settings_.timeout, request.expected.id,
                                         request.expected.epoch};
        case Kind::add_partitions:
            return AddPartitionsToTxnRequest{
                .transactional_id = settings_.id,
                .producer = producer,
                .transaction_version = settings_.version,
                .partitions = {request.partitions.begin(), request.partitions.end()}};
        case Kind::add_offsets:
            return AddOffsetsToTxnRequest{settings_.id, producer, offsets_.group};
        case Kind::commit_offsets:
            return TxnOffsetCommitRequest{.transactional_id = settings_.id,
                                          .group = offsets_.group,
                                          .producer = producer,
                                          .generation = offsets_.generation,
                                          .member_id = offsets_.member_id,
                                          .instance_id = offsets_.instance_id,
                                          .transaction_version = settings_.version,
                                          .partitions = offsets_.partitions};
        case Kind::end_transaction: break;
    }
    return EndTxnRequest{settings_.id, producer, request.commit, settings_.version};
}

void TransactionLink::run(const Step& step, bool incomplete)
{
    next_wake_ = never;
    if (asking_ || finding_) return;
    // "EndTxn is sent when no batch is incomplete" (TransactionManager.nextRequest).
    if (incomplete && client_.ends_next()) return;
    const auto request = client_.next_request();
    if (!request) return;
    if (step.now < not_before_) {
        next_wake_ = not_before_;
        return;
    }
    to_group_ = request->kind == Kind::commit_offsets;
    const BrokerId coordinator = to_group_ ? group_coordinator_ : coordinator_;
    if (coordinator == no_broker) {
        find(step, to_group_);
        return;
    }
    const Connections::Peer peer{coordinator, channel::coordinator};
    if (!step.connections.prepare(step.now, peer, step.effects)) {
        next_wake_ = step.connections.retry_at(step.now, peer);
        // It may be gone for good: somebody else may know better.
        if (next_wake_ != never) (to_group_ ? group_coordinator_ : coordinator_) = no_broker;
        return;
    }
    asking_ = true;
    step.connections.send(step.now, peer, request_cookie, body_of(*request), step.effects);
}

bool TransactionLink::find(const Step& step, bool of_group)
{
    const auto broker =
        step.connections.least_loaded(step.now, step.metadata.brokers(), step.effects);
    if (!broker) {
        next_wake_ = step.now + milliseconds(50);
        return false;
    }
    finding_ = true;
    const std::string& key = of_group ? offsets_.group : settings_.id;
    step.connections.send(step.now, {*broker}, of_group ? find_group_cookie : find_cookie,
                          FindCoordinatorRequest{key, !of_group}, step.effects);
    return true;
}

void TransactionLink::back_off(Time now, Error error)
{
    // The partition's first transaction after another one has just ended is not kept waiting long
    // (TransactionManager.AddPartitionsToTxnHandler).
    constexpr Duration short_backoff = milliseconds(20);
    const bool soon = error == Error::concurrent_transactions;
    not_before_ = now + (soon ? short_backoff : settings_.backoff.delay(0, settings_.random));
}

void TransactionLink::on_found(const Step& step, BrokerId& coordinator,
                               const FindCoordinatorResponse& found)
{
    finding_ = false;
    if (found.error != Error::none || found.coordinator == no_broker) {
        back_off(step.now, found.error);
        return;
    }
    coordinator = found.coordinator;
    step.connections.prepare(step.now, {coordinator, channel::coordinator}, step.effects);
}

void TransactionLink::on_answer(const Step& step, std::uint32_t cookie, const MessageBody& body)
{
    if (const auto* found = std::get_if<FindCoordinatorResponse>(&body)) {
        on_found(step, cookie == find_cookie ? coordinator_ : group_coordinator_, *found);
        return;
    }
    asking_ = false;
    const Error error = error_in(body);
    if (is_elsewhere(error)) (to_group_ ? group_coordinator_ : coordinator_) = no_broker;
    if (error != Error::none) back_off(step.now, error);
    client_.on_answer(error, producer_in(body));
}

void TransactionLink::on_request_failed(Time now, std::uint32_t cookie)
{
    back_off(now, Error::network_exception);
    if (cookie != request_cookie) {
        finding_ = false;
        return;
    }
    asking_ = false;
    (to_group_ ? group_coordinator_ : coordinator_) = no_broker;
    client_.on_answer(Error::network_exception, {});
}

}  // namespace gregor
