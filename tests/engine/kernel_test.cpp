#include "engine/kernel.h"

#include "engine/fixed_resources.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace gregor;

namespace {

struct Note {
    int number = 0;
};
struct Heard {
    int number;
};
struct Poke {
    int sends = 0;
    NodeId to;
    std::uint32_t bytes = 100;
};

/// Sends numbered notes when poked, writes down what happens to it.
struct Recorder {
    std::vector<std::string> seen;
    std::vector<int> notes;
    std::vector<Time> times;
    int next = 0;
    std::int64_t kept = -1;

    using Effects = BasicEffects<Note, Heard>;
    void on_start(Time, StartReason reason, Effects& effects)
    {
        seen.push_back("start " + std::to_string(static_cast<int>(reason)));
        if (reason == StartReason::after_power_loss) kept = effects.durable_bytes(1);
    }
    void on_message(Time now, const Envelope&, Note&& note, Effects& effects)
    {
        notes.push_back(note.number);
        times.push_back(now);
        effects.trace(Heard{note.number});
    }
    void on_timer(Time, TimerKey key, Effects&) { seen.push_back("timer " + std::to_string(key)); }
    void on_disk(Time, Tag tag, Effects&) { seen.push_back("disk " + std::to_string(tag)); }
    void on_compute(Time, Tag tag, Effects&) { seen.push_back("compute " + std::to_string(tag)); }
    void on_connection(Time, const Envelope&, ConnectionChange change, Effects&)
    {
        seen.push_back(change == ConnectionChange::up ? "up" : "reset");
    }
    void on_control(Time now, const Poke& poke, Effects& effects)
    {
        for (int i = 0; i < poke.sends; ++i) effects.send(poke.to, 0, poke.bytes, Note{next++});
        if (poke.sends == 0) {
            effects.set_timer(1, now + seconds(1));
            effects.set_timer(1, now + seconds(2));
            effects.set_timer(2, now + seconds(1));
            effects.cancel_timer(2);
            effects.compute(seconds(1), 7);
            effects.write(1, 1000, 0);
        }
    }
    void on_end(Time, StartReason) { seen.push_back("end"); }
};

struct World {
    using Message = Note;
    using Event = Heard;
    using Control = Poke;
    using Process = Recorder;
    static std::uint64_t digest(const Note& n) { return static_cast<std::uint64_t>(n.number); }
    static std::uint64_t digest(const Heard& h) { return static_cast<std::uint64_t>(h.number); }
    static std::uint64_t digest(const Poke& p) { return static_cast<std::uint64_t>(p.sends); }
};

constexpr NodeId a{0}, b{1};
Time at(std::int64_t ms)
{
    return Time{} + milliseconds(ms);
}

struct Pair {
    Topology topology =
        Topology::star(2, {1'000'000, milliseconds(1)}, {1'000'000, milliseconds(1)});
    FixedResources resources{topology.links()};
    Kernel<World> kernel;

    explicit Pair(std::uint64_t seed = 1, Duration jitter = {})
        : kernel(topology, seed, NetworkSettings{jitter})
    {
        kernel.attach(&resources);
        kernel.add(Recorder{});
        kernel.add(Recorder{});
        kernel.start(a);
        kernel.start(b);
        kernel.run_until(Time{});
    }
    void send(int count, std::uint32_t bytes = 100) { kernel.control(a, Poke{count, b, bytes}, 0); }
    const Recorder& at_b() const { return kernel.process(b); }
};

}  // namespace

TEST_CASE("kernel: a connection takes a round trip, then data arrive in order", "[engine]")
{
    Pair pair;
    pair.send(3);
    pair.kernel.run_until(at(100));
    CHECK(pair.at_b().notes == std::vector<int>{0, 1, 2});
    // 2 ms there, 2 ms back, then 2 ms and 0.1 ms for 100 bytes at 1 MB/s.
    CHECK(pair.at_b().times.front() == at(6) + microseconds(100));
}

TEST_CASE("kernel: a replaced timer fires once, a cancelled one never", "[engine]")
{
    Pair pair;
    pair.kernel.control(b, Poke{}, 0);
    pair.kernel.run_until(at(5000));
    CHECK(pair.at_b().seen == std::vector<std::string>{"start 0", "compute 7", "timer 1"});
}

TEST_CASE("kernel: killing a process resets its connections and forgets its timers", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.control(b, Poke{}, 0);
    pair.kernel.crash(b);
    pair.kernel.run_until(at(60));
    CHECK(pair.kernel.process(a).seen.back() == "reset");
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(9000));
    CHECK(pair.at_b().seen.back() == "start 2");
}

TEST_CASE("kernel: power loss is silence, and drops what was not written back", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.control(b, Poke{}, 0);  // writes 1000 bytes
    pair.kernel.power_off(b);
    pair.kernel.run_until(at(1000));
    CHECK(pair.kernel.process(a).seen.back() == "up");
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(3000));
    CHECK(pair.at_b().kept == 0);
}

TEST_CASE("kernel: a cut is silence, and what was sent arrives after it heals", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.cut(a, b);
    pair.send(2);
    pair.kernel.run_until(at(1000));
    CHECK(pair.at_b().notes.size() == 1);
    pair.kernel.heal(a, b);
    pair.kernel.run_until(at(4000));
    CHECK(pair.at_b().notes == std::vector<int>{0, 1, 2});
    CHECK(pair.at_b().times.back() > at(1000));
}

TEST_CASE("kernel: a paused process finds everything when it goes on", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.pause(b);
    pair.send(2);
    pair.kernel.run_until(at(500));
    CHECK(pair.at_b().notes.size() == 1);
    pair.kernel.resume(b);
    pair.kernel.run_until(at(501));
    CHECK(pair.at_b().notes == std::vector<int>{0, 1, 2});
}

TEST_CASE("kernel: a bulk message holds back the small one behind it", "[engine]")
{
    Pair pair;
    pair.send(1, 50'000);
    pair.send(1, 10);
    pair.kernel.run_until(at(1000));
    CHECK(pair.at_b().notes == std::vector<int>{0, 1});
    CHECK(pair.at_b().times[0] == at(6) + milliseconds(50));
    CHECK(pair.at_b().times[1] >= pair.at_b().times[0]);
}

TEST_CASE("kernel: loss delays, duplication repeats, reordering overtakes", "[engine]")
{
    Pair pair(3, microseconds(500));
    pair.send(1);
    pair.kernel.run_until(at(50));
    PathEffect effect;
    effect.loss = 300'000;
    pair.kernel.set_effect(a, b, effect);
    pair.send(50);
    pair.kernel.run_until(at(60'000));
    REQUIRE(pair.at_b().notes.size() == 51);
    CHECK(std::is_sorted(pair.at_b().notes.begin(), pair.at_b().notes.end()));
    CHECK(pair.at_b().times.back() > at(250));
    effect = {};
    effect.duplicate = 1'000'000;
    effect.reorder = 500'000;
    pair.kernel.set_effect(a, b, effect);
    pair.send(50);
    pair.kernel.run_until(at(70'000));
    CHECK(pair.at_b().notes.size() == 151);
    CHECK_FALSE(std::is_sorted(pair.at_b().notes.begin() + 51, pair.at_b().notes.end()));
}

TEST_CASE("kernel: the same seed gives the same hash, in slices or at once", "[engine]")
{
    const auto run = [](std::uint64_t seed, int slice_ms) {
        Pair pair(seed, microseconds(300));
        pair.send(5);
        pair.send(3, 20'000);
        for (int ms = slice_ms; ms <= 900; ms += slice_ms) pair.kernel.run_until(at(ms));
        pair.kernel.run_until(at(900));
        return pair.kernel.hash();
    };
    CHECK(run(1, 900) == run(1, 900));
    CHECK(run(1, 900) == run(1, 7));
    CHECK(run(1, 900) != run(2, 900));
}

TEST_CASE("kernel: a copy goes on as the original does", "[engine]")
{
    Pair pair(5, microseconds(300));
    pair.send(5);
    pair.kernel.run_until(at(3));
    Kernel<World> copy = pair.kernel;
    FixedResources own{pair.topology.links()};
    copy.attach(&own);
    pair.kernel.run_until(at(100));
    copy.run_until(at(100));
    CHECK(copy.hash() == pair.kernel.hash());
    CHECK(copy.process(b).notes == pair.at_b().notes);
}

TEST_CASE("kernel: the host of a killed process can lose power too", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.control(b, Poke{}, 0);  // writes 1000 bytes
    pair.kernel.crash(b);
    pair.kernel.power_off(b);
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(3000));
    CHECK(pair.at_b().seen.back() == "start 3");
    CHECK(pair.at_b().kept == 0);
}

TEST_CASE("kernel: a crash alone keeps the page cache, which goes on being written", "[engine]")
{
    Pair pair;
    pair.kernel.control(b, Poke{}, 0);
    pair.kernel.crash(b);
    pair.kernel.run_until(at(60'000));
    pair.kernel.power_off(b);
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(62'000));
    CHECK(pair.at_b().kept == 1000);
}

TEST_CASE("kernel: an empty disk takes even what was flushed, of a process that is down",
          "[engine]")
{
    Pair pair;
    pair.kernel.control(b, Poke{}, 0);
    pair.kernel.run_until(at(60'000));
    pair.kernel.crash(b);
    pair.kernel.replace_disk(b);
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(62'000));
    CHECK(pair.at_b().seen.back() == "start 3");
    CHECK(pair.at_b().kept == 0);
}

TEST_CASE("kernel: what ends a process that is about to start keeps it down", "[engine]")
{
    Pair pair;
    pair.kernel.crash(b);
    pair.kernel.restart(b, seconds(4));
    pair.kernel.run_until(at(2000));
    pair.kernel.power_off(b);
    pair.kernel.run_until(at(9000));
    CHECK_FALSE(pair.kernel.running(b));
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(11'000));
    CHECK(pair.at_b().seen.back() == "start 3");
}

TEST_CASE("kernel: who sent to a host without power hears a reset when it is back", "[engine]")
{
    const auto sent_at = [](std::int64_t ms) {
        Pair pair;
        pair.send(1);
        pair.kernel.run_until(at(50));
        if (ms < 50) pair.send(1);  // is under way when the power goes
        pair.kernel.power_off(b);
        pair.kernel.run_until(at(ms));
        if (ms >= 50) pair.send(1);
        pair.kernel.run_until(at(1000));
        CHECK(pair.kernel.process(a).seen.back() == "up");
        pair.kernel.restart(b, seconds(1));
        pair.kernel.run_until(at(6000));
        CHECK(pair.at_b().notes == std::vector<int>{0});
        return pair.kernel.process(a).seen.back();
    };
    CHECK(sent_at(100) == "reset");
    CHECK(sent_at(0) == "reset");
}

TEST_CASE("kernel: a reset waits for a path in both directions", "[engine]")
{
    Pair pair;
    pair.send(1);
    pair.kernel.run_until(at(50));
    pair.kernel.power_off(b);
    pair.send(1);
    pair.kernel.cut(b, a);
    pair.kernel.restart(b, seconds(1));
    pair.kernel.run_until(at(20'000));
    CHECK(pair.kernel.process(a).seen.back() == "up");
    pair.kernel.heal(b, a);
    pair.kernel.run_until(at(60'000));
    CHECK(pair.kernel.process(a).seen.back() == "reset");
}

TEST_CASE("kernel: a lossy platform delays, and an effect stands in place of its rates", "[engine]")
{
    const auto last_arrival = [](bool healed) {
        Topology topology =
            Topology::star(2, {1'000'000, milliseconds(1)}, {1'000'000, milliseconds(1)});
        FixedResources resources{topology.links()};
        Kernel<World> kernel(topology, 1, NetworkSettings{.loss = 500'000});
        kernel.attach(&resources);
        kernel.add(Recorder{});
        kernel.add(Recorder{});
        kernel.start(a);
        kernel.start(b);
        kernel.run_until(Time{});
        if (healed) kernel.set_effect(a, b, PathEffect{});
        kernel.control(a, Poke{20, b, 100}, 0);
        kernel.run_until(at(60'000));
        REQUIRE(kernel.process(b).notes.size() == 20);
        return kernel.process(b).times.back();
    };
    CHECK(last_arrival(false) > at(200));
    CHECK(last_arrival(true) < at(200));
}
