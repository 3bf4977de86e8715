#include "engine/fixed_resources.h"

#include "engine/check.h"

#include <catch2/catch.hpp>

#include <array>
#include <vector>

namespace gregor {
namespace {

constexpr std::int64_t gigabit = 125'000'000;

std::vector<LinkSpec> links(std::initializer_list<std::int64_t> rates)
{
    std::vector<LinkSpec> specs;
    for (const std::int64_t rate : rates) specs.push_back({rate, Duration{}});
    return specs;
}

}  // namespace

TEST_CASE("transmission time: rounds to the nearest nanosecond", "[engine]")
{
    CHECK(transmission_time(125, gigabit) == microseconds(1));
    CHECK(transmission_time(0, gigabit) == Duration{});
    CHECK(transmission_time(1, 3) == nanoseconds(333'333'333));
    CHECK(transmission_time(2, 3) == nanoseconds(666'666'667));
    CHECK(transmission_time(1, 2'000'000'000) == nanoseconds(1));  // a half goes up
    CHECK(transmission_time(1, 2'000'000'001) == Duration{});
}

TEST_CASE("transmission time: holds where 64 bits would overflow", "[engine]")
{
    CHECK(transmission_time(std::int64_t{1} << 62, INT64_MAX) == nanoseconds(500'000'000));
    CHECK(transmission_time(9'000'000'000, 1) == seconds(9'000'000'000));
    CHECK_THROWS_AS(transmission_time(10'000'000'000, 1), CheckFailed);
    CHECK_THROWS_AS(transmission_time(1, 0), CheckFailed);
    CHECK_THROWS_AS(transmission_time(-1, 1), CheckFailed);
}

TEST_CASE("fixed resources: alone, the slowest link decides", "[engine]")
{
    FixedResources resources(links({gigabit, gigabit / 10, gigabit}));
    const std::array<LinkId, 3> route = {0, 1, 2};
    CHECK(resources.start(0, Time{500}, route, 125'000) == Time{500} + milliseconds(10));
    CHECK_FALSE(resources.drives());
}

TEST_CASE("fixed resources: one queue for each link, in the order of starts", "[engine]")
{
    FixedResources resources(links({gigabit, gigabit, gigabit}));
    const std::array<LinkId, 2> to_two = {0, 2};
    const std::array<LinkId, 2> also_to_two = {1, 2};
    const std::array<LinkId, 1> elsewhere = {1};
    const Duration each = milliseconds(1);
    CHECK(resources.start(0, Time{}, to_two, 125'000) == Time{} + each);
    CHECK(resources.start(1, Time{}, also_to_two, 125'000) == Time{} + each * 2);
    // Link 1 is kept by the transmission that waits for link 2.
    CHECK(resources.start(2, Time{}, elsewhere, 125'000) == Time{} + each * 3);
    // Both links have been idle for a while.
    CHECK(resources.start(3, Time{} + each * 10, to_two, 125'000) == Time{} + each * 11);
}

TEST_CASE("fixed resources: giving up the last one frees what is left of it", "[engine]")
{
    FixedResources resources(links({gigabit}));
    const std::array<LinkId, 1> route = {0};
    resources.start(0, Time{}, route, 125'000'000);
    resources.cancel(0, Time{} + milliseconds(300));
    CHECK(resources.start(1, Time{} + milliseconds(300), route, 125'000) ==
          Time{} + milliseconds(301));
}

TEST_CASE("fixed resources: giving up one that waits frees its turn", "[engine]")
{
    FixedResources resources(links({gigabit}));
    const std::array<LinkId, 1> route = {0};
    resources.start(0, Time{}, route, 125'000'000);
    resources.start(1, Time{}, route, 125'000'000);
    resources.cancel(1, Time{5});
    CHECK(resources.start(2, Time{5}, route, 125'000'000) == Time{} + seconds(2));
}

TEST_CASE("fixed resources: ends that were promised stay, whatever is given up before them",
          "[engine]")
{
    FixedResources resources(links({gigabit}));
    const std::array<LinkId, 1> route = {0};
    resources.start(0, Time{}, route, 125'000'000);
    resources.start(1, Time{}, route, 125'000'000);
    resources.cancel(0, Time{5});
    CHECK(resources.start(2, Time{5}, route, 125'000'000) == Time{} + seconds(3));
    resources.cancel(0, Time{6});  // again, long after: nothing happens
    CHECK(resources.start(3, Time{6}, route, 125'000'000) == Time{} + seconds(4));
}

TEST_CASE("fixed resources: a new rate counts for what starts later", "[engine]")
{
    FixedResources resources(links({gigabit}));
    const std::array<LinkId, 1> route = {0};
    resources.start(0, Time{}, route, 125'000'000);
    resources.set_rate(0, gigabit * 2, Time{1});
    CHECK(resources.start(1, Time{1}, route, 125'000'000) == Time{} + milliseconds(1'500));
    CHECK_THROWS_AS(resources.set_rate(0, 0, Time{2}), CheckFailed);
}

TEST_CASE("fixed resources: a clone goes on independently", "[engine]")
{
    FixedResources resources(links({gigabit}));
    const std::array<LinkId, 1> route = {0};
    resources.start(0, Time{}, route, 125'000);
    const std::unique_ptr<Resources> copy = resources.clone();
    resources.start(1, Time{}, route, 125'000);
    CHECK(copy->start(1, Time{}, route, 125'000) == Time{} + milliseconds(2));
    CHECK(resources.start(2, Time{}, route, 125'000) == Time{} + milliseconds(3));
}

TEST_CASE("fixed resources: nothing takes time within one host", "[engine]")
{
    FixedResources resources(links({1}));
    CHECK(resources.start(0, Time{7}, {}, 125'000) == Time{7});
}

}  // namespace gregor
