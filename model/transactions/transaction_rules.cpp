#include "model/transactions/transaction_rules.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

namespace {

using enum TransactionState;

TransactionMetadata moved(const TransactionMetadata& from, TransactionState to, std::int64_t now_ms)
{
    GREGOR_CHECK(is_legal_move(from.state, to));
    TransactionMetadata next = from;
    next.state = to;
    next.last_update_ms = now_ms;
    return next;
}

/// Who may go on with the id: a new id (a producer that recovers from an unknown one), the current
/// producer, or the previous one whose epochs are used up, which never saw the answer.
bool is_expected(const TransactionMetadata& known, const ProducerIdAndEpoch& expected)
{
    const bool retries_rotation = expected.id == known.previous_producer_id &&
                                  expected.epoch.value >= TransactionMetadata::last_usable_epoch;
    return known.epoch == no_producer_epoch || expected.id == known.producer_id || retries_rotation;
}

TransactionMetadata emptied(const TransactionMetadata& known,
                            const InitProducerIdQuestion& question)
{
    TransactionMetadata next = moved(known, empty, question.now_ms);
    next.timeout_ms = question.timeout_ms;
    next.partitions.clear();
    next.next_producer_id = no_producer_id;
    next.start_ms = -1;
    return next;
}

TransactionDecision bumped(const TransactionMetadata& known, const InitProducerIdQuestion& question)
{
    TransactionMetadata next = emptied(known, question);
    const auto& expected = question.expected;
    const ProducerEpoch raised{static_cast<std::int16_t>(known.epoch.value + 1)};
    if (!expected) {
        next.epoch = raised;
        next.last_epoch = no_producer_epoch;
    } else if (known.epoch == no_producer_epoch || expected->epoch == known.epoch) {
        next.epoch = raised;
        next.last_epoch = known.epoch;
    } else if (expected->epoch != known.last_epoch) {
        return {Error::producer_fenced, {}};
    }  // else: it has been raised already, for the request that this one repeats
    return {Error::none, next};
}

}  // namespace

TransactionDecision decide_init(const TransactionMetadata& known,
                                const InitProducerIdQuestion& question)
{
    const auto& expected = question.expected;
    if (expected && !is_expected(known, *expected)) return {Error::producer_fenced, {}};
    if (is_preparing(known.state)) return {Error::concurrent_transactions, {}};
    if (known.state == ongoing) {
        TransactionMetadata next = moved(known, prepare_epoch_fence, question.now_ms);
        next.last_epoch = known.epoch;
        ++next.epoch.value;
        return {Error::none, next};
    }
    GREGOR_CHECK(is_idle(known.state));
    const bool goes_on = !expected || expected->epoch == known.epoch;
    if (!known.epoch_exhausted() || !goes_on) return bumped(known, question);
    if (question.fresh == no_producer_id) return {Error::coordinator_load_in_progress, {}};
    TransactionMetadata next = emptied(known, question);
    next.previous_producer_id = known.producer_id;
    next.producer_id = question.fresh;
    next.last_epoch = expected ? known.epoch : no_producer_epoch;
    next.epoch = ProducerEpoch{0};
    return {Error::none, next, true};
}

TransactionDecision decide_add(const TransactionMetadata& known, ProducerIdAndEpoch producer,
                               const std::set<TopicPartition>& partitions,
                               TransactionVersion version, std::int64_t now_ms)
{
    if (producer.id != known.producer_id) return {Error::invalid_producer_id_mapping, {}};
    if (producer.epoch != known.epoch) return {Error::producer_fenced, {}};
    if (is_preparing(known.state)) return {Error::concurrent_transactions, {}};
    const bool all_there = std::ranges::includes(known.partitions, partitions);
    if (known.state == ongoing && all_there) return {};
    TransactionMetadata next = moved(known, ongoing, now_ms);
    if (known.state != ongoing) {
        next.partitions.clear();
        next.start_ms = now_ms;
    }
    next.partitions.insert(partitions.begin(), partitions.end());
    next.version = version;
    return {Error::none, next};
}

Error decide_verify(const TransactionMetadata& known, ProducerIdAndEpoch producer,
                    TopicPartition partition)
{
    if (producer.id != known.producer_id) return Error::invalid_producer_id_mapping;
    if (producer.epoch != known.epoch) return Error::producer_fenced;
    if (is_preparing(known.state)) return Error::concurrent_transactions;
    return known.partitions.contains(partition) ? Error::none : Error::transaction_abortable;
}

namespace {

TransactionDecision prepared(const TransactionMetadata& known,
                             const EndTransactionQuestion& question)
{
    TransactionMetadata next =
        moved(known, question.commit ? prepare_commit : prepare_abort, question.now_ms);
    next.version = question.version;
    if (known.state != ongoing) next.start_ms = question.now_ms;
    if (!next.bumps_epoch()) return {Error::none, next};
    const bool exhausted = known.epoch_exhausted();
    if (exhausted && question.fresh == no_producer_id) {
        return {Error::coordinator_load_in_progress, {}};
    }
    next.last_epoch = known.epoch;
    ++next.epoch.value;
    if (exhausted) next.next_producer_id = question.fresh;
    return {Error::none, next, exhausted};
}

/// Before KIP-890: whoever has the current epoch speaks of the current transaction.
TransactionDecision decide_end_v1(const TransactionMetadata& known,
                                  const EndTransactionQuestion& question)
{
    if (question.producer.id != known.producer_id) return {Error::invalid_producer_id_mapping, {}};
    if (question.producer.epoch != known.epoch) return {Error::producer_fenced, {}};
    if (known.state == ongoing) return prepared(known, question);
    if (known.state == (question.commit ? complete_commit : complete_abort)) return {};
    const bool under_way = known.state == (question.commit ? prepare_commit : prepare_abort);
    return {under_way ? Error::concurrent_transactions : Error::invalid_txn_state, {}};
}

/// With KIP-890 the epoch says which transaction a request is about: one below the stored epoch,
/// it repeats the end of the last transaction.
TransactionDecision decide_end_v2(const TransactionMetadata& known,
                                  const EndTransactionQuestion& question)
{
    const ProducerIdAndEpoch producer = question.producer;
    const bool repeats_rotation = producer.id == known.previous_producer_id &&
                                  producer.epoch.value == TransactionMetadata::last_usable_epoch &&
                                  known.epoch.value == 0;
    const bool repeats = producer.epoch.value + 1 == known.epoch.value || repeats_rotation;
    if (producer.id != known.producer_id && !repeats_rotation) {
        return {Error::invalid_producer_id_mapping, {}};
    }
    const bool current = producer.epoch == known.epoch;
    const bool valid = is_preparing(known.state)  ? repeats
                       : is_complete(known.state) ? repeats || current
                                                  : current;
    if (!valid) return {Error::producer_fenced, {}};
    if (known.state == ongoing) return prepared(known, question);
    if (is_preparing(known.state)) {
        const bool same = known.state == (question.commit ? prepare_commit : prepare_abort);
        return {same ? Error::concurrent_transactions : Error::invalid_txn_state, {}};
    }
    if (is_complete(known.state) && repeats) {
        const bool same = known.state == (question.commit ? complete_commit : complete_abort);
        return {same ? Error::none : Error::invalid_txn_state, {}};
    }
    if (question.commit) return {Error::invalid_txn_state, {}};
    return prepared(known, question);
}

}  // namespace

TransactionDecision decide_end(const TransactionMetadata& known,
                               const EndTransactionQuestion& question)
{
    return question.version >= TransactionVersion::tv_2 ? decide_end_v2(known, question)
                                                        : decide_end_v1(known, question);
}

TransactionSupportedOperation operation_of_produce(int version)
{
    if (version >= 12) return TransactionSupportedOperation::add_partition;
    return version == 11 ? TransactionSupportedOperation::generic_error_supported
                         : TransactionSupportedOperation::default_error;
}

TransactionSupportedOperation operation_of_offset_commit(int version)
{
    if (version >= 5) return TransactionSupportedOperation::add_partition;
    return version == 4 ? TransactionSupportedOperation::generic_error_supported
                        : TransactionSupportedOperation::default_error;
}

Error leader_answer_for(Error coordinator_error, TransactionSupportedOperation operation)
{
    if (coordinator_error == Error::producer_fenced) return Error::invalid_producer_epoch;
    if (coordinator_error == Error::transaction_abortable &&
        operation == TransactionSupportedOperation::default_error) {
        return Error::invalid_txn_state;
    }
    return coordinator_error;
}

TransactionMetadata abort_after_fence(const TransactionMetadata& fenced, std::int64_t now_ms)
{
    return moved(fenced, prepare_abort, now_ms);
}

TransactionMetadata completed(const TransactionMetadata& prepared, std::int64_t now_ms)
{
    const bool commit = prepared.state == prepare_commit;
    TransactionMetadata next = moved(prepared, commit ? complete_commit : complete_abort, now_ms);
    next.partitions.clear();
    if (next.next_producer_id == no_producer_id) return next;
    next.previous_producer_id = next.producer_id;
    next.producer_id = next.next_producer_id;
    next.next_producer_id = no_producer_id;
    next.epoch = ProducerEpoch{0};
    return next;
}

}  // namespace gregor
