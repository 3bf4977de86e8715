#include "model/groups/group_coordinator.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// What a client is told when its record could not be written.
Error answer_for(Error append_error)
{
    switch (append_error) {
        case Error::unknown_topic_or_partition:
        case Error::request_timed_out:
        case Error::not_enough_replicas:
        case Error::not_enough_replicas_after_append: return Error::coordinator_not_available;
        case Error::not_leader_or_follower:
        case Error::kafka_storage_error: return Error::not_coordinator;
        case Error::message_too_large:
        case Error::record_list_too_large:
        case Error::invalid_fetch_size: return Error::unknown_server_error;
        default: return append_error;
    }
}

OffsetCommitResponse commit_answer(const std::vector<TopicPartition>& partitions, Error error)
{
    OffsetCommitResponse response;
    for (const TopicPartition each : partitions) response.partitions.push_back({each, error});
    return response;
}

}  // namespace

GroupCoordinator::GroupCoordinator(BrokerId broker, const BrokerConfig& config, std::uint64_t seed)
    : broker_(broker),
      config_(config),
      random_(Random(seed).split("member ids", static_cast<std::uint64_t>(broker.value)))
{
}

std::vector<CoordinatorAppend> GroupCoordinator::take_appends()
{
    return std::exchange(outbox_.appends, {});
}

std::vector<ParkedRequest> GroupCoordinator::take_answered()
{
    return std::exchange(outbox_.answered, {});
}

std::int32_t GroupCoordinator::partition_of(const std::string& group) const
{
    return offsets_partition_for(group,
                                 static_cast<std::int32_t>(config_.offsets_topic_num_partitions));
}

Error GroupCoordinator::availability(const std::string& group) const
{
    if (group.empty()) return Error::invalid_group_id;
    const std::int32_t partition = partition_of(group);
    if (loading_.contains(partition)) return Error::coordinator_load_in_progress;
    return led_.contains(partition) ? Error::none : Error::not_coordinator;
}

ClassicGroup* GroupCoordinator::find(const std::string& group)
{
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : &found->second;
}

ClassicGroup& GroupCoordinator::make(const std::string& group)
{
    return groups_
        .try_emplace(group, group, partition_of(group), config_.group_initial_rebalance_delay_ms)
        .first->second;
}

void GroupCoordinator::on_request(Time now, const Envelope& from, Message&& message,
                                  Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    const ParkedRequest parked{from, message.correlation};
    const MessageBody& body = message.body;
    if (const auto* joining = std::get_if<JoinGroupRequest>(&body)) {
        join(step, parked, *joining);
    } else if (const auto* syncing = std::get_if<SyncGroupRequest>(&body)) {
        sync(step, parked, *syncing);
    } else if (const auto* beat = std::get_if<HeartbeatRequest>(&body)) {
        heartbeat(step, parked, *beat);
    } else if (const auto* leaving = std::get_if<LeaveGroupRequest>(&body)) {
        leave(step, parked, *leaving);
    } else if (const auto* offsets = std::get_if<OffsetCommitRequest>(&body)) {
        commit(step, parked, *offsets);
    } else if (const auto* wanted = std::get_if<OffsetFetchRequest>(&body)) {
        fetch(step, parked, *wanted);
    } else {
        outbox_.answered.push_back({from, message.correlation});  // not ours: nothing to say
    }
    arm(step);
}

void GroupCoordinator::join(const CoordinatorStep& step, const ParkedRequest& from,
                            const JoinGroupRequest& request)
{
    JoinGroupResponse refusal;
    refusal.member_id = request.member_id;
    refusal.error = availability(request.group);
    const bool in_range = request.session_timeout >= config_.group_min_session_timeout_ms &&
                          request.session_timeout <= config_.group_max_session_timeout_ms;
    if (refusal.error == Error::none && !in_range) refusal.error = Error::invalid_session_timeout;
    const bool missing = find(request.group) == nullptr;
    if (refusal.error == Error::none && missing && !request.member_id.empty()) {
        refusal.error = Error::unknown_member_id;
    }
    if (refusal.error != Error::none) {
        step.answer(from, refusal);
        return;
    }
    make(request.group).on_join(step, from, request, random_);
}

void GroupCoordinator::sync(const CoordinatorStep& step, const ParkedRequest& from,
                            const SyncGroupRequest& request)
{
    SyncGroupResponse refusal;
    refusal.error = availability(request.group);
    ClassicGroup* group = find(request.group);
    if (refusal.error == Error::none && group == nullptr) refusal.error = Error::unknown_member_id;
    if (refusal.error != Error::none) {
        step.answer(from, refusal);
        return;
    }
    group->on_sync(step, from, request);
}

void GroupCoordinator::heartbeat(const CoordinatorStep& step, const ParkedRequest& from,
                                 const HeartbeatRequest& request)
{
    HeartbeatResponse response;
    response.error = availability(request.group);
    // Before the group is loaded nobody can be missing: the client goes on.
    if (response.error == Error::coordinator_load_in_progress) response.error = Error::none;
    ClassicGroup* group = find(request.group);
    if (response.error == Error::none && !loading_.contains(partition_of(request.group))) {
        response.error =
            group == nullptr ? Error::unknown_member_id : group->on_heartbeat(step.now, request);
    }
    step.answer(from, response);
}

void GroupCoordinator::leave(const CoordinatorStep& step, const ParkedRequest& from,
                             const LeaveGroupRequest& request)
{
    LeaveGroupResponse response;
    response.error = availability(request.group);
    ClassicGroup* group = find(request.group);
    if (response.error == Error::none) {
        response.error =
            group == nullptr ? Error::unknown_member_id : group->on_leave(step, request.member_id);
    }
    step.answer(from, response);
}

void GroupCoordinator::commit(const CoordinatorStep& step, const ParkedRequest& from,
                              const OffsetCommitRequest& request)
{
    std::vector<TopicPartition> partitions;
    for (const auto& each : request.partitions) partitions.push_back(each.partition);
    Error error = availability(request.group);
    ClassicGroup* group = find(request.group);
    if (error == Error::none) {
        if (group != nullptr) {
            error = group->on_commit(step.now, request);
        } else if (request.generation >= 0) {
            error = Error::group_id_not_found;
        }
    }
    if (error != Error::none || partitions.empty()) {
        step.answer(from, commit_answer(partitions, error));
        return;
    }
    if (group == nullptr) make(request.group);  // a group that only keeps offsets
    Commit commit{from, {}};
    for (const auto& each : request.partitions) {
        CoordinatorRecord record;
        record.group = request.group;
        record.partition = each.partition;
        record.offset = each.offset;
        record.leader_epoch = each.leader_epoch;
        record.commit_timestamp_ms = to_milliseconds(step.effects.wall_clock());
        commit.records.push_back(std::move(record));
    }
    const std::uint64_t ticket = step.append(partition_of(request.group), commit.records);
    commits_.emplace(ticket, std::move(commit));
}

void GroupCoordinator::fetch(const CoordinatorStep& step, const ParkedRequest& from,
                             const OffsetFetchRequest& request) const
{
    OffsetFetchResponse response;
    response.error = availability(request.group);
    if (response.error == Error::none) {
        for (const TopicPartition each : request.partitions) {
            const OffsetStore::Committed known = offsets_.get(request.group, each);
            response.partitions.push_back({each, known.offset, known.leader_epoch});
        }
    }
    step.answer(from, std::move(response));
}

void GroupCoordinator::on_append_committed(Time now, std::uint64_t ticket, Error error,
                                           Effects& effects)
{
    const CoordinatorStep step{now, effects, outbox_};
    const Error answer = answer_for(error);
    const auto waiting = commits_.find(ticket);
    if (waiting != commits_.end()) {
        const Commit done = std::move(waiting->second);
        commits_.erase(waiting);
        finish_commit(step, done, answer);
    } else {
        for (auto& [name, group] : groups_) {
            if (group.on_append_committed(step, ticket, answer)) break;
        }
    }
    arm(step);
}

void GroupCoordinator::finish_commit(const CoordinatorStep& step, const Commit& commit, Error error)
{
    std::vector<TopicPartition> partitions;
    for (const CoordinatorRecord& record : commit.records) {
        partitions.push_back(record.partition);
        if (error != Error::none) continue;
        offsets_.put(record);
        step.effects.trace(event::OffsetCommitted{record.group, record.partition, record.offset});
    }
    step.answer(commit.from, commit_answer(partitions, error));
}

void GroupCoordinator::on_timer(Time now, Effects& effects)
{
    armed_at_ = never;
    const CoordinatorStep step{now, effects, outbox_};
    for (auto& [name, group] : groups_) {
        if (group.next_deadline() <= now) group.on_timer(step);
    }
    arm(step);
}

void GroupCoordinator::arm(const CoordinatorStep& step)
{
    Time next = never;
    for (const auto& [name, group] : groups_) next = std::min(next, group.next_deadline());
    if (next >= armed_at_) return;
    armed_at_ = std::max(next, step.now);
    step.effects.set_timer(timer, armed_at_);
}

// --- leadership of the offsets partitions
// ---------------------------------------------------------

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
        for (const CoordinatorRecord& record : batch.data->coordinator) replay(now, record);
    }
    std::int32_t groups = 0;
    for (const auto& [name, group] : groups_) groups += group.offsets_partition() == partition;
    effects.trace(event::CoordinatorLoaded{partition, groups});
    arm(step);
}

void GroupCoordinator::replay(Time now, const CoordinatorRecord& record)
{
    switch (record.kind) {
        case CoordinatorRecord::Kind::offset_commit:
            make(record.group);
            offsets_.put(record);
            return;
        case CoordinatorRecord::Kind::group_metadata:
            make(record.group).restore(now, record);
            return;
        case CoordinatorRecord::Kind::tombstone:
            groups_.erase(record.group);
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
        const bool here = partition_of(waiting->second.records.front().group) == partition;
        if (here) finish_commit(step, waiting->second, Error::not_coordinator);
        waiting = here ? commits_.erase(waiting) : std::next(waiting);
    }
    drop(partition);
    led_.erase(partition);
    loading_.erase(partition);
}

void GroupCoordinator::drop(std::int32_t partition)
{
    for (auto group = groups_.begin(); group != groups_.end();) {
        if (group->second.offsets_partition() != partition) {
            ++group;
            continue;
        }
        offsets_.drop(group->first);
        group = groups_.erase(group);
    }
}

void GroupCoordinator::on_end()
{
    groups_.clear();
    offsets_ = OffsetStore{};
    led_.clear();
    loading_.clear();
    commits_.clear();
    outbox_.appends.clear();
    outbox_.answered.clear();
    armed_at_ = never;
}

}  // namespace gregor
