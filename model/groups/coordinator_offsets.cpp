// Committed offsets: who may commit and read them, and how long they stay.
#include "model/groups/group_coordinator.h"
#include "model/groups/offset_expiry.h"

#include <algorithm>
#include <utility>

namespace gregor {

void GroupCoordinator::commit(const CoordinatorStep& step, const ParkedRequest& from,
                              const OffsetCommitRequest& request)
{
    const Error refused = may_commit(step.now, request);
    Commit commit{from, request.group, {}, {}};
    for (const auto& each : request.partitions) {
        Error error = refused;
        if (error == Error::none) error = may_commit(request, each);
        commit.response.partitions.push_back({each.partition, error});
        if (error != Error::none) continue;
        CoordinatorRecord record;
        record.group = request.group;
        record.partition = each.partition;
        record.offset = each.offset;
        record.leader_epoch = each.leader_epoch;
        record.commit_timestamp_ms = to_milliseconds(step.effects.wall_clock());
        commit.records.push_back(std::move(record));
    }
    if (commit.records.empty()) {
        step.answer(from, std::move(commit.response));
        return;
    }
    // A group that only keeps offsets.
    if (find_consumer_group(request.group) == nullptr) make(request.group);
    const std::uint64_t ticket = step.append(partition_of(request.group), commit.records);
    commits_.emplace(ticket, std::move(commit));
}

/// For all partitions alike.
Error GroupCoordinator::may_commit(Time now, const OffsetCommitRequest& request)
{
    const Error unavailable = availability(request.group);
    if (unavailable != Error::none) return unavailable;
    if (find_consumer_group(request.group) != nullptr) return Error::none;
    if (ClassicGroup* group = find(request.group)) return group->on_commit(now, request);
    return request.generation >= 0 ? Error::group_id_not_found : Error::none;
}

/// For one of them.
Error GroupCoordinator::may_commit(const OffsetCommitRequest& request,
                                   const OffsetCommitRequest::Partition& partition)
{
    if (partition.metadata_length > config_.offset_metadata_max_bytes) {
        return Error::offset_metadata_too_large;
    }
    const ConsumerGroup* group = find_consumer_group(request.group);
    if (group == nullptr) return Error::none;
    return group->may_commit(request.member_id, request.generation, partition.partition);
}

void GroupCoordinator::finish_commit(const CoordinatorStep& step, const Commit& commit, Error error)
{
    OffsetCommitResponse response = commit.response;
    for (const CoordinatorRecord& record : commit.records) {
        if (error != Error::none) continue;
        offsets_.put(record);
        step.effects.trace(event::OffsetCommitted{record.group, record.partition, record.offset});
    }
    for (auto& each : response.partitions) {
        if (each.error == Error::none) each.error = error;
    }
    step.answer(commit.from, std::move(response));
}

Error GroupCoordinator::may_fetch(const OffsetFetchRequest& request)
{
    const Error unavailable = availability(request.group);
    const ConsumerGroup* group = find_consumer_group(request.group);
    if (unavailable != Error::none || group == nullptr) return unavailable;
    return group->may_fetch_offsets(request.member_id, request.member_epoch);
}

void GroupCoordinator::fetch(const CoordinatorStep& step, const ParkedRequest& from,
                             const OffsetFetchRequest& request)
{
    OffsetFetchResponse response;
    response.error = may_fetch(request);
    if (response.error == Error::none) {
        for (const TopicPartition each : request.partitions) {
            const auto open = transactional_offsets_.find(partition_of(request.group));
            if (request.require_stable && open != transactional_offsets_.end() &&
                open->second.is_unstable(request.group, each)) {
                response.partitions.push_back(
                    {each, no_offset, no_leader_epoch, Error::unstable_offset_commit});
                continue;
            }
            const OffsetStore::Committed known = offsets_.get(request.group, each);
            response.partitions.push_back({each, known.offset, known.leader_epoch});
        }
    }
    step.answer(from, std::move(response));
}

// --- deletion
// -------------------------------------------------------------------------------------

bool GroupCoordinator::deletable(const std::string& group) const
{
    const auto classic = groups_.find(group);
    if (classic != groups_.end()) return classic->second.state() == GroupState::empty;
    const auto modern = consumer_groups_.find(group);
    return modern != consumer_groups_.end() && modern->second.members().empty();
}

/// Commits of the group whose records are on their way.
std::vector<GroupCoordinator::Commit*> GroupCoordinator::commits_of(const std::string& group)
{
    std::vector<Commit*> found;
    for (auto& [ticket, commit] : commits_) {
        if (commit.group == group) found.push_back(&commit);
    }
    return found;
}

/// The tombstone stands behind what is on its way: that counts no more.
void GroupCoordinator::remove_group(const CoordinatorStep& step, const std::string& group)
{
    for (Commit* commit : commits_of(group)) commit->records.clear();
    CoordinatorRecord record;
    record.kind = CoordinatorRecord::Kind::tombstone;
    record.group = group;
    record.commit_timestamp_ms = to_milliseconds(step.effects.wall_clock());
    step.append(partition_of(group), {std::move(record)});
    if (ClassicGroup* classic = find(group)) classic->die(step);
    groups_.erase(group);
    consumer_groups_.erase(group);
    offsets_.drop(group);
}

Error GroupCoordinator::delete_group(Time now, const std::string& group, Effects& effects)
{
    const Error unavailable = availability(group);
    if (unavailable != Error::none) return unavailable;
    if (find(group) == nullptr && find_consumer_group(group) == nullptr) {
        return Error::group_id_not_found;
    }
    if (!deletable(group)) return Error::non_empty_group;
    remove_group({now, effects, outbox_}, group);
    return Error::none;
}

void GroupCoordinator::on_topics(Time now, CoordinatorTopics topics, Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    std::set<TopicId> gone;
    for (const auto& [name, topic] : topics_) gone.insert(topic.id);
    for (const auto& [name, topic] : topics) gone.erase(topic.id);
    topics_ = std::move(topics);
    ++topics_version_;
    if (!gone.empty()) forget_topics(step, gone);
}

/// Source: OffsetMetadataManager.onPartitionsDeleted.
void GroupCoordinator::forget_topics(const CoordinatorStep& step, const std::set<TopicId>& gone)
{
    std::set<std::string> groups;
    for (const auto& [name, offsets] : offsets_.groups()) groups.insert(name);
    for (const auto& [ticket, commit] : commits_) groups.insert(commit.group);
    for (const std::string& group : groups) forget_topics(step, group, gone);
}

void GroupCoordinator::forget_topics(const CoordinatorStep& step, const std::string& group,
                                     const std::set<TopicId>& gone)
{
    std::set<TopicPartition> partitions;
    const auto known = offsets_.groups().find(group);
    if (known != offsets_.groups().end()) {
        for (const auto& [partition, committed] : known->second) {
            if (gone.contains(partition.topic)) partitions.insert(partition);
        }
    }
    for (Commit* commit : commits_of(group)) {
        std::erase_if(commit->records, [&](const CoordinatorRecord& record) {
            if (!gone.contains(record.partition.topic)) return false;
            partitions.insert(record.partition);
            return true;
        });
    }
    std::vector<CoordinatorRecord> tombstones;
    for (const TopicPartition partition : partitions) {
        CoordinatorRecord& record = tombstones.emplace_back();
        record.group = group;
        record.partition = partition;
        offsets_.put(record);
    }
    if (!tombstones.empty()) step.append(partition_of(group), std::move(tombstones));
}

bool GroupCoordinator::subscribed(const std::string& group, TopicId topic) const
{
    const auto known = std::find_if(topics_.begin(), topics_.end(),
                                    [&](const auto& entry) { return entry.second.id == topic; });
    if (known == topics_.end()) return false;
    const auto classic = groups_.find(group);
    if (classic != groups_.end()) return classic->second.subscribes_to(known->first);
    const auto modern = consumer_groups_.find(group);
    return modern != consumer_groups_.end() && modern->second.subscribes_to(known->first);
}

void GroupCoordinator::expire_offsets(Time now, Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    std::vector<std::string> names;
    for (const auto& [name, group] : groups_) names.push_back(name);
    for (const auto& [name, group] : consumer_groups_) names.push_back(name);
    for (const std::string& name : names) expire_group(step, name);
    arm(step);
}

void GroupCoordinator::expire_group(const CoordinatorStep& step, const std::string& group)
{
    const auto retention_ms = to_milliseconds(config_.offsets_retention_minutes);
    OffsetExpiry rule{.now_ms = to_milliseconds(step.effects.wall_clock()),
                      .retention_ms = retention_ms};
    if (const ClassicGroup* classic = find(group)) {
        rule.protocol_type = classic->protocol_type();
        rule.state = classic->state();
        rule.became_empty_ms = classic->state_since_ms();
    } else {
        rule.by_commit_alone = true;
    }
    std::vector<CoordinatorRecord> gone;
    std::size_t kept = 0;
    const auto offsets = offsets_.groups().find(group);
    if (offsets != offsets_.groups().end()) {
        for (const auto& [partition, committed] : offsets->second) {
            const bool is_subscribed = subscribed(group, partition.topic);
            if (!rule.expired(committed.commit_timestamp_ms, is_subscribed)) {
                ++kept;
                continue;
            }
            CoordinatorRecord record;
            record.group = group;
            record.partition = partition;
            gone.push_back(std::move(record));
        }
    }
    if (kept == 0 && deletable(group) && commits_of(group).empty()) {
        remove_group(step, group);
    } else if (!gone.empty()) {
        for (const CoordinatorRecord& each : gone) offsets_.put(each);
        step.append(partition_of(group), std::move(gone));
    }
}

}  // namespace gregor
