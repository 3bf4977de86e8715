#include "model/broker/transaction_gate.h"

#include "model/java_hash.h"

#include <algorithm>

namespace gregor {

namespace {

constexpr Duration request_timeout = seconds(30);  // request.timeout.ms of a broker

/// What the client is told when the coordinator cannot be asked, or is busy with the transaction
/// before: something that it tries again on (ReplicaManager.handleProduceAppend,
/// GroupCoordinatorService.commitTransactionalOffsets).
Error told_for(Error error, const TransactionGate::Held& held)
{
    switch (error) {
        case Error::concurrent_transactions:
        case Error::network_exception:
        case Error::coordinator_load_in_progress:
        case Error::coordinator_not_available:
        case Error::not_coordinator: break;
        default: return leader_answer_for(error, held.operation);
    }
    const bool produces = std::holds_alternative<ProduceRequest>(held.message.body);
    if (produces) return Error::not_enough_replicas;
    return error == Error::concurrent_transactions ? error : Error::coordinator_load_in_progress;
}

}  // namespace

void TransactionGate::hold(const PeerStep& step, Held held)
{
    held.retry_until = step.now + retry_limit;
    held_.push_back(std::move(held));
    ask(step, held_.back());
    sweep();
    arm(step);
}

void TransactionGate::ask(const PeerStep& step, Held& held)
{
    held.retry_at = never;
    held.deadline = step.now + request_timeout;
    const TopicImage* topic = step.image.topic_named(transactions_topic);
    BrokerId coordinator = no_broker;
    if (topic != nullptr && !topic->partitions.empty()) {
        const std::int32_t number = coordinator_partition_for(
            held.question.transactional_id, static_cast<std::int32_t>(topic->partitions.size()));
        coordinator = step.image.partition({topic->id, number})->leader;
    }
    if (coordinator == no_broker) return decide(held, Error::coordinator_not_available);
    held.correlation = ++next_correlation_;
    held.asked = step.layout.node_of(coordinator);
    if (coordinator == step.self) {
        local_.push_back({held.correlation, held.question});
    } else {
        send(step.effects, held.asked, channel::verification,
             Message{held.correlation, AddPartitionsToTxnRequest(held.question)});
    }
}

/// One error for all that was asked about.
void TransactionGate::decide(Held& held, Error error)
{
    held.correlation = 0;
    held.asked = no_node;
    held.retry_at = Time{};
    for (VerifiedPartition& each : held.partitions) {
        if (each.verdict.guard != 0) each.verdict.error = told_for(error, held);
    }
}

void TransactionGate::on_answer(const PeerStep& step, std::uint32_t correlation,
                                const AddPartitionsToTxnResponse& response)
{
    const auto at = std::ranges::find(held_, correlation, &Held::correlation);
    if (at == held_.end() || correlation == 0) return;
    Held& held = *at;
    Error busy = response.error;
    for (const auto& each : response.partitions) {
        if (each.error == Error::concurrent_transactions) busy = each.error;
    }
    const bool again = busy == Error::concurrent_transactions &&
                       held.operation == TransactionSupportedOperation::add_partition &&
                       step.now < held.retry_until;
    held.correlation = 0;
    held.asked = no_node;
    if (again) {
        held.retry_at = step.now + retry_interval;
        return arm(step);
    }
    held.retry_at = Time{};
    for (VerifiedPartition& each : held.partitions) {
        if (each.verdict.guard == 0) continue;
        Error error = response.error;
        for (const auto& told : response.partitions) {
            if (told.partition == each.partition) error = told.error;
        }
        each.verdict.error = error == Error::none ? error : told_for(error, held);
    }
    sweep();
}

void TransactionGate::connection_lost(const PeerStep&, NodeId node)
{
    for (Held& each : held_) {
        if (each.asked == node) decide(each, Error::network_exception);
    }
    sweep();
}

/// Those that wait for nothing any more.
void TransactionGate::sweep()
{
    for (Held& each : held_) {
        if (each.correlation == 0 && each.retry_at == Time{}) decided_.push_back(std::move(each));
    }
    std::erase_if(
        held_, [](const Held& each) { return each.correlation == 0 && each.retry_at == Time{}; });
}

std::vector<NodeId> TransactionGate::on_timer(const PeerStep& step)
{
    armed_at_ = never;
    std::vector<NodeId> silent;
    for (Held& each : held_) {
        if (each.correlation == 0 && each.retry_at <= step.now) {
            ask(step, each);
        } else if (each.correlation != 0 && each.deadline <= step.now) {
            silent.push_back(each.asked);
        }
    }
    sweep();
    arm(step);
    return silent;
}

void TransactionGate::arm(const PeerStep& step)
{
    Time next = never;
    for (const Held& each : held_) {
        next = std::min(next, each.correlation == 0 ? each.retry_at : each.deadline);
    }
    if (next >= armed_at_) return;
    armed_at_ = std::max(next, step.now);
    step.effects.set_timer(timer, armed_at_);
}

void TransactionGate::clear()
{
    held_.clear();
    decided_.clear();
    local_.clear();
    armed_at_ = never;
}

}  // namespace gregor
