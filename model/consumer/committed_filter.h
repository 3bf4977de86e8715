#pragma once

#include "model/record.h"

#include <set>
#include <utility>
#include <vector>

namespace gregor {

/// Which batches of a fetch a read_committed consumer hands out: not those of the aborted
/// transactions that the answer names, and never markers. Batches are asked about in the order of
/// the log. Source: class CompletedFetch.
class CommittedFilter {
public:
    /// An aborted transaction: its producer and its first offset in the partition.
    struct Aborted {
        ProducerId producer;
        Offset first_offset;
    };
    explicit CommittedFilter(std::vector<Aborted> aborted);

    bool delivers(const RecordBatch& batch);

private:
    std::vector<Aborted> aborted_;  // by first offset, the next one last
    std::set<ProducerId> aborting_;
};

}  // namespace gregor
