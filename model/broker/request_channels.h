#pragma once

#include "model/effects.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace gregor {

/// The connections of clients as the broker serves them: one request at a time on each; the next
/// is read when the answer to the one before has been sent (class SocketServer).
class RequestChannels {
public:
    /// A request came in. True: it may be served now; else it waits here.
    bool admit(const Envelope& from, Message& message)
    {
        Connection& connection = at(from);
        if (!connection.busy) {
            connection.busy = true;
            connection.correlation = message.correlation;
            return true;
        }
        connection.waiting.push_back(std::move(message));
        return false;
    }
    /// Whether this request is being served on the connection. False for one that came on an
    /// earlier connection of the same peer, which is gone.
    bool serves(const Envelope& from, std::uint32_t correlation)
    {
        const Connection& connection = at(from);
        return connection.busy && connection.correlation == correlation;
    }
    /// The answer was sent (or none is due): the next request of the connection, if one waits.
    std::optional<Message> done(const Envelope& from, std::uint32_t correlation)
    {
        if (!serves(from, correlation)) return std::nullopt;
        Connection& connection = at(from);
        if (connection.waiting.empty()) {
            connection.busy = false;
            return std::nullopt;
        }
        std::optional<Message> next = std::move(connection.waiting.front());
        connection.waiting.pop_front();
        connection.correlation = next->correlation;
        return next;
    }
    /// The connection is gone, with all that was not read from it.
    void drop(const Envelope& from) { at(from) = Connection{}; }
    void clear() { connections_.clear(); }

private:
    struct Connection {
        std::deque<Message> waiting;
        std::uint32_t correlation = 0;  // of the request that is served
        bool busy = false;
    };
    static constexpr std::size_t channels = channel::replication;
    Connection& at(const Envelope& from)
    {
        const std::size_t index =
            static_cast<std::size_t>(from.from.value) * channels + from.channel;
        if (index >= connections_.size()) connections_.resize(index + 1);
        return connections_[index];
    }
    std::vector<Connection> connections_;
};

}  // namespace gregor
