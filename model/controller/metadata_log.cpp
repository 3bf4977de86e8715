#include "model/controller/metadata_log.h"

#include "engine/check.h"

namespace gregor {

MetadataLog::MetadataLog(const std::vector<MetadataBatchPtr>& batches)
{
    for (const MetadataBatchPtr& batch : batches) append(batch);
}

void MetadataLog::append(MetadataBatchPtr batch)
{
    GREGOR_CHECK(batch->base_offset == end_offset_);
    GREGOR_CHECK(batch->epoch >= last_epoch());
    if (epochs_.empty() || batch->epoch > epochs_.back().epoch) {
        epochs_.push_back({batch->epoch, batch->base_offset});
    }
    end_offset_ = batch->next_offset();
    bytes_ += size_of(*batch);
    if (count_ % chunk_size == 0) chunks_.emplace_back();
    chunks_.back().write().push_back(std::move(batch));
    ++count_;
}

void MetadataLog::truncate_to(Offset end)
{
    while (count_ > 0 && end_offset_ > end) {
        Chunk& last = chunks_.back().write();
        end_offset_ = last.back()->base_offset;
        bytes_ -= size_of(*last.back());
        last.pop_back();
        if (last.empty()) chunks_.pop_back();
        --count_;
    }
    GREGOR_CHECK(end_offset_ <= end);
    while (!epochs_.empty() && epochs_.back().start >= end_offset_) epochs_.pop_back();
}

QuorumEpoch MetadataLog::last_epoch() const
{
    return epochs_.empty() ? QuorumEpoch{0} : epochs_.back().epoch;
}

MetadataLog::EpochEnd MetadataLog::end_of_epoch(QuorumEpoch epoch) const
{
    Offset end = end_offset_;
    for (std::size_t i = epochs_.size(); i > 0; --i) {
        if (epochs_[i - 1].epoch <= epoch) return {epochs_[i - 1].epoch, end};
        end = epochs_[i - 1].start;
    }
    return {QuorumEpoch{0}, Offset{0}};
}

std::size_t MetadataLog::index_of(Offset offset) const
{
    std::size_t low = 0, high = count_;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (at(middle)->base_offset < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

std::vector<MetadataBatchPtr> MetadataLog::read(Offset from, Offset below,
                                                std::int64_t max_bytes) const
{
    std::vector<MetadataBatchPtr> batches;
    std::int64_t taken = 0;
    for (std::size_t i = index_of(from); i < count_ && taken < max_bytes; ++i) {
        if (at(i)->next_offset() > below) break;
        GREGOR_CHECK(!batches.empty() || at(i)->base_offset == from);
        batches.push_back(at(i));
        taken += size_of(*at(i));
    }
    return batches;
}

}  // namespace gregor
