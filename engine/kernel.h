#pragma once

#include "engine/agenda.h"
#include "engine/check.h"
#include "engine/clock.h"
#include "engine/disk.h"
#include "engine/effects.h"
#include "engine/hash.h"
#include "engine/network.h"
#include "engine/process.h"
#include "engine/resources.h"
#include "engine/step.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace gregor {

/// The loop of a deterministic simulation: takes the earliest event, lets the process step, carries
/// out what it asked for, numbers and hashes everything. Owns order, time and faults; knows nothing
/// of what the messages mean.
///
/// `World` gives the closed set of types: Message, Event, Control (copyable values), Process (see
/// engine/process.h), and `digest(const Message&)`, `digest(const Event&)`, `digest(const
/// Control&)`: 64 bits made of the fields, never of padding, pointers or text.
///
/// A kernel is a value: its copy goes on independently, once it is given Resources of its own.
template <class World>
class Kernel final : public Driven {
public:
    using Message = typename World::Message;
    using Event = typename World::Event;
    using Control = typename World::Control;
    using Process = typename World::Process;
    using Effects = BasicEffects<Message, Event>;
    using Observer = StepObserver<Message, Event>;

    Kernel(Topology topology, std::uint64_t seed, const NetworkSettings& settings)
        : network_(std::move(topology), Random(seed), settings, subjects()),
          hash_(hash_of("gregor", seed))
    {
    }

    void attach(Resources* resources) { resources_ = resources; }
    void attach(Observer* observer) { observer_ = observer; }
    void attach(Interceptor<Message>* interceptor) { interceptor_ = interceptor; }

    NodeId add(Process process, int cores = 1)
    {
        Node& node = nodes_.emplace_back(std::move(process));
        node.cores.resize(static_cast<std::size_t>(cores));
        return NodeId{static_cast<std::int32_t>(nodes_.size() - 1)};
    }
    /// The first step of a node, at the present time.
    void start(NodeId id) { plan_start(id, now(), StartReason::first); }

    // --- the run -------------------------------------------------------------------------------

    Time now() const { return agenda_.now(); }
    std::uint64_t event_number() const { return agenda_.event(); }
    std::uint64_t hash() const { return hash_; }
    bool finished() const { return agenda_.queue().empty(); }

    /// Runs every event up to and including `until`, then stands at `until`. Stops early after
    /// `stop` was called. Slices of any length give the same run.
    void run_until(Time until)
    {
        stop_ = false;
        if (resources_->drives()) {
            resources_->drive(*this, until);
        } else {
            while (!stop_ && !agenda_.queue().empty() && agenda_.queue().top().at <= until) step();
        }
        if (!stop_ && until != never) agenda_.advance_to(until);
    }
    void stop() { stop_ = true; }

    Time next_event() override
    {
        return agenda_.queue().empty() ? never : agenda_.queue().top().at;
    }
    void step() override
    {
        const Pending entry = agenda_.queue().pop();
        agenda_.advance_to(entry.at);
        carry_out(entry);
    }
    void completed(std::uint64_t number, Time at) override
    {
        network_.transmission_ended(context(), number, at);
    }
    bool stopping() const override { return stop_; }

    // --- the script ----------------------------------------------------------------------------

    /// The observer's `on_wake(id)` is called at `at`.
    void wake(Time at, std::uint32_t id) { agenda_.plan(at, subject(Kind::wake, NodeId{0}), id); }

    /// A line of the script that is an event of its own: numbered, hashed, caused by `cause`.
    std::uint64_t note_fault(NodeId node, std::uint64_t cause, std::uint64_t what);
    void control(NodeId id, Control value, std::uint64_t cause);
    /// The process is killed. Its host stays: connections are reset, the page cache survives.
    void crash(NodeId id) { end(id, StartReason::after_crash); }
    /// The host loses power: silence, and what was not flushed is gone.
    void power_off(NodeId id) { end(id, StartReason::after_power_loss); }
    /// The host loses power and gets an empty disk.
    void replace_disk(NodeId id);
    /// The process (and its host) is there again after `starts_in`.
    void restart(NodeId id, Duration starts_in);
    void pause(NodeId id) { node(id).paused = true; }
    void resume(NodeId id);
    bool running(NodeId id) const { return nodes_[index(id)].running; }
    bool paused(NodeId id) const { return nodes_[index(id)].paused; }

    void cut(NodeId from, NodeId to) { network_.cut(context(), from, to); }
    void heal(NodeId from, NodeId to) { network_.heal(context(), from, to); }
    void set_effect(NodeId from, NodeId to, const PathEffect& effect)
    {
        network_.set_effect(context(), from, to, effect);
    }
    void clear_effect(NodeId from, NodeId to) { network_.clear_effect(context(), from, to); }
    /// Sends on a held message: in its place on the connection, or late and from an old one.
    void release(std::uint32_t parcel);
    Disk& disk(NodeId id) { return node(id).disk; }
    const Disk& disk(NodeId id) const { return nodes_[index(id)].disk; }
    Clock& clock(NodeId id) { return node(id).clock; }

    // --- looking -------------------------------------------------------------------------------

    const Process& process(NodeId id) const { return nodes_[index(id)].process; }
    std::size_t node_count() const { return nodes_.size(); }
    const Network& network() const { return network_; }
    const Message& message(std::uint32_t parcel) const { return messages_[parcel]; }
    const Agenda& agenda() const { return agenda_; }

private:
    using Kind = PendingKind;
    struct Node {
        explicit Node(Process p) : process(std::move(p)) {}
        Process process;
        std::vector<std::uint64_t> timers;  // by key: sequence number of the pending one, 0 = none
        std::vector<Pending> deferred;      // what a paused process will find
        std::vector<Time> cores;            // when each is free
        Clock clock;
        Disk disk;
        std::uint32_t incarnation = 0;
        StartReason ended = StartReason::first;
        bool running = false;
        bool paused = false;
    };
    static std::uint32_t subject(Kind kind, NodeId id)
    {
        return static_cast<std::uint32_t>(kind) | static_cast<std::uint32_t>(id.value)
                                                      << subject_node_shift;
    }
    static std::uint32_t subject(Kind kind, NodeId id, std::uint32_t incarnation)
    {
        return subject(kind, id) | incarnation << subject_incarnation_shift;
    }
    static Network::Subjects subjects()
    {
        const auto of = [](Kind kind) { return static_cast<std::uint32_t>(kind); };
        return {of(Kind::message), of(Kind::up),          of(Kind::reset),
                of(Kind::connect), of(Kind::transmitted), of(Kind::retransmit)};
    }
    static std::size_t index(NodeId id) { return static_cast<std::size_t>(id.value); }
    Node& node(NodeId id) { return nodes_[index(id)]; }
    Network::Context context() { return {agenda_, *resources_}; }

    void carry_out(const Pending& entry);
    /// Something a process asked for itself: a timer, a disk operation, CPU time.
    void own(NodeId id, Kind kind, const Pending& entry);
    void arrive(NodeId id, const Pending& entry);
    void connection(NodeId id, const Pending& entry, ConnectionChange change);
    void plan_start(NodeId id, Time at, StartReason reason);
    void started(NodeId id, const Pending& entry);
    void end(NodeId id, StartReason reason);
    /// The host of a process that is down loses power.
    void end_host(NodeId id);

    void begin_effects(NodeId id)
    {
        Node& self = node(id);
        effects_.begin(self.clock.read(now()), self.disk.throttled(), self.disk.full());
    }

    /// After a step: carries out what it asked for, numbers what it reported, shows both.
    void finish(const Step<Message>& step)
    {
        for (auto& action : effects_.actions()) {
            std::visit([&](auto& asked) { apply(step.node, asked); }, action);
        }
        const auto& events = effects_.events();
        for (const Event& event : events) hash_ = mix(hash_, World::digest(event));
        agenda_.count_events(events.size());
        observe(step, events);
    }
    void observe(const Step<Message>& step, std::span<const Event> events)
    {
        if (observer_ != nullptr) observer_->after_step(step, events, hash_);
    }

    void apply(NodeId from, typename Effects::Send& send);
    void leave(ParcelId id);
    bool intercepted(ParcelId id);
    void apply(NodeId id, const SetTimer& asked);
    void apply(NodeId id, const CancelTimer& asked);
    void apply(NodeId id, const Compute& asked);
    void disk_done(NodeId id, Time at, Tag tag);
    void apply(NodeId id, const Write& asked);
    void apply(NodeId id, const Read& asked);
    void apply(NodeId id, const Flush& asked);
    void apply(NodeId id, const Truncate& asked);
    void apply(NodeId id, const Close& asked);
    void apply(NodeId id, const Release& asked);
    void apply(NodeId id, const Exit& exit)
    {
        end(id, exit.in_order ? StartReason::after_stop : StartReason::after_crash);
    }

    void fold(StepKind kind, NodeId id, std::uint64_t cause, std::uint64_t content)
    {
        hash_ = mix(hash_, static_cast<std::uint64_t>(now().nanoseconds));
        hash_ = mix(hash_, cause << 24 | static_cast<std::uint64_t>(kind) << 16 |
                               static_cast<std::uint16_t>(id.value));
        hash_ = mix(hash_, content);
    }

    Agenda agenda_;
    Network network_;
    std::vector<Node> nodes_;
    std::vector<Message> messages_;  // by parcel
    Effects effects_;
    std::uint64_t hash_;
    Resources* resources_ = nullptr;
    Observer* observer_ = nullptr;
    Interceptor<Message>* interceptor_ = nullptr;
    bool stop_ = false;
};

}  // namespace gregor

#include "engine/kernel_effects.h"
#include "engine/kernel_faults.h"
#include "engine/kernel_steps.h"
