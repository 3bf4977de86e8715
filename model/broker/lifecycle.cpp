#include "model/broker/lifecycle.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

namespace {

constexpr Duration starting_interval = milliseconds(10);
constexpr Duration first_shutdown_retry = milliseconds(50);
constexpr Duration resend_delay = milliseconds(50);
constexpr Duration longest_controlled_shutdown = seconds(300);
constexpr std::string_view asked_to_stop = "asked to stop";

}  // namespace

std::string_view name_of(LifecycleState state)
{
    switch (state) {
        case LifecycleState::not_running: return "NOT_RUNNING";
        case LifecycleState::starting: return "STARTING";
        case LifecycleState::recovery: return "RECOVERY";
        case LifecycleState::running: return "RUNNING";
        case LifecycleState::pending_controlled_shutdown: return "PENDING_CONTROLLED_SHUTDOWN";
        case LifecycleState::shutting_down: return "SHUTTING_DOWN";
    }
    return "";
}

Lifecycle::Lifecycle(BrokerId self, const ClusterLayout& layout, const BrokerConfig& config,
                     std::uint64_t seed)
    : self_(self),
      layout_(layout),
      heartbeat_interval_(config.broker_heartbeat_interval_ms),
      registration_timeout_(config.initial_broker_registration_timeout_ms),
      controlled_shutdown_enabled_(config.controlled_shutdown_enable),
      random_(Random(seed).split("heartbeat phase", static_cast<std::uint64_t>(self.value)))
{
}

void Lifecycle::move_to(LifecycleState to, std::string_view because)
{
    const bool legal =
        std::any_of(lifecycle_moves.begin(), lifecycle_moves.end(), [&](const LifecycleMove& move) {
            return move.from == state_ && move.to == to && move.because == because;
        });
    GREGOR_CHECK(legal);
    state_ = to;
}

// --- begin and end of the process
// ---------------------------------------------------------------------

void Lifecycle::start(Time now, StartReason reason, const MetadataCache& metadata, Effects& effects)
{
    learn(metadata);
    ++incarnation_;
    first_life_ = reason == StartReason::first;
    const BrokerRegistration* known = metadata.image().broker(self_);
    if (known != nullptr) rack_ = known->rack;
    if (first_life_ && known != nullptr && !known->fenced) {
        epoch_ = known->epoch;
        fenced_ = false;
        ready_ = true;
        move_to(LifecycleState::running, "cluster was formed");
        communicate_after(now, random_.between(Duration{}, heartbeat_interval_), effects);
        return;
    }
    move_to(LifecycleState::starting, "process started");
    effects.set_timer(registration_timer, now + registration_timeout_);
    send_request(now, effects);
}

void Lifecycle::on_end(StartReason reason)
{
    const bool clean = reason == StartReason::after_stop && state_ == LifecycleState::shutting_down;
    marker_ = clean ? epoch_ : no_broker_epoch;
    state_ = LifecycleState::not_running;
    epoch_ = no_broker_epoch;
    metadata_offset_ = no_offset;
    controller_ = no_broker;
    suspect_ = again_at_once_ = ready_ = logs_unread_ = loading_is_over_ = false;
    fenced_ = true;
    in_flight_ = 0;
    shutdown_heartbeats_ = 0;
}

void Lifecycle::begin_controlled_shutdown(Time now, const MetadataCache& metadata, Effects& effects)
{
    learn(metadata);
    if (state_ == LifecycleState::running && controlled_shutdown_enabled_) {
        move_to(LifecycleState::pending_controlled_shutdown, asked_to_stop);
        effects.set_timer(shutdown_timer, now + longest_controlled_shutdown);
        communicate_at_once(now, effects);
    } else if (state_ == LifecycleState::starting || state_ == LifecycleState::recovery ||
               state_ == LifecycleState::running) {
        finish(asked_to_stop, effects);
    }
}

void Lifecycle::finish(std::string_view because, Effects& effects)
{
    move_to(LifecycleState::shutting_down, because);
    effects.trace(event::ProcessExited{because});
    effects.exit();
}

// --- the active controller
// ----------------------------------------------------------------------------

void Lifecycle::learn(const MetadataCache& metadata)
{
    metadata_offset_ = Offset{metadata.applied().value - 1};
    const BrokerRegistration* known = metadata.image().broker(self_);
    if (known != nullptr) rack_ = known->rack;
    if (metadata.controller() == no_broker || metadata.controller() == controller_) return;
    controller_ = metadata.controller();
    suspect_ = false;
}

void Lifecycle::on_metadata(Time, const MetadataCache& metadata, Effects&)
{
    learn(metadata);
}

BrokerId Lifecycle::target() const
{
    return controller_ != no_broker && !suspect_ ? controller_ : BrokerId{101 + next_voter_};
}

// --- requests
// -----------------------------------------------------------------------------------------

void Lifecycle::communicate_at_once(Time now, Effects& effects)
{
    if (in_flight_ != 0) {
        again_at_once_ = true;
    } else {
        send_request(now, effects);
    }
}

void Lifecycle::communicate_after(Time now, Duration delay, Effects& effects)
{
    if (again_at_once_) delay = Duration{};
    again_at_once_ = false;
    effects.set_timer(communication_timer, now + delay);
}

void Lifecycle::send_request(Time now, Effects& effects)
{
    effects.cancel_timer(communication_timer);
    effects.cancel_timer(resend_timer);
    again_at_once_ = false;
    asked_ = target();
    in_flight_ = ++correlation_;
    const bool stopping = state_ == LifecycleState::pending_controlled_shutdown;
    if (stopping) ++shutdown_heartbeats_;
    Message message{in_flight_, {}};
    if (epoch_ == no_broker_epoch) {
        message.body = BrokerRegistrationRequest{self_, incarnation_, rack_, marker_};
    } else {
        message.body = BrokerHeartbeatRequest{.broker = self_,
                                              .epoch = epoch_,
                                              .metadata_offset = metadata_offset_,
                                              .want_fence = !ready_,
                                              .want_shut_down = stopping};
    }
    send(effects, layout_.node_of(asked_), channel::heartbeat, std::move(message));
    effects.set_timer(request_timer, now + heartbeat_interval_);
}

/// The channel looks for the active controller by itself: the request is not lost.
void Lifecycle::resend_elsewhere(Time now, Effects& effects)
{
    in_flight_ = 0;
    suspect_ = true;
    next_voter_ = (asked_.value - 101 + 1) % layout_.controllers;
    effects.cancel_timer(request_timer);
    effects.set_timer(resend_timer, now + resend_delay);
}

/// No answer: the next one in time goes to another controller.
void Lifecycle::give_up_request(Time now, Effects& effects)
{
    effects.close(layout_.node_of(asked_), channel::heartbeat, false);
    in_flight_ = 0;
    suspect_ = true;
    next_voter_ = (asked_.value - 101 + 1) % layout_.controllers;
    communicate_after(now, heartbeat_interval_, effects);
}

void Lifecycle::on_connection_reset(Time now, const Envelope& peer, Effects& effects)
{
    if (peer.accepted || in_flight_ == 0 || peer.from != layout_.node_of(asked_)) return;
    resend_elsewhere(now, effects);
}

void Lifecycle::on_timer(Time now, TimerKey key, const MetadataCache& metadata, Effects& effects)
{
    learn(metadata);
    switch (key) {
        case communication_timer:
        case resend_timer: return send_request(now, effects);
        case request_timer: return give_up_request(now, effects);
        case log_loading_timer:
            loading_is_over_ = true;
            ready_ = !logs_unread_;
            if (ready_) communicate_at_once(now, effects);
            return;
        case registration_timer:
            if (epoch_ == no_broker_epoch) finish("not registered in time", effects);
            return;
        case shutdown_timer: return finish("shutdown deadline", effects);
        default: GREGOR_CHECK(false);
    }
}

// --- answers
// ------------------------------------------------------------------------------------------

void Lifecycle::on_response(Time now, const Envelope&, const Message& message, Effects& effects)
{
    if (message.correlation != in_flight_) return;
    const auto* registered = std::get_if<BrokerRegistrationResponse>(&message.body);
    const auto* heartbeat = std::get_if<BrokerHeartbeatResponse>(&message.body);
    if (registered == nullptr && heartbeat == nullptr) return;
    const Error error = registered != nullptr ? registered->error : heartbeat->error;
    if (error == Error::not_controller) return resend_elsewhere(now, effects);
    in_flight_ = 0;
    controller_ = asked_;
    suspect_ = false;
    effects.cancel_timer(request_timer);
    if (error != Error::none) return communicate_after(now, heartbeat_interval_, effects);
    if (registered != nullptr) {
        on_registered(now, *registered, effects);
    } else {
        on_heartbeat(now, *heartbeat, effects);
    }
}

void Lifecycle::on_registered(Time now, const BrokerRegistrationResponse& response,
                              Effects& effects)
{
    epoch_ = response.epoch;
    marker_ = no_broker_epoch;
    effects.cancel_timer(registration_timer);
    send_request(now, effects);
}

void Lifecycle::on_heartbeat(Time now, const BrokerHeartbeatResponse& response, Effects& effects)
{
    fenced_ = response.is_fenced;
    if (state_ == LifecycleState::starting && response.is_caught_up) {
        caught_up(now, effects);
    } else if (state_ == LifecycleState::recovery && !response.is_fenced) {
        move_to(LifecycleState::running, "unfenced");
    } else if (state_ == LifecycleState::pending_controlled_shutdown && response.should_shut_down) {
        return finish("controller lets it go", effects);
    }
    schedule_next(now, effects);
}

void Lifecycle::caught_up(Time now, Effects& effects)
{
    move_to(LifecycleState::recovery, "caught up on metadata");
    if (first_life_ || log_loading_ <= Duration{}) {
        loading_is_over_ = true;
        ready_ = again_at_once_ = !logs_unread_;
    } else {
        effects.set_timer(log_loading_timer, now + log_loading_);
    }
}

void Lifecycle::logs_were_read(Time now, Effects& effects)
{
    logs_unread_ = false;
    if (!loading_is_over_ || ready_) return;
    ready_ = true;
    communicate_at_once(now, effects);
}

void Lifecycle::schedule_next(Time now, Effects& effects)
{
    Duration delay = heartbeat_interval_;
    if (state_ == LifecycleState::starting) delay = starting_interval;
    const bool stopping = state_ == LifecycleState::pending_controlled_shutdown;
    if (stopping && shutdown_heartbeats_ == 1) delay = first_shutdown_retry;
    communicate_after(now, delay, effects);
}

}  // namespace gregor
