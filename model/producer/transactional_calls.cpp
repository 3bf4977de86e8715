// Calls of an application that wait: of transactions, and flush(). Source: class KafkaProducer.
#include "model/producer/producer.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

using State = ProducerTransactionState;

const ExceptionChain timed_out{"TimeoutException"};

/// "KafkaException (InvalidTxnStateException)"; "none".
std::string text_of(const ExceptionChain& thrown)
{
    if (thrown.empty()) return "none";
    std::string causes;
    for (std::size_t i = 1; i < thrown.size(); ++i) causes += (i == 1 ? "" : ", ") + thrown[i];
    return causes.empty() ? thrown.front() : thrown.front() + " (" + causes + ")";
}

}  // namespace

void Producer::queue(Call call, Time now)
{
    call.called = now;
    call.remaining = call.send.count;
    calls_.push_back(std::move(call));
}

void Producer::send_offsets(Time now, TransactionLink::Offsets offsets)
{
    queue({.kind = Call::Kind::offsets, .offsets = std::move(offsets)}, now);
}

/// What the call throws at once.
ExceptionChain Producer::enter(const Call& call)
{
    if (call.kind == Call::Kind::flush) {
        sender_.set_flushing(true);
        return {};
    }
    if (!sender_.transactional()) return {"IllegalStateException"};
    TransactionClient& client = sender_.transactions().client();
    switch (call.kind) {
        case Call::Kind::init: return client.init_transactions();
        case Call::Kind::begin: return client.begin();
        case Call::Kind::end: return call.commit ? client.commit() : client.abort();
        case Call::Kind::offsets: return sender_.transactions().send_offsets(call.offsets);
        case Call::Kind::send:
        case Call::Kind::flush: break;
    }
    return {};
}

bool Producer::call_is_over(const Call& call) const
{
    const TransactionClient& client = sender_.transactions().client();
    const State state = client.state();
    switch (call.kind) {
        case Call::Kind::init: return state != State::initializing;
        case Call::Kind::end:
            return state != State::committing && state != State::aborting &&
                   state != State::initializing;
        case Call::Kind::offsets: return !client.sends_offsets();
        case Call::Kind::flush: return !sender_.any_incomplete(accumulator_);
        case Call::Kind::send:
        case Call::Kind::begin: break;
    }
    return true;
}

bool Producer::call_has_returned() const
{
    return blocked_ == Blocked::transaction && !calls_.empty() && calls_.front().entered &&
           call_is_over(calls_.front());
}

/// The first call; true when it has returned or thrown, and left the queue.
bool Producer::transact(const Sender::Step& step, Call& call)
{
    ExceptionChain thrown;
    if (!call.entered) {
        thrown = enter(call);
        call.entered = true;
    }
    const bool over = !thrown.empty() || call_is_over(call);
    const bool waits_for_ever = call.kind == Call::Kind::flush;
    const bool late = blocked_ == Blocked::transaction && !waits_for_ever &&
                      step.now >= blocked_since_ + settings_.config.max_block_ms;
    if (!over && !late) {
        if (blocked_ != Blocked::transaction) block(step, Blocked::transaction);
        return false;
    }
    const Call done = std::move(call);
    calls_.pop_front();
    if (blocked_ != Blocked::no) unblock(step.now);
    if (done.kind == Call::Kind::flush) sender_.set_flushing(false);
    if (!over) {
        if (settings_.load) {  // an application that calls again, and so goes on waiting
            calls_.push_front(done);
            block(step, Blocked::transaction);
            blocked_since_ = step.now;
            return false;
        }
        sender_.transactions().client().give_up_waiting();
        thrown = timed_out;
    } else if (thrown.empty() && done.kind != Call::Kind::begin && done.kind != Call::Kind::flush) {
        thrown = sender_.transactions().client().outcome();
    }
    returned(step, done, thrown);
    return true;
}

void Producer::returned(const Sender::Step& step, const Call& call, const ExceptionChain& thrown)
{
    trace_return(step, call, thrown);
    if (!thrown.empty()) thrown_ = thrown;
    if (settings_.load) load_returned(step.now, call, thrown);
}

void Producer::trace_return(const Sender::Step& step, const Call& call,
                            const ExceptionChain& thrown) const
{
    std::string_view name;
    switch (call.kind) {
        case Call::Kind::end:
            step.effects.trace(event::TransactionEnded{settings_.id, call.commit, text_of(thrown)});
            return;
        case Call::Kind::begin:
            if (thrown.empty()) step.effects.trace(event::TransactionBegan{settings_.id});
            name = "beginTransaction";
            break;
        case Call::Kind::init: name = "initTransactions"; break;
        case Call::Kind::offsets: name = "sendOffsetsToTransaction"; break;
        case Call::Kind::send: name = "send"; break;
        case Call::Kind::flush: name = "flush"; break;
    }
    if (thrown.empty()) return;
    step.effects.trace(event::TransactionCallFailed{settings_.id, name, text_of(thrown)});
}

/// send() outside a transaction, or after one has failed: the records never reach the accumulator.
/// (In Kafka some do, and leave with the next transaction.)
bool Producer::refuse_send(const Sender::Step& step, const Target& target, const RecordRun& run)
{
    if (!sender_.transactional()) return false;
    const TransactionClient& client = sender_.transactions().client();
    const ExceptionChain thrown = client.refuses_send();
    if (thrown.empty()) return false;
    const TopicPartition partition{metadata_.topics()[target.topic].id, target.partition};
    const Error error =
        client.state() == State::fatal_error ? Error::producer_fenced : Error::invalid_txn_state;
    step.effects.trace(event::RecordsSent{settings_.id, partition, next_sequence_, next_sequence_,
                                          run.count, run.at, run.spacing()});
    step.effects.trace(
        event::RecordsFailed{settings_.id, partition, next_sequence_, run.count, error, false});
    next_sequence_ += run.count;
    if (blocked_ != Blocked::no) unblock(step.now);
    if (calls_.empty()) {
        next_record_ += run.count;
        load_progress();
    }
    returned(step, {.kind = Call::Kind::send}, thrown);
    return true;
}

// --- the load of a transactional producer
// ---------------------------------------------------------

void Producer::commit_load(Time now)
{
    load_transaction_.open = false;
    end_transaction(now, true);
}

/// By time: at the end of its interval, or with its last record when their number is limited.
Time Producer::load_transaction_ends() const
{
    const Time by_time = load_transaction_.begun + settings_.transaction_interval;
    if (settings_.transaction_records == INT64_MAX || arrivals_.unlimited()) return by_time;
    const Time last = arrivals_.at(next_record_ + left_in_transaction() - 1);
    return std::min(by_time, std::max(last, resume_at_));
}

/// False when calls are to be made first, or nothing is sent any more.
bool Producer::prepare_load(const Sender::Step& step, bool wants_to_send)
{
    if (!sender_.transactional()) return true;
    if (load_transaction_.given_up) {
        next_due_ = never;
        return false;
    }
    const LoadTransaction& current = load_transaction_;
    const bool complete = current.records >= settings_.transaction_records ||
                          step.now >= current.begun + settings_.transaction_interval;
    if (current.open && complete) {
        commit_load(step.now);
        return false;
    }
    if (current.open || !wants_to_send) return true;
    begin_transaction(step.now);
    return false;
}

/// The application aborts what it cannot commit and goes on, unless its producer is fenced.
void Producer::load_returned(Time now, const Call& call, const ExceptionChain& thrown)
{
    if (!thrown.empty()) {
        load_transaction_.open = false;
        const bool abort_failed = call.kind == Call::Kind::end && !call.commit;
        if (abort_failed || sender_.transactions().client().state() == State::fatal_error) {
            load_transaction_.given_up = true;
            next_due_ = never;
        } else if (call.kind != Call::Kind::init) {
            calls_.clear();
            end_transaction(now, false);
        }
    } else if (call.kind == Call::Kind::begin) {
        load_transaction_ = {.open = true, .begun = now};
    }
}

}  // namespace gregor
