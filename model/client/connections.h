#pragma once

#include "engine/random.h"
#include "engine/time.h"
#include "model/client/backoff.h"
#include "model/effects.h"
#include "model/types.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// A request that waits for its answer.
struct InFlightRequest {
    std::uint32_t correlation{};
    std::uint32_t cookie{};  ///< chosen by the sender: what the request was for
    BrokerId broker{no_broker};
    Channel channel{};
    Time deadline;  ///< without an answer by then the connection is closed
};
using InFlightRequests = boost::container::small_vector<InFlightRequest, 6>;

/// A client's connections to the brokers: connecting with back-off, the handshake, requests in
/// flight and their time-outs. Sources: classes NetworkClient, ClusterConnectionStates,
/// InFlightRequests. The handshake (ApiVersions in Kafka) is a Metadata request without topics:
/// one round trip before the first request of its own.
class Connections {
public:
    struct Settings {
        ClientId client{no_client};
        ClusterLayout layout;
        ExponentialBackoff reconnect;
        Duration request_timeout;
        Duration setup_timeout;
        Random random;
        Channel first_channel = channel::client;  ///< of the two on the wire
    };
    struct Peer {
        BrokerId broker{no_broker};
        Channel channel = channel::client;
    };
    /// What a lost connection took with it.
    struct Loss {
        Peer peer;
        InFlightRequests requests;
    };
    static constexpr std::uint32_t handshake = 0;  ///< a cookie that no caller uses

    Connections() = default;
    explicit Connections(const Settings& settings);

    bool ready(Peer peer) const { return slot(peer).state == State::ready; }
    std::size_t in_flight(Peer peer) const { return slot(peer).requests.size(); }
    std::size_t in_flight() const;
    /// Whether requests may be sent to the peer now; begins to connect when that is allowed.
    bool prepare(Time now, Peer peer, Effects& effects);
    /// When `prepare` is worth calling again: now, the end of the back-off, or never (an answer
    /// will come first).
    Time retry_at(Time now, Peer peer) const;
    /// The broker to ask what any broker knows: the one with the fewest requests in flight among
    /// the ready ones, else one that is connecting, else one that may be connected to.
    std::optional<BrokerId> least_loaded(Time now, const std::vector<BrokerId>& known,
                                         Effects& effects);

    /// Sends on a ready connection and waits for the answer.
    std::uint32_t send(Time now, Peer peer, std::uint32_t cookie, MessageBody&& body,
                       Effects& effects);
    void set_deadline(std::uint32_t correlation, Time deadline);
    /// Sends a request that is never answered (acks=0).
    void send_unanswered(Peer peer, MessageBody body, Effects& effects);

    /// The request that a response answers; none for one that was given up. A finished handshake
    /// makes the connection ready and is returned with the cookie `handshake`.
    std::optional<InFlightRequest> complete(const Envelope& from, std::uint32_t correlation);
    /// The connection was reset (or refused): all its requests fail.
    Loss lost(Time now, const Envelope& from);
    void established(const Envelope& from);
    /// Closes every connection on which a request or the set-up waited too long.
    std::vector<Loss> expire(Time now, Effects& effects);
    /// Closes one connection by our own decision; its requests fail.
    Loss close(Time now, Peer peer, Effects& effects);
    /// The earliest time at which `expire` may find something.
    Time next_deadline() const;
    const Settings& settings() const { return settings_; }

private:
    enum class State : std::uint8_t { disconnected, connecting, handshaking, ready };
    struct Slot {
        State state = State::disconnected;
        std::int32_t failures = 0;
        Time not_before;
        Time setup_deadline = never;
        boost::container::small_vector<InFlightRequest, 6> requests;
    };
    static constexpr std::size_t channels = 2;
    static std::size_t index(Peer peer)
    {
        return static_cast<std::size_t>(peer.broker.value - 1) * channels + peer.channel;
    }
    Slot& slot(Peer peer) { return slots_[index(peer)]; }
    const Slot& slot(Peer peer) const { return slots_[index(peer)]; }
    Peer peer_of(const Envelope& envelope) const
    {
        return {settings_.layout.id_of(envelope.from),
                static_cast<Channel>(envelope.channel - settings_.first_channel)};
    }
    Channel on_wire(Peer peer) const
    {
        return static_cast<Channel>(settings_.first_channel + peer.channel);
    }
    Loss drop(Time now, Peer peer);

    Settings settings_;
    std::vector<Slot> slots_;
    std::uint32_t next_correlation_ = 0;
    std::int32_t next_bootstrap_ = 0;
};

}  // namespace gregor
