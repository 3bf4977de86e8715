// JoinGroup, and what a rebalance is made of until all have joined.
#include "engine/check.h"
#include "model/groups/classic_group.h"
#include "model/groups/votes.h"
#include "model/java_hash_order.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// How long a parked join keeps a member alive that was never in the group.
constexpr Duration new_member_join_timeout = seconds(300);

/// A static member's id begins with its instance, another one's with its client id.
std::string make_member_id(const JoinGroupRequest& request, Random& random)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string id = (request.instance_id.empty() ? request.client_id : request.instance_id) + "-";
    for (int i = 0; i < 32; ++i) {
        if (i == 8 || i == 12 || i == 16 || i == 20) id += '-';
        id += digits[random.below(digits.size())];
    }
    return id;
}

void take_in(GroupMember& member, const ParkedRequest& from, const JoinGroupRequest& request)
{
    member.joining = from;
    member.protocols = request.protocols;
    member.topics = request.topics;
    member.owned = request.owned;
    member.session_timeout = request.session_timeout;
    member.rebalance_timeout = request.rebalance_timeout;
}

}  // namespace

void ClassicGroup::on_join(const CoordinatorStep& step, const ParkedRequest& from,
                           const JoinGroupRequest& request, Random& random)
{
    JoinGroupResponse refusal;
    refusal.member_id = request.member_id;
    if (!has_room_for(request.member_id)) {
        refusal.error = Error::group_max_size_reached;
    } else if (state_ == GroupState::dead) {
        refusal.error = Error::coordinator_not_available;
    } else if (!supports(request)) {
        refusal.error = Error::inconsistent_group_protocol;
    } else if (!request.member_id.empty() && !pending_.contains(request.member_id)) {
        refusal.error = validate_member(request.member_id, request.instance_id);
    }
    if (refusal.error != Error::none) {
        step.answer(from, std::move(refusal));
    } else if (request.member_id.empty()) {
        join_new(step, from, request, random);
    } else if (pending_.contains(request.member_id)) {
        add_member(step, from, request, request.member_id);
    } else {
        join_known(step, from, request);
    }
}

bool ClassicGroup::has_room_for(const std::string& member_id) const
{
    const auto known = members_.find(member_id);
    const auto room = [&](std::ptrdiff_t taken) { return taken < limits_.max_size; };
    switch (state_) {
        case GroupState::empty:
        case GroupState::dead: return true;
        case GroupState::preparing_rebalance:
            return (known != members_.end() && known->second.joining) ||
                   room(std::count_if(members_.begin(), members_.end(), [](const auto& entry) {
                       return entry.second.joining.has_value();
                   }));
        case GroupState::completing_rebalance:
        case GroupState::stable:
            return known != members_.end() || room(static_cast<std::ptrdiff_t>(members_.size()));
    }
    return true;
}

/// An Empty group takes any protocol. Otherwise one of the list must be supported by every member,
/// by what they joined with last; the one that joins now is counted among them.
bool ClassicGroup::supports(const JoinGroupRequest& request) const
{
    if (state_ == GroupState::empty) {
        return !request.protocol_type.empty() && !request.protocols.empty();
    }
    return request.protocol_type == protocol_type_ &&
           std::any_of(request.protocols.begin(), request.protocols.end(),
                       [&](const std::string& each) { return all_support(each); });
}

bool ClassicGroup::all_support(const std::string& protocol) const
{
    return std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
        const auto& theirs = entry.second.protocols;
        return std::find(theirs.begin(), theirs.end(), protocol) != theirs.end();
    });
}

/// Without a member id: a dynamic member is given one and has to join again with it (KIP-394).
void ClassicGroup::join_new(const CoordinatorStep& step, const ParkedRequest& from,
                            const JoinGroupRequest& request, Random& random)
{
    const std::string new_id = make_member_id(request, random);
    if (request.instance_id.empty()) {
        pending_[new_id] = step.now + request.session_timeout;
        JoinGroupResponse refusal;
        refusal.error = Error::member_id_required;
        refusal.member_id = new_id;
        step.answer(from, std::move(refusal));
    } else if (member_of(request.instance_id).empty()) {
        add_member(step, from, request, new_id);
    } else {
        replace_static(step, from, request, new_id);
    }
}

void ClassicGroup::join_known(const CoordinatorStep& step, const ParkedRequest& from,
                              const JoinGroupRequest& request)
{
    GroupMember& member = members_.at(request.member_id);
    const bool same = member.protocols == request.protocols && member.topics == request.topics &&
                      member.owned == request.owned;
    const bool answer_at_once = same && (state_ == GroupState::completing_rebalance ||
                                         (state_ == GroupState::stable && member.id != leader_));
    if (answer_at_once) {
        step.answer(from, joined_response(member));
        return;
    }
    take_in(member, from, request);
    rebalance_or_complete_join(step);
}

void ClassicGroup::add_member(const CoordinatorStep& step, const ParkedRequest& from,
                              const JoinGroupRequest& request, const std::string& member_id)
{
    pending_.erase(member_id);
    if (members_.empty()) protocol_type_ = request.protocol_type;
    GroupMember& member = members_[member_id];
    member.id = member_id;
    member.instance_id = request.instance_id;
    member.client_id = request.client_id;
    member.node = from.from.from;
    take_in(member, from, request);
    member.is_new = true;
    member.session_deadline = step.now + new_member_join_timeout;
    if (leader_.empty()) leader_ = member.id;
    if (state_ == GroupState::preparing_rebalance && initial_) new_member_added_ = true;
    rebalance_or_complete_join(step);
}

/// A static member has been restarted. In a stable group it takes its old place over, under a new
/// id, unless the group would choose another protocol now.
void ClassicGroup::replace_static(const CoordinatorStep& step, const ParkedRequest& from,
                                  const JoinGroupRequest& request, const std::string& new_id)
{
    const std::string old_id = member_of(request.instance_id);
    auto entry = members_.extract(old_id);
    GroupMember& member = entry.mapped();
    refuse_join(step, member, old_id, Error::fenced_instance_id);
    if (member.syncing) {
        step.answer(*std::exchange(member.syncing, std::nullopt),
                    SyncGroupResponse{.error = Error::fenced_instance_id});
    }
    step.effects.trace(event::MemberRemoved{name_, old_id, "its instance joined anew"});
    const GroupMember before = member;
    entry.key() = member.id = new_id;
    member.is_new = false;
    member.client_id = request.client_id;
    member.node = from.from.from;
    take_in(member, from, request);
    member.session_deadline = step.now + member.session_timeout;
    members_.insert(std::move(entry));
    if (leader_ == old_id) leader_ = new_id;
    if (state_ == GroupState::stable && choose_protocol() == protocol_) {
        const auto ticket = step.append(offsets_partition_, {to_record(step.effects.wall_clock())});
        replacements_.push_back({ticket, new_id, before});
    } else if (state_ == GroupState::preparing_rebalance) {
        maybe_complete_join(step);
    } else {
        prepare_rebalance(step);
    }
}

void ClassicGroup::answer_replacement(const CoordinatorStep& step, const Replacement& done,
                                      Error error)
{
    const auto found = members_.find(done.member_id);
    if (found == members_.end() || !found->second.joining) return;
    GroupMember& member = found->second;
    if (error != Error::none) {
        refuse_join(step, member, "", error);
        take_back(step, done);
        return;
    }
    JoinGroupResponse response = joined_response(member);
    response.skip_assignment = member.id == leader_;
    step.answer(*std::exchange(member.joining, std::nullopt), std::move(response));
    member.session_deadline = step.now + member.session_timeout;
}

/// Nobody has been replaced: the record of it was not written.
void ClassicGroup::take_back(const CoordinatorStep& step, const Replacement& failed)
{
    auto entry = members_.extract(failed.member_id);
    entry.key() = failed.before.id;
    entry.mapped() = failed.before;
    entry.mapped().session_deadline = step.now + failed.before.session_timeout;
    members_.insert(std::move(entry));
    if (leader_ == failed.member_id) leader_ = failed.before.id;
    if (waiting_for_sync_.erase(failed.member_id) > 0) waiting_for_sync_.insert(failed.before.id);
}

void ClassicGroup::refuse_join(const CoordinatorStep& step, GroupMember& member,
                               const std::string& told_id, Error error)
{
    if (!member.joining) return;
    JoinGroupResponse refusal;
    refusal.error = error;
    refusal.member_id = told_id;
    step.answer(*std::exchange(member.joining, std::nullopt), std::move(refusal));
}

JoinGroupResponse ClassicGroup::joined_response(const GroupMember& member) const
{
    JoinGroupResponse response;
    response.generation = generation_;
    response.protocol = protocol_;
    response.leader = leader_;
    response.member_id = member.id;
    if (member.id == leader_) {
        for (const auto& [id, each] : members_) {
            response.members.push_back({id, each.instance_id, each.topics, each.owned});
        }
    }
    return response;
}

void ClassicGroup::answer_join(const CoordinatorStep& step, GroupMember& member)
{
    if (member.joining) {
        step.answer(*std::exchange(member.joining, std::nullopt), joined_response(member));
    }
    member.is_new = false;
    member.session_deadline = step.now + member.session_timeout;
}

// --- rebalances
// -----------------------------------------------------------------------------------

Duration ClassicGroup::longest_rebalance_timeout() const
{
    Duration longest{};
    for (const auto& [id, member] : members_) {
        longest = std::max(longest, member.rebalance_timeout);
    }
    return longest;
}

void ClassicGroup::rebalance_or_complete_join(const CoordinatorStep& step)
{
    if (state_ == GroupState::preparing_rebalance) {
        maybe_complete_join(step);
    } else {
        prepare_rebalance(step);
    }
}

void ClassicGroup::prepare_rebalance(const CoordinatorStep& step)
{
    if (state_ == GroupState::completing_rebalance) {
        assignment_ticket_ = 0;
        proposed_.clear();
        for (auto& [id, member] : members_) member.assignment.clear();
        answer_syncs(step, Error::rebalance_in_progress);
    }
    sync_deadline_ = never;
    waiting_for_sync_.clear();
    initial_ = state_ == GroupState::empty;
    new_member_added_ = false;
    if (initial_) {
        initial_wait_ = limits_.initial_delay;
        initial_rest_ = std::max(longest_rebalance_timeout() - initial_wait_, Duration{});
        join_deadline_ = step.now + initial_wait_;
    } else {
        join_deadline_ = step.now + longest_rebalance_timeout();
    }
    move_to(step, GroupState::preparing_rebalance);
    if (initial_ && initial_wait_.nanoseconds == 0) {
        on_join_deadline(step);
    } else {
        maybe_complete_join(step);
    }
}

bool ClassicGroup::all_joined() const
{
    return pending_.empty() && std::all_of(members_.begin(), members_.end(), [](const auto& entry) {
               return entry.second.joining.has_value();
           });
}

void ClassicGroup::maybe_complete_join(const CoordinatorStep& step)
{
    if (state_ != GroupState::preparing_rebalance || initial_) return;
    if (all_joined()) complete_join(step);
}

void ClassicGroup::on_join_deadline(const CoordinatorStep& step)
{
    if (initial_ && new_member_added_ && initial_rest_.nanoseconds > 0) {
        // Somebody came during the delay: wait once more, within the rebalance timeout.
        new_member_added_ = false;
        const Duration before = initial_wait_;
        initial_wait_ = std::min(limits_.initial_delay, initial_rest_);
        initial_rest_ = std::max(initial_rest_ - before, Duration{});
        join_deadline_ = step.now + initial_wait_;
        return;
    }
    complete_join(step);
}

/// A leader that has not joined is no leader any more; false when nobody has joined.
bool ClassicGroup::elect_joined_leader()
{
    const auto leader = members_.find(leader_);
    if (leader == members_.end()) return false;
    if (leader->second.joining) return true;
    const JavaHashOrder before(members_.size());
    const GroupMember* first = nullptr;
    for (const auto& [id, member] : members_) {
        if (member.joining && (first == nullptr || before(id, first->id))) first = &member;
    }
    if (first == nullptr) return false;
    leader_ = first->id;
    return true;
}

void ClassicGroup::complete_join(const CoordinatorStep& step)
{
    join_deadline_ = never;
    std::vector<std::string> late;
    for (const auto& [id, member] : members_) {
        if (!member.joining && member.instance_id.empty()) late.push_back(id);
    }
    for (const std::string& id : late) drop_member(step, id, "did not rejoin in time");
    if (!elect_joined_leader() && !members_.empty()) {
        // Only static members, and none has come: their sessions decide.
        join_deadline_ = step.now + longest_rebalance_timeout();
        return;
    }
    initial_ = false;
    ++generation_;
    waiting_for_sync_.clear();
    if (members_.empty()) {
        protocol_.clear();
        move_to(step, GroupState::empty);
        step.append(offsets_partition_, {to_record(step.effects.wall_clock())});
        return;
    }
    protocol_ = choose_protocol();
    move_to(step, GroupState::completing_rebalance);
    for (auto& [id, member] : members_) {
        waiting_for_sync_.insert(id);
        answer_join(step, member);
    }
    sync_deadline_ = step.now + longest_rebalance_timeout();
}

/// Every member votes for the first of its protocols that all support; the most votes win.
std::string ClassicGroup::choose_protocol() const
{
    std::map<std::string, int> votes;
    for (const auto& [id, member] : members_) {
        const auto choice = std::find_if(member.protocols.begin(), member.protocols.end(),
                                         [&](const auto& each) { return all_support(each); });
        if (choice != member.protocols.end()) ++votes[*choice];
    }
    GREGOR_CHECK(!votes.empty());
    return most_voted(votes);
}

}  // namespace gregor
