#pragma once

#include "model/record.h"
#include "model/types.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gregor {

/// Committed offsets by group and partition, as __consumer_offsets holds them. A commit is taken
/// in when it is committed there. Source: class OffsetMetadataManager.
class OffsetStore {
public:
    struct Committed {
        Offset offset{no_offset};
        LeaderEpoch leader_epoch{no_leader_epoch};
        std::int64_t commit_timestamp_ms{};
    };
    using GroupOffsets = std::map<TopicPartition, Committed>;

    /// An offset of -1 deletes.
    void put(const CoordinatorRecord& record);
    /// Offset -1 when nothing is committed.
    Committed get(const std::string& group, TopicPartition partition) const;
    bool contains(const std::string& group) const { return groups_.contains(group); }
    const std::map<std::string, GroupOffsets>& groups() const { return groups_; }
    void drop(const std::string& group) { groups_.erase(group); }

private:
    std::map<std::string, GroupOffsets> groups_;
};

}  // namespace gregor
