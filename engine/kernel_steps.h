#pragma once

// The second part of engine/kernel.h, which includes it: what the kernel does with each kind of
// pending entry.
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
    std::optional<Message> copy;  // else taken from its place, which nobody uses before finish()
    if (arrival == Arrival::deliver_and_keep) copy = messages_[entry.payload];
    Message& message = copy ? *copy : messages_[entry.payload];
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

}  // namespace gregor
