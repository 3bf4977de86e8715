#include "engine/topology.h"

#include <catch2/catch.hpp>

#include <vector>

namespace gregor {
namespace {

NodeId n(std::int32_t value)
{
    return NodeId{value};
}

std::vector<LinkId> route(const Topology& topology, std::int32_t from, std::int32_t to)
{
    const auto links = topology.route(n(from), n(to));
    return {links.begin(), links.end()};
}

using Links = std::vector<LinkId>;
using Nodes = std::vector<NodeId>;

const LinkSpec fast{1'000'000'000, microseconds(10)};
const LinkSpec slow{1'000'000, microseconds(500)};

/// Two racks of two hosts; the switches are joined both ways by two links each.
struct Racks {
    Topology topology;
    Racks()
    {
        const PlaceId left = topology.add_switch();
        const PlaceId right = topology.add_switch();
        for (const PlaceId rack : {left, left, right, right}) {
            const PlaceId host = topology.add_host();
            topology.add_link(host, rack, fast);
            topology.add_link(rack, host, fast);
        }
        topology.add_link(left, right, slow);  // 8
        topology.add_link(left, right, slow);  // 9
        topology.add_link(right, left, slow);  // 10
        topology.add_link(right, left, slow);  // 11
        topology.finish();
    }
};

}  // namespace

TEST_CASE("topology: a star has an up and a down link for each host", "[engine]")
{
    const Topology star = Topology::star(3, fast, slow);
    CHECK(star.host_count() == 3);
    CHECK(star.link_count() == 6);
    CHECK(route(star, 0, 2) == Links{0, 5});
    CHECK(route(star, 2, 1) == Links{4, 3});
    CHECK(route(star, 1, 1).empty());
    CHECK(star.latency(n(0), n(1)) == microseconds(510));
    CHECK(star.latency(n(1), n(1)) == Duration{});
    CHECK(star.bottleneck(n(0), n(1)) == 1'000'000);
    CHECK(star.bottleneck(n(1), n(1)) == INT64_MAX);
}

TEST_CASE("topology: the star's routes are those the search finds", "[engine]")
{
    const Topology star = Topology::star(7, fast, slow);
    Topology searched = star;
    searched.finish();
    for (std::int32_t a = 0; a < 7; ++a) {
        for (std::int32_t b = 0; b < 7; ++b) REQUIRE(route(star, a, b) == route(searched, a, b));
    }
}

TEST_CASE("topology: routes lead over switches, of equal links over the first", "[engine]")
{
    const Racks racks;
    CHECK(route(racks.topology, 0, 1) == Links{0, 3});
    CHECK(route(racks.topology, 0, 3) == Links{0, 8, 7});
    CHECK(route(racks.topology, 3, 1) == Links{6, 10, 3});
    CHECK(racks.topology.latency(n(0), n(3)) == microseconds(520));
}

TEST_CASE("topology: latency decides first, then the number of links", "[engine]")
{
    Topology topology;
    const PlaceId a = topology.add_host();
    const PlaceId b = topology.add_host();
    const PlaceId c = topology.add_host();
    topology.add_link(a, b, {1'000, microseconds(300)});  // 0
    topology.add_link(a, c, {1'000, microseconds(100)});  // 1
    topology.add_link(c, b, {1'000, microseconds(100)});  // 2
    topology.add_link(b, a, {1'000, Duration{}});         // 3
    topology.add_link(b, c, {1'000, Duration{}});         // 4
    topology.add_link(c, a, {1'000, Duration{}});         // 5
    topology.finish();
    CHECK(route(topology, 0, 1) == Links{1, 2});  // 200 us over two links
    CHECK(route(topology, 1, 0) == Links{3});     // no latency either way: one link
}

TEST_CASE("topology: where no way exists there is no route", "[engine]")
{
    Topology topology;
    const PlaceId a = topology.add_host();
    const PlaceId b = topology.add_host();
    topology.add_link(a, b, fast);
    topology.finish();
    CHECK(topology.has_route(n(0), n(1)));
    CHECK_FALSE(topology.has_route(n(1), n(0)));
    CHECK(topology.has_route(n(1), n(1)));
    CHECK(topology.cut_set(n(1), n(0)).empty());
}

TEST_CASE("topology: a route is not asked for before finish", "[engine]")
{
    Topology topology;
    topology.add_host();
    CHECK_THROWS_AS(topology.route(n(0), n(0)), CheckFailed);
    topology.finish();
    CHECK(topology.route(n(0), n(0)).empty());
    topology.add_host();
    CHECK_THROWS_AS(topology.route(n(0), n(0)), CheckFailed);
}

TEST_CASE("topology: a changed rate changes the bottleneck of one copy only", "[engine]")
{
    Topology star = Topology::star(2, fast, fast);
    const Topology before = star;
    star.set_rate(3, 77);
    CHECK(star.bottleneck(n(0), n(1)) == 77);
    CHECK(star.bottleneck(n(1), n(0)) == fast.bytes_per_second);
    CHECK(before.bottleneck(n(0), n(1)) == fast.bytes_per_second);
}

TEST_CASE("topology: a cut has a direction and belongs to one copy", "[engine]")
{
    Topology star = Topology::star(3, fast, fast);
    CHECK_FALSE(star.is_cut(n(0), n(1)));
    const Topology before = star;
    star.cut(n(0), n(1));
    star.cut(n(0), n(1));
    CHECK(star.is_cut(n(0), n(1)));
    CHECK_FALSE(star.is_cut(n(1), n(0)));
    CHECK_FALSE(before.is_cut(n(0), n(1)));
    CHECK(star.cut_count() == 1);
    star.heal(n(0), n(1));
    star.heal(n(1), n(2));
    CHECK_FALSE(star.is_cut(n(0), n(1)));
    CHECK(star.cut_count() == 0);
}

TEST_CASE("topology: who reaches whom under the present cuts", "[engine]")
{
    Topology star = Topology::star(4, fast, fast);
    CHECK(star.reachable(n(2)) == Nodes{n(0), n(1), n(2), n(3)});
    CHECK(star.components().size() == 1);
    // Host 3 hears everybody and is heard by nobody.
    for (std::int32_t i = 0; i < 3; ++i) star.cut(n(3), n(i));
    CHECK(star.reachable(n(0)) == Nodes{n(0), n(1), n(2), n(3)});
    CHECK(star.reachable(n(3)) == Nodes{n(3)});
    CHECK(star.components() == std::vector<Nodes>{{n(0), n(1), n(2)}, {n(3)}});
    // 0 and 1 are cut from each other, and still joined through 2.
    star.cut(n(0), n(1));
    star.cut(n(1), n(0));
    CHECK(star.components() == std::vector<Nodes>{{n(0), n(1), n(2)}, {n(3)}});
    star.cut(n(2), n(1));
    CHECK(star.components() == std::vector<Nodes>{{n(0), n(2)}, {n(1)}, {n(3)}});
}

TEST_CASE("topology: the smallest set of links that separates two hosts", "[engine]")
{
    CHECK(Topology::star(3, fast, slow).cut_set(n(0), n(2)) == Links{0});
    const Racks racks;
    CHECK(racks.topology.cut_set(n(0), n(3)) == Links{0});

    Topology joined;  // two hosts with three links to each of two switches, which share two links
    const PlaceId a = joined.add_host();
    const PlaceId b = joined.add_host();
    const PlaceId left = joined.add_switch();
    const PlaceId right = joined.add_switch();
    for (int i = 0; i < 3; ++i) joined.add_link(a, left, fast);
    for (int i = 0; i < 3; ++i) joined.add_link(right, b, fast);
    joined.add_link(left, right, fast);  // 6
    joined.add_link(right, left, fast);  // 7: the wrong way
    joined.add_link(left, right, fast);  // 8
    joined.finish();
    CHECK(joined.cut_set(n(0), n(1)) == Links{6, 8});
    CHECK(joined.cut_set(n(0), n(0)).empty());
}

TEST_CASE("topology: a copy grows without the original", "[engine]")
{
    Topology original = Topology::star(2, fast, fast);
    Topology copy = original;
    copy.add_host();
    copy.finish();
    CHECK(original.host_count() == 2);
    CHECK(route(original, 0, 1) == Links{0, 3});
    CHECK(copy.host_count() == 3);
    CHECK_FALSE(copy.has_route(n(0), n(2)));
}

TEST_CASE("topology: a star of 1,100 hosts", "[engine]")
{
    const Topology star = Topology::star(1'100, fast, fast);
    CHECK(route(star, 1'099, 1'098) == Links{2'198, 2'197});
    CHECK(route(star, 0, 1'099) == Links{0, 2'199});
}

}  // namespace gregor
