#include "model/groups/consumer_group.h"

#include "model/java_hash_order.h"

#include <algorithm>
#include <utility>

namespace gregor {

std::string_view name_of(ConsumerGroupState state)
{
    switch (state) {
        case ConsumerGroupState::empty: return "Empty";
        case ConsumerGroupState::assigning: return "Assigning";
        case ConsumerGroupState::reconciling: return "Reconciling";
        case ConsumerGroupState::stable: return "Stable";
    }
    return "";
}

ConsumerGroupState ConsumerGroup::state() const
{
    if (members_.empty()) return ConsumerGroupState::empty;
    if (epoch_ > assignment_epoch_) return ConsumerGroupState::assigning;
    const bool all = std::all_of(members_.begin(), members_.end(), [&](const auto& entry) {
        return entry.second.current.reconciled_to(assignment_epoch_);
    });
    return all ? ConsumerGroupState::stable : ConsumerGroupState::reconciling;
}

void ConsumerGroup::trace_state(const CoordinatorStep& step)
{
    const ConsumerGroupState now = state();
    if (now == traced_ && epoch_ == traced_epoch_) return;
    traced_ = now;
    traced_epoch_ = epoch_;
    step.effects.trace(event::GroupStateChanged{name_, name_of(now), epoch_,
                                                static_cast<std::int32_t>(members_.size())});
}

bool ConsumerGroup::subscribes_to(std::string_view topic) const
{
    return std::any_of(members_.begin(), members_.end(),
                       [&](const auto& entry) { return entry.second.topics.contains(topic); });
}

const ConsumerGroupMember* ConsumerGroup::find_instance(const std::string& instance_id) const
{
    for (const auto& [id, member] : members_) {
        if (member.instance_id == instance_id) return &member;
    }
    return nullptr;
}

ConsumerGroupMember* ConsumerGroup::find_instance(const std::string& instance_id)
{
    return const_cast<ConsumerGroupMember*>(std::as_const(*this).find_instance(instance_id));
}

// --- heartbeats
// -----------------------------------------------------------------------------------

Error ConsumerGroup::check(const ConsumerGroupHeartbeatRequest& request,
                           const std::vector<std::string>& assignors)
{
    if (request.member_id.empty() || request.group.empty()) return Error::invalid_request;
    if (request.member_epoch < leave_static_epoch) return Error::invalid_request;
    if (request.member_epoch == leave_static_epoch && request.instance_id.empty()) {
        return Error::invalid_request;
    }
    const bool complete =
        request.rebalance_timeout && request.topics && request.owned && request.owned->empty();
    if (request.member_epoch == 0 && !complete) return Error::invalid_request;
    const bool known =
        !request.assignor || request.assignor->empty() ||
        std::find(assignors.begin(), assignors.end(), *request.assignor) != assignors.end();
    return known ? Error::none : Error::unsupported_assignor;
}

/// Whether the request comes from a member, or from somebody who may become one.
Error ConsumerGroup::admit(const ConsumerGroupHeartbeatRequest& request) const
{
    const bool joins = request.member_epoch == 0;
    const auto known = members_.find(request.member_id);
    const bool full = static_cast<std::int64_t>(members_.size()) >= settings_.max_size;
    if (full && known == members_.end()) return Error::group_max_size_reached;
    if (request.instance_id.empty()) {
        if (known == members_.end()) return joins ? Error::none : Error::unknown_member_id;
        return check_epoch(known->second, request);
    }
    const ConsumerGroupMember* instance = find_instance(request.instance_id);
    if (joins) {
        const bool taken = instance != nullptr && instance->current.epoch != leave_static_epoch;
        return taken ? Error::unreleased_instance_id : Error::none;
    }
    if (instance == nullptr) return Error::unknown_member_id;
    if (instance->id != request.member_id) return Error::fenced_instance_id;
    return check_epoch(*instance, request);
}

Error ConsumerGroup::check_epoch(const ConsumerGroupMember& member,
                                 const ConsumerGroupHeartbeatRequest& request) const
{
    const CurrentAssignment& current = member.current;
    if (request.member_epoch == 0 || request.member_epoch == current.epoch) return Error::none;
    if (request.member_epoch > current.epoch) return Error::fenced_member_epoch;
    // The answer that told it of the newer epoch may have been lost.
    const bool behind =
        request.member_epoch == current.previous_epoch && request.owned &&
        std::all_of(request.owned->begin(), request.owned->end(),
                    [&](TopicPartition each) { return current.assigned.contains(each); });
    return behind ? Error::none : Error::fenced_member_epoch;
}

ConsumerGroupHeartbeatResponse ConsumerGroup::on_heartbeat(
    const CoordinatorStep& step, const ConsumerGroupHeartbeatRequest& request,
    const TopicsView& view)
{
    if (request.member_epoch < 0) return leave(step, request);
    ConsumerGroupHeartbeatResponse response;
    response.error = admit(request);
    if (response.error != Error::none) return response;
    ConsumerGroupMember& member = enter(request);
    const CurrentAssignment::Partitions before = member.current.assigned;
    bool changed = take_subscription(member, request);
    // Looked at anew only when there is a reason: a subscription has changed, or the topics have.
    if (std::exchange(topics_version_, view.version) != view.version || changed) {
        const std::uint64_t hash = hash_of_topics(view.topics);
        changed = std::exchange(topics_hash_, hash) != hash || changed;
    }
    if (changed) bump();
    const bool may_assign =
        !last_assigned_ || step.now - *last_assigned_ >= settings_.assignment_interval;
    if (epoch_ > assignment_epoch_ && may_assign) assign(step, view.topics);
    reconcile_member(step, member, request.owned);
    member.session_deadline = step.now + settings_.session_timeout;
    response.member_id = member.id;
    response.member_epoch = member.current.epoch;
    response.heartbeat_interval = settings_.heartbeat_interval;
    const bool full_request =
        request.member_epoch == 0 ||
        (request.rebalance_timeout && request.topics && request.owned.has_value());
    const bool moved = !std::equal(before.begin(), before.end(), member.current.assigned.begin(),
                                   member.current.assigned.end(),
                                   [](const auto& a, const auto& b) { return a.first == b.first; });
    if (full_request || moved) {
        response.assignment.emplace();
        for (const auto& [partition, epoch] : member.current.assigned) {
            response.assignment->push_back(partition);
        }
    }
    trace_state(step);
    return response;
}

/// The member of the request: a known one, a new one, or one that takes the place of a static
/// member which has left for now.
ConsumerGroupMember& ConsumerGroup::enter(const ConsumerGroupHeartbeatRequest& request)
{
    if (!request.instance_id.empty() && request.member_epoch == 0) {
        if (ConsumerGroupMember* left = find_instance(request.instance_id)) {
            ConsumerGroupMember taken = *left;
            members_changed_.insert(taken.id);
            members_.erase(taken.id);
            taken.id = request.member_id;
            taken.current.epoch = taken.current.previous_epoch = 0;
            taken.current.state = ReconciliationState::stable;
            members_changed_.insert(taken.id);
            return members_[taken.id] = std::move(taken);
        }
    }
    const auto [at, is_new] = members_.try_emplace(request.member_id);
    if (is_new) {
        at->second.id = request.member_id;
        at->second.instance_id = request.instance_id;
        members_changed_.insert(request.member_id);
    }
    return at->second;
}

/// True when there is something else to assign now.
bool ConsumerGroup::take_subscription(ConsumerGroupMember& member,
                                      const ConsumerGroupHeartbeatRequest& request)
{
    bool to_be_written = false;
    const auto take = [&](auto& known, const auto& told) {
        if (known == told) return false;
        known = told;
        return to_be_written = true;
    };
    if (!request.client_id.empty()) take(member.client_id, request.client_id);
    if (!request.rack.empty()) take(member.rack, request.rack);
    if (request.rebalance_timeout) take(member.rebalance_timeout, *request.rebalance_timeout);
    if (request.assignor) take(member.assignor, *request.assignor);  // counts with the next target
    bool assigns_anew = false;
    if (request.topics) {
        assigns_anew = take(member.topics, std::set<std::string, std::less<>>(
                                               request.topics->begin(), request.topics->end()));
    }
    if (to_be_written) members_changed_.insert(member.id);
    return assigns_anew;
}

std::set<std::string_view> ConsumerGroup::subscribed_topics() const
{
    std::set<std::string_view> subscribed;
    for (const auto& [id, member] : members_) {
        subscribed.insert(member.topics.begin(), member.topics.end());
    }
    return subscribed;
}

std::uint64_t ConsumerGroup::hash_of_topics(const CoordinatorTopics& topics) const
{
    std::uint64_t hash = 0;
    for (const std::string_view name : subscribed_topics()) {
        const auto known = topics.find(name);
        if (known == topics.end()) continue;
        // Numbers of topics and of partitions are below 2^31.
        const auto id = static_cast<std::uint64_t>(known->second.id.value);
        const auto count = static_cast<std::uint64_t>(known->second.partitions);
        hash = (hash ^ (id << 32 | count)) * 0x9e3779b97f4a7c15U + 1;
    }
    return hash;
}

void ConsumerGroup::bump()
{
    ++epoch_;
    group_changed_ = true;
}

void ConsumerGroup::reconcile_member(const CoordinatorStep& step, ConsumerGroupMember& member,
                                     const std::optional<std::vector<TopicPartition>>& owned)
{
    if (member.current.reconciled_to(assignment_epoch_)) return;
    CurrentAssignment next = reconcile(
        member.current, {.epoch = assignment_epoch_,
                         .target = member.target,
                         .held = [this](TopicPartition each) { return holders_.contains(each); },
                         .owned = owned});
    if (next == member.current) return;
    const bool revokes = next.state == ReconciliationState::unrevoked_partitions;
    member.rebalance_deadline = revokes ? step.now + member.rebalance_timeout : never;
    replace_current(member, std::move(next));
}

void ConsumerGroup::replace_current(ConsumerGroupMember& member, CurrentAssignment next)
{
    hold(member.current, -1);
    member.current = std::move(next);
    hold(member.current, 1);
    members_changed_.insert(member.id);
}

void ConsumerGroup::hold(const CurrentAssignment& current, std::int32_t change)
{
    for (const auto* part : {&current.assigned, &current.pending_revocation}) {
        for (const auto& [partition, epoch] : *part) {
            if ((holders_[partition] += change) == 0) holders_.erase(partition);
        }
    }
}

// --- leaving
// --------------------------------------------------------------------------------------

ConsumerGroupHeartbeatResponse ConsumerGroup::leave(const CoordinatorStep& step,
                                                    const ConsumerGroupHeartbeatRequest& request)
{
    ConsumerGroupHeartbeatResponse response;
    response.member_id = request.member_id;
    response.member_epoch = request.member_epoch;
    std::string member_id = request.member_id;
    if (request.instance_id.empty()) {
        if (!members_.contains(member_id)) response.error = Error::unknown_member_id;
    } else {
        const ConsumerGroupMember* instance = find_instance(request.instance_id);
        if (instance == nullptr) {
            response.error = Error::unknown_member_id;
        } else if (instance->id != member_id) {
            response.error = Error::fenced_instance_id;
        }
    }
    if (response.error != Error::none) return response;
    if (request.member_epoch == leave_static_epoch) {
        // Its session goes on as it was: the place is free when it ends.
        ConsumerGroupMember& member = members_.at(member_id);
        CurrentAssignment away = member.current;
        away.previous_epoch = away.epoch;
        away.epoch = leave_static_epoch;
        away.pending_revocation.clear();
        member.rebalance_deadline = never;
        replace_current(member, std::move(away));
    } else {
        remove_member(step, member_id, "left the group");
    }
    trace_state(step);
    return response;
}

void ConsumerGroup::remove_member(const CoordinatorStep& step, const std::string& member_id,
                                  std::string_view because)
{
    hold(members_.at(member_id).current, -1);
    members_.erase(member_id);
    members_changed_.insert(member_id);
    step.effects.trace(event::MemberRemoved{name_, member_id, because});
    bump();
}

// --- offsets
// --------------------------------------------------------------------------------------

Error ConsumerGroup::may_commit(const std::string& member_id, std::int32_t epoch,
                                TopicPartition partition) const
{
    if (epoch < 0 && members_.empty()) return Error::none;
    const auto known = members_.find(member_id);
    if (epoch < 0 || known == members_.end()) return Error::unknown_member_id;
    const CurrentAssignment& current = known->second.current;
    if (epoch == current.epoch) return Error::none;
    if (epoch > current.epoch) return Error::stale_member_epoch;
    const auto assigned = current.assigned.find(partition);
    const bool since = assigned != current.assigned.end() && assigned->second <= epoch;
    return since ? Error::none : Error::stale_member_epoch;
}

Error ConsumerGroup::may_fetch_offsets(const std::string& member_id, std::int32_t epoch) const
{
    if (member_id.empty() && epoch < 0) return Error::none;
    const auto known = members_.find(member_id);
    if (known == members_.end()) return Error::unknown_member_id;
    return epoch == known->second.current.epoch ? Error::none : Error::stale_member_epoch;
}

// --- time
// -----------------------------------------------------------------------------------------

Time ConsumerGroup::next_deadline() const
{
    Time next = never;
    for (const auto& [id, member] : members_) {
        next = std::min({next, member.session_deadline, member.rebalance_deadline});
    }
    return next;
}

void ConsumerGroup::on_timer(const CoordinatorStep& step)
{
    std::vector<std::pair<std::string, std::string_view>> late;
    for (const auto& [id, member] : members_) {
        if (member.session_deadline <= step.now) {
            late.emplace_back(id, "session expired");
        } else if (member.rebalance_deadline <= step.now) {
            late.emplace_back(id, "gave nothing up in time");
        }
    }
    for (const auto& [id, because] : late) remove_member(step, id, because);
    trace_state(step);
}

}  // namespace gregor
