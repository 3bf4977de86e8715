#include "engine/network.h"

#include "engine/check.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace gregor {

namespace {

/// First retransmission time-out of TCP under Linux; it doubles with each attempt.
constexpr Duration retransmission_timeout = milliseconds(200);
constexpr Duration longest_retransmission_timeout = seconds(120);
/// A connection request that nobody answers is sent again after 1 s, 2 s, 4 s, ...
constexpr Duration connect_timeout = seconds(1);
constexpr int most_connect_doublings = 6;

/// The first retransmission at or after `now` of something first lost at `since`.
Time next_retransmission(Time since, Time now)
{
    Duration step = retransmission_timeout;
    Time at = since + step;
    while (at < now) {
        step = std::min(step * 2, longest_retransmission_timeout);
        at = at + step;
    }
    return at;
}

}  // namespace

Network::Network(Topology topology, const Random& random, const NetworkSettings& settings,
                 const Subjects& subjects)
    : topology_(std::move(topology)),
      settings_(settings),
      subjects_(subjects),
      random_(random.split("network"))
{
    endpoints_.resize(topology_.host_count());
}

ParcelId Network::make_parcel(NodeId from, NodeId to, Channel channel, bool accepted,
                              std::uint32_t bytes)
{
    ParcelId id = 0;
    if (free_parcels_.empty()) {
        id = static_cast<ParcelId>(parcels_.size());
        parcels_.emplace_back();
    } else {
        id = free_parcels_.back();
        free_parcels_.pop_back();
    }
    Parcel& parcel = parcels_[id];
    parcel = Parcel{};
    parcel.from = from;
    parcel.to = to;
    parcel.bytes = bytes;
    parcel.channel = channel;
    parcel.accepted = accepted;
    parcel.live = true;
    return id;
}

void Network::free_parcel(ParcelId id)
{
    parcels_[id].live = false;
    free_parcels_.push_back(id);
}

ConnectionId Network::find(NodeId node, NodeId peer, Channel channel, bool accepted) const
{
    const std::uint32_t key = route_key(peer, channel, accepted);
    for (const Route& route : endpoints_[index(node)].routes) {
        if (route.key == key) return route.connection;
    }
    return none;
}

void Network::forget(NodeId node, ConnectionId id)
{
    std::erase_if(endpoints_[index(node)].routes,
                  [id](const Route& r) { return r.connection == id; });
}

bool Network::send(Context context, ParcelId id)
{
    Parcel& parcel = parcels_[id];
    parcel.sent_at = context.agenda.now();
    ConnectionId connection = find(parcel.from, parcel.to, parcel.channel, parcel.accepted);
    if (connection == none) {
        if (parcel.accepted) return false;
        connection = open(context, parcel.from, parcel.to, parcel.channel);
    }
    parcel.connection = connection;
    Connection& used = connections_[connection];
    const int direction = parcel.accepted ? 1 : 0;
    if (used.state == State::dying) {  // the other side is gone and this one was not told
        keep_sending(used.pipes[direction], context.agenda.now());
        on_retransmit(context, connection, direction);
        return false;
    }
    Pipe& pipe = used.pipes[direction];
    if (used.state == State::connecting || pipe.transmitting || pipe.blocked || pipe.stalled ||
        !pipe.waiting.empty() || !passable(parcel.from, parcel.to)) {
        pipe.waiting.push_back(id);
        if (used.state == State::up) pump(context, connection, direction);
    } else {
        leave(context, connection, direction, id);
    }
    return true;
}

ConnectionId Network::open(Context context, NodeId from, NodeId to, Channel channel)
{
    const auto id = static_cast<ConnectionId>(connections_.size());
    Connection& connection = connections_.emplace_back();
    connection.ends[0] = from;
    connection.ends[1] = to;
    connection.channel = channel;
    endpoints_[index(from)].routes.push_back(Route{route_key(to, channel, false), id});
    context.agenda.plan(context.agenda.now() + one_way(from, to), subjects_.connect, id);
    return id;
}

void Network::on_connect(Context context, ConnectionId id)
{
    Connection& connection = connections_[id];
    if (connection.state != State::connecting) return;
    const NodeId from = connection.ends[0];
    const NodeId to = connection.ends[1];
    const Time now = context.agenda.now();
    const Host host = endpoints_[index(to)].host;
    if (host == Host::off || !passable(from, to) || !passable(to, from)) {
        const int doublings = std::min<int>(connection.attempts++, most_connect_doublings);
        context.agenda.plan(now + connect_timeout * (1LL << doublings), subjects_.connect, id);
        return;
    }
    if (host == Host::refusing) {
        connection.state = State::dying;
        drop_waiting(context, connection, id);
        tell_reset(context, id, 0, now + one_way(to, from));
        return;
    }
    const ConnectionId stale = find(to, from, connection.channel, true);
    if (stale != none) {  // the peer's life before this one; nobody told us that it ended
        tell_reset(context, stale, 1, now);
        forget(to, stale);
    }
    connection.open[1] = true;
    endpoints_[index(to)].routes.push_back(Route{route_key(from, connection.channel, true), id});
    context.agenda.plan(now + one_way(to, from), at_node(subjects_.up, from), id);
}

bool Network::established(Context context, std::uint32_t payload, Envelope& seen)
{
    Connection& connection = connections_[payload];
    if (connection.state != State::connecting || !connection.open[0]) return false;
    connection.state = State::up;
    seen = Envelope{connection.ends[1], connection.channel, false};
    pump(context, payload, 0);
    return true;
}

bool Network::reset(std::uint32_t payload, Envelope& seen)
{
    Connection& connection = connections_[payload >> 1];
    const int side = static_cast<int>(payload & 1U);
    if (!connection.open[side]) return false;
    connection.open[side] = false;
    const bool accepted = side == 1;
    forget(connection.ends[side], payload >> 1);
    seen = Envelope{connection.ends[1 - side], connection.channel, accepted};
    return true;
}

void Network::tell_reset(Context context, ConnectionId id, int side, Time at)
{
    Connection& connection = connections_[id];
    if (!connection.open[side] || connection.reset_due[side]) return;
    connection.reset_due[side] = true;
    context.agenda.plan(at, at_node(subjects_.reset, connection.ends[side]),
                        pipe_payload(id, side));
}

void Network::drop_waiting(Context context, Connection& connection, ConnectionId id)
{
    for (Pipe& pipe : connection.pipes) {
        for (const ParcelId waiting : pipe.waiting) free_parcel(waiting);
        pipe.waiting.clear();
        pipe.transmitting = false;
    }
    std::erase_if(transmissions_, [&](const Transmission& each) {
        if (each.connection != id) return false;
        context.resources.cancel(each.number, context.agenda.now());
        free_parcel(each.parcel);
        return true;
    });
}

void Network::sever(Context context, ConnectionId id, int side, bool silent)
{
    Connection& connection = connections_[id];
    const NodeId ended = connection.ends[side];
    const NodeId other = connection.ends[1 - side];
    Pipe& towards = connection.pipes[1 - side];
    if (!towards.waiting.empty() || towards.transmitting) {
        keep_sending(towards, context.agenda.now());
    }
    connection.open[side] = false;
    connection.state = State::dying;
    forget(ended, id);
    drop_waiting(context, connection, id);
    if (silent || !passable(ended, other)) return;
    const Time at = context.agenda.now() + one_way(ended, other);
    tell_reset(context, id, 1 - side, std::max(at, connection.pipes[side].last_delivery));
}

void Network::close(Context context, NodeId node, NodeId peer, Channel channel, bool accepted)
{
    const ConnectionId id = find(node, peer, channel, accepted);
    if (id != none) sever(context, id, accepted ? 1 : 0, false);
}

void Network::process_ended(Context context, NodeId node, bool power_lost)
{
    const std::vector<Route> routes = endpoints_[index(node)].routes;
    for (const Route& route : routes) {
        sever(context, route.connection, (route.key & 1U) != 0 ? 1 : 0, power_lost);
    }
}

void Network::pump(Context context, ConnectionId id, int direction)
{
    Connection& connection = connections_[id];
    Pipe& pipe = connection.pipes[direction];
    while (!pipe.waiting.empty() && connection.state == State::up && !pipe.transmitting &&
           !pipe.blocked && !pipe.stalled) {
        if (!passable(connection.ends[direction], connection.ends[1 - direction])) {
            keep_sending(pipe, context.agenda.now());
            return;
        }
        const ParcelId next = pipe.waiting.front();
        pipe.waiting.pop_front();
        if (pipe.returned > 0) --pipe.returned;
        leave(context, id, direction, next);
    }
}

void Network::leave(Context context, ConnectionId id, int direction, ParcelId parcel_id)
{
    Connection& connection = connections_[id];
    Pipe& pipe = connection.pipes[direction];
    Parcel& parcel = parcels_[parcel_id];
    const Time now = context.agenda.now();
    if (parcel.bytes < settings_.bulk_threshold) {
        const Duration own =
            transmission_time(parcel.bytes, topology_.bottleneck(parcel.from, parcel.to));
        plan_arrival(context, pipe, parcel_id, now + own);
        return;
    }
    const std::uint64_t number = next_transmission_++;
    if (context.resources.reserves()) {
        const auto end = context.resources.start(
            number, now, topology_.route(parcel.from, parcel.to), parcel.bytes);
        GREGOR_CHECK(end.has_value());
        plan_arrival(context, pipe, parcel_id, *end);
        return;
    }
    pipe.transmitting = true;
    pipe.transmission = number;
    transmissions_.push_back(Transmission{number, id, parcel_id, direction});
    const auto end =
        context.resources.start(number, now, topology_.route(parcel.from, parcel.to), parcel.bytes);
    if (end) transmission_ended(context, number, *end);
}

void Network::transmission_ended(Context context, std::uint64_t number, Time at)
{
    for (const Transmission& each : transmissions_) {
        if (each.number != number) continue;
        context.agenda.plan(at, parcels_[each.parcel].sequence, subjects_.transmitted,
                            static_cast<std::uint32_t>(number));
        return;
    }
}

void Network::on_transmitted(Context context, std::uint32_t payload)
{
    const auto done = std::find_if(transmissions_.begin(), transmissions_.end(),
                                   [payload](const Transmission& t) {
                                       return static_cast<std::uint32_t>(t.number) == payload;
                                   });
    if (done == transmissions_.end()) return;  // cancelled
    const Transmission ended = *done;
    transmissions_.erase(done);
    Pipe& pipe = connections_[ended.connection].pipes[ended.direction];
    pipe.transmitting = false;
    plan_arrival(context, pipe, ended.parcel, context.agenda.now());
    pump(context, ended.connection, ended.direction);
}

void Network::plan_arrival(Context context, Pipe& pipe, ParcelId id, Time left)
{
    Parcel& parcel = parcels_[id];
    Time at = left + one_way(parcel.from, parcel.to);
    bool in_order = true;
    parcel.copies = 1;
    const PathEffect* special = effect(parcel.from, parcel.to);
    const std::uint32_t loss = special != nullptr ? special->loss : settings_.loss;
    const std::uint32_t duplicate = special != nullptr ? special->duplicate : settings_.duplicate;
    const std::uint32_t reorder = special != nullptr ? special->reorder : settings_.reorder;
    Duration timeout = retransmission_timeout;
    while (loss > 0 && random_.chance(loss) && timeout < longest_retransmission_timeout) {
        at = at + timeout;
        timeout = timeout * 2;
    }
    if (duplicate > 0 && random_.chance(duplicate)) parcel.copies = 2;
    if (reorder > 0 && random_.chance(reorder)) {
        in_order = false;
        at = at + random_.between(Duration{}, one_way(parcel.from, parcel.to) * 2);
    }
    if (in_order) {
        at = std::max(at, pipe.last_delivery);
        pipe.last_delivery = at;
    }
    parcel.deliver_at = at;
    const std::uint32_t subject = at_node(subjects_.message, parcel.to);
    context.agenda.plan(at, parcel.sequence, subject, id);
    if (parcel.copies == 2) {
        context.agenda.plan(at + one_way(parcel.from, parcel.to), subject, id);
    }
}

Arrival Network::arrive(Context context, ParcelId id)
{
    Parcel& parcel = parcels_[id];
    const bool last = --parcel.copies == 0;
    const int direction = parcel.accepted ? 1 : 0;
    if (!parcel.detached) {
        Connection& connection = connections_[parcel.connection];
        if (!connection.open[1 - direction]) {
            keep_sending(connection.pipes[direction], parcel.sent_at);
            on_retransmit(context, parcel.connection, direction);
            return last ? Arrival::dropped : Arrival::stalled;
        }
        if (topology_.is_cut(parcel.from, parcel.to)) {
            if (!last || connection.state != State::up) {
                return last ? Arrival::dropped : Arrival::stalled;
            }
            give_back(connection.pipes[direction], id, context.agenda.now());
            return Arrival::stalled;
        }
    } else if (endpoints_[index(parcel.to)].host != Host::running) {
        return Arrival::dropped;
    }
    return last ? Arrival::deliver : Arrival::deliver_and_keep;
}

void Network::give_back(Pipe& pipe, ParcelId id, Time now)
{
    parcels_[id].deliver_at = never;
    pipe.waiting.insert(pipe.waiting.begin() + pipe.returned, id);
    ++pipe.returned;
    keep_sending(pipe, now);
}

void Network::detach(Context context, ParcelId id)
{
    Parcel& parcel = parcels_[id];
    parcel.detached = true;
    const ConnectionId connection = find(parcel.from, parcel.to, parcel.channel, parcel.accepted);
    if (connection == none) return;
    const int sender = parcel.accepted ? 1 : 0;
    const Time now = context.agenda.now();
    tell_reset(context, connection, sender, now);
    tell_reset(context, connection, 1 - sender, now + one_way(parcel.from, parcel.to));
    connections_[connection].state = State::dying;
    drop_waiting(context, connections_[connection], connection);
}

void Network::deliver_detached(Context context, ParcelId id)
{
    Parcel& parcel = parcels_[id];
    parcel.copies = 1;
    parcel.deliver_at = context.agenda.now() + one_way(parcel.from, parcel.to);
    context.agenda.plan(parcel.deliver_at, at_node(subjects_.message, parcel.to), id);
}

void Network::block(Context context, NodeId from, NodeId to, Channel channel, bool accepted,
                    bool blocked)
{
    const ConnectionId id = find(from, to, channel, accepted);
    if (id == none) return;
    const int direction = accepted ? 1 : 0;
    connections_[id].pipes[direction].blocked = blocked;
    if (!blocked) pump(context, id, direction);
}

void Network::handle(Context context, NetworkStep step, std::uint32_t payload)
{
    switch (step) {
        case NetworkStep::connect: on_connect(context, payload); return;
        case NetworkStep::transmitted: on_transmitted(context, payload); return;
        case NetworkStep::retransmit:
            on_retransmit(context, payload >> 1, static_cast<int>(payload & 1U));
            return;
    }
}

void Network::on_retransmit(Context context, ConnectionId id, int direction)
{
    Connection& connection = connections_[id];
    Pipe& pipe = connection.pipes[direction];
    if (!pipe.stalled || !answers(connection, direction)) return;
    pipe.stalled = false;
    if (connection.state == State::up) {
        pipe.returned = 0;
        pump(context, id, direction);
    } else if (!connection.reset_due[direction]) {
        const NodeId from = connection.ends[direction];
        const NodeId to = connection.ends[1 - direction];
        tell_reset(context, id, direction,
                   context.agenda.now() + one_way(from, to) + one_way(to, from));
    }
}

/// Whether what is sent in this direction now has an effect on the connection.
bool Network::answers(const Connection& connection, int direction) const
{
    const NodeId from = connection.ends[direction];
    const NodeId to = connection.ends[1 - direction];
    if (!passable(from, to)) return false;
    return connection.state == State::up ||
           (endpoints_[index(to)].host != Host::off && passable(to, from));
}

void Network::keep_sending(Pipe& pipe, Time since)
{
    if (pipe.stalled) return;
    pipe.stalled = true;
    pipe.stalled_since = since;
}

void Network::plan_retransmission(Context context, ConnectionId id, int direction)
{
    const Pipe& pipe = connections_[id].pipes[direction];
    context.agenda.plan(next_retransmission(pipe.stalled_since, context.agenda.now()),
                        subjects_.retransmit, pipe_payload(id, direction));
}

void Network::set_host(Context context, NodeId node, Host host)
{
    Host& present = endpoints_[index(node)].host;
    const bool was_off = std::exchange(present, host) == Host::off;
    if (!was_off || host == Host::off) return;
    for (ConnectionId id = 0; id < connections_.size(); ++id) {
        const Connection& connection = connections_[id];
        if (connection.state != State::dying) continue;
        for (int direction = 0; direction < 2; ++direction) {
            const bool towards = connection.ends[1 - direction] == node;
            if (towards && connection.open[direction] && connection.pipes[direction].stalled) {
                plan_retransmission(context, id, direction);
            }
        }
    }
}

void Network::cut(Context context, NodeId from, NodeId to)
{
    topology_.cut(from, to);
    std::erase_if(transmissions_, [&](const Transmission& each) {
        const Parcel& parcel = parcels_[each.parcel];
        if (parcel.from != from || parcel.to != to) return false;
        context.resources.cancel(each.number, context.agenda.now());
        Pipe& pipe = connections_[each.connection].pipes[each.direction];
        pipe.transmitting = false;
        give_back(pipe, each.parcel, context.agenda.now());
        return true;
    });
}

void Network::heal(Context context, NodeId from, NodeId to)
{
    topology_.heal(from, to);
    resume(context, from, to);
}

void Network::resume(Context context, NodeId from, NodeId to)
{
    for (ConnectionId id = 0; id < connections_.size(); ++id) {
        const Connection& connection = connections_[id];
        const bool dying = connection.state == State::dying;
        if (!dying && connection.state != State::up) continue;
        for (int direction = 0; direction < 2; ++direction) {
            const NodeId sender = connection.ends[direction];
            const NodeId receiver = connection.ends[1 - direction];
            // A reset also needs the way back.
            const bool concerned =
                (sender == from && receiver == to) || (dying && sender == to && receiver == from);
            if (!concerned || !connection.open[direction]) continue;
            if (connection.pipes[direction].stalled) plan_retransmission(context, id, direction);
        }
    }
}

void Network::set_effect(Context context, NodeId from, NodeId to, const PathEffect& effect)
{
    effects_[{from.value, to.value}] = effect;
    if (!effect.clogged) resume(context, from, to);
}

void Network::clear_effect(Context context, NodeId from, NodeId to)
{
    effects_.erase({from.value, to.value});
    resume(context, from, to);
}

const PathEffect* Network::effect(NodeId from, NodeId to) const
{
    if (effects_.empty()) return nullptr;
    const auto found = effects_.find({from.value, to.value});
    return found == effects_.end() ? nullptr : &found->second;
}

bool Network::passable(NodeId from, NodeId to) const
{
    if (topology_.is_cut(from, to)) return false;
    const PathEffect* special = effect(from, to);
    return special == nullptr || !special->clogged;
}

Duration Network::one_way(NodeId from, NodeId to)
{
    Duration delay = topology_.latency(from, to);
    Duration jitter = settings_.jitter;
    if (const PathEffect* special = effect(from, to)) {
        delay = delay + special->latency;
        jitter = jitter + special->jitter;
    }
    if (jitter.nanoseconds > 0) delay = delay + random_.between(Duration{}, jitter);
    return delay;
}

}  // namespace gregor
