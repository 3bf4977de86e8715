#include "engine/causality.h"

#include "engine/check.h"
#include "engine/random.h"

#include <catch2/catch.hpp>

#include <set>

namespace gregor {
namespace {

using Numbers = std::vector<std::uint64_t>;

/// 1 -> 2 -> 4 -> 6;  1 -> 3 -> 5;  7 (no cause) -> 8;  9 caused by 5 and 8.
CausalGraph sample()
{
    const std::vector<CausedEvent> events = {
        {1, 0, Time{0}},  {2, 1, Time{10}}, {3, 1, Time{10}}, {4, 2, Time{30}}, {5, 3, Time{50}},
        {6, 4, Time{31}}, {7, 0, Time{40}}, {8, 7, Time{60}}, {9, 5, Time{70}}, {9, 8, Time{70}},
    };
    return CausalGraph(events);
}

Numbers events_of(const std::vector<CausalGraph::Hop>& path)
{
    Numbers events;
    for (const CausalGraph::Hop& hop : path) events.push_back(hop.event);
    return events;
}

}  // namespace

TEST_CASE("causality: ancestors and descendants", "[engine]")
{
    const CausalGraph graph = sample();
    CHECK(graph.size() == 9);
    CHECK(graph.ancestors(6) == Numbers{1, 2, 4});
    CHECK(graph.ancestors(9) == Numbers{1, 3, 5, 7, 8});
    CHECK(graph.ancestors(1).empty());
    CHECK(graph.descendants(1) == Numbers{2, 3, 4, 5, 6, 9});
    CHECK(graph.descendants(9).empty());
    CHECK(graph.causes(9) == Numbers{5, 8});
    CHECK(graph.contains(7));
    CHECK_FALSE(graph.contains(10));
    CHECK_THROWS_AS(graph.ancestors(10), CheckFailed);
}

TEST_CASE("causality: the longest path says how long every hop took", "[engine]")
{
    const auto path = sample().longest_path(9);
    CHECK(events_of(path) == Numbers{1, 3, 5, 9});
    CHECK(path[0].after_cause == Duration{});
    CHECK(path[1].after_cause == nanoseconds(10));
    CHECK(path[2].after_cause == nanoseconds(40));
    CHECK(path[3].after_cause == nanoseconds(20));
    CHECK(path[3].at == Time{70});
    CHECK(events_of(sample().longest_path(7)) == Numbers{7});
}

TEST_CASE("causality: of equally long paths the one with the most hops", "[engine]")
{
    const std::vector<CausedEvent> events = {
        {1, 0, Time{0}}, {2, 1, Time{5}}, {3, 2, Time{6}}, {4, 1, Time{9}}, {4, 3, Time{9}}};
    CHECK(events_of(CausalGraph(events).longest_path(4)) == Numbers{1, 2, 3, 4});
}

TEST_CASE("causality: the first common ancestor", "[engine]")
{
    const CausalGraph graph = sample();
    CHECK(graph.first_common_ancestor(6, 5) == 1);
    CHECK(graph.first_common_ancestor(6, 2) == 2);
    CHECK(graph.first_common_ancestor(9, 8) == 8);
    CHECK(graph.first_common_ancestor(4, 4) == 4);
    CHECK_FALSE(graph.first_common_ancestor(6, 8).has_value());
}

TEST_CASE("causality: a part of a trace forgets causes before it", "[engine]")
{
    const std::vector<CausedEvent> part = {{100, 7, Time{1}}, {105, 100, Time{3}}};
    const CausalGraph graph(part);
    CHECK(graph.ancestors(105) == Numbers{100});
    CHECK(graph.causes(100).empty());
    CHECK(CausalGraph(std::vector<CausedEvent>{}).size() == 0);
    const std::vector<CausedEvent> impossible = {{5, 5, Time{}}};
    CHECK_THROWS_AS(CausalGraph(impossible), CheckFailed);
}

TEST_CASE("causality: agrees with a search by hand on random graphs", "[engine]")
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Random random(seed);
        std::vector<CausedEvent> events;
        constexpr std::uint64_t count = 80;
        std::vector<std::set<std::uint64_t>> ancestors(count + 1);
        for (std::uint64_t number = 1; number <= count; ++number) {
            const Time at{static_cast<std::int64_t>(number)};
            events.push_back({number, 0, at});
            for (std::uint64_t i = random.below(3); i > 0 && number > 1; --i) {
                const std::uint64_t cause = 1 + random.below(number - 1);
                events.push_back({number, cause, at});
                ancestors[number].insert(cause);
                ancestors[number].insert(ancestors[cause].begin(), ancestors[cause].end());
            }
        }
        const CausalGraph graph(events);
        for (std::uint64_t number = 1; number <= count; ++number) {
            const Numbers expected(ancestors[number].begin(), ancestors[number].end());
            REQUIRE(graph.ancestors(number) == expected);
            const auto path = graph.longest_path(number);
            const std::uint64_t origin = expected.empty() ? number : expected.front();
            REQUIRE(path.front().event == origin);
            REQUIRE(path.back().event == number);
        }
    }
}

}  // namespace gregor
