#pragma once

#include "engine/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace gregor {

using LinkId = std::uint32_t;

/// A directed link of the platform.
struct LinkSpec {
    std::int64_t bytes_per_second{};  ///< at least 1
    Duration latency;
};

/// The kernel as a driving Resources sees it.
class Driven {
public:
    virtual ~Driven() = default;
    /// The time of the earliest pending event; `never` when there is none.
    virtual Time next_event() = 0;
    /// Carries out the earliest pending event; may start or cancel transmissions.
    virtual void step() = 0;
    /// Transmission `number` ended at `at`: makes it a pending event of that nanosecond.
    virtual void completed(std::uint64_t number, Time at) = 0;
    /// True when the run was asked to stop (interruption, an `until` that came true).
    virtual bool stopping() const = 0;
};

/// How long a transmission takes under load. Only bulk transmissions come here; latency, jitter,
/// order and everything about failures belong to the network. The three implementations give the
/// same nanosecond where nothing contends.
class Resources {
public:
    virtual ~Resources() = default;

    /// Starts transmission `number` (0, 1, 2, ...) of `bytes` (at least 1) over `route` (at least
    /// one link) at `now`. Returns the end if it is known already; otherwise `drive` reports it.
    virtual std::optional<Time> start(std::uint64_t number, Time now, std::span<const LinkId> route,
                                      std::int64_t bytes) = 0;
    /// The transmission is given up (cut link, dead host): it will not be reported.
    virtual void cancel(std::uint64_t number, Time now) = 0;
    /// Changes a link's rate from now on.
    virtual void set_rate(LinkId link, std::int64_t bytes_per_second, Time now) = 0;

    /// True when ends of transmissions become known only while time passes (SimGrid): the kernel
    /// then lets `drive` run its events instead of its own loop.
    virtual bool drives() const { return false; }
    /// True when `start` queues a transmission behind what its links are busy with and always
    /// knows the end: a connection may then hand over its next message at once.
    virtual bool reserves() const { return false; }
    /// Runs pending events and reports ends of transmissions, in order of time, until the next
    /// event lies after `until` or the kernel is stopping. All ends that fall on a nanosecond are
    /// reported before an event of that nanosecond runs. May be called again with a later time.
    virtual void drive(Driven& kernel, Time until)
    {
        while (!kernel.stopping() && kernel.next_event() <= until) kernel.step();
    }
    /// A copy that goes on independently, for keyframes; null where that is impossible (SimGrid).
    virtual std::unique_ptr<Resources> clone() const = 0;
};

/// Time for `bytes` alone on a link, rounded to the nearest nanosecond (integers only).
Duration transmission_time(std::int64_t bytes, std::int64_t bytes_per_second);

}  // namespace gregor
