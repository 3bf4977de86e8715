#include "model/controller/leader_election.h"

#include "model/lab/conformance/areas.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

using namespace gregor;

namespace {

std::string read_vectors(const std::string& name)
{
    const char* root = std::getenv("GREGOR_SOURCE_DIR");
    const std::string folder = root == nullptr ? "." : root;
    std::ifstream file(folder + "/tests/vectors/golden/placement/" + name);
    REQUIRE(file.good());
    return {std::istreambuf_iterator<char>(file), {}};
}

void require_all_pass(const std::vector<lab::VectorOutcome>& outcomes, std::size_t expected_covered)
{
    std::size_t covered = 0;
    for (const lab::VectorOutcome& outcome : outcomes) {
        if (!outcome.covered) continue;
        ++covered;
        INFO(outcome.id << "\nexpected " << outcome.expected << "\ngot      " << outcome.got);
        CHECK(outcome.passed);
    }
    CHECK(covered == expected_covered);
}

PartitionRecord partition_led_by(BrokerId leader)
{
    PartitionRecord record;
    record.replicas = record.isr = {BrokerId{1}, BrokerId{2}, BrokerId{3}};
    record.leader = leader;
    return record;
}

}  // namespace

TEST_CASE("leader election: agrees with every recorded case of real Kafka", "[controller]")
{
    require_all_pass(lab::conform_leader_election(read_vectors("leader_election.jsonl")), 845);
}

TEST_CASE("replica placement: agrees with every recorded case of real Kafka", "[controller]")
{
    require_all_pass(lab::conform_replica_placement(read_vectors("replica_placement.jsonl")), 460);
}

TEST_CASE("leader election: a dead leader is followed by the first live one of the ISR",
          "[controller]")
{
    const PartitionTarget target{.isr = BrokerList{BrokerId{2}, BrokerId{3}}};
    const auto change = build_partition_change(partition_led_by(BrokerId{1}), target, {},
                                               {BrokerId{2}, BrokerId{3}});
    REQUIRE(change);
    CHECK(change->leader == BrokerId{2});
    CHECK(change->isr == BrokerList{BrokerId{2}, BrokerId{3}});
}

TEST_CASE("leader election: nothing to change makes no record", "[controller]")
{
    const auto change = build_partition_change(partition_led_by(BrokerId{1}), {}, {},
                                               {BrokerId{1}, BrokerId{2}, BrokerId{3}});
    CHECK_FALSE(change);
}
