#include "model/assignors/simple.h"

#include "tests/support/random_group.h"

#include <catch2/catch.hpp>

using namespace gregor;
using namespace gregor::test;

namespace {

constexpr std::uint64_t groups = 400;

std::size_t partitions_of(const GroupSubscription& group)
{
    std::size_t count = 0;
    for (const auto& topic : group.topics) count += static_cast<std::size_t>(topic.partitions);
    return count;
}

}  // namespace

TEST_CASE("simple: members share partitions when there are too few (KIP-932)", "[assignors]")
{
    GroupSubscription group;
    group.topics = {{.name = "x", .id = TopicId{0}, .partitions = 2, .racks = {}}};
    for (const char* id : {"a", "b", "c", "d"}) {
        group.members.push_back({.id = id, .topics = {"x"}, .owned = {}});
    }
    const std::vector<TopicPartition> first{{TopicId{0}, 0}};
    const std::vector<TopicPartition> second{{TopicId{0}, 1}};
    CHECK(assign_simple(group) ==
          GroupAssignment{{"a", first}, {"b", first}, {"c", second}, {"d", second}});
}

TEST_CASE("simple: equal subscriptions share equally, whoever was there before", "[assignors]")
{
    std::size_t not_full = 0;
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        GroupSubscription group = random_group(random, {.same_topics = true});
        const std::size_t count = partitions_of(group);
        for (int round = 0; round < 3; ++round) {
            const std::size_t sharing = (group.members.size() + count - 1) / count;
            const GroupAssignment now = assign_simple(group);
            INFO("seed " << seed << " round " << round);
            CHECK(spread_of(now) <= 2);  // quotas differ by one, and a round may end early
            const auto shared = owners(group, now);
            for (const auto& [partition, members] : shared) CHECK(members.size() <= sharing);
            if (shared.size() != count) ++not_full;
            group = after(group, now);
            if (group.members.size() > 1) group.members.pop_back();
        }
    }
    CHECK(not_full <= groups / 100);  // Kafka may leave a partition to nobody; rarely
}

TEST_CASE("simple: different subscriptions share topic by topic", "[assignors]")
{
    for (std::uint64_t seed = 0; seed < groups; ++seed) {
        Random random(seed);
        const GroupSubscription group = random_group(random, {.same_topics = false});
        const GroupAssignment now = assign_simple(group);
        INFO("seed " << seed);
        for (const auto& [partition, members] : owners(group, now)) {
            const auto& topic = group.topics[static_cast<std::size_t>(partition.topic.value)];
            std::size_t subscribers = 0;
            for (const auto& each : group.members) subscribers += subscribes(each, topic.name);
            const auto count = static_cast<std::size_t>(topic.partitions);
            CHECK(members.size() == (subscribers + count - 1) / count);
            for (const std::size_t m : members) CHECK(subscribes(group.members[m], topic.name));
        }
        CHECK(sorted(assign_simple(after(group, now))) == sorted(now));
    }
}

TEST_CASE("simple: a topic nobody wants any more stays with its owners beside other topics",
          "[assignors]")
{
    GroupSubscription group;
    for (std::int32_t t = 0; t < 3; ++t) {
        group.topics.push_back(
            {.name = "t" + std::to_string(t), .id = TopicId{t}, .partitions = 1, .racks = {}});
    }
    const std::vector<TopicPartition> left{{TopicId{2}, 0}};
    group.members = {{.id = "a", .topics = {"t0"}, .owned = left},
                     {.id = "b", .topics = {"t0", "t1"}, .owned = {}}};
    CHECK(sorted(assign_simple(group)).at("a").back() == left[0]);
    group.members[1].topics = {"t0"};  // equal subscriptions: it is taken away
    CHECK(assign_simple(group).at("a") == std::vector<TopicPartition>{{TopicId{0}, 0}});
}
