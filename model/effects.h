#pragma once

#include "engine/effects.h"
#include "model/events.h"
#include "model/message.h"

namespace gregor {

/// What a step of a Kafka process asks for.
using Effects = BasicEffects<Message, Event>;
extern template class BasicEffects<Message, Event>;  // compiled once, in effects.cpp

/// Sends a message at its size on the wire.
inline void send(Effects& effects, NodeId to, Channel channel, Message&& message)
{
    const std::uint32_t bytes = wire_size(message);
    effects.send(to, channel, bytes, std::move(message));
}
inline void reply(Effects& effects, const Envelope& to, Message&& message)
{
    const std::uint32_t bytes = wire_size(message);
    effects.reply(to, bytes, std::move(message));
}

}  // namespace gregor
