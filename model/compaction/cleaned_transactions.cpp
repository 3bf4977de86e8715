#include "model/compaction/cleaned_transactions.h"

#include <utility>

namespace gregor {

void CleanedTransactions::add_aborted(const std::vector<AbortedTransaction>& aborted)
{
    for (const AbortedTransaction& each : aborted) waiting_.emplace(each.first_offset, each);
}

void CleanedTransactions::begin_up_to(Offset offset)
{
    while (!waiting_.empty() && waiting_.begin()->first <= offset) {
        const AbortedTransaction& begun = waiting_.begin()->second;
        aborted_.try_emplace(begun.producer, Ongoing{begun, false});
        waiting_.erase(waiting_.begin());
    }
}

bool CleanedTransactions::on_batch(const RecordBatch& batch)
{
    begin_up_to(batch.last_offset());
    if (!batch.transactional) return false;
    const auto at = aborted_.find(batch.producer_id);
    if (at == aborted_.end()) {
        committed_.insert(batch.producer_id);
        return false;
    }
    at->second.met_a_batch = true;
    return true;
}

bool CleanedTransactions::on_marker(const RecordBatch& batch)
{
    begin_up_to(batch.last_offset());
    if (batch.record_count == 0 || batch.data == nullptr || !batch.data->marker) return true;
    if (batch.data->marker->commit) return committed_.erase(batch.producer_id) == 0;
    const auto at = aborted_.find(batch.producer_id);
    if (at == aborted_.end()) return true;
    const Ongoing ended = at->second;
    aborted_.erase(at);
    if (!ended.met_a_batch) return true;
    kept_.push_back(ended.transaction);
    return false;
}

std::vector<AbortedTransaction> CleanedTransactions::take_kept()
{
    return std::exchange(kept_, {});
}

}  // namespace gregor
