#include "model/groups/classic_group.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// How long a parked join keeps a member alive that was never in the group.
constexpr Duration new_member_join_timeout = seconds(300);

std::string make_member_id(const std::string& client_id, Random& random)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = client_id + "-";
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
        id += digits[random.below(digits.size())];
    }
    return id;
}

}  // namespace

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
    step.effects.trace(event::GroupStateChanged{name_, name_of(to), generation_,
                                                static_cast<std::int32_t>(members_.size())});
}

// --- JoinGroup
// ------------------------------------------------------------------------------------

void ClassicGroup::on_join(const CoordinatorStep& step, const ParkedRequest& from,
                           const JoinGroupRequest& request, Random& random)
{
    JoinGroupResponse refusal;
    refusal.member_id = request.member_id;
    const auto known = members_.find(request.member_id);
    if (state_ == GroupState::dead) {
        refusal.error = Error::coordinator_not_available;
    } else if (request.protocols.empty() || !supports(request.protocols, request.member_id)) {
        refusal.error = Error::inconsistent_group_protocol;
    } else if (request.member_id.empty()) {
        refusal.error = Error::member_id_required;
        refusal.member_id = make_member_id(request.client_id, random);
        pending_[refusal.member_id] = step.now + request.session_timeout;
    } else if (known == members_.end() && !pending_.contains(request.member_id)) {
        refusal.error = Error::unknown_member_id;
    }
    if (refusal.error != Error::none) {
        step.answer(from, refusal);
    } else if (known == members_.end()) {
        add_member(step, from, request);
    } else {
        rejoin(step, known->second, from, request);
    }
}

/// Whether some protocol of the list is known to every other member.
bool ClassicGroup::supports(const std::vector<std::string>& protocols,
                            const std::string& joining) const
{
    return std::any_of(protocols.begin(), protocols.end(), [&](const std::string& protocol) {
        return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
            const auto& theirs = entry.second.protocols;
            return entry.first == joining ||
                   std::find(theirs.begin(), theirs.end(), protocol) != theirs.end();
        });
    });
}

void ClassicGroup::add_member(const CoordinatorStep& step, const ParkedRequest& from,
                              const JoinGroupRequest& request)
{
    pending_.erase(request.member_id);
    GroupMember& member = members_[request.member_id];
    member.id = request.member_id;
    member.client_id = request.client_id;
    member.node = from.from.from;
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
    member.protocols = request.protocols;
    member.topics = request.topics;
    member.owned = request.owned;
    member.joining = from;
    member.is_new = true;
    member.session_deadline = step.now + new_member_join_timeout;
    if (leader_.empty()) leader_ = member.id;
    if (state_ == GroupState::preparing_rebalance) {
        new_member_added_ = new_member_added_ || initial_;
        maybe_complete_join(step);
    } else {
        prepare_rebalance(step);
    }
}

void ClassicGroup::rejoin(const CoordinatorStep& step, GroupMember& member,
                          const ParkedRequest& from, const JoinGroupRequest& request)
{
    const bool same = member.protocols == request.protocols && member.topics == request.topics &&
                      member.owned == request.owned;
    const bool answer_at_once = same && (state_ == GroupState::completing_rebalance ||
                                         (state_ == GroupState::stable && member.id != leader_));
    member.joining = from;
    member.protocols = request.protocols;
    member.topics = request.topics;
    member.owned = request.owned;
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
    if (answer_at_once) {
        answer_join(step, member);
    } else if (state_ == GroupState::preparing_rebalance) {
        maybe_complete_join(step);
    } else {
        prepare_rebalance(step);
    }
}

Duration ClassicGroup::longest_rebalance_timeout() const
{
    Duration longest{};
    for (const auto& [id, member] : members_) {
        longest = std::max(longest, member.rebalance_timeout);
    }
    return longest;
}

void ClassicGroup::prepare_rebalance(const CoordinatorStep& step)
{
    if (state_ == GroupState::completing_rebalance) {
        assignment_ticket_ = 0;
        proposed_.clear();
        answer_syncs(step, Error::rebalance_in_progress);
        for (auto& [id, member] : members_) member.assignment.clear();
    }
    sync_deadline_ = never;
    waiting_for_sync_.clear();
    initial_ = state_ == GroupState::empty;
    new_member_added_ = false;
    if (initial_) {
        initial_wait_ = initial_delay_;
        initial_rest_ = std::max(longest_rebalance_timeout() - initial_delay_, Duration{});
        join_deadline_ = step.now + initial_delay_;
    } else {
        join_deadline_ = step.now + longest_rebalance_timeout();
    }
    move_to(step, GroupState::preparing_rebalance);
    if (initial_ && initial_delay_.nanoseconds == 0) {
        on_join_deadline(step);
    } else {
        maybe_complete_join(step);
    }
}

void ClassicGroup::maybe_complete_join(const CoordinatorStep& step)
{
    if (state_ != GroupState::preparing_rebalance || initial_ || !pending_.empty()) return;
    const bool all = std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
        return entry.second.joining.has_value();
    });
    if (all) complete_join(step);
}

void ClassicGroup::on_join_deadline(const CoordinatorStep& step)
{
    if (initial_ && new_member_added_ && initial_rest_.nanoseconds > 0) {
        // Somebody came during the delay: wait once more, within the rebalance timeout.
        new_member_added_ = false;
        const Duration before = initial_wait_;
        initial_wait_ = std::min(initial_delay_, initial_rest_);
        initial_rest_ = std::max(initial_rest_ - before, Duration{});
        join_deadline_ = step.now + initial_wait_;
        return;
    }
    complete_join(step);
}

void ClassicGroup::complete_join(const CoordinatorStep& step)
{
    join_deadline_ = never;
    initial_ = false;
    for (auto entry = members_.begin(); entry != members_.end();) {
        if (entry->second.joining) {
            ++entry;
            continue;
        }
        step.effects.trace(event::MemberRemoved{name_, entry->first, "did not rejoin in time"});
        entry = members_.erase(entry);
    }
    ++generation_;
    if (members_.empty()) {
        leader_.clear();
        protocol_.clear();
        move_to(step, GroupState::empty);
        step.append(offsets_partition_, {to_record(step.effects.wall_clock())});
        return;
    }
    if (!members_.contains(leader_)) leader_ = members_.begin()->first;
    protocol_ = choose_protocol();
    move_to(step, GroupState::completing_rebalance);
    waiting_for_sync_.clear();
    for (auto& [id, member] : members_) {
        waiting_for_sync_.insert(id);
        answer_join(step, member);
    }
    sync_deadline_ = step.now + longest_rebalance_timeout();
}

/// Every member votes for the first of its protocols that all support; the most votes win, and of
/// equals the first in the alphabet.
std::string ClassicGroup::choose_protocol() const
{
    std::map<std::string, int> votes;
    for (const auto& [id, member] : members_) {
        for (const std::string& protocol : member.protocols) {
            if (!supports({protocol}, "")) continue;
            ++votes[protocol];
            break;
        }
    }
    GREGOR_CHECK(!votes.empty());
    return std::max_element(votes.begin(), votes.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

void ClassicGroup::answer_join(const CoordinatorStep& step, GroupMember& member)
{
    JoinGroupResponse response;
    response.generation = generation_;
    response.protocol = protocol_;
    response.leader = leader_;
    response.member_id = member.id;
    if (member.id == leader_) {
        for (const auto& [id, each] : members_) {
            response.members.push_back({id, each.topics, each.owned});
        }
    }
    step.answer(*member.joining, std::move(response));
    member.joining.reset();
    member.is_new = false;
    member.session_deadline = step.now + member.session_timeout;
}

// --- SyncGroup
// ------------------------------------------------------------------------------------

void ClassicGroup::on_sync(const CoordinatorStep& step, const ParkedRequest& from,
                           const SyncGroupRequest& request)
{
    SyncGroupResponse response;
    response.error = validate(request.member_id, request.generation);
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
    if (ticket != assignment_ticket_ || ticket == 0) return false;
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
        if (error == Error::none) response.partitions = member.assignment;
        step.answer(*member.syncing, std::move(response));
        member.syncing.reset();
        member.session_deadline = step.now + member.session_timeout;
    }
}

// --- the other requests
// ---------------------------------------------------------------------------

Error ClassicGroup::validate(const std::string& member_id, std::int32_t generation) const
{
    if (state_ == GroupState::dead) return Error::coordinator_not_available;
    if (!members_.contains(member_id)) return Error::unknown_member_id;
    return generation == generation_ ? Error::none : Error::illegal_generation;
}

Error ClassicGroup::on_heartbeat(Time now, const HeartbeatRequest& request)
{
    const Error error = validate(request.member_id, request.generation);
    if (error != Error::none) return error;
    GroupMember& member = members_.at(request.member_id);
    member.session_deadline = now + member.session_timeout;
    return state_ == GroupState::preparing_rebalance ? Error::rebalance_in_progress : Error::none;
}

Error ClassicGroup::on_commit(Time now, const OffsetCommitRequest& request)
{
    if (request.generation < 0 && state_ == GroupState::empty) return Error::none;
    const Error error = validate(request.member_id, request.generation);
    if (error != Error::none) return error;
    if (state_ == GroupState::completing_rebalance) return Error::rebalance_in_progress;
    GroupMember& member = members_.at(request.member_id);
    member.session_deadline = now + member.session_timeout;
    return Error::none;
}

Error ClassicGroup::on_leave(const CoordinatorStep& step, const std::string& member_id)
{
    if (state_ == GroupState::dead) return Error::coordinator_not_available;
    if (pending_.erase(member_id) > 0) {
        maybe_complete_join(step);
        return Error::none;
    }
    if (!members_.contains(member_id)) return Error::unknown_member_id;
    remove_member(step, member_id, "left the group");
    return Error::none;
}

void ClassicGroup::remove_member(const CoordinatorStep& step, const std::string& member_id,
                                 std::string_view because)
{
    GroupMember& member = members_.at(member_id);
    if (member.joining) {
        JoinGroupResponse refusal;
        refusal.error = Error::unknown_member_id;
        step.answer(*member.joining, std::move(refusal));
    }
    if (member.syncing) {
        step.answer(*member.syncing,
                    SyncGroupResponse{.error = Error::unknown_member_id, .partitions = {}});
    }
    step.effects.trace(event::MemberRemoved{name_, member_id, because});
    waiting_for_sync_.erase(member_id);
    members_.erase(member_id);
    if (leader_ == member_id) leader_ = members_.empty() ? "" : members_.begin()->first;
    if (state_ == GroupState::preparing_rebalance) {
        maybe_complete_join(step);
    } else {
        prepare_rebalance(step);
    }
}

// --- time
// -----------------------------------------------------------------------------------------

Time ClassicGroup::next_deadline() const
{
    Time next = std::min(join_deadline_, sync_deadline_);
    for (const auto& [id, until] : pending_) next = std::min(next, until);
    for (const auto& [id, member] : members_) {
        // Whoever waits for an answer is alive, but a new member only so long.
        const bool parked = (member.joining && !member.is_new) || member.syncing;
        if (!parked) next = std::min(next, member.session_deadline);
    }
    return next;
}

void ClassicGroup::on_timer(const CoordinatorStep& step)
{
    expire_sessions(step);
    if (join_deadline_ <= step.now) on_join_deadline(step);
    if (sync_deadline_ > step.now) return;
    sync_deadline_ = never;
    const std::set<std::string> late = std::exchange(waiting_for_sync_, {});
    for (const std::string& id : late) {
        if (members_.contains(id)) remove_member(step, id, "sent no SyncGroup in time");
    }
}

void ClassicGroup::expire_sessions(const CoordinatorStep& step)
{
    const auto over =
        std::erase_if(pending_, [&](const auto& entry) { return entry.second <= step.now; });
    if (over > 0) maybe_complete_join(step);
    std::vector<std::string> expired;
    for (const auto& [id, member] : members_) {
        const bool parked = (member.joining && !member.is_new) || member.syncing;
        if (!parked && member.session_deadline <= step.now) expired.push_back(id);
    }
    for (const std::string& id : expired) {
        if (members_.contains(id)) remove_member(step, id, "session expired");
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
    record.leader = leader_;
    record.commit_timestamp_ms = to_milliseconds(wall_clock);
    for (const auto& [id, member] : members_) {
        MemberRecord& written = record.members.emplace_back();
        written.member_id = id;
        written.client_id = member.client_id;
        written.node = member.node;
        written.assignment = member.assignment;
        written.session_timeout_ms = to_milliseconds(member.session_timeout);
        written.rebalance_timeout_ms = to_milliseconds(member.rebalance_timeout);
    }
    return record;
}

void ClassicGroup::restore(Time now, const CoordinatorRecord& record)
{
    generation_ = record.generation;
    protocol_ = record.protocol;
    leader_ = record.leader;
    members_.clear();
    for (const MemberRecord& written : record.members) {
        GroupMember& member = members_[written.member_id];
        member.id = written.member_id;
        member.client_id = written.client_id;
        member.node = written.node;
        member.assignment = written.assignment;
        member.protocols = {record.protocol};
        member.session_timeout = milliseconds(written.session_timeout_ms);
        member.rebalance_timeout = milliseconds(written.rebalance_timeout_ms);
        member.session_deadline = now + member.session_timeout;
    }
    state_ = members_.empty() ? GroupState::empty : GroupState::stable;
}

void ClassicGroup::abandon(const CoordinatorStep& step)
{
    answer_syncs(step, Error::not_coordinator);
    for (auto& [id, member] : members_) {
        if (!member.joining) continue;
        JoinGroupResponse refusal;
        refusal.error = Error::not_coordinator;
        refusal.member_id = id;
        step.answer(*member.joining, std::move(refusal));
        member.joining.reset();
    }
}

}  // namespace gregor
