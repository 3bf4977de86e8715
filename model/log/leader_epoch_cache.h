#pragma once

#include "model/message.h"
#include "model/types.h"

#include <optional>
#include <vector>

namespace gregor {

/// Where each leader epoch began in one log. Both columns strictly increase.
/// Source: class LeaderEpochFileCache; KIP-101, KIP-279.
class LeaderEpochCache {
public:
    struct Entry {
        LeaderEpoch epoch;
        Offset start_offset;
        bool operator==(const Entry&) const = default;
    };

    /// Epoch `epoch` begins at `start_offset`; entries that this contradicts are dropped. Nothing
    /// happens when the epoch is the latest and begins there or earlier.
    void assign(LeaderEpoch epoch, Offset start_offset);
    /// The largest epoch not larger than `epoch` and where it ended (exclusive; the log end for the
    /// latest). {-1, -1} when `epoch` is newer than all that is known, or older than all.
    EpochEndOffset end_offset_for(LeaderEpoch epoch, Offset log_end_offset) const;
    /// The epoch of the record at `offset`; -1 when unknown.
    LeaderEpoch epoch_at(Offset offset) const;
    /// The nearest known epoch below or above `epoch`.
    std::optional<LeaderEpoch> previous(LeaderEpoch epoch) const;
    std::optional<LeaderEpoch> next(LeaderEpoch epoch) const;
    LeaderEpoch latest() const
    {
        return entries_.empty() ? no_leader_epoch : entries_.back().epoch;
    }
    /// The log was cut: nothing begins at or after `end_offset`.
    void truncate_from_end(Offset end_offset);
    /// The log now begins at `start_offset`; the epoch of that offset begins there.
    void truncate_from_start(Offset start_offset);
    void clear() { entries_.clear(); }
    bool empty() const { return entries_.empty(); }
    const std::vector<Entry>& entries() const { return entries_; }

private:
    std::vector<Entry> entries_;
};

}  // namespace gregor
