#include "model/producer/transaction_client.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

using enum ProducerTransactionState;

const std::string illegal_state = "IllegalStateException";
const std::string kafka_exception = "KafkaException";
const std::string abortable_exception = "TransactionAbortableException";

bool is_fencing(Error error)
{
    return error == Error::producer_fenced || error == Error::invalid_producer_epoch;
}

std::string class_of(Error error)
{
    return std::string(exception_of(error));
}

/// Answers that say nothing about the transaction: the request is sent again.
bool comes_again(Error error)
{
    switch (error) {
        case Error::coordinator_not_available:
        case Error::not_coordinator:
        case Error::coordinator_load_in_progress:
        case Error::concurrent_transactions:
        case Error::unknown_topic_or_partition:
        case Error::network_exception:
        case Error::request_timed_out: return true;
        default: return false;
    }
}

}  // namespace

bool TransactionClient::move(State to)
{
    const bool legal = to == fatal_error ||
                       std::ranges::any_of(legal_producer_transaction_moves, [&](const auto& each) {
                           return each.from == state_ && each.to == to;
                       });
    if (legal) state_ = to;
    return legal;
}

/// What every call is told once an error stands (TransactionManager.maybeFailWithError).
ExceptionChain TransactionClient::error_of_state() const
{
    if (state_ != abortable_error && state_ != fatal_error) return {};
    GREGOR_CHECK(!last_error_.empty());
    const std::string& first = last_error_.front();
    if (first == "ProducerFencedException" || first == "InvalidProducerEpochException") {
        return {first};
    }
    ExceptionChain chain{kafka_exception};
    chain.insert(chain.end(), last_error_.begin(), last_error_.end());
    return chain;
}

ExceptionChain TransactionClient::refused_by_state() const
{
    if (gave_up_) return {illegal_state};
    return error_of_state();
}

void TransactionClient::fail_for_good(const ExceptionChain& cause)
{
    move(fatal_error);
    last_error_ = cause;
    outcome_ = cause;
    requests_.clear();
    in_flight_.reset();
}

/// What waited to be sent ends with the error (TransactionManager.maybeTerminateRequestWithError).
void TransactionClient::fail_abortably(ExceptionChain cause)
{
    if (state_ == aborting) return;  // it is being undone already
    GREGOR_CHECK(move(abortable_error));
    requests_.clear();
    new_partitions_.clear();
    last_error_ = std::move(cause);
    outcome_ = last_error_;
}

ExceptionChain TransactionClient::init_transactions()
{
    if (gave_up_) return {illegal_state};
    if (!move(initializing)) {
        const ExceptionChain standing = error_of_state();
        return standing.empty() ? ExceptionChain{illegal_state} : standing;
    }
    outcome_.clear();
    requests_.push_back({.kind = Kind::init_producer_id});
    return {};
}

ExceptionChain TransactionClient::begin()
{
    if (ExceptionChain refused = refused_by_state(); !refused.empty()) return refused;
    if (!move(in_transaction)) return {illegal_state};
    return {};
}

ExceptionChain TransactionClient::commit()
{
    if (ExceptionChain refused = refused_by_state(); !refused.empty()) return refused;
    if (!move(committing)) return {illegal_state};
    end(true);
    return {};
}

ExceptionChain TransactionClient::abort()
{
    if (gave_up_) return {illegal_state};
    if (state_ == fatal_error) return error_of_state();
    if (!move(aborting)) return {illegal_state};
    new_partitions_.clear();
    end(false);
    return {};
}

void TransactionClient::end(bool commit)
{
    outcome_.clear();
    // A mapping that is gone cannot be ended: a new epoch is asked for at once.
    const bool has_mapping =
        last_error_.empty() || last_error_.front() != "InvalidPidMappingException";
    if (has_mapping) requests_.push_back({.kind = Kind::end_transaction, .commit = commit});
    if (!has_mapping) bump_needed_ = true;
    if (bump_needed_) {
        requests_.push_back({.kind = Kind::init_producer_id, .expected = producer_});
    }
}

ExceptionChain TransactionClient::refuses_send() const
{
    if (gave_up_) return {illegal_state};
    if (ExceptionChain standing = error_of_state(); !standing.empty()) return standing;
    if (state_ != in_transaction) return {illegal_state};
    return {};
}

ExceptionChain TransactionClient::send(TopicPartition partition)
{
    if (ExceptionChain refused = refuses_send(); !refused.empty()) return refused;
    if (settings_.v2) {
        partitions_.insert(partition);
        started_ = true;
    } else if (!partitions_.contains(partition) && !is_being_added(partition)) {
        new_partitions_.insert(partition);
    }
    return {};
}

bool TransactionClient::is_being_added(TopicPartition partition) const
{
    return in_flight_ && in_flight_->partitions.contains(partition);
}

ExceptionChain TransactionClient::send_offsets(std::string_view member_id, std::int32_t generation)
{
    if (generation > 0 && member_id.empty()) return {"IllegalArgumentException"};
    if (ExceptionChain refused = refused_by_state(); !refused.empty()) return refused;
    if (state_ != in_transaction) return {illegal_state};
    outcome_.clear();
    if (settings_.v2) {
        started_ = true;
    } else {
        requests_.push_back({.kind = Kind::add_offsets});
    }
    requests_.push_back({.kind = Kind::commit_offsets});
    return {};
}

bool TransactionClient::sends_offsets() const
{
    const auto is_of_offsets = [](const Request& each) {
        return each.kind == Kind::add_offsets || each.kind == Kind::commit_offsets;
    };
    return (in_flight_ && is_of_offsets(*in_flight_)) ||
           std::ranges::any_of(requests_, is_of_offsets);
}

bool TransactionClient::ends_next() const
{
    if (in_flight_) return in_flight_->kind == Kind::end_transaction;
    return new_partitions_.empty() && !requests_.empty() &&
           requests_.front().kind == Kind::end_transaction;
}

std::optional<TransactionClient::Request> TransactionClient::next_request()
{
    if (state_ == fatal_error) return std::nullopt;
    if (!in_flight_) in_flight_ = take_request();
    return in_flight_;
}

std::optional<TransactionClient::Request> TransactionClient::take_request()
{
    if (!new_partitions_.empty()) {
        return Request{.kind = Kind::add_partitions,
                       .partitions = std::exchange(new_partitions_, {})};
    }
    if (!requests_.empty() && requests_.front().kind == Kind::end_transaction && !started_) {
        requests_.pop_front();  // nothing to end: no partition, no offsets
        complete();
    }
    if (requests_.empty()) return std::nullopt;
    Request next = std::move(requests_.front());
    requests_.pop_front();
    const bool bumps = next.kind == Kind::init_producer_id && producer_.id != no_producer_id;
    if (bumps) next.expected = producer_;
    return next;
}

/// The transaction is over, in the log or because there was none.
void TransactionClient::complete()
{
    GREGOR_CHECK(move(bump_needed_ ? initializing : ready));
    last_error_.clear();
    started_ = false;
    new_partitions_.clear();
    partitions_.clear();
}

void TransactionClient::on_answer(Error error, ProducerIdAndEpoch producer)
{
    if (state_ == fatal_error) return;
    GREGOR_CHECK(in_flight_);
    if (comes_again(error)) {
        if (state_ == abortable_error) in_flight_.reset();  // it ends with the error that stands
        return;
    }
    const Request done = *std::exchange(in_flight_, std::nullopt);
    if (done.kind == Kind::end_transaction) {
        on_end_answer(error, producer);
    } else if (error != Error::none) {
        on_refusal(done.kind, error);
    } else if (done.kind == Kind::add_partitions) {
        partitions_.insert(done.partitions.begin(), done.partitions.end());
        started_ = true;
    } else if (done.kind == Kind::add_offsets) {
        started_ = true;
    } else if (done.kind == Kind::init_producer_id) {
        producer_ = producer;
        ++sequence_resets_;
        bump_needed_ = false;
        gave_up_ = false;
        last_error_.clear();
        GREGOR_CHECK(move(ready));
    }
}

void TransactionClient::on_end_answer(Error error, ProducerIdAndEpoch producer)
{
    if (error != Error::none) {
        on_refusal(Kind::end_transaction, error);
        return;
    }
    if (settings_.v2 && producer.id != no_producer_id) {
        producer_ = producer;
        ++sequence_resets_;
    }
    gave_up_ = false;
    complete();
}

void TransactionClient::on_refusal(Kind kind, Error error)
{
    if (is_fencing(error)) {
        fail_for_good({class_of(Error::producer_fenced)});
        return;
    }
    const bool of_the_group = error == Error::illegal_generation ||
                              error == Error::unknown_member_id ||
                              error == Error::fenced_instance_id;
    if (kind == Kind::commit_offsets && of_the_group) {
        fail_abortably(
            {error == Error::fenced_instance_id ? class_of(error) : "CommitFailedException"});
        return;
    }
    const bool lost_id =
        error == Error::unknown_producer_id || error == Error::invalid_producer_id_mapping;
    if (error == Error::transaction_abortable || (lost_id && kind != Kind::init_producer_id)) {
        if (!settings_.v2) bump_needed_ = true;
        fail_abortably({class_of(error)});
        return;
    }
    const bool named =
        error == Error::invalid_txn_state || error == Error::transactional_id_authorization_failed;
    fail_for_good({named ? class_of(error) : kafka_exception});
}

bool TransactionClient::may_send_to(TopicPartition partition) const
{
    if (state_ == fatal_error || state_ == abortable_error) return false;
    return partitions_.contains(partition);
}

/// A record that timed out or lost its metadata also makes the transaction abortable, not the
/// producer unusable; before transaction.version 2 the client then needs a new epoch (KIP-360).
void TransactionClient::on_record_failed(const ExceptionChain& cause)
{
    if (state_ == fatal_error || state_ == ready || state_ == uninitialized) return;
    if (cause.front() == "ProducerFencedException" ||
        cause.front() == "InvalidPidMappingException") {
        fail_for_good(cause);
        return;
    }
    const bool wrapped =
        cause.front() == "TimeoutException" || cause.front() == "InvalidTxnStateException";
    ExceptionChain chain = cause;
    if (wrapped) chain.insert(chain.begin(), abortable_exception);
    const bool completing = state_ == committing || state_ == aborting;
    if (!settings_.v2 && !completing) bump_needed_ = true;
    fail_abortably(std::move(chain));
}

bool TransactionClient::is_open() const
{
    return state_ == in_transaction || state_ == committing || state_ == aborting ||
           state_ == abortable_error;
}

}  // namespace gregor
