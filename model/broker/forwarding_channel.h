#pragma once

#include "model/effects.h"
#include "model/types.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace gregor {

/// Requests to the active controller that somebody waits for: sent again when the connection
/// breaks, when the one asked does not lead and when no answer comes in time, as often as it takes.
/// Source: class NodeToControllerChannelManagerImpl.
class ForwardingChannel {
public:
    static constexpr Duration request_timeout = seconds(30);  ///< controller.socket.timeout.ms
    static constexpr Duration retry_interval = milliseconds(100);

    struct Request {
        std::uint32_t correlation{};
        MessageBody body;
        Envelope client;  ///< no_node: the broker itself asks
        std::uint32_t client_correlation{};
        bool out = false;
        Time deadline;
    };

    void add(Request request) { waiting_.push_back(std::move(request)); }
    bool all_sent() const
    {
        return std::all_of(waiting_.begin(), waiting_.end(), [](const auto& r) { return r.out; });
    }
    /// Sends what is not under way to the controller, if one is known. Returns when to look again.
    Time advance(Time now, NodeId controller, Effects& effects)
    {
        Time next = never;
        for (Request& request : waiting_) {
            if (!request.out && controller != no_node) {
                asked_ = controller;
                request.out = true;
                request.deadline = now + request_timeout;
                send(effects, controller, channel::forwarding,
                     Message{request.correlation, MessageBody(request.body)});
            }
            next = std::min(next, request.out ? request.deadline : now + retry_interval);
        }
        return next;
    }
    /// The one asked, when a request to it has waited too long: the connection is to be closed.
    NodeId overdue(Time now) const
    {
        const bool late = std::any_of(waiting_.begin(), waiting_.end(), [now](const Request& each) {
            return each.out && each.deadline <= now;
        });
        return late ? asked_ : no_node;
    }
    /// The connection is gone: everything is to be sent again.
    void connection_lost()
    {
        for (Request& request : waiting_) request.out = false;
    }
    /// The request that an answer belongs to. One that reached a controller that does not lead
    /// stays here.
    std::optional<Request> answered(std::uint32_t correlation, Error error)
    {
        const auto at = std::find_if(waiting_.begin(), waiting_.end(), [&](const Request& each) {
            return each.correlation == correlation;
        });
        if (at == waiting_.end()) return std::nullopt;
        if (error == Error::not_controller) {
            at->out = false;
            return std::nullopt;
        }
        std::optional<Request> done = std::move(*at);
        waiting_.erase(at);
        return done;
    }
    /// Nobody is there any more to be answered.
    void drop_client(const Envelope& client)
    {
        std::erase_if(waiting_, [&](const Request& each) {
            return each.client.from == client.from && each.client.channel == client.channel;
        });
    }
    void clear() { waiting_.clear(); }

private:
    std::vector<Request> waiting_;
    NodeId asked_{no_node};
};

}  // namespace gregor
