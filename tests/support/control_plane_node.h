#pragma once

#include "engine/kernel.h"
#include "model/broker/lifecycle.h"
#include "model/broker/metadata_cache.h"
#include "model/controller/controller.h"

#include <utility>
#include <variant>
#include <vector>

namespace gregor::test {

/// A broker without data: registers, sends heartbeats, follows the metadata log, and sends the
/// requests that a test asks for.
class ControlPlaneBroker {
public:
    explicit ControlPlaneBroker(const Controller::Setup& setup)
        : layout_(setup.layout),
          lifecycle_(setup.id, setup.layout, setup.config, setup.seed),
          metadata_(setup.id, setup.layout, setup.config, setup.bootstrap)
    {
    }

    void on_start(Time now, StartReason reason, Effects& effects)
    {
        metadata_.start(now, reason, effects);
        lifecycle_.start(now, reason, metadata_, effects);
    }
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
    {
        if (from.channel == channel::heartbeat) {
            lifecycle_.on_response(now, from, message, effects);
        } else if (from.channel == channel::metadata) {
            metadata_.on_response(now, from, message, effects);
            lifecycle_.on_metadata(now, metadata_, effects);
        } else {
            answers.push_back({now, std::move(message)});
        }
    }
    void on_timer(Time now, TimerKey key, Effects& effects)
    {
        if (key <= Lifecycle::last_timer) {
            lifecycle_.on_timer(now, key, metadata_, effects);
        } else {
            metadata_.on_timer(now, key, effects);
        }
    }
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects)
    {
        if (change != ConnectionChange::reset) return;
        if (peer.channel == channel::heartbeat) {
            lifecycle_.on_connection_reset(now, peer, effects);
        } else if (peer.channel == channel::metadata) {
            metadata_.on_connection_reset(now, peer, effects);
        }
    }
    void stop(Time now, Effects& effects)
    {
        lifecycle_.begin_controlled_shutdown(now, metadata_, effects);
    }
    void ask(BrokerId controller, Message message, Effects& effects)
    {
        send(effects, layout_.node_of(controller), channel::forwarding, std::move(message));
    }
    void on_end(StartReason reason)
    {
        lifecycle_.on_end(reason);
        metadata_.on_end();
    }

    const Lifecycle& lifecycle() const { return lifecycle_; }
    const MetadataCache& metadata() const { return metadata_; }

    struct Answer {
        Time at;
        Message message;
    };
    std::vector<Answer> answers;

private:
    ClusterLayout layout_;
    Lifecycle lifecycle_;
    MetadataCache metadata_;
};

/// What a test does to a process: stop it, or let a broker send a request to a controller.
struct Ask {
    BrokerId controller;
    Message message;
};
using Order = std::variant<control::Stop, Ask>;

class ControlPlaneNode {
public:
    using Role = std::variant<ControlPlaneBroker, Controller>;
    explicit ControlPlaneNode(Role role) : role_(std::move(role)) {}

    void on_start(Time now, StartReason reason, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_start(now, reason, effects); }, role_);
    }
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_message(now, from, std::move(message), effects); },
                   role_);
    }
    void on_timer(Time now, TimerKey key, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_timer(now, key, effects); }, role_);
    }
    void on_disk(Time now, Tag tag, Effects& effects)
    {
        if (auto* self = std::get_if<Controller>(&role_)) self->on_disk(now, tag, effects);
    }
    void on_compute(Time, Tag, Effects&) {}
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_connection(now, peer, change, effects); }, role_);
    }
    void on_control(Time now, const Order& order, Effects& effects)
    {
        auto* broker = std::get_if<ControlPlaneBroker>(&role_);
        if (broker == nullptr) {
            std::get<Controller>(role_).on_control(now, control::Stop{}, effects);
        } else if (const auto* ask = std::get_if<Ask>(&order)) {
            broker->ask(ask->controller, ask->message, effects);
        } else {
            broker->stop(now, effects);
        }
    }
    void on_end(Time now, StartReason reason)
    {
        if (auto* broker = std::get_if<ControlPlaneBroker>(&role_)) broker->on_end(reason);
        if (auto* self = std::get_if<Controller>(&role_)) self->on_end(now, reason);
    }
    const Role& role() const { return role_; }

private:
    Role role_;
};

struct ControlPlaneWorld {
    using Message = gregor::Message;
    using Event = gregor::Event;
    using Control = Order;
    using Process = ControlPlaneNode;
    static std::uint64_t digest(const Message& message) { return gregor::digest(message); }
    static std::uint64_t digest(const Event& event) { return gregor::digest(event); }
    static std::uint64_t digest(const Order& order) { return order.index(); }
};

}  // namespace gregor::test
