#include "model/groups/classic_group.h"

#include "engine/check.h"
#include "model/java_hash_order.h"

#include <algorithm>
#include <utility>

namespace gregor {

std::string_view name_of(GroupState state)
{
    switch (state) {
        case GroupState::empty: return "Empty";
        case GroupState::preparing_rebalance: return "PreparingRebalance";
        case GroupState::completing_rebalance: return "CompletingRebalance";
        case GroupState::stable: return "Stable";
        case GroupState::dead: return "Dead";
    }
    return "";
}

void ClassicGroup::move_to(const CoordinatorStep& step, GroupState to)
{
    GREGOR_CHECK(is_legal_move(state_, to));
    state_ = to;
    state_since_ms_ = to_milliseconds(step.effects.wall_clock());
    step.effects.trace(event::GroupStateChanged{name_, name_of(to), generation_,
                                                static_cast<std::int32_t>(members_.size())});
}

std::string ClassicGroup::member_of(const std::string& instance_id) const
{
    if (instance_id.empty()) return "";
    for (const auto& [id, member] : members_) {
        if (member.instance_id == instance_id) return id;
    }
    return "";
}

bool ClassicGroup::subscribes_to(std::string_view topic) const
{
    return std::any_of(members_.begin(), members_.end(), [&](const auto& entry) {
        const auto& topics = entry.second.topics;
        return std::find(topics.begin(), topics.end(), topic) != topics.end();
    });
}

Error ClassicGroup::validate_member(const std::string& member_id,
                                    const std::string& instance_id) const
{
    if (!instance_id.empty()) {
        const std::string now = member_of(instance_id);
        if (now.empty()) return Error::unknown_member_id;
        if (now != member_id) return Error::fenced_instance_id;
    }
    return members_.contains(member_id) ? Error::none : Error::unknown_member_id;
}

Error ClassicGroup::validate(const std::string& member_id, const std::string& instance_id,
                             std::int32_t generation) const
{
    if (state_ == GroupState::dead) return Error::coordinator_not_available;
    const Error error = validate_member(member_id, instance_id);
    if (error != Error::none) return error;
    return generation == generation_ ? Error::none : Error::illegal_generation;
}

// --- SyncGroup
// ------------------------------------------------------------------------------------

void ClassicGroup::on_sync(const CoordinatorStep& step, const ParkedRequest& from,
                           const SyncGroupRequest& request)
{
    SyncGroupResponse response;
    response.error = validate(request.member_id, request.instance_id, request.generation);
    const auto differs = [](const std::string& told, const std::string& known) {
        return !told.empty() && !known.empty() && told != known;
    };
    const bool other =
        differs(request.protocol_type, protocol_type_) || differs(request.protocol, protocol_);
    if (response.error == Error::none && other) {
        response.error = Error::inconsistent_group_protocol;
    }
    if (response.error == Error::none && state_ == GroupState::preparing_rebalance) {
        response.error = Error::rebalance_in_progress;
    }
    if (response.error != Error::none) {
        step.answer(from, response);
        return;
    }
    waiting_for_sync_.erase(request.member_id);
    if (waiting_for_sync_.empty()) sync_deadline_ = never;
    GroupMember& member = members_.at(request.member_id);
    if (state_ == GroupState::stable) {
        member.session_deadline = step.now + member.session_timeout;
        response.partitions = member.assignment;
        response.protocol = protocol_;
        step.answer(from, response);
        return;
    }
    member.syncing = from;
    if (member.id != leader_ || assignment_ticket_ != 0) return;
    // The assignment counts when it is committed in __consumer_offsets.
    proposed_.clear();
    for (const auto& each : request.assignments) proposed_[each.member_id] = each.partitions;
    CoordinatorRecord record = to_record(step.effects.wall_clock());
    for (MemberRecord& each : record.members) each.assignment = proposed_[each.member_id];
    assignment_ticket_ = step.append(offsets_partition_, {std::move(record)});
}

bool ClassicGroup::on_append_committed(const CoordinatorStep& step, std::uint64_t ticket,
                                       Error error)
{
    if (ticket == 0) return false;
    const auto replaced =
        std::find_if(replacements_.begin(), replacements_.end(),
                     [&](const Replacement& each) { return each.ticket == ticket; });
    if (replaced != replacements_.end()) {
        const Replacement done = std::move(*replaced);
        replacements_.erase(replaced);
        answer_replacement(step, done, error);
        return true;
    }
    if (ticket != assignment_ticket_) return false;
    assignment_ticket_ = 0;
    if (state_ != GroupState::completing_rebalance) return true;
    if (error != Error::none) {
        answer_syncs(step, error);
        prepare_rebalance(step);
        return true;
    }
    for (auto& [id, member] : members_) member.assignment = proposed_[id];
    proposed_.clear();
    move_to(step, GroupState::stable);
    answer_syncs(step, Error::none);
    return true;
}

void ClassicGroup::answer_syncs(const CoordinatorStep& step, Error error)
{
    for (auto& [id, member] : members_) {
        if (!member.syncing) continue;
        SyncGroupResponse response;
        response.error = error;
        if (error == Error::none) {
            response.partitions = member.assignment;
            response.protocol = protocol_;
        }
        step.answer(*std::exchange(member.syncing, std::nullopt), std::move(response));
        member.session_deadline = step.now + member.session_timeout;
    }
}

// --- the other requests
// ---------------------------------------------------------------------------

Error ClassicGroup::on_heartbeat(Time now, const HeartbeatRequest& request)
{
    const Error error = validate(request.member_id, request.instance_id, request.generation);
    if (error != Error::none) return error;
    GroupMember& member = members_.at(request.member_id);
    member.session_deadline = now + member.session_timeout;
    return state_ == GroupState::preparing_rebalance ? Error::rebalance_in_progress : Error::none;
}

Error ClassicGroup::on_commit(Time now, const OffsetCommitRequest& request)
{
    if (request.generation < 0 && state_ == GroupState::empty) return Error::none;
    const bool anonymous = request.generation < 0 && request.member_id.empty() &&
                           request.instance_id.empty() && state_ != GroupState::dead;
    if (anonymous) return Error::unknown_member_id;
    const Error error = validate(request.member_id, request.instance_id, request.generation);
    if (error != Error::none) return error;
    if (state_ == GroupState::completing_rebalance) return Error::rebalance_in_progress;
    GroupMember& member = members_.at(request.member_id);
    member.session_deadline = now + member.session_timeout;
    return Error::none;
}

/// As a plain commit, but it may come while the group rebalances, and is no sign of life.
Error ClassicGroup::may_commit_in_transaction(const std::string& member_id,
                                              const std::string& instance_id,
                                              std::int32_t generation) const
{
    if (generation < 0 && state_ == GroupState::empty) return Error::none;
    return validate(member_id, instance_id, generation);
}

LeaveGroupResponse ClassicGroup::on_leave(const CoordinatorStep& step,
                                          const LeaveGroupRequest& request)
{
    LeaveGroupResponse response;
    if (state_ == GroupState::dead) {
        response.error = Error::coordinator_not_available;
        return response;
    }
    bool anybody = false;
    for (const auto& each : request.members) {
        response.members.push_back(leave(step, each));
        anybody = anybody || response.members.back() == Error::none;
    }
    if (anybody && state_ != GroupState::empty) rebalance_or_complete_join(step);
    return response;
}

Error ClassicGroup::leave(const CoordinatorStep& step, const LeaveGroupRequest::Member& leaving)
{
    if (pending_.erase(leaving.member_id) > 0) return Error::none;
    std::string member_id = leaving.member_id;
    if (member_id.empty()) {
        member_id = member_of(leaving.instance_id);
        if (member_id.empty()) return Error::unknown_member_id;
    }
    const Error error = validate_member(member_id, leaving.instance_id);
    if (error == Error::none) drop_member(step, member_id, "left the group");
    return error;
}

/// The member is gone, and the join it waited for is answered. A parked SyncGroup never is: its
/// member has left. The caller sees to the rebalance.
void ClassicGroup::drop_member(const CoordinatorStep& step, const std::string& member_id,
                               std::string_view because)
{
    GroupMember& member = members_.at(member_id);
    refuse_join(step, member, "", Error::unknown_member_id);
    step.effects.trace(event::MemberRemoved{name_, member_id, because});
    waiting_for_sync_.erase(member_id);
    const bool led = leader_ == member_id;
    members_.erase(member_id);
    if (led) leader_ = JavaHashOrder::first_key(members_);
}

// --- time
// -----------------------------------------------------------------------------------------

Time ClassicGroup::next_deadline() const
{
    Time next = std::min(join_deadline_, sync_deadline_);
    for (const auto& [id, until] : pending_) next = std::min(next, until);
    for (const auto& [id, member] : members_) {
        if (!member.waits()) next = std::min(next, member.session_deadline);
    }
    return next;
}

void ClassicGroup::on_timer(const CoordinatorStep& step)
{
    expire_sessions(step);
    if (join_deadline_ <= step.now) on_join_deadline(step);
    if (sync_deadline_ <= step.now) on_sync_deadline(step);
}

void ClassicGroup::on_sync_deadline(const CoordinatorStep& step)
{
    sync_deadline_ = never;
    for (const std::string& id : std::exchange(waiting_for_sync_, {})) {
        if (members_.contains(id)) drop_member(step, id, "sent no SyncGroup in time");
    }
    prepare_rebalance(step);
}

void ClassicGroup::expire_sessions(const CoordinatorStep& step)
{
    const auto over =
        std::erase_if(pending_, [&](const auto& entry) { return entry.second <= step.now; });
    if (over > 0) maybe_complete_join(step);
    std::vector<std::string> expired;
    for (const auto& [id, member] : members_) {
        if (!member.waits() && member.session_deadline <= step.now) expired.push_back(id);
    }
    for (const std::string& id : expired) {
        if (!members_.contains(id)) continue;
        drop_member(step, id, "session expired");
        rebalance_or_complete_join(step);
    }
}

// --- moving
// ---------------------------------------------------------------------------------------

CoordinatorRecord ClassicGroup::to_record(Time wall_clock) const
{
    CoordinatorRecord record;
    record.kind = CoordinatorRecord::Kind::group_metadata;
    record.group = name_;
    record.generation = generation_;
    record.protocol = protocol_;
    record.protocol_type = protocol_type_;
    record.leader = leader_;
    record.commit_timestamp_ms = to_milliseconds(wall_clock);
    for (const auto& [id, member] : members_) {
        MemberRecord& written = record.members.emplace_back();
        written.member_id = id;
        written.instance_id = member.instance_id;
        written.client_id = member.client_id;
        written.node = member.node;
        written.assignment = member.assignment;
        written.subscription = member.topics;
        written.session_timeout_ms = to_milliseconds(member.session_timeout);
        written.rebalance_timeout_ms = to_milliseconds(member.rebalance_timeout);
    }
    return record;
}

void ClassicGroup::restore(Time now, const CoordinatorRecord& record)
{
    generation_ = record.generation;
    protocol_ = record.protocol;
    protocol_type_ = record.protocol_type;
    leader_ = record.leader;
    state_since_ms_ = record.commit_timestamp_ms;
    members_.clear();
    for (const MemberRecord& written : record.members) {
        GroupMember& member = members_[written.member_id];
        member.id = written.member_id;
        member.instance_id = written.instance_id;
        member.client_id = written.client_id;
        member.node = written.node;
        member.assignment = written.assignment;
        member.protocols = {record.protocol};
        member.topics = written.subscription;
        member.session_timeout = milliseconds(written.session_timeout_ms);
        member.rebalance_timeout = milliseconds(written.rebalance_timeout_ms);
        member.session_deadline = now + member.session_timeout;
    }
    state_ = members_.empty() ? GroupState::empty : GroupState::stable;
}

void ClassicGroup::abandon(const CoordinatorStep& step)
{
    answer_syncs(step, Error::not_coordinator);
    for (auto& [id, member] : members_) refuse_join(step, member, id, Error::not_coordinator);
}

}  // namespace gregor
