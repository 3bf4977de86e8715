#pragma once

#include "model/effects.h"

#include <deque>
#include <optional>
#include <utility>
#include <vector>

namespace gregor {

/// The connections of clients as the broker serves them: one request at a time on each; the next
/// is read when the answer to the one before has been sent (protocol.md 4).
class RequestChannels {
public:
    /// A request came in. True: it may be served now; else it waits here.
    bool admit(const Envelope& from, Message& message)
    {
        Connection& connection = at(from);
        if (!connection.busy) {
            connection.busy = true;
            return true;
        }
        connection.waiting.push_back(std::move(message));
        return false;
    }
    /// The answer was sent (or none is due): the next request of the connection, if one waits.
    std::optional<Message> done(const Envelope& from)
    {
        Connection& connection = at(from);
        if (connection.waiting.empty()) {
            connection.busy = false;
            return std::nullopt;
        }
        std::optional<Message> next = std::move(connection.waiting.front());
        connection.waiting.pop_front();
        return next;
    }
    /// The connection is gone, with all that was not read from it.
    void drop(const Envelope& from) { at(from) = Connection{}; }
    void clear() { connections_.clear(); }

private:
    struct Connection {
        std::deque<Message> waiting;
        bool busy = false;
    };
    static constexpr std::size_t channels = 2;  // channel::client and channel::coordinator
    Connection& at(const Envelope& from)
    {
        const std::size_t index =
            static_cast<std::size_t>(from.from.value) * channels + from.channel % channels;
        if (index >= connections_.size()) connections_.resize(index + 1);
        return connections_[index];
    }
    std::vector<Connection> connections_;
};

}  // namespace gregor
