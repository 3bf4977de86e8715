#include "model/consumer/heartbeat_membership.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// A UUID as Kafka writes it: 22 characters of base 64.
std::string random_uuid(Random& random)
{
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string id;
    for (int i = 0; i < 21; ++i) id += digits[random.below(digits.size())];
    return id + digits[16 * random.below(4)];  // 128 bits: two are left for the last one
}

bool is_legal(ReconcilingState from, ReconcilingState to)
{
    return std::ranges::any_of(legal_reconciling_moves, [&](const ReconcilingMove& move) {
        return move.from == from && move.to == to;
    });
}

}  // namespace

std::string_view name_of(ReconcilingState state)
{
    constexpr std::array<std::string_view, 8> names{"unsubscribed",  "joining", "reconciling",
                                                    "acknowledging", "stable",  "fenced",
                                                    "stale",         "fatal"};
    return names[static_cast<std::size_t>(state)];
}

HeartbeatMembership::HeartbeatMembership(const Settings& settings)
    : settings_(settings),
      backoff_(settings.config.retry_backoff_ms, settings.config.retry_backoff_max_ms),
      member_id_(random_uuid(settings_.random))
{
}

bool HeartbeatMembership::in_group() const
{
    switch (state_) {
        case ReconcilingState::joining:
        case ReconcilingState::reconciling:
        case ReconcilingState::acknowledging:
        case ReconcilingState::stable: return true;
        default: return false;
    }
}

void HeartbeatMembership::move_to(ReconcilingState to)
{
    GREGOR_CHECK(is_legal(state_, to));
    state_ = to;
}

void HeartbeatMembership::join()
{
    const bool out = state_ == ReconcilingState::unsubscribed || has_lost();
    if (!out) return;
    move_to(ReconcilingState::joining);
    epoch_ = 0;
    current_.reset();
    target_.clear();
    told_ = {};
}

std::optional<HeartbeatMembership::Partitions> HeartbeatMembership::wanted() const
{
    if (state_ != ReconcilingState::reconciling) return std::nullopt;
    return target_;
}

void HeartbeatMembership::reconciled(const Partitions& assignment)
{
    current_ = assignment;
    told_.owned = false;
    move_to(ReconcilingState::acknowledging);
}

// --- heartbeats
// -----------------------------------------------------------------------------------

/// Without waiting for its interval.
bool HeartbeatMembership::heartbeat_now() const
{
    return state_ == ReconcilingState::joining || state_ == ReconcilingState::acknowledging;
}

/// A member that does not call poll() in time leaves with the heartbeat that is due then; what it
/// had is lost at its next poll().
void HeartbeatMembership::keep_alive(const ConsumerStep& step, bool late)
{
    if (!in_group()) return;
    if (!step.coordinator.known()) {
        step.coordinator.ready(step);
        return;
    }
    if (in_flight_ || step.now < not_before_) return;
    if (!heartbeat_now() && step.now < next_heartbeat_) return;
    if (!step.coordinator.ready(step)) return;
    if (late) {
        send_leave(step);
        move_to(ReconcilingState::stale);
    } else {
        send_heartbeat(step);
    }
}

void HeartbeatMembership::send_heartbeat(const ConsumerStep& step)
{
    const ConsumerConfig& config = settings_.config;
    ConsumerGroupHeartbeatRequest request{.group = config.group_id,
                                          .member_id = member_id_,
                                          .client_id = settings_.name,
                                          .instance_id = config.group_instance_id};
    request.member_epoch = epoch_;
    if (!std::exchange(told_.subscription, true)) {
        request.rack = config.client_rack;
        request.rebalance_timeout = config.max_poll_interval_ms;
        request.topics = settings_.topics;
        if (!config.group_remote_assignor.empty()) request.assignor = config.group_remote_assignor;
    }
    if (!std::exchange(told_.owned, true)) request.owned = current_.value_or(Partitions{});
    if (state_ == ReconcilingState::acknowledging) {
        move_to(current_ == target_ ? ReconcilingState::stable : ReconcilingState::reconciling);
    }
    in_flight_ = true;
    next_heartbeat_ = step.now + interval_;
    step.coordinator.send(step, heartbeat_cookie, std::move(request));
}

/// A static member says that it comes back.
void HeartbeatMembership::send_leave(const ConsumerStep& step)
{
    const std::string& instance = settings_.config.group_instance_id;
    ConsumerGroupHeartbeatRequest request{.group = settings_.config.group_id,
                                          .member_id = member_id_,
                                          .client_id = settings_.name,
                                          .instance_id = instance};
    request.member_epoch = epoch_ = instance.empty() ? leave_epoch : leave_static_epoch;
    step.coordinator.send(step, leave_cookie, std::move(request));
}

bool HeartbeatMembership::leave(const ConsumerStep& step)
{
    if (!in_group()) return false;
    const bool tells = step.coordinator.ready(step);
    if (tells) send_leave(step);
    move_to(ReconcilingState::unsubscribed);
    return tells;
}

void HeartbeatMembership::on_heartbeat(const ConsumerStep& step,
                                       const ConsumerGroupHeartbeatResponse& response)
{
    in_flight_ = false;
    if (!in_group()) return;
    if (response.error != Error::none) {
        on_error(step, response.error);
        return;
    }
    failures_ = 0;
    epoch_ = response.member_epoch;
    if (interval_ != response.heartbeat_interval) {
        interval_ = response.heartbeat_interval;
        next_heartbeat_ = step.now + interval_;
    }
    if (response.assignment) take_assignment(*response.assignment);
}

void HeartbeatMembership::take_assignment(Partitions assignment)
{
    std::sort(assignment.begin(), assignment.end());
    target_ = std::move(assignment);
    if (current_ != target_) {
        move_to(ReconcilingState::reconciling);
    } else if (state_ == ReconcilingState::reconciling) {
        move_to(ReconcilingState::stable);
    }
}

void HeartbeatMembership::on_error(const ConsumerStep& step, Error error)
{
    told_ = {};
    switch (error) {
        case Error::fenced_member_epoch:
        case Error::unknown_member_id:
            epoch_ = 0;
            move_to(ReconcilingState::fenced);
            return;
        case Error::not_coordinator:
        case Error::coordinator_not_available:
            step.coordinator.forget(step.now);
            next_heartbeat_ = step.now;
            return;
        case Error::coordinator_load_in_progress: back_off(step.now); return;
        default: fail(error);
    }
}

/// GROUP_MAX_SIZE_REACHED, UNRELEASED_INSTANCE_ID, UNSUPPORTED_ASSIGNOR and the like.
void HeartbeatMembership::fail(Error error)
{
    fatal_error_ = error;
    move_to(ReconcilingState::fatal);
}

void HeartbeatMembership::back_off(Time now)
{
    not_before_ = now + backoff_.delay(failures_++, settings_.random);
    next_heartbeat_ = not_before_;
}

/// The request or its answer is lost: everything is told again.
void HeartbeatMembership::on_request_failed(const ConsumerStep& step)
{
    on_coordinator_lost();
    back_off(step.now);
}

void HeartbeatMembership::on_coordinator_lost()
{
    in_flight_ = false;
    told_ = {};
}

Time HeartbeatMembership::next_deadline(const CoordinatorLink& coordinator) const
{
    if (!in_group()) return never;
    if (!coordinator.known() || in_flight_) return coordinator.next_deadline();
    return heartbeat_now() ? not_before_ : std::max(next_heartbeat_, not_before_);
}

}  // namespace gregor
