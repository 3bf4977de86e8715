#include "model/assignors/sticky.h"

#include "tests/support/random_group.h"

#include <catch2/catch.hpp>

using namespace gregor;
using namespace gregor::test;

namespace {

constexpr std::uint64_t groups = 400;
constexpr TopicId t1{0};
constexpr TopicId t2{1};

using Partitions = std::vector<TopicPartition>;

GroupSubscription::Member member(std::string id, std::vector<std::string> topics,
                                 Partitions owned = {}, std::int32_t generation = -1)
{
    return {.id = std::move(id),
            .topics = std::move(topics),
            .owned = std::move(owned),
            .generation = generation,
            .subscription_generation = generation};
}

GroupSubscription two_topics(std::int32_t first, std::int32_t second)
{
    GroupSubscription group;
    group.topics = {{.name = "t1", .id = t1, .partitions = first, .racks = {}},
                    {.name = "t2", .id = t2, .partitions = second, .racks = {}}};
    return group;
}

GroupAssignment owned_in(const GroupSubscription& group)
{
    GroupAssignment owned;
    for (const auto& each : group.members) owned[each.id] = each.owned;
    return owned;
}

/// Somebody could take over a partition and still have less than the one who gave it.
bool could_be_better(const GroupSubscription& group, const GroupAssignment& assignment)
{
    for (const auto& [partition, members] : owners(group, assignment)) {
        const std::size_t most = assignment.at(group.members[members[0]].id).size();
        const auto& topic = group.topics[static_cast<std::size_t>(partition.topic.value)].name;
        for (const auto& other : group.members) {
            if (subscribes(other, topic) && assignment.at(other.id).size() + 1 < most) return true;
        }
    }
    return false;
}

}  // namespace

TEST_CASE("sticky: partitions go to members in turns", "[assignors]")
{
    GroupSubscription group = two_topics(3, 3);
    group.members = {member("m1", {"t1", "t2"}), member("m2", {"t1", "t2"})};
    const GroupAssignment expected{{"m1", {{t1, 0}, {t1, 2}, {t2, 1}}},
                                   {"m2", {{t1, 1}, {t2, 0}, {t2, 2}}}};
    CHECK(sorted(assign_sticky(group)) == expected);
    CHECK(sorted(assign_cooperative_sticky(group)) == expected);
}

TEST_CASE("sticky: two newcomers take what two members have too much", "[assignors]")
{
    GroupSubscription group = two_topics(3, 4);
    const std::vector<std::string> both{"t1", "t2"};
    group.members = {member("c1", both, {{t1, 0}, {t1, 2}, {t2, 1}, {t2, 3}}, 1),
                     member("c2", both, {{t1, 1}, {t2, 0}, {t2, 2}}, 1), member("c3", both),
                     member("c4", both)};
    CHECK(sorted(assign_sticky(group)) == GroupAssignment{{"c1", {{t1, 0}, {t2, 1}}},
                                                          {"c2", {{t1, 1}, {t2, 0}}},
                                                          {"c3", {{t1, 2}, {t2, 3}}},
                                                          {"c4", {{t2, 2}}}});
}

TEST_CASE("sticky: of two claims the later generation counts, of equal ones neither", "[assignors]")
{
    const Partitions all{{t1, 0}, {t1, 1}};
    GroupSubscription group = two_topics(2, 2);
    group.members = {member("m1", {"t1", "t2"}, all, 3), member("m2", {"t1", "t2"}, all, 4)};
    CHECK(sorted(assign_sticky(group)).at("m2") == all);
    // A generation that was missed: the late claim is void, though its member is visited last.
    std::swap(group.members[0].generation, group.members[1].generation);
    std::swap(group.members[0].subscription_generation, group.members[1].subscription_generation);
    CHECK(sorted(assign_sticky(group)).at("m1") == all);
    // Both in the same generation: all is handed out anew.
    group.members[1].generation = group.members[1].subscription_generation = 4;
    CHECK(sorted(assign_sticky(group)).at("m1") == Partitions{{t1, 0}, {t2, 0}});
}

TEST_CASE("sticky: the holder's generation is the one of its subscription", "[assignors]")
{
    const Partitions all{{t1, 0}, {t1, 1}};
    GroupSubscription group = two_topics(2, 2);
    group.members = {member("m1", {"t1", "t2"}, all, 9), member("m2", {"t1", "t2"}, all, 5)};
    group.members[0].subscription_generation = 4;
    CHECK(sorted(assign_sticky(group)).at("m2") == all);
    CHECK(sorted(assign_cooperative_sticky(group)).at("m1") == all);
}

TEST_CASE("sticky: the old owner gives up a partition before the new one gets it (KIP-429)",
          "[assignors]")
{
    GroupSubscription group = two_topics(3, 0);
    group.members = {member("m1", {"t1"}, {{t1, 0}, {t1, 1}, {t1, 2}}, 1), member("m2", {"t1"})};
    const GroupAssignment first = assign_cooperative_sticky(group);
    CHECK(sorted(first) == GroupAssignment{{"m1", {{t1, 0}, {t1, 1}}}, {"m2", {}}});
    const GroupAssignment second = assign_cooperative_sticky(after(group, first, 2));
    CHECK(sorted(second) == GroupAssignment{{"m1", {{t1, 0}, {t1, 1}}}, {"m2", {{t1, 2}}}});
    CHECK(sorted(assign_sticky(group)) == sorted(second));
}

TEST_CASE("sticky: what a member no longer wants or that is gone is not kept", "[assignors]")
{
    GroupSubscription group = two_topics(2, 2);
    group.members = {member("m1", {"t1"}, {{t1, 0}, {t1, 1}, {t1, 7}, {t2, 0}, {TopicId{5}, 0}}, 1),
                     member("m2", {"t1", "t2"})};
    const GroupAssignment got = assign_sticky(group);
    CHECK(what_is_wrong(group, got).empty());
    CHECK(sorted(got).at("m1") == Partitions{{t1, 0}, {t1, 1}});
}

TEST_CASE("sticky: members read from their own rack when that keeps the balance (KIP-881)",
          "[assignors]")
{
    GroupSubscription group = two_topics(4, 0);
    group.topics[0].racks = {{"b"}, {"a"}, {"b"}, {"a"}};
    group.members = {member("m1", {"t1"}, {{t1, 0}, {t1, 1}}, 1), member("m2", {"t1"})};
    group.members[0].rack = "a";
    group.members[1].rack = "b";
    CHECK(sorted(assign_sticky(group)) ==
          GroupAssignment{{"m1", {{t1, 1}, {t1, 3}}}, {"m2", {{t1, 0}, {t1, 2}}}});
}

TEST_CASE("sticky: every partition has one owner, and sizes are as even as they can be",
          "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupShape shape{.same_topics = seed % 2 == 0, .racks = seed % 3 == 0};
        const GroupSubscription group = random_group(random, shape);
        const GroupAssignment assignment = assign_sticky(group);
        INFO("seed " << seed);
        REQUIRE(what_is_wrong(group, assignment) == "");
        if (shape.same_topics) CHECK(spread_of(assignment) <= 1);
        CHECK_FALSE(could_be_better(group, assignment));
        // Nobody owned anything: the cooperative one has nothing to withhold.
        CHECK(assign_cooperative_sticky(group) == assignment);
    }
}

TEST_CASE("sticky: who keeps everything when nothing has changed", "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupSubscription group = random_group(random, {.same_topics = seed % 2 == 0});
        const GroupAssignment assignment = assign_sticky(group);
        const GroupSubscription next = after(group, assignment);
        INFO("seed " << seed);
        CHECK(sorted(assign_sticky(next)) == sorted(assignment));
        CHECK(sorted(assign_cooperative_sticky(next)) == sorted(assignment));
    }
}

TEST_CASE("sticky: a member that leaves moves its own partitions only, as do newcomers",
          "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupSubscription group = random_group(random, {.same_topics = true});
        const GroupAssignment before = assign_sticky(group);
        INFO("seed " << seed);

        GroupSubscription fewer = after(group, before);
        const auto gone = static_cast<std::ptrdiff_t>(random.below(fewer.members.size()));
        const std::size_t free = fewer.members[static_cast<std::size_t>(gone)].owned.size();
        fewer.members.erase(fewer.members.begin() + gone);
        const GroupAssignment without = assign_sticky(fewer);
        CHECK(what_is_wrong(fewer, without) == "");
        CHECK(moved(before, without) == free);

        GroupSubscription more = after(group, before);
        more.members.push_back(member("newcomer", group.members[0].topics));
        const GroupAssignment with = assign_sticky(more);
        CHECK(what_is_wrong(more, with) == "");
        CHECK(spread_of(with) <= 1);
        CHECK(moved(before, with) == with.at("newcomer").size());
    }
}

TEST_CASE("sticky: cooperative rounds never share a partition, and without racks they end",
          "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupShape shape{.same_topics = seed % 2 == 0, .racks = seed % 3 == 0};
        GroupSubscription group = random_group(random, shape);
        group = after(group, assign_sticky(group));
        const std::size_t old = 1 + random.below(group.members.size());
        for (std::size_t m = old; m < group.members.size(); ++m) group.members[m].owned.clear();
        if (!shape.same_topics) group.members.front().topics = {group.topics.back().name};
        INFO("seed " << seed);

        GroupAssignment last;
        bool settled = false;
        for (std::int32_t round = 2; round < 6 && !settled; ++round) {
            const auto held = owners(group, owned_in(group));
            const GroupAssignment now = sorted(assign_cooperative_sticky(group));
            for (const auto& [partition, members] : owners(group, now)) {
                REQUIRE(members.size() == 1);
                const auto before = held.find(partition);
                if (before != held.end()) CHECK(before->second == members);
            }
            settled = now == last;
            last = now;
            group = after(std::move(group), now, round);
        }
        // With racks Kafka's rounds may go on: what is out of its rack is handed out anew each
        // time.
        if (shape.racks) continue;
        CHECK(settled);
        CHECK(what_is_wrong(group, last) == "");
        CHECK_FALSE(could_be_better(group, last));
    }
}

TEST_CASE("sticky: the order in which members and topics are listed does not matter", "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        GroupSubscription group =
            random_group(random, {.same_topics = seed % 2 == 0, .racks = seed % 3 == 0});
        group = after(group, assign_sticky(group));
        group.members.pop_back();
        const GroupAssignment assignment = assign_sticky(group);
        std::reverse(group.members.begin(), group.members.end());
        std::reverse(group.topics.begin(), group.topics.end());
        INFO("seed " << seed);
        CHECK(assign_sticky(group) == assignment);
    }
}
