#pragma once

#include "model/log/batch_list.h"
#include "model/log/log_error.h"
#include "model/log/log_settings.h"
#include "model/log/offset_metadata.h"
#include "model/log/segment_indexes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// One file of a log with its indexes. Source: class LogSegment.
class Segment {
public:
    struct Times {
        std::int64_t created_ms{};
        std::int64_t jitter_ms{};  ///< taken off segment.ms, drawn once
    };
    /// Bytes behind the last batch that can be told apart.
    enum class Tail : std::uint8_t { none, unreadable, zeros };

    Segment(Offset base, Times times) : base_(base), times_(times), modified_ms_(times.created_ms)
    {
        largest_.offset = base;
    }

    Offset base() const { return base_; }
    std::int64_t size_in_bytes() const { return batches_.size_in_bytes() + tail_bytes_; }
    bool empty() const { return size_in_bytes() == 0; }
    const BatchList& batches() const { return batches_; }
    const OffsetIndex& offset_index() const { return offset_index_; }
    const TimeIndex& time_index() const { return time_index_; }
    const TransactionIndex& transactions() const { return transactions_; }
    TransactionIndex& transactions() { return transactions_; }
    /// Largest timestamp of a batch and the last offset of that batch; -1 when none carries one.
    TimeIndex::Entry largest_record_time() const { return largest_; }
    /// What retention goes by: the largest timestamp, or the file's time without any.
    std::int64_t largest_timestamp_ms() const
    {
        return largest_.timestamp_ms >= 0 ? largest_.timestamp_ms : modified_ms_;
    }
    /// Of the first batch, its largest; none in an empty segment.
    std::optional<std::int64_t> first_batch_timestamp_ms() const;
    std::int64_t jitter_ms() const { return times_.jitter_ms; }
    std::int64_t modified_ms() const { return modified_ms_; }
    void set_modified_ms(std::int64_t time_ms) { modified_ms_ = time_ms; }

    /// Why the next append goes to a new segment; none when it does not.
    RollReasons should_roll(const RollQuestion& question, const LogSettings& settings) const;
    bool can_hold(Offset offset) const { return offset - base_ <= INT32_MAX && offset >= base_; }

    /// Writes the batches and their index entries. When an index is full in the middle, everything
    /// is in the file all the same.
    LogError append(const std::vector<RecordBatch>& batches, std::int64_t now_ms,
                    const LogSettings& settings);
    /// A segment that is no longer written to gets its last time entry.
    void close();
    /// Cuts at the first batch that ends at or above `offset`. Bytes removed.
    std::int64_t truncate_to(Offset offset, std::int64_t now_ms);
    /// Reads from the file what a start reads without a scan.
    void reopen();
    /// Where reading stopped at a start without a scan: the end of the last batch behind the last
    /// index entry.
    Offset read_next_offset() const;
    /// Whether reading on to the end of the file meets a length that no batch can have.
    bool ends_in_corruption() const
    {
        return tail_ == Tail::zeros && tail_bytes_ > smallest_readable_header;
    }

    struct Recovered {
        std::vector<RecordBatch> batches;  ///< what is whole and has the right CRC, in order
        std::int64_t bytes_cut{};
        bool disordered = false;      ///< an index entry would not have grown: nothing is kept
        bool overflow = false;        ///< a batch whose offset this segment cannot hold
        bool ends_overflown = false;  ///< and the last batch is such a one
    };
    /// Scans the file, cuts it at the first bad batch and builds the indexes anew.
    Recovered recover(const LogSettings& settings);

    struct Read {
        OffsetMetadata start;  ///< of the batch that holds the offset
        std::int64_t bytes{};
        std::vector<RecordBatch> batches;  ///< whole ones
        bool first_incomplete = false;
    };
    /// From the batch that ends at or above `from`, at most `max_bytes` and not beyond
    /// `max_position`; the first batch whole when `min_one`. Nothing when no batch ends there.
    std::optional<Read> read(Offset from, std::int64_t max_bytes, std::int64_t max_position,
                             bool min_one) const;
    /// The batch that ends at or above `offset`, found through the index.
    BatchList::Cursor seek(Offset offset) const;
    /// The first record at or above `from` whose timestamp is at least that.
    struct FoundTime {
        std::int64_t timestamp_ms{};
        Offset offset;
        LeaderEpoch epoch;
    };
    std::optional<FoundTime> find_timestamp(std::int64_t timestamp_ms, Offset from) const;
    /// The first record that carries the largest timestamp.
    std::optional<FoundTime> find_largest_timestamp() const;
    /// An offset that no record of a read of `bytes` from there can reach, through the index; none:
    /// the end of the segment.
    std::optional<Offset> upper_bound_of_read(std::int64_t position, std::int64_t bytes) const;

    /// What damage does to the files.
    void cut_tail(std::int64_t new_length);
    void flip_byte(std::int64_t position, std::uint8_t mask);
    void append_zeros(std::int64_t count);
    void lose_offset_index() { offset_index_lost_ = true; }
    void lose_time_index() { time_index_.clear(); }
    bool offset_index_lost() const { return offset_index_lost_; }

private:
    /// What is shorter at the end of a file is passed over (class FileLogInputStream).
    static constexpr std::int64_t smallest_readable_header = 17;

    void note_timestamp(const RecordBatch& batch);
    void scan_for_largest_timestamp();
    bool is_readable(const BatchList::Cursor& at, std::int64_t from_position) const;
    bool add_index_entry(const RecordBatch& batch, std::int64_t position,
                         const LogSettings& settings);

    Offset base_;
    Times times_;
    std::int64_t modified_ms_;
    BatchList batches_;
    Tail tail_ = Tail::none;
    /// A batch whose length was changed: what reads from before it ends there. -1: none.
    std::int64_t broken_length_at_ = -1;
    bool offset_index_lost_ = false;
    std::int64_t tail_bytes_ = 0;
    std::int64_t since_index_entry_ = 0;  // bytes
    OffsetIndex offset_index_;
    TimeIndex time_index_;
    TransactionIndex transactions_;
    TimeIndex::Entry largest_;
};

/// First record at or above `from` in the batch with at least this timestamp. Synthetic records
/// all carry the timestamp of their batch.
std::optional<Segment::FoundTime> find_in_batch(const RecordBatch& batch, std::int64_t timestamp_ms,
                                                Offset from);

}  // namespace gregor
