#pragma once

#include "engine/process.h"
#include "engine/time.h"

#include <cstdint>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace gregor {

struct SetTimer {
    TimerKey key;
    Time at;  ///< not before now; an earlier pending timer of this key is replaced
};
struct CancelTimer {
    TimerKey key;
};
/// CPU time on one of the node's cores; on_compute(tag) when it is over.
struct Compute {
    Duration duration;
    Tag tag;
};
/// Appends `bytes` to a file. On a throttled disk on_disk(tag) follows when the device took them.
struct Write {
    FileId file;
    std::int64_t bytes;
    Tag tag;
};
struct Read {
    std::int64_t bytes;
    Tag tag;
};
/// Makes everything written to the file so far durable, then on_disk(tag).
struct Flush {
    FileId file;
    Tag tag;
};
/// The file now ends at `bytes` (truncation, deletion); takes no time.
struct Truncate {
    FileId file;
    std::int64_t bytes;
};
struct Close {
    NodeId peer;
    Channel channel;
    bool accepted;  ///< close the connection that the peer opened, not our own
};
/// `bytes` at the beginning of the file are given back; positions behind them stay what they were.
struct Release {
    FileId file;
    std::int64_t bytes;
};
/// The process ends by itself.
struct Exit {
    bool in_order = true;  ///< false: halted, as if it had been killed
};

/// What one step asks for, as a list of values that tests read and the kernel carries out in order.
template <class Message, class Event>
class BasicEffects {
public:
    struct Send {
        Send(NodeId node, std::uint32_t size, Channel on, bool back, Message&& what)
            : to(node), bytes(size), channel(on), accepted(back), message(std::move(what))
        {
        }
        NodeId to;
        std::uint32_t bytes;
        Channel channel;
        bool accepted;  ///< travels back on the connection that `to` opened
        Message message;
    };
    using Action = std::variant<Send, SetTimer, CancelTimer, Compute, Write, Read, Flush, Truncate,
                                Release, Close, Exit>;

    /// Sends on our own connection to `to`, opening it when there is none. `bytes`: size on the
    /// wire, at least 1. Delivery is in order on one connection, and not certain.
    void send(NodeId to, Channel channel, std::uint32_t bytes, Message&& message)
    {
        actions_.emplace_back(std::in_place_type<Send>, to, bytes, channel, false,
                              std::move(message));
    }
    /// Answers on the connection that a message came in by; lost when that connection is gone.
    void reply(const Envelope& to, std::uint32_t bytes, Message&& message)
    {
        actions_.emplace_back(std::in_place_type<Send>, to.from, bytes, to.channel, to.accepted,
                              std::move(message));
    }
    void set_timer(TimerKey key, Time at) { actions_.emplace_back(SetTimer{key, at}); }
    void cancel_timer(TimerKey key) { actions_.emplace_back(CancelTimer{key}); }
    void compute(Duration duration, Tag tag) { actions_.emplace_back(Compute{duration, tag}); }
    void write(FileId file, std::int64_t bytes, Tag tag)
    {
        actions_.emplace_back(Write{file, bytes, tag});
    }
    void read(std::int64_t bytes, Tag tag) { actions_.emplace_back(Read{bytes, tag}); }
    void flush(FileId file, Tag tag) { actions_.emplace_back(Flush{file, tag}); }
    void truncate(FileId file, std::int64_t bytes) { actions_.emplace_back(Truncate{file, bytes}); }
    void release(FileId file, std::int64_t bytes) { actions_.emplace_back(Release{file, bytes}); }
    void close(NodeId peer, Channel channel, bool accepted)
    {
        actions_.emplace_back(Close{peer, channel, accepted});
    }
    void exit() { actions_.emplace_back(Exit{}); }
    void halt() { actions_.emplace_back(Exit{false}); }
    /// Reports what happened; becomes a numbered event caused by this step.
    template <class E>
    void trace(E&& event)
    {
        events_.emplace_back(std::forward<E>(event));
    }

    /// This node's wall clock: kernel time with its offset and drift. For timestamps only.
    Time wall_clock() const { return wall_clock_; }
    /// When false, a Write is absorbed by the page cache at once and no on_disk follows.
    bool disk_is_throttled() const { return disk_is_throttled_; }
    /// When true, writes fail until space is given back (KAFKA_STORAGE_ERROR).
    bool disk_is_full() const { return disk_is_full_; }
    /// In on_start after a power loss: how many bytes of a file survived.
    std::int64_t durable_bytes(FileId file) const
    {
        return file < durable_.size() ? durable_[file] : 0;
    }

    /// In on_start after a power loss: the disk is another one, which holds no files.
    bool disk_is_empty() const { return durable_.empty(); }

    std::vector<Action>& actions() { return actions_; }
    const std::vector<Action>& actions() const { return actions_; }
    std::vector<Event>& events() { return events_; }
    const std::vector<Event>& events() const { return events_; }

    /// For the kernel, before each step.
    void begin(Time wall_clock, bool disk_is_throttled, bool disk_is_full)
    {
        actions_.clear();
        events_.clear();
        wall_clock_ = wall_clock;
        disk_is_throttled_ = disk_is_throttled;
        disk_is_full_ = disk_is_full;
    }
    void set_durable(std::span<const std::int64_t> durable) { durable_ = durable; }

private:
    std::vector<Action> actions_;
    std::vector<Event> events_;
    std::span<const std::int64_t> durable_;
    Time wall_clock_;
    bool disk_is_throttled_ = false;
    bool disk_is_full_ = false;
};

}  // namespace gregor
