#include "model/client/connections.h"

#include "engine/check.h"

#include <algorithm>
#include <utility>

namespace gregor {

Connections::Connections(const Settings& settings)
    : settings_(settings),
      slots_(static_cast<std::size_t>(settings.layout.brokers) * channels),
      next_bootstrap_(settings.client.value)
{
}

std::size_t Connections::in_flight() const
{
    std::size_t requests = 0;
    for (const Slot& each : slots_) requests += each.requests.size();
    return requests;
}

bool Connections::prepare(Time now, Peer peer, Effects& effects)
{
    Slot& used = slot(peer);
    if (used.state == State::ready) return true;
    if (used.state != State::disconnected || now < used.not_before) return false;
    used.state = State::connecting;
    used.setup_deadline = now + settings_.setup_timeout;
    send(now, peer, handshake, MetadataRequest{}, effects);
    return false;
}

Time Connections::retry_at(Time now, Peer peer) const
{
    const Slot& used = slot(peer);
    if (used.state == State::ready) return now;
    return used.state == State::disconnected ? std::max(now, used.not_before) : never;
}

std::optional<BrokerId> Connections::least_loaded(Time now, const std::vector<BrokerId>& known,
                                                  Effects& effects)
{
    const std::int32_t count = settings_.layout.brokers;
    const auto may_ask = [&](BrokerId id) {
        return known.empty() || std::find(known.begin(), known.end(), id) != known.end();
    };
    std::optional<BrokerId> bootstrap;
    std::optional<BrokerId> best;
    std::optional<BrokerId> to_connect;
    bool connecting = false;
    for (std::int32_t i = 0; i < count; ++i) {
        const BrokerId id{(next_bootstrap_ + i) % count + 1};
        const Slot& each = slot({id});
        if (!may_ask(id)) {
            const bool usable = each.state != State::disconnected || now >= each.not_before;
            if (!bootstrap && usable) bootstrap = id;
            continue;
        }
        if (each.state == State::ready) {
            if (!best || each.requests.size() < slot({*best}).requests.size()) best = id;
        } else if (each.state != State::disconnected) {
            connecting = true;
        } else if (!to_connect && now >= each.not_before) {
            to_connect = id;
        }
    }
    if (best) return best;
    // None of the known brokers can be asked: back to the bootstrap servers (KIP-899,
    // metadata.recovery.strategy=rebootstrap).
    if (!connecting && !to_connect && bootstrap) {
        if (slot({*bootstrap}).state == State::ready) return bootstrap;
        to_connect = bootstrap;
    }
    if (!connecting && to_connect) {
        next_bootstrap_ = to_connect->value % count;  // a failure goes on with the next one
        prepare(now, {*to_connect}, effects);
    }
    return std::nullopt;
}

std::uint32_t Connections::send(Time now, Peer peer, std::uint32_t cookie, MessageBody&& body,
                                Effects& effects)
{
    const std::uint32_t correlation = ++next_correlation_;
    slot(peer).requests.push_back(
        {correlation, cookie, peer.broker, peer.channel, now + settings_.request_timeout});
    gregor::send(effects, settings_.layout.node_of(peer.broker), on_wire(peer),
                 Message{correlation, std::move(body)});
    return correlation;
}

void Connections::set_deadline(std::uint32_t correlation, Time deadline)
{
    for (Slot& each : slots_) {
        for (InFlightRequest& request : each.requests) {
            if (request.correlation == correlation) request.deadline = deadline;
        }
    }
}

void Connections::send_unanswered(Peer peer, MessageBody body, Effects& effects)
{
    gregor::send(effects, settings_.layout.node_of(peer.broker), on_wire(peer),
                 Message{++next_correlation_, std::move(body)});
}

std::optional<InFlightRequest> Connections::complete(const Envelope& from,
                                                     std::uint32_t correlation)
{
    Slot& used = slot(peer_of(from));
    for (auto request = used.requests.begin(); request != used.requests.end(); ++request) {
        if (request->correlation != correlation) continue;
        const InFlightRequest answered = *request;
        used.requests.erase(request);
        if (answered.cookie == handshake) {
            used.state = State::ready;
            used.failures = 0;
            used.setup_deadline = never;
        }
        return answered;
    }
    return std::nullopt;
}

Connections::Loss Connections::drop(Time now, Peer peer)
{
    Slot& used = slot(peer);
    Loss loss{peer, used.requests};
    used.requests.clear();
    used.state = State::disconnected;
    used.setup_deadline = never;
    used.not_before = now + settings_.reconnect.delay(used.failures, settings_.random);
    ++used.failures;
    return loss;
}

Connections::Loss Connections::lost(Time now, const Envelope& from)
{
    return drop(now, peer_of(from));
}

void Connections::established(const Envelope& from)
{
    Slot& used = slot(peer_of(from));
    if (used.state != State::connecting) return;
    used.state = State::handshaking;
    used.setup_deadline = never;
}

Connections::Loss Connections::close(Time now, Peer peer, Effects& effects)
{
    effects.close(settings_.layout.node_of(peer.broker), on_wire(peer), false);
    return drop(now, peer);
}

std::vector<Connections::Loss> Connections::expire(Time now, Effects& effects)
{
    std::vector<Loss> losses;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        const Slot& each = slots_[i];
        const bool late = std::any_of(each.requests.begin(), each.requests.end(),
                                      [&](const auto& request) { return request.deadline <= now; });
        if (!late && each.setup_deadline > now) continue;
        const Peer peer{BrokerId{static_cast<std::int32_t>(i / channels) + 1},
                        static_cast<Channel>(i % channels)};
        losses.push_back(close(now, peer, effects));
    }
    return losses;
}

Time Connections::next_deadline() const
{
    Time earliest = never;
    for (const Slot& each : slots_) {
        earliest = std::min(earliest, each.setup_deadline);
        for (const auto& request : each.requests) earliest = std::min(earliest, request.deadline);
    }
    return earliest;
}

}  // namespace gregor
