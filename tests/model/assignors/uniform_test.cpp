#include "model/assignors/uniform.h"

#include "model/assignors/server_range.h"
#include "tests/support/random_group.h"

#include <catch2/catch.hpp>

using namespace gregor;
using namespace gregor::test;

namespace {

constexpr std::uint64_t groups = 400;
constexpr TopicId x{0};

using Partitions = std::vector<TopicPartition>;

GroupSubscription one_topic(std::int32_t partitions, std::vector<Partitions> owned)
{
    GroupSubscription group;
    group.topics = {{.name = "x", .id = x, .partitions = partitions, .racks = {}}};
    char id = 'A';
    for (Partitions& each : owned) {
        group.members.push_back(
            {.id = std::string(1, id++), .topics = {"x"}, .owned = std::move(each)});
    }
    return group;
}

Partitions from_to(std::int32_t first, std::int32_t last)
{
    Partitions result;
    for (std::int32_t partition = first; partition <= last; ++partition) {
        result.push_back({x, partition});
    }
    return result;
}

}  // namespace

TEST_CASE("uniform: what is above the quota goes to who has less", "[assignors]")
{
    const GroupSubscription group = one_topic(9, {from_to(0, 4), from_to(5, 8), {}});
    CHECK(sorted(assign_uniform(group)) == GroupAssignment{{"A", from_to(0, 2)},
                                                           {"B", from_to(5, 7)},
                                                           {"C", {{x, 3}, {x, 4}, {x, 8}}}});
}

TEST_CASE("uniform: the last members get the extra partitions, in blocks", "[assignors]")
{
    CHECK(sorted(assign_uniform(one_topic(5, {{}, {}, {}}))) ==
          GroupAssignment{{"A", from_to(0, 0)}, {"B", from_to(1, 2)}, {"C", from_to(3, 4)}});
}

TEST_CASE("uniform: a member keeps an extra partition it owns", "[assignors]")
{
    CHECK(sorted(assign_uniform(one_topic(3, {from_to(0, 1), from_to(2, 2)}))) ==
          GroupAssignment{{"A", from_to(0, 1)}, {"B", from_to(2, 2)}});
    // B owns all: A gives its extra back, as B after it can have it.
    CHECK(sorted(assign_uniform(one_topic(3, {{}, from_to(0, 2)}))) ==
          GroupAssignment{{"A", from_to(2, 2)}, {"B", from_to(0, 1)}});
}

TEST_CASE("uniform: every partition has one owner, and equal subscriptions equal sizes",
          "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const bool same = seed % 2 == 0;
        const GroupSubscription group = random_group(random, {.same_topics = same});
        const GroupAssignment assignment = assign_uniform(group);
        INFO("seed " << seed);
        REQUIRE(what_is_wrong(group, assignment) == "");
        if (same) CHECK(spread_of(assignment) <= 1);
        CHECK(sorted(assign_uniform(after(group, assignment))) == sorted(assignment));
    }
}

TEST_CASE("uniform: after a member left the others have as much and keep what they can",
          "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const bool same = seed % 2 == 0;
        GroupSubscription group = random_group(random, {.same_topics = same});
        const GroupAssignment before = assign_uniform(group);
        group = after(group, before);
        const std::size_t free = group.members.back().owned.size();
        group.members.pop_back();
        const GroupAssignment now = assign_uniform(group);
        INFO("seed " << seed);
        CHECK(what_is_wrong(group, now) == "");
        if (!same) continue;
        CHECK(spread_of(now) <= 1);
        CHECK(moved(before, now) == free);
    }
}

TEST_CASE("server range: members get consecutive partitions, static members first", "[assignors]")
{
    GroupSubscription group = one_topic(5, {from_to(0, 4), {}});
    CHECK(assign_server_range(group) ==
          GroupAssignment{{"A", from_to(0, 2)}, {"B", from_to(3, 4)}});
    group.members[1].instance_id = "static";
    CHECK(assign_server_range(group) ==
          GroupAssignment{{"A", from_to(3, 4)}, {"B", from_to(0, 2)}});
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupSubscription other = random_group(random, {.same_topics = seed % 2 == 0});
        INFO("seed " << seed);
        CHECK(what_is_wrong(other, assign_server_range(other)) == "");
    }
}
