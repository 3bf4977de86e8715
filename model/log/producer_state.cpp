#include "model/log/producer_state.h"

#include <algorithm>

namespace gregor {

const ProducerStates::Entry* ProducerStates::find(ProducerId id) const
{
    const auto at =
        std::lower_bound(entries_.begin(), entries_.end(), id,
                         [](const Entry& e, ProducerId wanted) { return e.id < wanted; });
    return at == entries_.end() || at->id != id ? nullptr : &*at;
}

ProducerStates::Verdict ProducerStates::check(const RecordBatch& batch) const
{
    if (batch.producer_id == no_producer_id) return {};
    const Entry* entry = find(batch.producer_id);
    if (entry == nullptr || entry->count == 0) return {};
    const std::int32_t last = next_sequence(batch.base_sequence, batch.record_count - 1);
    if (batch.producer_epoch == entry->epoch) {
        for (std::int32_t i = 0; i < entry->count; ++i) {
            const Batch& known = entry->batches[static_cast<std::size_t>(i)];
            if (known.first_sequence == batch.base_sequence && known.last_sequence == last) {
                return {Error::none, known.base_offset};
            }
        }
    }
    if (batch.producer_epoch < entry->epoch) return {Error::invalid_producer_epoch, {}};
    const std::int32_t expected =
        batch.producer_epoch > entry->epoch ? 0 : next_sequence(entry->last().last_sequence, 1);
    if (batch.base_sequence != expected) return {Error::out_of_order_sequence_number, {}};
    return {};
}

void ProducerStates::appended(const RecordBatch& batch)
{
    if (batch.producer_id == no_producer_id) return;
    auto at = std::lower_bound(entries_.begin(), entries_.end(), batch.producer_id,
                               [](const Entry& e, ProducerId wanted) { return e.id < wanted; });
    if (at == entries_.end() || at->id != batch.producer_id) {
        at = entries_.insert(at, Entry{batch.producer_id, batch.producer_epoch, {}, 0});
    }
    if (at->epoch != batch.producer_epoch) {
        at->epoch = batch.producer_epoch;
        at->count = 0;
    }
    if (at->count == static_cast<std::int32_t>(at->batches.size())) {
        std::move(at->batches.begin() + 1, at->batches.end(), at->batches.begin());
        --at->count;
    }
    at->batches[static_cast<std::size_t>(at->count++)] =
        Batch{batch.base_sequence, next_sequence(batch.base_sequence, batch.record_count - 1),
              batch.base_offset};
}

}  // namespace gregor
