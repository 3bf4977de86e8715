#pragma once

#include "model/record.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gregor {

/// The batches in one file, in the order of the file, each with the position where it begins.
/// Equal synthetic batches that follow each other take the room of one. Copies share structure:
/// full chunks are never edited, and the last one is copied before it is changed while somebody
/// else holds it.
class BatchList {
    struct Run;
    struct Chunk;

public:
    /// A place in the list. Valid until the list is changed.
    class Cursor {
    public:
        Cursor() = default;  ///< at the end
        bool at_end() const { return list_ == nullptr; }
        const RecordBatch& batch() const { return in_run_ == 0 ? run().first : made_; }
        std::int64_t position() const;
        void next();

    private:
        friend class BatchList;
        Cursor(const BatchList& list, std::size_t chunk, std::size_t run, std::int32_t in_run);
        const Run& run() const { return list_->chunks_[chunk_]->runs[run_]; }

        const BatchList* list_ = nullptr;
        std::size_t chunk_ = 0, run_ = 0;
        std::int32_t in_run_ = 0;
        RecordBatch made_;
    };

    void push(const RecordBatch& batch);
    bool empty() const { return chunks_.empty(); }
    /// Whether offsets grow from each batch to the next, as they do without damage.
    bool is_ordered() const { return ordered_; }
    std::int64_t size_in_bytes() const { return size_in_bytes_; }
    Cursor begin() const { return empty() ? Cursor() : Cursor(*this, 0, 0, 0); }
    const RecordBatch& front() const { return chunks_.front()->runs.front().first; }
    /// Precondition: not empty.
    RecordBatch back() const;
    /// The first batch at or behind a file position that ends at or above `offset`.
    Cursor seek(Offset offset, std::int64_t from_position = 0) const;
    /// The batch that holds this byte of the file.
    Cursor at_position(std::int64_t position) const;
    /// Batches that end behind `position` go; what is left of one that was cut is not kept.
    void truncate_to_position(std::int64_t position);
    /// Puts another header in the place of the batch at `position`: what damage leaves to read.
    void replace(std::int64_t position, const RecordBatch& damaged);
    void clear();
    /// Runs that the batches take, for measurements.
    std::size_t run_count() const;

private:
    struct Run {
        RecordBatch first;
        std::int64_t position{};
        std::int64_t timestamp_step_ms{};
        std::int32_t count = 1;

        RecordBatch at(std::int32_t index) const;
        bool extends_to(const RecordBatch& batch) const;
        std::int64_t end_position() const
        {
            return position + std::int64_t{count} * first.size_in_bytes;
        }
        Offset next_offset() const
        {
            return count == 1 ? first.next_offset()
                              : first.base_offset + std::int64_t{count} * first.record_count;
        }
    };
    struct Chunk {
        std::vector<Run> runs;
    };
    static constexpr std::size_t chunk_runs = 64;

    Chunk& own_last();
    Cursor cursor_at_run(std::size_t chunk, std::size_t run) const;

    std::vector<std::shared_ptr<Chunk>> chunks_;  // none is empty
    std::int64_t size_in_bytes_ = 0;
    bool ordered_ = true;  // by offset; damage may have changed one
};

}  // namespace gregor
