#include "model/controller/leader_election.h"

#include "tests/support/vectors.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::read_vectors;
using test::verdict;

namespace {

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
    CHECK(verdict(lab::conform_leader_election(
              read_vectors("golden/placement/leader_election.jsonl"))) == "845 pass");
}

TEST_CASE("replica placement: agrees with every recorded case of real Kafka", "[controller]")
{
    CHECK(verdict(lab::conform_replica_placement(
              read_vectors("golden/placement/replica_placement.jsonl"))) == "460 pass");
}

TEST_CASE("controller: elections, reassignments and sessions are those of Kafka's tests",
          "[controller]")
{
    CHECK(verdict(lab::conform_controller(read_vectors("storage/controller.json"))) == "16 pass");
    const std::string moved = read_vectors("golden/failover/reassignment.jsonl");
    CHECK(verdict(lab::conform_reassignment(moved)) == "7 pass");
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
