#include "engine/clock.h"

#include <catch2/catch.hpp>

namespace gregor {

namespace {
constexpr Time at(std::int64_t s)
{
    return Time{} + seconds(s);
}
}  // namespace

TEST_CASE("clock: shows kernel time until it is set", "[engine]")
{
    const Clock clock;
    CHECK(clock.read(Time{}) == Time{});
    CHECK(clock.read(Time{123'456'789}) == Time{123'456'789});
}

TEST_CASE("clock: an offset is kept, in both directions", "[engine]")
{
    Clock clock;
    clock.set_offset(at(10), milliseconds(-250));
    CHECK(clock.read(at(10)) == at(10) - milliseconds(250));
    CHECK(clock.read(at(99)) == at(99) - milliseconds(250));
    clock.set_offset(at(99), seconds(3));
    CHECK(clock.read(at(100)) == at(103));
}

TEST_CASE("clock: a jump adds to what it shows", "[engine]")
{
    Clock clock;
    clock.set_offset(at(1), seconds(5));
    clock.jump(at(2), seconds(-20));
    CHECK(clock.read(at(2)) == at(-13));
    clock.jump(at(3), seconds(1));
    CHECK(clock.read(at(3)) == at(-11));
}

TEST_CASE("clock: drift grows from where it was set, without a step", "[engine]")
{
    Clock clock;
    clock.set_drift(at(100), 200'000);  // 200 parts per million fast
    CHECK(clock.read(at(100)) == at(100));
    CHECK(clock.read(at(101)) == at(101) + microseconds(200));
    CHECK(clock.read(at(3'700)) == at(3'700) + milliseconds(720));
    clock.set_drift(at(3'700), -1'000);
    CHECK(clock.read(at(3'700)) == at(3'700) + milliseconds(720));
    CHECK(clock.read(at(3'701)) == at(3'701) + milliseconds(720) - microseconds(1));
}

TEST_CASE("clock: the largest drift stays exact over ten years", "[engine]")
{
    const std::int64_t ten_years = 315'360'000;
    Clock clock;
    clock.set_drift(Time{}, 100'000'000);
    CHECK(clock.read(at(ten_years)) == at(ten_years + ten_years / 10));
    clock.set_offset(Time{}, Duration{});
    clock.set_drift(Time{}, -100'000'000);
    CHECK(clock.read(at(ten_years)) == at(ten_years - ten_years / 10));
}

TEST_CASE("clock: never runs backwards by drift", "[engine]")
{
    Clock clock;
    clock.set_drift(Time{}, -100'000'000);
    Time before = clock.read(Time{});
    for (std::int64_t t = 1; t < 3'000; ++t) {
        const Time shown = clock.read(Time{t * 7});
        REQUIRE(shown >= before);
        before = shown;
    }
}

TEST_CASE("time: adding saturates, milliseconds round down", "[engine]")
{
    CHECK(Time{5} + Duration{INT64_MAX} == never);
    CHECK(never + nanoseconds(1) == never);
    CHECK(never + nanoseconds(-1) < never);
    CHECK(to_milliseconds(Time{1'999'999}) == 1);
    CHECK(to_milliseconds(seconds(2)) == 2'000);
}

}  // namespace gregor
