#include "model/groups/group_coordinator.h"

#include "model/java_hash.h"

#include <algorithm>
#include <utility>

namespace gregor {

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
    return coordinator_partition_for(
        group, static_cast<std::int32_t>(config_.offsets_topic_num_partitions));
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
    const ClassicGroup::Limits limits{config_.group_initial_rebalance_delay_ms,
                                      config_.group_max_size};
    return groups_.try_emplace(group, group, partition_of(group), limits).first->second;
}

ConsumerGroup* GroupCoordinator::find_consumer_group(const std::string& group)
{
    const auto found = consumer_groups_.find(group);
    return found == consumer_groups_.end() ? nullptr : &found->second;
}

ConsumerGroup& GroupCoordinator::make_consumer_group(const std::string& group)
{
    ConsumerGroup::Settings settings{
        .assignors = config_.group_consumer_assignors,
        .assignment_interval = config_.group_consumer_assignment_interval_ms,
        .heartbeat_interval = config_.group_consumer_heartbeat_interval_ms,
        .session_timeout = config_.group_consumer_session_timeout_ms,
        .max_size = config_.group_consumer_max_size};
    return consumer_groups_.try_emplace(group, group, partition_of(group), std::move(settings))
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
    } else if (const auto* all = std::get_if<ConsumerGroupHeartbeatRequest>(&body)) {
        consumer_heartbeat(step, parked, *all);
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
    const ConsumerGroup* other = find_consumer_group(request.group);
    if (refusal.error == Error::none && other != nullptr && !other->members().empty()) {
        refusal.error = Error::inconsistent_group_protocol;
    }
    const bool missing = find(request.group) == nullptr;
    if (refusal.error == Error::none && missing && !request.member_id.empty()) {
        refusal.error = Error::unknown_member_id;
    }
    if (refusal.error != Error::none) {
        step.answer(from, refusal);
        return;
    }
    consumer_groups_.erase(request.group);  // one without members gives way
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
        if (group != nullptr) {
            response = group->on_leave(step, request);
        } else {
            response.members.assign(request.members.size(), Error::unknown_member_id);
        }
    }
    step.answer(from, std::move(response));
}

/// A group of the classic protocol without members gives way. (With members it would be converted;
/// that is not modelled: it answers as with group.consumer.migration.policy=disabled.)
Error GroupCoordinator::join_consumer_group(const ConsumerGroupHeartbeatRequest& request)
{
    if (find_consumer_group(request.group) != nullptr) return Error::none;
    const ClassicGroup* other = find(request.group);
    const bool taken = other != nullptr && other->state() != GroupState::empty;
    if (request.member_epoch != 0 || taken) return Error::group_id_not_found;
    groups_.erase(request.group);
    make_consumer_group(request.group);
    return Error::none;
}

void GroupCoordinator::consumer_heartbeat(const CoordinatorStep& step, const ParkedRequest& from,
                                          const ConsumerGroupHeartbeatRequest& request)
{
    ConsumerGroupHeartbeatResponse response;
    response.error = ConsumerGroup::check(request, config_.group_consumer_assignors);
    if (response.error == Error::none) response.error = availability(request.group);
    if (response.error == Error::none) response.error = join_consumer_group(request);
    if (response.error != Error::none) {
        step.answer(from, std::move(response));
        return;
    }
    ConsumerGroup& group = *find_consumer_group(request.group);
    response = group.on_heartbeat(step, request, {topics_, topics_version_});
    const auto now_ms = to_milliseconds(step.effects.wall_clock());
    std::vector<CoordinatorRecord> records = group.take_records(now_ms);
    if (records.empty()) {
        step.answer(from, std::move(response));
        return;
    }
    const auto ticket = step.append(group.offsets_partition(), std::move(records));
    heartbeats_.emplace(ticket, Heartbeat{from, std::move(response), request.group});
}

/// What happened without a request.
void GroupCoordinator::write_changes(const CoordinatorStep& step, ConsumerGroup& group)
{
    std::vector<CoordinatorRecord> records =
        group.take_records(to_milliseconds(step.effects.wall_clock()));
    if (!records.empty()) step.append(group.offsets_partition(), std::move(records));
}

void GroupCoordinator::on_append_committed(Time now, std::uint64_t ticket, Error error,
                                           Effects& effects, Offset at)
{
    const CoordinatorStep step{now, effects, outbox_};
    const Error answer = coordinator_answer_for(error);
    const auto waiting = commits_.find(ticket);
    if (waiting != commits_.end()) {
        const Commit done = std::move(waiting->second);
        commits_.erase(waiting);
        finish_commit(step, done, answer);
    } else if (auto beat = heartbeats_.extract(ticket)) {
        ConsumerGroupHeartbeatResponse response = std::move(beat.mapped().response);
        if (answer != Error::none) response = {.error = answer};
        step.answer(beat.mapped().from, std::move(response));
    } else if (auto offsets = transactional_commits_.extract(ticket)) {
        finish_transactional_commit(step, offsets.mapped(), answer, at);
    } else {
        for (auto& [name, group] : groups_) {
            if (group.on_append_committed(step, ticket, answer)) break;
        }
    }
    arm(step);
}

void GroupCoordinator::on_timer(Time now, Effects& effects)
{
    armed_at_ = never;
    const CoordinatorStep step{now, effects, outbox_};
    for (auto& [name, group] : groups_) {
        if (group.next_deadline() <= now) group.on_timer(step);
    }
    for (auto& [name, group] : consumer_groups_) {
        if (group.next_deadline() > now) continue;
        group.on_timer(step);
        write_changes(step, group);
    }
    if (next_expiry_ <= now) {
        next_expiry_ = never;
        expire_offsets(now, effects);
    }
    arm(step);
}

void GroupCoordinator::arm(const CoordinatorStep& step)
{
    const bool any = !groups_.empty() || !consumer_groups_.empty();
    if (any && next_expiry_ == never) {
        next_expiry_ = step.now + config_.offsets_retention_check_interval_ms;
    }
    Time next = next_expiry_;
    for (const auto& [name, group] : groups_) next = std::min(next, group.next_deadline());
    for (const auto& [name, group] : consumer_groups_) next = std::min(next, group.next_deadline());
    if (next >= armed_at_) return;
    armed_at_ = std::max(next, step.now);
    step.effects.set_timer(timer, armed_at_);
}

}  // namespace gregor
