#include "model/consumer/committed_filter.h"

#include <algorithm>

namespace gregor {

CommittedFilter::CommittedFilter(std::vector<Aborted> aborted) : aborted_(std::move(aborted))
{
    std::stable_sort(aborted_.begin(), aborted_.end(), [](const Aborted& a, const Aborted& b) {
        return a.first_offset > b.first_offset;
    });
}

bool CommittedFilter::delivers(const RecordBatch& batch)
{
    while (!aborted_.empty() && aborted_.back().first_offset <= batch.last_offset()) {
        aborting_.insert(aborted_.back().producer);
        aborted_.pop_back();
    }
    if (batch.control) {
        const bool aborts =
            batch.data != nullptr && batch.data->marker && !batch.data->marker->commit;
        if (aborts) aborting_.erase(batch.producer_id);
        return false;
    }
    return !batch.transactional || !aborting_.contains(batch.producer_id);
}

}  // namespace gregor
