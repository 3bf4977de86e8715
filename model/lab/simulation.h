#pragma once

#include "model/lab/applications.h"
#include "model/lab/cluster.h"
#include "model/lab/history.h"
#include "model/lab/invariants.h"
#include "model/lab/script.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace gregor::lab {

/// The present number of the model's behaviour. Two builds with the same number give the same
/// hashes; any change of behaviour takes the next one.
inline constexpr int model_version = 6;

/// Everything that a run is at one instant, as one copyable value: what a keyframe keeps.
struct RunState {
    RunState(BuiltCluster built, const std::shared_ptr<const Scenario>& of)
        : kernel(std::move(built.kernel)),
          invariants(),
          script(of, built.names),
          applications(*of, built.names)
    {
        invariants.set_layout(built.names.layout);
    }
    KafkaKernel kernel;
    History history;
    Invariants invariants;
    Script script;
    Applications applications;
};

/// Sees numbered things as they happen: steps with the events they reported.
class RunListener {
public:
    using StepOf = gregor::Step<Message>;
    virtual ~RunListener() = default;
    virtual void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) = 0;
    virtual bool wants_messages() const { return false; }
    virtual void on_message(const StepOf& step, const Message& message)
    {
        static_cast<void>(step);
        static_cast<void>(message);
    }
};

/// One run of one leg: a scenario, a seed and resources.
class Simulation final : private KafkaKernel::Observer, private Interceptor<Message> {
public:
    /// `host`: of applications outside the simulation; throws BadInput when the scenario has some
    /// and there is none, nor recorded calls of this run in the scenario.
    Simulation(std::shared_ptr<const Scenario> scenario, std::uint64_t seed,
               std::unique_ptr<Resources> resources,
               std::shared_ptr<ApplicationHost> host = nullptr);
    /// Goes on from a copy of another run's state, e.g. a keyframe.
    Simulation(const Simulation& like, RunState state, std::unique_ptr<Resources> resources);
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    const Scenario& scenario() const { return *scenario_; }
    std::shared_ptr<const Scenario> scenario_ptr() const { return scenario_; }
    const Names& names() const { return names_; }
    std::uint64_t seed() const { return seed_; }
    const KafkaKernel& kernel() const { return state_.kernel; }
    const History& history() const { return state_.history; }
    const Invariants& invariants() const { return state_.invariants; }
    const Script& script() const { return state_.script; }
    const RunState& state() const { return state_; }
    const Resources& resources() const { return *resources_; }
    /// What the applications outside asked for up to now; null when there are none.
    const ApplicationCalls* application_calls() const
    {
        return host_ == nullptr ? nullptr : &host_->calls();
    }

    Time now() const { return state_.kernel.now(); }
    std::uint64_t hash() const { return state_.kernel.hash(); }
    std::uint64_t event_number() const { return state_.kernel.event_number(); }
    /// Horizon and, after it, the settling time.
    Time end() const { return scenario_->horizon + scenario_->settle; }

    /// Runs up to and including `until`, at most to the end. False: somebody asked to stop.
    bool run_until(Time until);
    bool run() { return run_until(end()); }
    /// The verdicts of the script on assertions; after the end of the run. Throws BadInput when the
    /// scenario carries calls of applications that are of another run.
    void finish();
    void stop() { state_.kernel.stop(); }
    void add(RunListener& listener) { listeners_.push_back(&listener); }
    void remove(RunListener& listener);

private:
    void after_step(const gregor::Step<Message>& step, std::span<const Event> events,
                    std::uint64_t hash) override;
    bool wants_messages() const override { return messages_wanted_; }
    void on_message(const gregor::Step<Message>& step, const Message& message) override;
    void on_wake(std::uint32_t id) override;
    Verdict intercept(NodeId from, NodeId to, bool accepted, Message& message) override;
    void held(std::uint32_t parcel) override;
    Script::Context context() { return {state_.kernel, state_.history, names_, *resources_}; }
    void attach();
    void follow_rules();

    std::shared_ptr<const Scenario> scenario_;
    std::uint64_t seed_;
    Names names_;
    std::unique_ptr<Resources> resources_;
    std::shared_ptr<ApplicationHost> host_;
    RunState state_;
    std::vector<RunListener*> listeners_;
    bool messages_wanted_ = false;
    bool intercepting_ = false;
    bool settling_ = false;
};

/// What an event may change of what expressions read (lab::reads).
std::uint32_t touched_by(const Event& event);

/// Makes resources by name: "fixed" here; the SimGrid factory is given by the program that links
/// it. Throws BadInput for a name that is not known.
using ResourceFactory = std::function<std::unique_ptr<Resources>(std::span<const LinkSpec>)>;

}  // namespace gregor::lab
