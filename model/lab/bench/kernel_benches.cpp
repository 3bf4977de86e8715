#include "model/lab/bench/kernel_benches.h"

#include "engine/fixed_resources.h"
#include "engine/kernel.h"
#include "model/lab/bench/reference_loop.h"

#include <variant>
#include <vector>

namespace gregor::lab {

namespace {

// --- hold
// -----------------------------------------------------------------------------------------

struct NoControl {};
struct Nothing {};

struct Holder;
struct HoldWorld {
    using Message = Nothing;
    using Event = Nothing;
    using Control = NoControl;
    using Process = Holder;
    static std::uint64_t digest(const Nothing&) { return 0; }
    static std::uint64_t digest(const NoControl&) { return 0; }
};
using HoldEffects = BasicEffects<Nothing, Nothing>;

struct Holder {
    Random random;
    std::uint32_t pending = 10'000;

    Time later(Time now) { return now + random.between(Duration{}, seconds(2)); }
    void on_start(Time now, StartReason, HoldEffects& effects)
    {
        for (std::uint32_t i = 0; i < pending; ++i) effects.set_timer(i, later(now));
    }
    void on_message(Time, const Envelope&, Nothing&&, HoldEffects&) {}
    void on_timer(Time now, TimerKey key, HoldEffects& effects)
    {
        effects.set_timer(key, later(now));
    }
    void on_disk(Time, Tag, HoldEffects&) {}
    void on_compute(Time, Tag, HoldEffects&) {}
    void on_connection(Time, const Envelope&, ConnectionChange, HoldEffects&) {}
    void on_control(Time, const NoControl&, HoldEffects&) {}
    void on_end(Time, StartReason) {}
};

// --- replicated append
// ------------------------------------------------------------------------------

struct Batch {
    std::uint32_t number;
    Time arrived;
};
struct Written {
    std::uint32_t number;
};
struct Answer {
    Time arrived;
};
using AppendMessage = std::variant<Batch, Written, Answer>;
using AppendEffects = BasicEffects<AppendMessage, Nothing>;

constexpr NodeId leader{0};
constexpr NodeId first_follower{1};
constexpr NodeId client{3};
constexpr std::uint32_t batch_bytes = 100'000;

struct Leader {
    std::uint32_t batches = 0;
    std::uint32_t next = 0;
    std::vector<Time> arrived;
    std::vector<std::uint8_t> copies;

    void on_timer(Time now, AppendEffects& effects)
    {
        const std::uint32_t number = next++;
        arrived[number] = now;
        effects.write(0, batch_bytes, number);
        for (const std::int32_t each : {0, 1}) {
            effects.send(NodeId{first_follower.value + each}, 0, batch_bytes, Batch{number, now});
        }
        if (next < batches) effects.set_timer(0, Time{} + milliseconds(next + 1));
    }
    void have_one(std::uint32_t number, AppendEffects& effects)
    {
        if (++copies[number] == 2) effects.send(client, 0, 1, Answer{arrived[number]});
    }
};
struct Follower {
    std::vector<std::uint32_t> writing;
};
struct Client {
    std::uint64_t answered = 0;
    Duration waited;
};

struct Appender {
    std::variant<Leader, Follower, Client> role;

    void on_start(Time, StartReason, AppendEffects& effects)
    {
        if (std::holds_alternative<Leader>(role)) effects.set_timer(0, Time{} + milliseconds(1));
    }
    void on_timer(Time now, TimerKey, AppendEffects& effects)
    {
        std::get<Leader>(role).on_timer(now, effects);
    }
    void on_message(Time now, const Envelope& from, AppendMessage&& message, AppendEffects& effects)
    {
        static_cast<void>(from);
        if (const auto* batch = std::get_if<Batch>(&message)) {
            effects.write(0, batch_bytes, batch->number);
        } else if (const auto* written = std::get_if<Written>(&message)) {
            std::get<Leader>(role).have_one(written->number, effects);
        } else {
            auto& self = std::get<Client>(role);
            ++self.answered;
            self.waited = self.waited + (now - std::get<Answer>(message).arrived);
        }
    }
    void on_disk(Time, Tag number, AppendEffects& effects)
    {
        if (auto* self = std::get_if<Leader>(&role)) {
            self->have_one(number, effects);
        } else {
            effects.send(leader, 0, 1, Written{number});
        }
    }
    void on_compute(Time, Tag, AppendEffects&) {}
    void on_connection(Time, const Envelope&, ConnectionChange, AppendEffects&) {}
    void on_control(Time, const NoControl&, AppendEffects&) {}
    void on_end(Time, StartReason) {}
};

struct AppendWorld {
    using Message = AppendMessage;
    using Event = Nothing;
    using Control = NoControl;
    using Process = Appender;
    static std::uint64_t digest(const AppendMessage& message)
    {
        if (const auto* batch = std::get_if<Batch>(&message)) return batch->number;
        if (const auto* written = std::get_if<Written>(&message)) return written->number;
        return 1;
    }
    static std::uint64_t digest(const Nothing&) { return 0; }
    static std::uint64_t digest(const NoControl&) { return 0; }
};

/// Every pair of nodes has links of its own at 125 MB/s and 0.25 ms.
Topology direct_links(std::uint32_t hosts)
{
    Topology topology;
    std::vector<PlaceId> places;
    for (std::uint32_t i = 0; i < hosts; ++i) places.push_back(topology.add_host());
    for (const PlaceId from : places) {
        for (const PlaceId to : places) {
            if (from != to) topology.add_link(from, to, {125'000'000, microseconds(250)});
        }
    }
    topology.finish();
    return topology;
}

}  // namespace

KernelBench run_hold(std::uint64_t events)
{
    Kernel<HoldWorld> kernel(direct_links(1), 1, {});
    FixedResources resources(std::span<const LinkSpec>{});
    kernel.attach(&resources);
    kernel.start(kernel.add(Holder{Random(1)}));
    kernel.run_until(Time{});
    const double begin = cpu_seconds();
    for (std::uint64_t i = 0; i < events; ++i) kernel.step();
    const double spent = cpu_seconds() - begin;
    return {events, static_cast<double>(events) / spent, 0, 0, kernel.hash()};
}

KernelBench run_replicated_append(int simulated_seconds)
{
    NetworkSettings settings;
    settings.jitter = microseconds(100);
    const auto batches = static_cast<std::uint32_t>(simulated_seconds) * 1000;
    Kernel<AppendWorld> kernel(direct_links(4), 1, settings);
    Topology topology = direct_links(4);
    FixedResources resources(topology.links());
    kernel.attach(&resources);
    Leader first;
    first.batches = batches;
    first.arrived.resize(batches);
    first.copies.resize(batches);
    kernel.add(Appender{std::move(first)});
    kernel.add(Appender{Follower{}});
    kernel.add(Appender{Follower{}});
    const NodeId asking = kernel.add(Appender{Client{}});
    DiskSpec disk;
    disk.rate = 200'000'000;
    for (std::int32_t i = 0; i < 3; ++i) kernel.disk(NodeId{i}).configure(disk);
    for (std::int32_t i = 0; i < 4; ++i) kernel.start(NodeId{i});
    const double begin = cpu_seconds();
    kernel.run_until(Time{} + seconds(simulated_seconds + 10));
    const double spent = cpu_seconds() - begin;
    const auto& done = std::get<Client>(kernel.process(asking).role);
    const std::uint64_t events = 9ULL * batches;
    return {events, static_cast<double>(events) / spent,
            static_cast<double>(done.waited.nanoseconds) / 1e6 / static_cast<double>(done.answered),
            done.answered, kernel.hash()};
}

}  // namespace gregor::lab
