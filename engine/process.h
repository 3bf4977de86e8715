#pragma once

#include "engine/id.h"
#include "engine/time.h"

#include <cstdint>

namespace gregor {

/// A node of the simulation: one process on a host. Dense: 0, 1, 2, ... in order of creation.
using NodeId = Id<struct NodeTag, std::int32_t>;
inline constexpr NodeId no_node{-1};

/// Names one of a process's timers. Small and dense (below 2^20): the kernel keeps an array.
using TimerKey = std::uint32_t;
/// Chosen by a process to recognise the completion of a disk or compute request.
using Tag = std::uint32_t;
/// Tells apart several connections between the same two nodes (below 16).
using Channel = std::uint8_t;
/// One file of a node's disk: the unit of what is flushed and what a power loss drops. Dense.
using FileId = std::uint32_t;

/// Where a message came from, and how to answer on the same connection.
struct Envelope {
    NodeId from;
    Channel channel{};
    bool accepted{};  ///< the peer opened this connection: answer with Effects::reply
};

enum class StartReason : std::uint8_t {
    first,             ///< the beginning of the run
    after_stop,        ///< ended by itself (controlled shutdown); nothing lost
    after_crash,       ///< the process was killed; the page cache survived
    after_power_loss,  ///< what was not flushed is gone, see Effects::durable_bytes
};

enum class ConnectionChange : std::uint8_t { up, reset };

/// The contract between the kernel and a node. A process is plain, copyable data; it has no clock,
/// socket, thread or global. Every step takes a value and the time, changes the process's own
/// state, and asks for what it wants through Effects:
///
///     on_start(Time now, StartReason, Effects&)
///     on_message(Time now, const Envelope&, Message&&, Effects&)
///     on_timer(Time now, TimerKey, Effects&)
///     on_disk(Time now, Tag, Effects&)            a write, read or flush is done
///     on_compute(Time now, Tag, Effects&)         the asked-for CPU time is over
///     on_connection(Time now, const Envelope&, ConnectionChange, Effects&)
///     on_control(Time now, const Control&, Effects&)   a line of the script
///     on_end(Time now, StartReason)               the process ends: keep only what a disk keeps
///
/// Source of the shape: the sans-IO style of etcd-io/raft.

}  // namespace gregor
