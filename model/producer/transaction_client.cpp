#include "model/producer/transaction_client.h"

#include "engine/check.h"

#include <algorithm>

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

std::string exception_class(Error error)
{
    if (error == Error::message_too_large) return "RecordTooLargeException";
    if (error == Error::request_timed_out) return "TimeoutException";
    if (error == Error::out_of_order_sequence_number) return "OutOfOrderSequenceException";
    if (error == Error::invalid_producer_id_mapping) return "InvalidPidMappingException";
    if (error == Error::unknown_server_error) return "UnknownServerException";
    std::string words;
    bool begins = true;
    for (const char c : name_of(error)) {
        if (c == '_') {
            begins = true;
            continue;
        }
        const bool upper = c >= 'A' && c <= 'Z';
        words += begins || !upper ? c : static_cast<char>(c - 'A' + 'a');
        begins = false;
    }
    return words + "Exception";
}

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
}

void TransactionClient::fail_abortably(ExceptionChain cause)
{
    if (state_ == aborting) return;  // it is being undone already
    GREGOR_CHECK(move(abortable_error));
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

ExceptionChain TransactionClient::send(TopicPartition partition)
{
    if (gave_up_) return {illegal_state};
    if (ExceptionChain standing = error_of_state(); !standing.empty()) return standing;
    if (state_ != in_transaction) return {illegal_state};
    if (settings_.v2) {
        partitions_.insert(partition);
        started_ = true;
    } else if (!partitions_.contains(partition)) {
        new_partitions_.insert(partition);
    }
    return {};
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

std::optional<TransactionClient::Request> TransactionClient::next_request()
{
    if (state_ == fatal_error) return std::nullopt;
    if (!new_partitions_.empty()) {
        return Request{.kind = Kind::add_partitions, .partitions = new_partitions_};
    }
    if (!requests_.empty() && requests_.front().kind == Kind::end_transaction && !started_) {
        requests_.pop_front();  // nothing to end: no partition, no offsets
        complete();
    }
    if (requests_.empty()) return std::nullopt;
    Request& next = requests_.front();
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
    if (state_ == fatal_error || comes_again(error)) return;
    const bool adds = !new_partitions_.empty();
    GREGOR_CHECK(adds || !requests_.empty());
    const Kind kind = adds ? Kind::add_partitions : requests_.front().kind;
    if (kind == Kind::end_transaction) {
        requests_.pop_front();
        on_end_answer(error, producer);
        return;
    }
    if (error != Error::none) {
        if (adds) {
            new_partitions_.clear();
        } else {
            requests_.pop_front();
        }
        on_refusal(kind, error);
        return;
    }
    if (adds) {
        partitions_.insert(new_partitions_.begin(), new_partitions_.end());
        new_partitions_.clear();
        started_ = true;
        return;
    }
    requests_.pop_front();
    if (kind == Kind::add_offsets) started_ = true;
    if (kind != Kind::init_producer_id) return;
    producer_ = producer;
    ++sequence_resets_;
    bump_needed_ = false;
    gave_up_ = false;
    last_error_.clear();
    GREGOR_CHECK(move(ready));
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
        fail_for_good({exception_class(Error::producer_fenced)});
        return;
    }
    const bool of_the_group = error == Error::illegal_generation ||
                              error == Error::unknown_member_id ||
                              error == Error::fenced_instance_id;
    if (kind == Kind::commit_offsets && of_the_group) {
        requests_.clear();
        fail_abortably({error == Error::fenced_instance_id ? exception_class(error)
                                                           : "CommitFailedException"});
        return;
    }
    const bool lost_id =
        error == Error::unknown_producer_id || error == Error::invalid_producer_id_mapping;
    if (error == Error::transaction_abortable || (lost_id && kind != Kind::init_producer_id)) {
        requests_.clear();
        if (!settings_.v2) bump_needed_ = true;
        fail_abortably({exception_class(error)});
        return;
    }
    const bool named =
        error == Error::invalid_txn_state || error == Error::transactional_id_authorization_failed;
    fail_for_good({named ? exception_class(error) : kafka_exception});
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
