#pragma once

#include "model/types.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gregor {

/// Offsets that transactions have committed (TxnOffsetCommit) and no marker has decided yet.
/// Source: class OffsetMetadataManager.
class TransactionalOffsets {
public:
    struct Commit {
        std::string group;
        TopicPartition partition;
        Offset offset;
        Offset written_at;  ///< of the record in the partition of __consumer_offsets
    };

    /// The record of a commit stands in the log. A later one of the same producer replaces it.
    void put(ProducerId producer, const Commit& commit);
    /// Whether a transaction may still change the group's offset: a fetch that requires stable
    /// offsets is answered UNSTABLE_OFFSET_COMMIT.
    bool is_unstable(const std::string& group, TopicPartition partition) const;
    /// A marker of the producer stands in the log: what it commits, or nothing when it aborts. A
    /// commit counts only when no other transaction's that was written later is committed already.
    std::vector<Commit> complete(ProducerId producer, bool commits);

private:
    using Key = std::pair<std::string, TopicPartition>;
    std::map<ProducerId, std::map<Key, Commit>> pending_;
    std::map<Key, Offset> newest_;  // where the record of the committed offset stands
};

}  // namespace gregor
