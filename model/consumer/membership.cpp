#include "model/consumer/membership.h"

#include "engine/check.h"
#include "model/assignors/range.h"
#include "model/assignors/round_robin.h"
#include "model/assignors/sticky.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace gregor {

namespace {

constexpr std::string_view cooperative_sticky = "cooperative-sticky";

struct Assignor {
    std::string_view name;
    GroupAssignment (*assign)(const GroupSubscription& subscription);
};

constexpr std::array assignors{
    Assignor{"range", assign_range},
    Assignor{"roundrobin", assign_round_robin},
    Assignor{"sticky", assign_sticky},
    Assignor{cooperative_sticky, assign_cooperative_sticky},
};

const Assignor* find_assignor(std::string_view name)
{
    const auto* const found = std::find_if(assignors.begin(), assignors.end(),
                                           [&](const Assignor& each) { return each.name == name; });
    return found == assignors.end() ? nullptr : found;
}

/// The assignors of the setting that this model has, in its order. Beside others,
/// cooperative-sticky is left out: members would be eager with it.
std::vector<std::string> known_protocols(const std::vector<std::string>& wanted)
{
    std::vector<std::string> known;
    for (const std::string& name : wanted) {
        const bool eager = name != cooperative_sticky;
        if (eager && find_assignor(name) != nullptr) known.push_back(name);
    }
    const bool cooperative =
        std::find(wanted.begin(), wanted.end(), cooperative_sticky) != wanted.end();
    if (known.empty()) known.emplace_back(cooperative ? cooperative_sticky : "range");
    return known;
}

}  // namespace

Membership::Membership(const Settings& settings)
    : settings_(settings),
      protocols_(known_protocols(settings.config.partition_assignment_strategy)),
      cooperative_(protocols_.front() == cooperative_sticky)
{
}

bool Membership::take_lost()
{
    return std::exchange(lost_, false);
}

void Membership::lose_coordinator(const ConsumerStep& step)
{
    step.coordinator.forget(step.now);
    on_coordinator_lost();
}

void Membership::join(const ConsumerStep& step, const std::vector<TopicPartition>& owned)
{
    if (step.now < step.coordinator.not_before() || !step.coordinator.ready(step)) return;
    claim_ = claim(owned);
    send_join(step);
}

/// Only the sticky assignors read it. A cooperative member claims what it still has, an eager one,
/// which has given up everything, what it had last.
OwnedClaim Membership::claim(const std::vector<TopicPartition>& owned) const
{
    if (cooperative_) return {owned, generation_, generation_};
    const bool sticky =
        std::find(protocols_.begin(), protocols_.end(), "sticky") != protocols_.end();
    if (!sticky) return {};
    return {last_assignment_, last_generation_, generation_};
}

void Membership::send_join(const ConsumerStep& step)
{
    const ConsumerConfig& config = settings_.config;
    JoinGroupRequest request;
    request.group = config.group_id;
    request.member_id = member_id_;
    request.client_id = settings_.name;
    request.session_timeout = config.session_timeout_ms;
    request.rebalance_timeout = config.max_poll_interval_ms;
    request.protocols = protocols_;
    request.topics = settings_.topics;
    request.owned = claim_;
    request.instance_id = config.group_instance_id;
    state_ = MemberState::joining;
    next_heartbeat_ = never;
    const std::uint32_t correlation = step.coordinator.send(step, join_cookie, std::move(request));
    // A join is parked as long as the rebalance lasts.
    step.connections.set_deadline(correlation, step.now + config.max_poll_interval_ms + seconds(5));
}

void Membership::on_joined(const ConsumerStep& step, const JoinGroupResponse& response)
{
    if (state_ != MemberState::joining) return;
    if (response.error == Error::member_id_required) {
        member_id_ = response.member_id;
        if (step.now >= step.coordinator.not_before() && step.coordinator.ready(step)) {
            send_join(step);
        }
        return;
    }
    if (response.error != Error::none) {
        retry_join(step, response.error);
        return;
    }
    member_id_ = response.member_id;
    generation_ = response.generation;
    protocol_ = response.protocol;
    leader_ = response.leader;
    rejoin_needed_ = false;
    state_ = MemberState::syncing;
    SyncGroupRequest request;
    request.group = settings_.config.group_id;
    request.generation = generation_;
    request.member_id = member_id_;
    request.instance_id = settings_.config.group_instance_id;
    request.protocol = protocol_;
    if (is_leader() && !response.skip_assignment) request.assignments = hand_out(step, response);
    const std::uint32_t correlation = step.coordinator.send(step, sync_cookie, std::move(request));
    step.connections.set_deadline(correlation,
                                  step.now + settings_.config.max_poll_interval_ms + seconds(5));
}

std::vector<SyncGroupRequest::Assignment> Membership::hand_out(
    const ConsumerStep& step, const JoinGroupResponse& response) const
{
    GroupSubscription subscription;
    for (const KnownTopic& topic : step.metadata.topics()) {
        if (topic.id == no_topic) continue;
        subscription.topics.push_back(
            {.name = topic.name,
             .id = topic.id,
             .partitions = static_cast<std::int32_t>(topic.partitions.size()),
             .racks = {}});
    }
    for (const auto& member : response.members) {
        subscription.members.push_back(
            {.id = member.member_id,
             .instance_id = member.instance_id,
             .topics = member.topics,
             .owned = member.owned.partitions,
             .generation = member.owned.generation,
             .subscription_generation = member.owned.subscription_generation});
    }
    const Assignor* assignor = find_assignor(response.protocol);
    GREGOR_CHECK(assignor != nullptr);  // the coordinator chose among what all members know
    GroupAssignment assignment = assignor->assign(subscription);
    std::vector<SyncGroupRequest::Assignment> result;
    for (auto& [member, partitions] : assignment) {
        result.push_back({member, std::move(partitions)});
    }
    return result;
}

std::optional<std::vector<TopicPartition>> Membership::on_synced(const ConsumerStep& step,
                                                                 const SyncGroupResponse& response)
{
    if (state_ != MemberState::syncing) return std::nullopt;
    if (response.error != Error::none) {
        retry_join(step, response.error);
        return std::nullopt;
    }
    state_ = MemberState::stable;
    step.coordinator.succeeded();
    last_heartbeat_ = step.now;
    next_heartbeat_ = step.now + settings_.config.heartbeat_interval_ms;
    last_assignment_ = response.partitions;
    last_generation_ = generation_;
    return response.partitions;
}

/// Join or sync failed: the next try, as somebody new where the coordinator asks for it.
void Membership::retry_join(const ConsumerStep& step, Error error)
{
    state_ = MemberState::unjoined;
    rejoin_needed_ = true;
    switch (error) {
        case Error::unknown_member_id:
        case Error::illegal_generation: reset_generation(); return;
        case Error::rebalance_in_progress: return;
        case Error::coordinator_not_available:
        case Error::not_coordinator:
        case Error::network_exception: lose_coordinator(step); return;
        default: break;
    }
    if (!is_retriable(error)) return stop_for_good(error);
    step.coordinator.back_off(step.now);
}

void Membership::reset_generation()
{
    generation_ = -1;
    member_id_.clear();
    leader_.clear();
    state_ = MemberState::unjoined;
    next_heartbeat_ = never;
    rejoin_needed_ = true;
    lost_ = true;
}

/// What poll() throws the application does not get over (FencedInstanceIdException: somebody else
/// has the instance now). What it owned it is not told of.
void Membership::stop_for_good(Error why)
{
    fatal_ = why;
    state_ = MemberState::unjoined;
    next_heartbeat_ = never;
    rejoin_needed_ = false;
}

void Membership::send_heartbeat(const ConsumerStep& step)
{
    HeartbeatRequest request;
    request.group = settings_.config.group_id;
    request.generation = generation_;
    request.member_id = member_id_;
    request.instance_id = settings_.config.group_instance_id;
    heartbeat_in_flight_ = true;
    step.coordinator.send(step, heartbeat_cookie, std::move(request));
}

void Membership::on_heartbeat(const ConsumerStep& step, Error error)
{
    heartbeat_in_flight_ = false;
    if (state_ != MemberState::stable) return;
    next_heartbeat_ = step.now + settings_.config.heartbeat_interval_ms;
    switch (error) {
        case Error::none: last_heartbeat_ = step.now; return;
        case Error::rebalance_in_progress:  // still a member: counts as a success
            last_heartbeat_ = step.now;
            rejoin_needed_ = true;
            return;
        case Error::unknown_member_id:
        case Error::illegal_generation: reset_generation(); return;
        case Error::fenced_instance_id: stop_for_good(error); return;
        case Error::not_coordinator:
        case Error::coordinator_not_available: lose_coordinator(step); break;
        default: break;
    }
    next_heartbeat_ = step.now + step.coordinator.retry_delay();
}

void Membership::on_commit_error(const ConsumerStep& step, Error error)
{
    switch (error) {
        case Error::not_coordinator:
        case Error::coordinator_not_available:
        case Error::request_timed_out: lose_coordinator(step); return;
        case Error::rebalance_in_progress: rejoin_needed_ = true; return;
        case Error::unknown_member_id:
        case Error::illegal_generation:
            if (state_ == MemberState::stable) reset_generation();
            return;
        case Error::fenced_instance_id: stop_for_good(error); return;
        default: return;
    }
}

void Membership::on_request_failed(const ConsumerStep& step, std::uint32_t cookie)
{
    lose_coordinator(step);
    if (cookie == join_cookie || cookie == sync_cookie) {
        retry_join(step, Error::network_exception);
    } else if (cookie == heartbeat_cookie) {
        next_heartbeat_ = step.now + step.coordinator.retry_delay();
    }
}

void Membership::leave(const ConsumerStep& step)
{
    const BrokerId coordinator = step.coordinator.coordinator();
    const bool can_tell = coordinator != no_broker && !member_id_.empty() &&
                          step.connections.ready({coordinator, channel::coordinator});
    // Static members stay until their session is over.
    if (can_tell && settings_.config.group_instance_id.empty()) {
        LeaveGroupRequest request{.group = settings_.config.group_id, .members = {}};
        request.members.push_back({.member_id = member_id_, .instance_id = ""});
        step.coordinator.send(step, leave_cookie, std::move(request));
    }
    reset_generation();
}

Time Membership::next_deadline(const CoordinatorLink& coordinator) const
{
    Time next = coordinator.next_deadline();
    if (state_ == MemberState::unjoined && rejoin_needed_) {
        next = std::min(next, coordinator.not_before());
    }
    if (state_ == MemberState::stable) {
        if (!heartbeat_in_flight_) next = std::min(next, next_heartbeat_);
        next = std::min(next, last_heartbeat_ + settings_.config.session_timeout_ms);
    }
    return next;
}

void Membership::keep_alive(const ConsumerStep& step)
{
    if (!step.coordinator.known()) {
        step.coordinator.ready(step);
        return;
    }
    if (state_ != MemberState::stable) return;
    if (step.now >= last_heartbeat_ + settings_.config.session_timeout_ms) {
        last_heartbeat_ = step.now;
        lose_coordinator(step);
        return;
    }
    if (heartbeat_in_flight_ || step.now < next_heartbeat_) return;
    if (step.coordinator.ready(step)) send_heartbeat(step);
}

}  // namespace gregor
