#pragma once

#include "model/log/stepped_pairs.h"
#include "model/types.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// Where batches of a segment stand in its file: sparse, one entry per index.interval.bytes.
/// An entry takes 8 bytes. Source: class OffsetIndex.
class OffsetIndex {
public:
    static constexpr std::int64_t entry_bytes = 8;
    struct Entry {
        Offset offset;
        std::int64_t position{};  ///< bytes from the beginning of the file
    };

    /// False when the index is full or the offset does not grow: nothing is appended.
    bool append(Entry entry, std::int64_t max_bytes);
    bool is_full(std::int64_t max_bytes) const { return size() >= max_bytes / entry_bytes; }
    /// The last entry at or below `offset`; the beginning of the segment when there is none.
    Entry lookup(Offset offset, Offset segment_base) const;
    /// The first entry at or behind the file position, with Kafka's search, which passes over an
    /// entry that is the very first and stands exactly there.
    std::optional<Entry> upper_bound_of_position(std::int64_t position) const;
    /// Entries at or above `offset` go.
    void truncate_to(Offset offset);
    void clear() { entries_.clear(); }
    std::int64_t size() const { return entries_.size(); }
    Entry at(std::int64_t index) const;
    /// The last offset with an entry; the beginning of the segment when there is none.
    Offset last_offset(Offset segment_base) const
    {
        return size() == 0 ? segment_base : Offset{entries_.back().first};
    }

private:
    SteppedPairs entries_;  // offset, position
};

/// The largest timestamp up to some batches of a segment, strictly increasing. An entry takes 12
/// bytes. Source: class TimeIndex.
class TimeIndex {
public:
    static constexpr std::int64_t entry_bytes = 12;
    struct Entry {
        std::int64_t timestamp_ms = -1;
        Offset offset{no_offset};
    };

    /// Appends when the timestamp grew. False when the index is full, also if nothing would have
    /// been appended; one place is kept for the entry that closes the segment.
    bool maybe_append(Entry entry, std::int64_t max_bytes);
    /// The entry that a roll, a clean shutdown or a recovery writes, for which there is always
    /// room.
    void close_with(Entry entry);
    bool is_full(std::int64_t max_bytes) const { return size() >= max_bytes / entry_bytes - 1; }
    /// The last entry at or below the timestamp; {-1, beginning of the segment} without one.
    Entry lookup(std::int64_t timestamp_ms, Offset segment_base) const;
    /// The same for the last entry of all.
    Entry last(Offset segment_base) const;
    /// Entries whose offset is at or above `offset` go.
    void truncate_to(Offset offset);
    void clear() { entries_.clear(); }
    std::int64_t size() const { return entries_.size(); }
    Entry at(std::int64_t index) const;

private:
    SteppedPairs entries_;  // timestamp, offset
};

/// An aborted transaction as the transaction index of a segment keeps it.
struct AbortedTransaction {
    ProducerId producer;
    Offset first_offset;
    Offset last_offset;         ///< of the marker
    Offset last_stable_offset;  ///< when the marker was written
    bool operator==(const AbortedTransaction&) const = default;
};

/// Source: class TransactionIndex.
class TransactionIndex {
public:
    void append(const AbortedTransaction& aborted) { entries_.push_back(aborted); }
    void truncate_to(Offset offset);
    void clear() { entries_.clear(); }
    const std::vector<AbortedTransaction>& entries() const { return entries_; }
    /// Adds what overlaps [from, upper) to `found`; true when later segments need not be asked.
    bool collect(Offset from, Offset upper, std::vector<AbortedTransaction>& found) const;

private:
    std::vector<AbortedTransaction> entries_;
};

}  // namespace gregor
