#pragma once

#include "engine/event_queue.h"

#include <cstdint>

namespace gregor {

/// What a pending entry is for: the lowest bits of its subject. Above them stands the node, then
/// the lowest twelve bits of the incarnation of its process.
enum class PendingKind : std::uint32_t {
    message,
    timer,
    disk,
    compute,
    start,
    up,
    reset,
    connect,
    transmitted,
    retransmit,
    wake,
    late_send
};
inline constexpr int subject_node_shift = 4;
inline constexpr int subject_incarnation_shift = 20;

/// The event queue together with the clock and the numbering: what network and disk need in order
/// to plan something.
class Agenda {
public:
    Time now() const { return now_; }
    std::uint64_t event() const { return event_; }
    SequenceNumber next_sequence() { return SequenceNumber::of(event_, index_++); }

    void plan(Time at, std::uint32_t subject, std::uint32_t payload)
    {
        plan(at, next_sequence(), subject, payload);
    }
    void plan(Time at, SequenceNumber sequence, std::uint32_t subject, std::uint32_t payload)
    {
        queue_.push(Pending{at < now_ ? now_ : at, sequence, subject, payload});
    }
    /// A new event begins: it takes the next number, and what it asks for is ordered after it.
    std::uint64_t begin_event()
    {
        index_ = 0;
        return ++event_;
    }
    /// Numbers `count` more events that happened within the present one.
    void count_events(std::uint64_t count)
    {
        if (count == 0) return;
        event_ += count;
        index_ = 0;
    }
    void advance_to(Time at) { now_ = at; }
    EventQueue& queue() { return queue_; }
    const EventQueue& queue() const { return queue_; }

private:
    EventQueue queue_;
    Time now_;
    std::uint64_t event_ = 0;
    std::uint32_t index_ = 0;
};

}  // namespace gregor
