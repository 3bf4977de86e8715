#pragma once

#include "engine/process.h"
#include "engine/time.h"

#include <cstdint>
#include <span>

namespace gregor {

/// What kind of thing happened to a node in one numbered step of the kernel.
enum class StepKind : std::uint8_t {
    start,
    message,
    timer,
    disk,
    compute,
    connected,
    disconnected,
    control,
    fault
};

/// One numbered step. The events that the process reported in it have the numbers after it, and
/// the step as their cause.
template <class Message>
struct Step {
    std::uint64_t number{};
    Time at;
    NodeId node;
    StepKind kind{};
    std::uint64_t cause{};    ///< number of the event that asked for this one; 0 = the beginning
    std::uint32_t payload{};  ///< timer key, tag or start reason
    NodeId from = no_node;    ///< of a message or connection
};

/// Sees every step after its effects were carried out. May change the kernel through its script
/// functions (that is how conditions act "at that instant, before the next event").
template <class Message, class Event>
class StepObserver {
public:
    virtual ~StepObserver() = default;
    virtual void after_step(const Step<Message>& step, std::span<const Event> events,
                            std::uint64_t hash) = 0;
    /// `on_message` is called, before the step, only while this is true.
    virtual bool wants_messages() const { return false; }
    virtual void on_message(const Step<Message>& step, const Message& message)
    {
        static_cast<void>(step);
        static_cast<void>(message);
    }
    /// A time that was asked for with Kernel::wake.
    virtual void on_wake(std::uint32_t id) { static_cast<void>(id); }
};

/// What to do with one message instead of sending it.
struct Verdict {
    /// `answer`: the interceptor put the answer in the message's place; it leaves from where the
    /// message was to go, `delay` later and with `bytes`.
    enum class Act : std::uint8_t { pass, drop, delay, duplicate, hold, hold_detached, answer };
    Act act = Act::pass;
    Duration delay;
    std::uint32_t bytes = 0;
};

/// Looks at every message before it leaves. Attached only while a script has message rules.
template <class Message>
class Interceptor {
public:
    virtual ~Interceptor() = default;
    virtual Verdict intercept(NodeId from, NodeId to, bool accepted, Message& message) = 0;
    /// The message just held is this parcel: the argument of Kernel::release.
    virtual void held(std::uint32_t parcel) = 0;
};

}  // namespace gregor
