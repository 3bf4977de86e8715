#include "model/lab/simulation.h"

#include <algorithm>

namespace gregor::lab {

namespace {

/// What each kind of event may change of what expressions read.
struct Touches {
    using E = std::uint32_t;
    E operator()(const event::BatchAppended&) const { return reads::log; }
    E operator()(const event::RecordsReplicated&) const { return reads::log; }
    E operator()(const event::LogTruncated&) const { return reads::log; }
    E operator()(const event::SegmentsDeleted&) const { return reads::log | reads::group; }
    E operator()(const event::RecordsDeleted&) const { return reads::log | reads::group; }
    E operator()(const event::ReplicaRemoved&) const { return reads::log; }
    E operator()(const event::LogCleaned&) const { return reads::log; }
    E operator()(const event::HighWatermarkAdvanced&) const { return reads::log | reads::group; }
    E operator()(const event::BecameLeader&) const { return reads::log | reads::metadata; }
    E operator()(const event::BecameFollower&) const { return reads::log | reads::metadata; }
    E operator()(const event::PartitionChanged&) const { return reads::metadata; }
    E operator()(const event::BrokerFenced&) const { return reads::metadata; }
    E operator()(const event::BrokerUnfenced&) const { return reads::metadata; }
    E operator()(const event::BrokerRegistered&) const { return reads::metadata; }
    E operator()(const event::ControllerActivated&) const { return reads::metadata; }
    E operator()(const event::ControllerResigned&) const { return reads::metadata; }
    E operator()(const event::QuorumRoleChanged&) const { return reads::metadata; }
    E operator()(const event::TopicCreated&) const { return reads::metadata; }
    E operator()(const event::LogDirFailed&) const { return reads::liveness; }
    E operator()(const event::ProcessExited&) const { return reads::liveness; }
    E operator()(const event::TopicDeleted&) const { return reads::metadata; }
    E operator()(const event::PartitionsCreated&) const { return reads::metadata; }
    E operator()(const event::RecordsSent&) const { return reads::client; }
    E operator()(const event::RecordsAcknowledged&) const { return reads::client; }
    E operator()(const event::RecordsFailed&) const { return reads::client; }
    E operator()(const event::RecordsDelivered&) const { return reads::client | reads::group; }
    E operator()(const event::RecordsProcessed&) const { return reads::client; }
    E operator()(const event::TransactionBegan&) const { return reads::client; }
    E operator()(const event::TransactionEnded&) const { return reads::client; }
    E operator()(const event::TransactionMarkerWritten&) const { return reads::log; }
    E operator()(const event::OffsetCommitted&) const { return reads::group; }
    E operator()(const event::GroupStateChanged&) const { return reads::group; }
    E operator()(const event::PartitionsAssigned&) const { return reads::group; }
    E operator()(const event::PartitionsRevoked&) const { return reads::group; }
    template <class Other>
    E operator()(const Other&) const
    {
        return 0;
    }
};

[[noreturn]] void refuse_without_host(const Scenario& scenario)
{
    std::string names;
    for (const Client& each : scenario.clients) {
        if (each.application.empty()) continue;
        names += (names.empty() ? "" : ", ") + each.name + " (" + each.application + ")";
    }
    throw BadInput(scenario.id, {{"/clients", "applications outside the simulation: " + names,
                                  "gregor.run(..., applications={...}) in Python", ""}});
}

}  // namespace

std::uint32_t touched_by(const Event& event)
{
    return reads::events | std::visit(Touches{}, event);
}

Simulation::Simulation(std::shared_ptr<const Scenario> scenario, std::uint64_t seed,
                       std::unique_ptr<Resources> resources, std::shared_ptr<ApplicationHost> host)
    : scenario_(std::move(scenario)),
      seed_(seed),
      resources_(std::move(resources)),
      host_(std::move(host)),
      state_([&] {
          BuiltCluster built = build_cluster(*scenario_, seed);
          names_ = built.names;
          return RunState(std::move(built), scenario_);
      }())
{
    if (state_.applications.any() && host_ == nullptr) {
        if (scenario_->calls == nullptr) refuse_without_host(*scenario_);
        host_ = std::make_shared<ScenarioCalls>(scenario_, seed);
    }
    attach();
    const auto nodes = static_cast<std::int32_t>(state_.kernel.node_count());
    for (std::int32_t node = 0; node < nodes; ++node) state_.kernel.start(NodeId{node});
    state_.script.start(context());
    follow_rules();
}

Simulation::Simulation(const Simulation& like, RunState state, std::unique_ptr<Resources> resources)
    : scenario_(like.scenario_),
      seed_(like.seed_),
      names_(like.names_),
      resources_(std::move(resources)),
      host_(like.host_),
      state_(std::move(state)),
      settling_(state_.kernel.now() > scenario_->horizon)
{
    attach();
}

void Simulation::attach()
{
    state_.kernel.attach(resources_.get());
    state_.kernel.attach(static_cast<KafkaKernel::Observer*>(this));
    intercepting_ = !state_.script.has_message_rules();
    follow_rules();
}

/// Messages are looked at only while the script has rules for them.
void Simulation::follow_rules()
{
    if (intercepting_ == state_.script.has_message_rules()) return;
    intercepting_ = !intercepting_;
    Interceptor<Message>* interceptor = intercepting_ ? this : nullptr;
    state_.kernel.attach(interceptor);
}

void Simulation::remove(RunListener& listener)
{
    std::erase(listeners_, &listener);
}

bool Simulation::run_until(Time until)
{
    until = std::min(until, end());
    messages_wanted_ = std::ranges::any_of(
        listeners_, [](const RunListener* each) { return each->wants_messages(); });
    if (now() < scenario_->horizon || !settling_) {
        const Time first = std::min(until, scenario_->horizon);
        state_.kernel.run_until(first);
        if (state_.kernel.stopping()) return false;
        if (first < scenario_->horizon || until == scenario_->horizon) return true;
        settling_ = true;
        state_.script.settle(context());
        follow_rules();
    }
    state_.kernel.run_until(until);
    return !state_.kernel.stopping();
}

void Simulation::finish()
{
    state_.invariants.full_check(state_.kernel);
    state_.script.finish(context());
    if (host_ != nullptr && now() >= end()) host_->finished(state_.applications.calls(), hash());
}

void Simulation::after_step(const gregor::Step<Message>& step, std::span<const Event> events,
                            std::uint64_t hash)
{
    std::uint32_t touched = step.kind == StepKind::start || step.kind == StepKind::fault
                                ? reads::liveness | reads::metadata | reads::log
                                : 0;
    std::uint64_t number = step.number;
    for (const Event& event : events) {
        ++number;
        touched |= touched_by(event);
        state_.history.record(step.at, event);
        state_.invariants.check(number, step.at, step.node, event, state_.kernel);
    }
    for (RunListener* listener : listeners_) listener->on_step(step, events, hash);
    state_.script.after_step(context(), step, events, touched);
    follow_rules();
    if (host_ != nullptr) {
        state_.applications.after_step({state_.kernel, names_, state_.history, *host_}, step,
                                       events);
    }
}

void Simulation::on_message(const gregor::Step<Message>& step, const Message& message)
{
    for (RunListener* listener : listeners_) {
        if (listener->wants_messages()) listener->on_message(step, message);
    }
}

void Simulation::on_wake(std::uint32_t id)
{
    if (Applications::owns(id)) {
        state_.applications.on_wake({state_.kernel, names_, state_.history, *host_}, id);
        return;
    }
    state_.script.on_wake(context(), id);
    follow_rules();
}

Verdict Simulation::intercept(NodeId from, NodeId to, bool accepted, Message& message)
{
    static_cast<void>(accepted);
    return state_.script.intercept(context(), from, to, message);
}

void Simulation::held(std::uint32_t parcel)
{
    state_.script.held(context(), parcel);
}

}  // namespace gregor::lab
