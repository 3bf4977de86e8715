#include "engine/recorded_resources.h"

#include "engine/fixed_resources.h"
#include "engine/random.h"
#include "engine/resource_trial.h"

#include <catch2/catch.hpp>

#include <array>

namespace gregor {
namespace {

DurationLog random_log(std::uint64_t seed, std::uint64_t size)
{
    Random random(seed);
    DurationLog log;
    for (std::uint64_t i = 0; i < size; ++i) {
        const std::uint64_t kind = random.below(10);
        const auto any = static_cast<std::int64_t>(random.next() >> random.below(64));
        log.append(kind < 7    ? 0
                   : kind == 7 ? DurationLog::not_ended
                   : kind == 8 ? any
                               : -(any >> 1));
    }
    return log;
}

bool is_refused(std::string_view bytes)
{
    try {
        DurationLog::decode(bytes);
    } catch (const DurationLogError& error) {
        return error.offset <= bytes.size();
    }
    return false;
}

/// Reports ends late, as SimGrid does; here they come when a test says so.
class LateResources final : public Resources {
public:
    std::optional<Time> start(std::uint64_t, Time, std::span<const LinkId>, std::int64_t) override
    {
        return std::nullopt;
    }
    void cancel(std::uint64_t, Time) override {}
    void set_rate(LinkId, std::int64_t, Time) override {}
    bool drives() const override { return true; }
    void drive(Driven& kernel, Time) override
    {
        for (const auto& [number, at] : ends) kernel.completed(number, at);
        ends.clear();
    }
    std::unique_ptr<Resources> clone() const override { return nullptr; }

    std::vector<std::pair<std::uint64_t, Time>> ends;
};

class Idle final : public Driven {
public:
    Time next_event() override { return never; }
    void step() override {}
    void completed(std::uint64_t number, Time) override { seen.push_back(number); }
    bool stopping() const override { return false; }

    std::vector<std::uint64_t> seen;
};

const std::vector<LinkSpec> one_link = {{1'000'000'000, Duration{}}};
constexpr std::array<LinkId, 1> route = {0};

}  // namespace

TEST_CASE("duration log: encoding and decoding gives the same log", "[engine]")
{
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        const DurationLog log = random_log(seed, seed * 7);
        REQUIRE(DurationLog::decode(log.encode()) == log);
    }
    CHECK(DurationLog::decode(DurationLog().encode()) == DurationLog());
    CHECK(DurationLog::decode(DurationLog(true).encode()).reserves());
}

TEST_CASE("duration log: values at the edges survive", "[engine]")
{
    DurationLog log;
    for (const std::int64_t value : {INT64_MAX, INT64_MIN + 1, std::int64_t{-1}, std::int64_t{1},
                                     std::int64_t{0}, DurationLog::not_ended}) {
        log.append(value);
    }
    const DurationLog back = DurationLog::decode(log.encode());
    std::size_t hint = 0;
    CHECK(back.at(0, hint) == INT64_MAX);
    CHECK(back.at(1, hint) == INT64_MIN + 1);
    CHECK(back.at(2, hint) == -1);
    CHECK(back.at(3, hint) == 1);
    CHECK(back.at(4, hint) == 0);
    CHECK(back.at(5, hint) == DurationLog::not_ended);
}

TEST_CASE("duration log: a million transmissions alone take a few bytes", "[engine]")
{
    DurationLog log;
    for (int i = 0; i < 1'000'000; ++i) log.append(0);
    CHECK(log.encode().size() <= 6);
    CHECK(DurationLog::decode(log.encode()).size() == 1'000'000);
}

TEST_CASE("duration log: any hint gives the same answer", "[engine]")
{
    const DurationLog log = random_log(3, 200);
    std::vector<std::int64_t> in_order;
    std::size_t hint = 0;
    for (std::uint64_t i = 0; i < log.size(); ++i) in_order.push_back(log.at(i, hint));
    Random random(4);
    for (int i = 0; i < 2'000; ++i) {
        const std::uint64_t number = random.below(log.size());
        if (random.below(4) == 0) hint = static_cast<std::size_t>(random.below(300));
        REQUIRE(log.at(number, hint) == in_order[number]);
    }
}

TEST_CASE("duration log: every truncation is refused", "[engine]")
{
    const std::string bytes = random_log(5, 60).encode();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        REQUIRE(is_refused(std::string_view(bytes).substr(0, length)));
    }
    CHECK(is_refused(bytes + '\0'));
}

TEST_CASE("duration log: numbers that are never written are refused", "[engine]")
{
    CHECK(is_refused(std::string("\x04\x03", 2)));                  // a run beyond the size
    CHECK(is_refused(std::string("\x03\x00\x00", 3)));              // reserved, and yet not ended
    CHECK(is_refused("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));  // more than 64 bits
    CHECK(is_refused(std::string("\x02\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12)));
    CHECK_NOTHROW(DurationLog::decode(std::string("\x02\x00\x00", 3)));
}

TEST_CASE("recorded resources: give back what the recorded ones said", "[engine]")
{
    const std::vector<LinkSpec> links = trial_links();
    for (const bool contend : {false, true}) {
        const TrialSettings settings{.seed = 5, .contend = contend, .transmissions = 500};
        RecordingResources recording(std::make_unique<FixedResources>(links), links);
        const auto first = run_resource_trial(recording, settings);
        RecordedResources recorded(links, std::make_shared<DurationLog>(recording.log()));
        CHECK(recorded.reserves());
        CHECK(run_resource_trial(recorded, settings) == first);
    }
}

TEST_CASE("recorded resources: a transmission too many names itself", "[engine]")
{
    auto log = std::make_shared<DurationLog>();
    log->append(5);
    RecordedResources recorded(one_link, log);
    CHECK(recorded.start(0, Time{10}, route, 100) == Time{115});
    try {
        recorded.start(1, Time{10}, route, 100);
        FAIL("accepted");
    } catch (const DurationMissing& missing) {
        CHECK(missing.number == 1);
        CHECK(std::string(missing.what()) == "transmission 1 is not in the recording, which has 1");
    }
}

TEST_CASE("recorded resources: an absurd difference stays within time", "[engine]")
{
    auto log = std::make_shared<DurationLog>();
    log->append(INT64_MAX);
    log->append(INT64_MIN + 1);
    RecordedResources recorded(one_link, log);
    CHECK(recorded.start(0, Time{10}, route, 100) == never);
    CHECK(recorded.start(1, Time{10}, route, 100) == Time{10});
}

TEST_CASE("recorded resources: a clone continues where the original stands", "[engine]")
{
    auto log = std::make_shared<DurationLog>();
    for (const std::int64_t value : {1, 2, 3}) log->append(value);
    RecordedResources recorded(one_link, log);
    recorded.start(0, Time{}, route, 100);
    recorded.set_rate(0, 500'000'000, Time{});
    const std::unique_ptr<Resources> copy = recorded.clone();
    CHECK(copy->start(1, Time{}, route, 100) == Time{202});
    CHECK(recorded.start(1, Time{}, route, 100) == Time{202});
}

TEST_CASE("recording resources: ends in any order are logged by number", "[engine]")
{
    auto late = std::make_unique<LateResources>();
    LateResources& inner = *late;
    RecordingResources recording(std::move(late), one_link);
    for (std::uint64_t number = 0; number < 5; ++number) {
        CHECK_FALSE(recording.start(number, Time{}, route, 100).has_value());
    }
    inner.ends = {{3, Time{103}}, {1, Time{100}}};
    recording.cancel(2, Time{50});
    Idle kernel;
    recording.drive(kernel, never);
    inner.ends = {{0, Time{107}}};
    recording.drive(kernel, never);
    CHECK(kernel.seen == std::vector<std::uint64_t>{3, 1, 0});

    const DurationLog log = recording.log();
    std::size_t hint = 0;
    REQUIRE(log.size() == 5);
    CHECK_FALSE(log.reserves());
    CHECK(log.at(0, hint) == 7);
    CHECK(log.at(1, hint) == 0);
    CHECK(log.at(2, hint) == DurationLog::not_ended);
    CHECK(log.at(3, hint) == 3);
    CHECK(log.at(4, hint) == DurationLog::not_ended);
    CHECK(recording.clone() == nullptr);
    RecordedResources recorded(one_link, std::make_shared<DurationLog>(log));
    CHECK(recorded.start(0, Time{}, route, 100) == Time{107});
    CHECK_FALSE(recorded.start(2, Time{}, route, 100).has_value());
}

TEST_CASE("recording resources: a clone has its own log", "[engine]")
{
    RecordingResources recording(std::make_unique<FixedResources>(one_link), one_link);
    recording.start(0, Time{}, route, 100);
    const std::unique_ptr<Resources> copy = recording.clone();
    copy->start(1, Time{}, route, 100);
    CHECK(recording.log().size() == 1);
    CHECK(dynamic_cast<RecordingResources&>(*copy).log().size() == 2);
}

}  // namespace gregor
