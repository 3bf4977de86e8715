#pragma once

// The second part of engine/kernel.h, which includes it: what the kernel does with each kind of
// pending entry, and what the script may ask of it.
namespace gregor {

template <class World>
void Kernel<World>::carry_out(const Pending& entry)
{
    const auto kind = static_cast<Kind>(entry.subject & 0xfU);
    switch (kind) {
        case Kind::connect: return network_.handle(context(), NetworkStep::connect, entry.payload);
        case Kind::transmitted:
            return network_.handle(context(), NetworkStep::transmitted, entry.payload);
        case Kind::retransmit:
            return network_.handle(context(), NetworkStep::retransmit, entry.payload);
        case Kind::wake:
            if (observer_ != nullptr) observer_->on_wake(entry.payload);
            return;
        case Kind::late_send: return leave(entry.payload);
        default: break;
    }
    const NodeId id{static_cast<std::int32_t>(entry.subject >> subject_node_shift & 0xffffU)};
    if (nodes_[index(id)].paused) {
        node(id).deferred.push_back(entry);
        return;
    }
    switch (kind) {
        case Kind::message: return arrive(id, entry);
        case Kind::up: return connection(id, entry, ConnectionChange::up);
        case Kind::reset: return connection(id, entry, ConnectionChange::reset);
        case Kind::start: return started(id, entry);
        default: return own(id, kind, entry);
    }
}

template <class World>
void Kernel<World>::own(NodeId id, Kind kind, const Pending& entry)
{
    Node& self = node(id);
    if (!self.running || (self.incarnation & 0xfffU) != entry.subject >> subject_incarnation_shift)
        return;
    if (kind == Kind::timer) {
        std::uint64_t& pending = self.timers[entry.payload];
        if (pending != entry.sequence.value) return;  // replaced or cancelled
        pending = 0;
    }
    const std::uint64_t cause = entry.sequence.cause();
    const StepKind step_kind = kind == Kind::timer  ? StepKind::timer
                               : kind == Kind::disk ? StepKind::disk
                                                    : StepKind::compute;
    agenda_.begin_event();
    fold(step_kind, id, cause, entry.payload);
    begin_effects(id);
    if (kind == Kind::timer) {
        self.process.on_timer(now(), entry.payload, effects_);
    } else if (kind == Kind::disk) {
        self.process.on_disk(now(), entry.payload, effects_);
    } else {
        self.process.on_compute(now(), entry.payload, effects_);
    }
    finish(Step<Message>{agenda_.event(), now(), id, step_kind, cause, entry.payload});
}

template <class World>
void Kernel<World>::arrive(NodeId id, const Pending& entry)
{
    const Arrival arrival = network_.arrive(context(), entry.payload);
    if (arrival == Arrival::stalled) return;
    if (arrival == Arrival::dropped) {
        network_.free_parcel(entry.payload);
        return;
    }
    const Parcel& parcel = network_.parcel(entry.payload);
    const Envelope envelope{parcel.from, parcel.channel, !parcel.accepted};
    const std::uint64_t cause = parcel.cause;
    Message message = arrival == Arrival::deliver_and_keep ? messages_[entry.payload]
                                                           : std::move(messages_[entry.payload]);
    if (arrival == Arrival::deliver) network_.free_parcel(entry.payload);
    agenda_.begin_event();
    fold(StepKind::message, id, cause, World::digest(message));
    begin_effects(id);
    Step<Message> step{agenda_.event(), now(), id, StepKind::message, cause, 0};
    step.from = envelope.from;
    if (observer_ != nullptr && observer_->wants_messages()) observer_->on_message(step, message);
    node(id).process.on_message(now(), envelope, std::move(message), effects_);
    finish(step);
}

template <class World>
void Kernel<World>::connection(NodeId id, const Pending& entry, ConnectionChange change)
{
    Envelope seen;
    const bool news = change == ConnectionChange::up
                          ? network_.established(context(), entry.payload, seen)
                          : network_.reset(entry.payload, seen);
    if (!news || !node(id).running) return;
    const std::uint64_t cause = entry.sequence.cause();
    const StepKind kind =
        change == ConnectionChange::up ? StepKind::connected : StepKind::disconnected;
    agenda_.begin_event();
    fold(kind, id, cause, static_cast<std::uint64_t>(seen.from.value) << 8 | seen.channel);
    begin_effects(id);
    node(id).process.on_connection(now(), seen, change, effects_);
    Step<Message> step{agenda_.event(), now(), id, kind, cause};
    step.from = seen.from;
    finish(step);
}

template <class World>
void Kernel<World>::plan_start(NodeId id, Time at, StartReason reason)
{
    agenda_.plan(at, subject(Kind::start, id), static_cast<std::uint32_t>(reason));
}

template <class World>
void Kernel<World>::started(NodeId id, const Pending& entry)
{
    Node& self = node(id);
    if (self.running) return;
    self.running = true;
    network_.set_host(id, Network::Host::running);
    const auto reason = static_cast<StartReason>(entry.payload);
    const std::uint64_t cause = entry.sequence.cause();
    agenda_.begin_event();
    fold(StepKind::start, id, cause, entry.payload);
    begin_effects(id);
    effects_.set_durable(self.disk.survivors());
    self.process.on_start(now(), reason, effects_);
    finish(Step<Message>{agenda_.event(), now(), id, StepKind::start, cause, entry.payload});
}

template <class World>
void Kernel<World>::end(NodeId id, StartReason reason)
{
    Node& self = node(id);
    if (!self.running) return;
    self.running = false;
    self.paused = false;
    self.deferred.clear();
    ++self.incarnation;
    self.timers.clear();
    std::fill(self.cores.begin(), self.cores.end(), Time{});
    self.ended = reason;
    const bool power_lost = reason == StartReason::after_power_loss;
    network_.set_host(id, power_lost ? Network::Host::off : Network::Host::refusing);
    network_.process_ended(context(), id, power_lost);
    if (power_lost) self.disk.lose_power(now());
    self.process.on_end(now(), reason);
}

template <class World>
bool Kernel<World>::intercepted(ParcelId id)
{
    Parcel& parcel = network_.parcel(id);
    const Verdict verdict =
        interceptor_->intercept(parcel.from, parcel.to, parcel.accepted, messages_[id]);
    switch (verdict.act) {
        case Verdict::Act::pass: return false;
        case Verdict::Act::drop: network_.free_parcel(id); return true;
        case Verdict::Act::delay:
            agenda_.plan(now() + verdict.delay, subject(Kind::late_send, parcel.from), id);
            return true;
        case Verdict::Act::duplicate: {
            const ParcelId copy = network_.make_parcel(parcel.from, parcel.to, parcel.channel,
                                                       parcel.accepted, parcel.bytes);
            network_.parcel(copy).sequence = agenda_.next_sequence();
            network_.parcel(copy).cause = agenda_.event();
            if (copy >= messages_.size()) messages_.resize(copy + 1);
            messages_[copy] = messages_[id];
            leave(id);
            leave(copy);
            return true;
        }
        case Verdict::Act::hold:
            network_.block(context(), parcel.from, parcel.to, parcel.channel, parcel.accepted,
                           true);
            leave(id);  // may open the connection: block it again
            network_.block(context(), parcel.from, parcel.to, parcel.channel, parcel.accepted,
                           true);
            interceptor_->held(id);
            return true;
        case Verdict::Act::hold_detached:
            network_.detach(context(), id);
            interceptor_->held(id);
            return true;
    }
    return false;
}

template <class World>
std::uint64_t Kernel<World>::note_fault(NodeId node, std::uint64_t cause, std::uint64_t what)
{
    agenda_.begin_event();
    fold(StepKind::fault, node, cause, what);
    Step<Message> step{agenda_.event(), now(), node, StepKind::fault, cause};
    observe(step, {});
    return agenda_.event();
}

template <class World>
void Kernel<World>::control(NodeId id, Control value, std::uint64_t cause)
{
    if (!node(id).running) return;
    agenda_.begin_event();
    fold(StepKind::control, id, cause, World::digest(value));
    begin_effects(id);
    node(id).process.on_control(now(), value, effects_);
    finish(Step<Message>{agenda_.event(), now(), id, StepKind::control, cause});
}

template <class World>
void Kernel<World>::restart(NodeId id, Duration starts_in)
{
    if (node(id).running) return;
    plan_start(id, now() + starts_in, node(id).ended);
}

template <class World>
void Kernel<World>::resume(NodeId id)
{
    Node& resumed = node(id);
    resumed.paused = false;
    std::vector<Pending> waiting;
    waiting.swap(resumed.deferred);
    for (const Pending& entry : waiting) {
        agenda_.plan(now(), entry.sequence, entry.subject, entry.payload);
    }
}

template <class World>
void Kernel<World>::release(std::uint32_t parcel)
{
    Parcel& held = network_.parcel(parcel);
    if (held.detached) {
        network_.deliver_detached(context(), parcel);
        return;
    }
    network_.block(context(), held.from, held.to, held.channel, held.accepted, false);
}

}  // namespace gregor
