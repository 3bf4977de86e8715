#include "model/log/log.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

Log::Chunk& Log::own_last()
{
    if (chunks_.back().use_count() > 1) {
        auto own = std::make_shared<Chunk>();
        own->batches.reserve(chunk_batches);
        own->batches.assign(chunks_.back()->batches.begin(), chunks_.back()->batches.end());
        chunks_.back() = std::move(own);
    }
    return *chunks_.back();
}

Log::Chunk& Log::tail()
{
    if (chunks_.empty() || chunks_.back()->batches.size() >= chunk_batches) {
        chunks_.push_back(std::make_shared<Chunk>());
        chunks_.back()->batches.reserve(chunk_batches);
    }
    return own_last();
}

void Log::push(const RecordBatch& batch)
{
    tail().batches.push_back(batch);
    end_offset_ = batch.next_offset();
    size_in_bytes_ += batch.size_in_bytes;
    epochs_.assign(batch.partition_leader_epoch, batch.base_offset);
    producers_.appended(batch);
}

Offset Log::append_as_leader(RecordBatch batch, LeaderEpoch epoch)
{
    batch.base_offset = end_offset_;
    batch.partition_leader_epoch = epoch;
    push(batch);
    return batch.base_offset;
}

void Log::append_as_follower(const RecordBatch& batch)
{
    GREGOR_CHECK(batch.base_offset == end_offset_);
    push(batch);
}

std::size_t Log::chunk_of(Offset offset) const
{
    if (chunks_.empty()) return 0;
    std::size_t c = chunks_.size() - 1;  // readers are nearly always at the end
    if (chunks_[c]->batches.front().base_offset <= offset) return c;
    const auto after = std::upper_bound(chunks_.begin(), chunks_.end(), offset,
                                        [](Offset wanted, const auto& chunk) {
                                            return wanted < chunk->batches.front().base_offset;
                                        });
    return after == chunks_.begin() ? 0 : static_cast<std::size_t>(after - chunks_.begin()) - 1;
}

std::size_t Log::position_in(const Chunk& chunk, Offset offset)
{
    const auto at = std::partition_point(
        chunk.batches.begin(), chunk.batches.end(),
        [offset](const RecordBatch& batch) { return batch.next_offset() <= offset; });
    return static_cast<std::size_t>(at - chunk.batches.begin());
}

std::vector<RecordBatch> Log::read(Offset from, Offset bound, std::int64_t max_bytes,
                                   bool min_one) const
{
    std::vector<RecordBatch> found;
    std::int64_t bytes = 0;
    if (from >= bound) return found;
    walk(from, [&](const RecordBatch& batch) {
        if (batch.next_offset() > bound) return false;
        bytes += batch.size_in_bytes;
        if (bytes > max_bytes && (!min_one || !found.empty())) return false;
        found.push_back(batch);
        return bytes < max_bytes;
    });
    return found;
}

std::int64_t Log::bytes_between(Offset from, Offset bound, std::int64_t enough) const
{
    std::int64_t bytes = 0;
    if (from >= bound) return bytes;
    walk(from, [&](const RecordBatch& batch) {
        if (batch.next_offset() > bound) return false;
        bytes += batch.size_in_bytes;
        return bytes < enough;
    });
    return bytes;
}

void Log::truncate_to(Offset offset)
{
    if (offset >= end_offset_) return;
    while (!chunks_.empty()) {
        auto& batches = own_last().batches;
        while (!batches.empty() && batches.back().next_offset() > offset) {
            size_in_bytes_ -= batches.back().size_in_bytes;
            batches.pop_back();
        }
        if (!batches.empty()) break;
        chunks_.pop_back();
    }
    end_offset_ = offset;
    start_offset_ = std::min(start_offset_, offset);
    epochs_.truncate_from_end(offset);
    rebuild_producers();
}

void Log::truncate_fully_and_start_at(Offset offset)
{
    chunks_.clear();
    epochs_ = LeaderEpochCache{};
    producers_.clear();
    size_in_bytes_ = 0;
    start_offset_ = end_offset_ = offset;
}

void Log::keep_bytes(std::int64_t bytes)
{
    Offset end = start_offset_;
    std::int64_t kept = 0;
    for_each([&](const RecordBatch& batch) {
        if (kept + batch.size_in_bytes > bytes) {
            kept = bytes + 1;
            return;
        }
        kept += batch.size_in_bytes;
        end = batch.next_offset();
    });
    truncate_to(end);
}

void Log::rebuild_producers()
{
    producers_.clear();
    for_each([&](const RecordBatch& batch) { producers_.appended(batch); });
}

}  // namespace gregor
