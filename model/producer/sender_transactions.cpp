// The part of the sender that follows the transactions of its producer (classes Sender and
// TransactionManager).
#include "model/producer/sender.h"

#include <algorithm>

namespace gregor {

void Sender::advance_transaction(const Step& step)
{
    follow_producer_id(step);
    const ProducerTransactionState state = transactions_.client().state();
    if (state == ProducerTransactionState::fatal_error) {
        abort_all(step);
        return;
    }
    const bool undoing = state == ProducerTransactionState::abortable_error ||
                         state == ProducerTransactionState::aborting;
    if (undoing) abort_undrained(step);
    transactions_.run(link_step(step), any_incomplete(step.accumulator));
}

/// With another producer id or epoch all sequences begin at 0 again.
void Sender::follow_producer_id(const Step& step)
{
    const TransactionClient& client = transactions_.client();
    if (client.sequence_resets() == sequence_resets_) return;
    sequence_resets_ = client.sequence_resets();
    producer_id_ = client.producer().id;
    producer_epoch_ = client.producer().epoch;
    for (PartitionQueue& queue : step.accumulator.queues()) queue.sequences = {};
}

/// What never left the accumulator goes with the transaction
/// (RecordAccumulator.abortUndrainedBatches).
void Sender::abort_undrained(const Step& step)
{
    auto& queues = step.accumulator.queues();
    for (std::size_t i = 0; i < queues.size(); ++i) {
        auto& batches = queues[i].batches;
        for (auto batch = batches.begin(); batch != batches.end();) {
            if (batch->base_sequence >= 0) {
                ++batch;
                continue;
            }
            report_failed(step, i, *batch, Error::transaction_abortable);
            batch = batches.erase(batch);
        }
    }
}

/// A producer that is fenced, or failed for good, gives up on everything.
void Sender::abort_all(const Step& step)
{
    abort_undrained(step);
    auto& queues = step.accumulator.queues();
    for (std::size_t i = 0; i < queues.size(); ++i) {
        for (ProducerBatch& batch : queues[i].batches) {
            report_failed(step, i, batch, Error::producer_fenced);
        }
        queues[i].batches.clear();
    }
    for (InFlightProduce& request : in_flight_) {
        for (InFlightBatch& sent : request.batches) {
            if (sent.done) continue;
            sent.done = true;
            sent.batch.maybe_written = true;
            report_failed(step, sent.queue, sent.batch, Error::producer_fenced);
        }
    }
}

bool Sender::any_incomplete(const RecordAccumulator& accumulator) const
{
    for (const InFlightProduce& request : in_flight_) {
        for (const InFlightBatch& sent : request.batches) {
            if (!sent.done) return true;
        }
    }
    return std::ranges::any_of(accumulator.queues(),
                               [](const PartitionQueue& each) { return !each.batches.empty(); });
}

/// Who ends a transaction flushes first.
bool Sender::hurries() const
{
    const ProducerTransactionState state = transactions_.client().state();
    return closing_ || flushing_ || state == ProducerTransactionState::committing ||
           state == ProducerTransactionState::aborting;
}

}  // namespace gregor
