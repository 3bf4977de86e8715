#pragma once

// The part of engine/kernel.h, which includes it, that the script reaches: lives of processes and
// hosts, and messages that are not left to go their way.
namespace gregor {

template <class World>
void Kernel<World>::plan_start(NodeId id, Time at, StartReason reason)
{
    agenda_.plan(at, subject(Kind::start, id, node(id).incarnation & 0xfffU),
                 static_cast<std::uint32_t>(reason));
}

template <class World>
void Kernel<World>::started(NodeId id, const Pending& entry)
{
    Node& self = node(id);
    // What ends a process that is about to start keeps it from starting.
    if (self.running || (self.incarnation & 0xfffU) != entry.subject >> subject_incarnation_shift)
        return;
    self.running = true;
    network_.set_host(context(), id, Network::Host::running);
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
    if (!self.running) {
        if (self.ended == StartReason::first) return;  // has not begun
        ++self.incarnation;
        if (reason == StartReason::after_power_loss) end_host(id);
        return;
    }
    self.running = false;
    self.paused = false;
    self.deferred.clear();
    ++self.incarnation;
    self.timers.clear();
    std::fill(self.cores.begin(), self.cores.end(), Time{});
    self.ended = reason;
    const bool power_lost = reason == StartReason::after_power_loss;
    network_.set_host(context(), id, power_lost ? Network::Host::off : Network::Host::refusing);
    network_.process_ended(context(), id, power_lost);
    if (power_lost) self.disk.lose_power(now());
    if (reason == StartReason::after_stop) self.disk.flush_all();
    self.process.on_end(now(), reason);
}

template <class World>
void Kernel<World>::end_host(NodeId id)
{
    Node& self = node(id);
    network_.set_host(context(), id, Network::Host::off);
    self.disk.lose_power(now());
    if (self.ended == StartReason::after_stop) return;  // all was written before
    self.ended = StartReason::after_power_loss;
    self.process.on_end(now(), self.ended);
}

template <class World>
void Kernel<World>::replace_disk(NodeId id)
{
    power_off(id);
    Node& self = node(id);
    self.disk.replace();
    if (self.ended != StartReason::after_stop) return;
    self.ended = StartReason::after_power_loss;
    self.process.on_end(now(), self.ended);
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
        case Verdict::Act::answer: {
            const ParcelId answer = network_.make_parcel(parcel.to, parcel.from, parcel.channel,
                                                         !parcel.accepted, verdict.bytes);
            network_.parcel(answer).sequence = agenda_.next_sequence();
            network_.parcel(answer).cause = agenda_.event();
            if (answer >= messages_.size()) messages_.resize(answer + 1);
            messages_[answer] = std::move(messages_[id]);
            network_.free_parcel(id);
            agenda_.plan(now() + verdict.delay, subject(Kind::late_send, NodeId{0}), answer);
            return true;
        }
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
