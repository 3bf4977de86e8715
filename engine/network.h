#pragma once

#include "engine/agenda.h"
#include "engine/process.h"
#include "engine/random.h"
#include "engine/resources.h"
#include "engine/topology.h"

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

namespace gregor {

using ParcelId = std::uint32_t;
using ConnectionId = std::uint32_t;

/// What the network plans on the agenda; the kernel hands it back to `Network::handle`.
enum class NetworkStep : std::uint8_t { connect, transmitted, retransmit };

struct NetworkSettings {
    Duration jitter;  ///< each delivery is late by U[0, jitter)
    /// As in PathEffect, where a path has none of its own.
    std::uint32_t loss = 0, duplicate = 0, reorder = 0;
    std::int64_t bulk_threshold =
        4096;  ///< bytes from which a message is a transmission of its own
};

/// What a script may do to one directed pair of nodes. Times are on top of the platform's; rates,
/// per million messages, stand in place of them.
struct PathEffect {
    Duration latency;        ///< added to the route's
    Duration jitter;         ///< added to the platform's
    std::uint32_t loss = 0;  ///< a lost segment costs a retransmission time-out, not the message
    std::uint32_t duplicate = 0;  ///< the message arrives twice (no TCP does that: for stress)
    std::uint32_t reorder = 0;    ///< the message may overtake others (no TCP does that either)
    bool clogged = false;         ///< nothing leaves until it is opened again
};

/// A message under way; the kernel keeps its content at the same index.
struct Parcel {
    NodeId from, to;
    std::uint32_t bytes{};
    ConnectionId connection{};
    SequenceNumber sequence;
    std::uint64_t cause{};
    Time sent_at;
    Time deliver_at = never;  ///< known once it has left
    Channel channel{};
    bool accepted{};          ///< travels from the acceptor to the initiator
    bool detached{};          ///< left its connection: arrives whatever became of it
    std::uint8_t copies = 0;  ///< arrivals planned
    bool live = false;
};

/// What becomes of a parcel that reaches its host.
enum class Arrival : std::uint8_t { deliver, deliver_and_keep, dropped, stalled };

/// Connections over directed paths: order, delay, jitter, loss, cuts, clogging, resets.
/// A connection behaves as TCP does: data arrive in order or not at all; a cut is silence until
/// retransmission succeeds; a process that ends resets its connections, a host that loses power
/// does not. Events for processes (message, connection up, connection reset) go to the agenda with
/// the subjects that the kernel gives.
class Network {
public:
    struct Context {
        Agenda& agenda;
        Resources& resources;
    };
    /// Subjects of the agenda entries: kinds of the kernel, combined with a node there.
    struct Subjects {
        std::uint32_t message, up, reset, connect, transmitted, retransmit;
    };
    enum class Host : std::uint8_t { running, refusing, off };

    Network() = default;
    Network(Topology topology, const Random& random, const NetworkSettings& settings,
            const Subjects& subjects);

    Topology& topology() { return topology_; }
    const Topology& topology() const { return topology_; }
    /// A host that is back answers what was sent to its former life with resets.
    void set_host(Context context, NodeId node, Host host);

    ParcelId make_parcel(NodeId from, NodeId to, Channel channel, bool accepted,
                         std::uint32_t bytes);
    Parcel& parcel(ParcelId id) { return parcels_[id]; }
    const std::vector<Parcel>& parcels() const { return parcels_; }
    void free_parcel(ParcelId id);

    /// Sends on the parcel's connection, opening it when `from` initiates and there is none.
    /// False: there is no such connection (an answer to one that is gone); the caller frees it.
    bool send(Context context, ParcelId id);
    /// Leaves the connection, which is reset on both sides; to be given to `deliver_detached`.
    void detach(Context context, ParcelId id);
    void deliver_detached(Context context, ParcelId id);
    /// Stops (or lets go) what leaves from `from` on the connection that the parcel uses.
    void block(Context context, NodeId from, NodeId to, Channel channel, bool accepted,
               bool blocked);

    Arrival arrive(Context context, ParcelId id);
    void handle(Context context, NetworkStep step, std::uint32_t payload);
    void transmission_ended(Context context, std::uint64_t number, Time at);
    /// The initiator learns that its connection is up; what waited leaves now. Returns false when
    /// the news is obsolete; otherwise `node` has to be told with `seen`.
    bool established(Context context, std::uint32_t payload, Envelope& seen);
    /// One side learns of a reset. Returns as `established`.
    bool reset(std::uint32_t payload, Envelope& seen);

    void close(Context context, NodeId node, NodeId peer, Channel channel, bool accepted);
    /// The process on `node` ended: resets all its connections, silently when `power_lost`.
    void process_ended(Context context, NodeId node, bool power_lost);

    void cut(Context context, NodeId from, NodeId to);
    void heal(Context context, NodeId from, NodeId to);
    void set_effect(Context context, NodeId from, NodeId to, const PathEffect& effect);
    void clear_effect(Context context, NodeId from, NodeId to);
    bool passable(NodeId from, NodeId to) const;

private:
    enum class State : std::uint8_t { connecting, up, dying };
    struct Pipe {
        Time last_delivery;
        Time stalled_since;
        std::uint64_t transmission = 0;
        std::deque<ParcelId> waiting;
        std::uint32_t returned = 0;  // at the front of waiting: came back from a cut
        std::uint8_t attempts = 0;
        bool transmitting = false;
        bool blocked = false;
        bool stalled = false;
    };
    struct Connection {
        NodeId ends[2];  // initiator, acceptor
        Pipe pipes[2];   // from the initiator, from the acceptor
        Channel channel = 0;
        State state = State::connecting;
        std::uint8_t attempts = 0;
        bool open[2] = {true, false};        // that side's process holds the connection
        bool reset_due[2] = {false, false};  // that side is going to be told of a reset
    };
    struct Route {
        std::uint32_t key;
        ConnectionId connection;
    };
    struct Endpoint {
        std::vector<Route> routes;
        Host host = Host::running;
    };
    struct Transmission {
        std::uint64_t number;
        ConnectionId connection;
        ParcelId parcel;
        int direction;
    };

    static std::size_t index(NodeId node) { return static_cast<std::size_t>(node.value); }
    static std::uint32_t route_key(NodeId peer, Channel channel, bool accepted)
    {
        return static_cast<std::uint32_t>(peer.value) << 5 | channel << 1U | (accepted ? 1U : 0U);
    }
    static constexpr ConnectionId none = 0xffffffff;
    ConnectionId find(NodeId node, NodeId peer, Channel channel, bool accepted) const;
    void forget(NodeId node, ConnectionId id);
    ConnectionId open(Context context, NodeId from, NodeId to, Channel channel);
    void on_connect(Context context, ConnectionId id);
    void sever(Context context, ConnectionId id, int side, bool silent);
    void drop_waiting(Context context, Connection& connection, ConnectionId id);
    void tell_reset(Context context, ConnectionId id, int side, Time at);
    void pump(Context context, ConnectionId id, int direction);
    void leave(Context context, ConnectionId id, int direction, ParcelId parcel);
    void plan_arrival(Context context, Pipe& pipe, ParcelId parcel, Time left);
    void on_transmitted(Context context, std::uint32_t payload);
    void give_back(Pipe& pipe, ParcelId parcel, Time now);
    void resume(Context context, NodeId from, NodeId to);
    /// What was sent and will not be acknowledged is sent again until somebody answers.
    static void keep_sending(Pipe& pipe, Time since);
    void plan_retransmission(Context context, ConnectionId id, int direction);
    void on_retransmit(Context context, ConnectionId id, int direction);
    bool answers(const Connection& connection, int direction) const;
    Duration one_way(NodeId from, NodeId to);
    static std::uint32_t pipe_payload(ConnectionId id, int direction)
    {
        return id << 1 | static_cast<std::uint32_t>(direction);
    }
    static std::uint32_t at_node(std::uint32_t subject, NodeId node)
    {
        return subject | static_cast<std::uint32_t>(node.value) << subject_node_shift;
    }
    const PathEffect* effect(NodeId from, NodeId to) const;

    Topology topology_;
    NetworkSettings settings_;
    Subjects subjects_{};
    Random random_;
    std::vector<Endpoint> endpoints_;
    std::vector<Connection> connections_;
    std::vector<Parcel> parcels_;
    std::vector<ParcelId> free_parcels_;
    std::vector<Transmission> transmissions_;
    std::map<std::pair<std::int32_t, std::int32_t>, PathEffect> effects_;
    std::uint64_t next_transmission_ = 0;
};

}  // namespace gregor
