#pragma once

#include "engine/kernel.h"
#include "model/broker/broker.h"
#include "model/consumer/consumer.h"
#include "model/control.h"
#include "model/controller/controller.h"
#include "model/effects.h"
#include "model/producer/producer.h"

#include <utility>
#include <variant>

namespace gregor::lab {

/// Whatever runs on a node of a simulated Kafka cluster.
class KafkaNode {
public:
    using Role =
        std::variant<gregor::Broker, gregor::Controller, gregor::Producer, gregor::Consumer>;

    explicit KafkaNode(Role role) : role_(std::move(role)) {}

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
        std::visit([&](auto& each) { each.on_disk(now, tag, effects); }, role_);
    }
    void on_compute(Time now, Tag tag, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_compute(now, tag, effects); }, role_);
    }
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_connection(now, peer, change, effects); }, role_);
    }
    void on_control(Time now, const Control& control, Effects& effects)
    {
        std::visit([&](auto& each) { each.on_control(now, control, effects); }, role_);
    }
    void on_end(Time now, StartReason reason)
    {
        std::visit([&](auto& each) { each.on_end(now, reason); }, role_);
    }

    const gregor::Broker* broker() const { return std::get_if<gregor::Broker>(&role_); }
    const gregor::Controller* controller() const { return std::get_if<gregor::Controller>(&role_); }
    const gregor::Producer* producer() const { return std::get_if<gregor::Producer>(&role_); }
    const gregor::Consumer* consumer() const { return std::get_if<gregor::Consumer>(&role_); }

private:
    Role role_;
};

/// The closed set of types that the kernel is instantiated with.
struct KafkaWorld {
    using Message = gregor::Message;
    using Event = gregor::Event;
    using Control = gregor::Control;
    using Process = KafkaNode;
    static std::uint64_t digest(const Message& message) { return gregor::digest(message); }
    static std::uint64_t digest(const Event& event) { return gregor::digest(event); }
    static std::uint64_t digest(const Control& control) { return gregor::digest(control); }
};

using KafkaKernel = Kernel<KafkaWorld>;

}  // namespace gregor::lab
