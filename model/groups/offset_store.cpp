#include "model/groups/offset_store.h"

namespace gregor {

void OffsetStore::put(const CoordinatorRecord& record)
{
    if (record.offset == no_offset) {
        const auto group = groups_.find(record.group);
        if (group != groups_.end()) group->second.erase(record.partition);
        return;
    }
    groups_[record.group][record.partition] = {record.offset, record.leader_epoch,
                                               record.commit_timestamp_ms};
}

OffsetStore::Committed OffsetStore::get(const std::string& group, TopicPartition partition) const
{
    const auto known = groups_.find(group);
    if (known == groups_.end()) return {};
    const auto found = known->second.find(partition);
    return found == known->second.end() ? Committed{} : found->second;
}

}  // namespace gregor
