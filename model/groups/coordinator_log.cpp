// Leadership of the partitions of __consumer_offsets: what is read from them, and what ends with
// it.
#include "model/groups/group_coordinator.h"

#include <utility>

namespace gregor {

void GroupCoordinator::on_loading(std::int32_t partition)
{
    loading_.insert(partition);
}

void GroupCoordinator::on_elected(Time now, std::int32_t partition,
                                  const std::vector<RecordBatch>& content, Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    drop(partition);
    loading_.erase(partition);
    led_.insert(partition);
    for (const RecordBatch& batch : content) {
        if (batch.data == nullptr) continue;
        if (batch.transactional) {
            replay_transactional(partition, batch);
            continue;
        }
        for (const CoordinatorRecord& record : batch.data->coordinator) replay(now, record);
    }
    std::int32_t groups = 0;
    for (const auto& [name, group] : groups_) groups += group.offsets_partition() == partition;
    for (const auto& [name, group] : consumer_groups_) {
        groups += group.offsets_partition() == partition;
    }
    effects.trace(event::CoordinatorLoaded{partition, groups});
    arm(step);
}

void GroupCoordinator::replay(Time now, const CoordinatorRecord& record)
{
    using Kind = CoordinatorRecord::Kind;
    switch (record.kind) {
        case Kind::offset_commit:
            if (find_consumer_group(record.group) == nullptr) make(record.group);
            offsets_.put(record);
            return;
        case Kind::group_metadata:
            consumer_groups_.erase(record.group);
            make(record.group).restore(now, record);
            return;
        case Kind::consumer_group:
        case Kind::consumer_member:
            groups_.erase(record.group);
            make_consumer_group(record.group).restore(now, record);
            return;
        case Kind::tombstone:
            groups_.erase(record.group);
            consumer_groups_.erase(record.group);
            offsets_.drop(record.group);
            return;
    }
}

void GroupCoordinator::on_resigned(Time now, std::int32_t partition, Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    for (auto& [name, group] : groups_) {
        if (group.offsets_partition() == partition) group.abandon(step);
    }
    for (auto waiting = commits_.begin(); waiting != commits_.end();) {
        const bool here = partition_of(waiting->second.group) == partition;
        if (here) finish_commit(step, waiting->second, Error::not_coordinator);
        waiting = here ? commits_.erase(waiting) : std::next(waiting);
    }
    for (auto waiting = heartbeats_.begin(); waiting != heartbeats_.end();) {
        const bool here = partition_of(waiting->second.group) == partition;
        if (here) {
            step.answer(waiting->second.from,
                        ConsumerGroupHeartbeatResponse{.error = Error::not_coordinator});
        }
        waiting = here ? heartbeats_.erase(waiting) : std::next(waiting);
    }
    for (auto waiting = transactional_commits_.begin(); waiting != transactional_commits_.end();) {
        const bool here = partition_of(waiting->second.group) == partition;
        if (here) {
            finish_transactional_commit(step, waiting->second, Error::not_coordinator, no_offset);
        }
        waiting = here ? transactional_commits_.erase(waiting) : std::next(waiting);
    }
    drop(partition);
    led_.erase(partition);
    loading_.erase(partition);
}

void GroupCoordinator::drop(std::int32_t partition)
{
    transactional_offsets_.erase(partition);
    for (auto group = groups_.begin(); group != groups_.end();) {
        if (group->second.offsets_partition() != partition) {
            ++group;
            continue;
        }
        offsets_.drop(group->first);
        group = groups_.erase(group);
    }
    for (auto group = consumer_groups_.begin(); group != consumer_groups_.end();) {
        const bool here = group->second.offsets_partition() == partition;
        if (here) offsets_.drop(group->first);
        group = here ? consumer_groups_.erase(group) : std::next(group);
    }
}

void GroupCoordinator::on_end()
{
    groups_.clear();
    consumer_groups_.clear();
    topics_.clear();
    offsets_ = OffsetStore{};
    led_.clear();
    loading_.clear();
    commits_.clear();
    transactional_commits_.clear();
    transactional_offsets_.clear();
    heartbeats_.clear();
    next_expiry_ = never;
    outbox_.appends.clear();
    outbox_.answered.clear();
    armed_at_ = never;
}

}  // namespace gregor
