#pragma once

#include "model/log/leader_epoch_cache.h"
#include "model/log/producer_state.h"
#include "model/record.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace gregor {

/// A partition's log on one broker: batches in the order of their offsets.
/// Copies share structure: full chunks are never edited, the last one is copied before it is
/// changed while somebody else holds it.
/// Source: classes UnifiedLog and LocalLog.
class Log {
public:
    Offset start_offset() const { return start_offset_; }
    Offset end_offset() const { return end_offset_; }
    std::int64_t size_in_bytes() const { return size_in_bytes_; }
    const LeaderEpochCache& epochs() const { return epochs_; }
    LeaderEpochCache& epochs() { return epochs_; }
    const ProducerStates& producers() const { return producers_; }

    /// The leader gives the batch the next offsets and its epoch; returns its base offset.
    Offset append_as_leader(RecordBatch batch, LeaderEpoch epoch);
    /// A follower appends a batch as the leader stored it. Precondition: it begins at our end.
    void append_as_follower(const RecordBatch& batch);

    /// Batches from `from` on that end at or below `bound`, up to `max_bytes`, but at least one
    /// when `min_one`. Bytes of the first chosen batch may exceed `max_bytes` only then.
    std::vector<RecordBatch> read(Offset from, Offset bound, std::int64_t max_bytes,
                                  bool min_one) const;
    /// Bytes of the batches between `from` and `bound`, counted no further than `enough`.
    std::int64_t bytes_between(Offset from, Offset bound, std::int64_t enough) const;

    /// Drops everything from `offset` on. Nothing happens at or beyond the end.
    void truncate_to(Offset offset);
    /// Empties the log, which then begins at `offset` (8.4: too far behind the leader).
    void truncate_fully_and_start_at(Offset offset);
    /// Keeps what fits into `bytes`: what a power loss left.
    void keep_bytes(std::int64_t bytes);

    /// Every batch, in order.
    template <class Visit>
    void for_each(Visit&& visit) const
    {
        for (const auto& chunk : chunks_) {
            for (const RecordBatch& batch : chunk->batches) visit(batch);
        }
    }
    /// Batches from the one that holds `from` on, while `visit` answers true.
    template <class Visit>
    void walk(Offset from, Visit&& visit) const
    {
        for (std::size_t c = chunk_of(from); c < chunks_.size(); ++c) {
            const auto& batches = chunks_[c]->batches;
            for (std::size_t i = position_in(*chunks_[c], from); i < batches.size(); ++i) {
                if (!visit(batches[i])) return;
            }
        }
    }

private:
    struct Chunk {
        std::vector<RecordBatch> batches;
    };
    static constexpr std::size_t chunk_batches = 128;

    Chunk& own_last();
    Chunk& tail();
    void push(const RecordBatch& batch);
    std::size_t chunk_of(Offset offset) const;
    static std::size_t position_in(const Chunk& chunk, Offset offset);
    void rebuild_producers();

    std::vector<std::shared_ptr<Chunk>> chunks_;
    LeaderEpochCache epochs_;
    ProducerStates producers_;
    Offset start_offset_;
    Offset end_offset_;
    std::int64_t size_in_bytes_ = 0;
};

}  // namespace gregor
