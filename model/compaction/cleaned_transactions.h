#pragma once

#include "model/log/segment_indexes.h"
#include "model/record.h"

#include <map>
#include <optional>
#include <set>
#include <vector>

namespace gregor {

/// Which transactions a cleaner walks through, so that it knows what was aborted and which markers
/// have nothing left to mark. Source: class CleanedTransactionMetadata.
class CleanedTransactions {
public:
    void add_aborted(const std::vector<AbortedTransaction>& aborted);
    /// True when the batch belongs to an aborted transaction.
    bool on_batch(const RecordBatch& batch);
    /// True when no batch of the marker's transaction was met in this pass. A marker of an aborted
    /// transaction that stays keeps its entry in the transaction index, see `kept()`.
    bool on_marker(const RecordBatch& batch);
    /// Entries for the index of the segment that is being written; empties the list.
    std::vector<AbortedTransaction> take_kept();

private:
    struct Ongoing {
        AbortedTransaction transaction;
        bool met_a_batch = false;
    };
    void begin_up_to(Offset offset);

    std::multimap<Offset, AbortedTransaction> waiting_;  // by first offset
    std::map<ProducerId, Ongoing> aborted_;
    std::set<ProducerId> committed_;
    std::vector<AbortedTransaction> kept_;
};

}  // namespace gregor
