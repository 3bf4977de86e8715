#pragma once

// The third part of engine/kernel.h, which includes it: how each effect that a process asked for is
// carried out.
namespace gregor {

template <class World>
void Kernel<World>::apply(NodeId from, typename Effects::Send& send)
{
    const ParcelId id =
        network_.make_parcel(from, send.to, send.channel, send.accepted, send.bytes);
    Parcel& parcel = network_.parcel(id);
    parcel.sequence = agenda_.next_sequence();
    parcel.cause = agenda_.event();
    if (id >= messages_.size()) messages_.resize(id + 1);
    messages_[id] = std::move(send.message);
    if (interceptor_ != nullptr && intercepted(id)) return;
    leave(id);
}

template <class World>
void Kernel<World>::leave(ParcelId id)
{
    if (!network_.send(context(), id)) network_.free_parcel(id);
}

template <class World>
void Kernel<World>::apply(NodeId id, const SetTimer& asked)
{
    Node& self = node(id);
    if (asked.key >= self.timers.size()) {
        GREGOR_CHECK(asked.key < 1U << 20);
        self.timers.resize(asked.key + 1);
    }
    const SequenceNumber sequence = agenda_.next_sequence();
    self.timers[asked.key] = sequence.value;
    if (asked.at == never) return;
    agenda_.plan(asked.at, sequence, subject(Kind::timer, id, self.incarnation & 0xfffU),
                 asked.key);
}

template <class World>
void Kernel<World>::apply(NodeId id, const CancelTimer& asked)
{
    Node& self = node(id);
    if (asked.key < self.timers.size()) self.timers[asked.key] = 0;
}

template <class World>
void Kernel<World>::apply(NodeId id, const Compute& asked)
{
    Node& self = node(id);
    auto core = std::min_element(self.cores.begin(), self.cores.end());
    *core = std::max(*core, now()) + asked.duration;
    agenda_.plan(*core, subject(Kind::compute, id, self.incarnation & 0xfffU), asked.tag);
}

template <class World>
void Kernel<World>::disk_done(NodeId id, Time at, Tag tag)
{
    agenda_.plan(at, subject(Kind::disk, id, node(id).incarnation & 0xfffU), tag);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Write& asked)
{
    const auto done = node(id).disk.write(now(), asked.file, asked.bytes);
    if (done) disk_done(id, *done, asked.tag);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Read& asked)
{
    disk_done(id, node(id).disk.read(now(), asked.bytes), asked.tag);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Flush& asked)
{
    disk_done(id, node(id).disk.flush(now(), asked.file), asked.tag);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Truncate& asked)
{
    node(id).disk.truncate(now(), asked.file, asked.bytes);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Release& asked)
{
    node(id).disk.release(asked.file, asked.bytes);
}

template <class World>
void Kernel<World>::apply(NodeId id, const Close& asked)
{
    network_.close(context(), id, asked.peer, asked.channel, asked.accepted);
}

}  // namespace gregor
