#include "tests/support/vectors.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::read_vectors;
using test::require_all_pass;

TEST_CASE("assignors: those of clients hand out as Kafka's classes do", "[assignors]")
{
    const auto run = [](const char* name) { return lab::conform_assignors(read_vectors(name)); };
    require_all_pass(run("clients/assignor-range.json"), 19);
    require_all_pass(run("clients/assignor-roundrobin.json"), 10);
    require_all_pass(run("clients/assignor-sticky.json"), 17);
    require_all_pass(run("clients/assignor-cooperative-sticky.json"), 20);
    require_all_pass(run("golden/placement/assignors_client.jsonl"), 900);
}

TEST_CASE("assignors: those of the group coordinator hand out as Kafka's classes do", "[assignors]")
{
    const auto run = [](const char* name) {
        return lab::conform_server_assignors(read_vectors(name));
    };
    require_all_pass(run("clients/assignor-server-range.json"), 7);
    require_all_pass(run("golden/placement/assignors_server.jsonl"), 261);
}

TEST_CASE("producer: keys find their partition as in Kafka", "[producer]")
{
    require_all_pass(lab::conform_murmur2(read_vectors("clients/murmur2.json")), 15);
    require_all_pass(lab::conform_murmur2(read_vectors("golden/placement/murmur2.jsonl")), 1973);
    require_all_pass(lab::conform_partitioner(read_vectors("clients/partitioner.json")), 16);
    const std::string sticky = read_vectors("golden/placement/sticky_partitioner.jsonl");
    require_all_pass(lab::conform_partitioner(sticky), 210);
}

TEST_CASE("groups: the coordinator answers as Kafka's, request by request", "[groups]")
{
    require_all_pass(lab::conform_group_timeline(read_vectors("clients/group-timeline.json")), 9);
    require_all_pass(lab::conform_reconciliation(read_vectors("clients/kip848-member.json")), 9);
    require_all_pass(
        lab::conform_classic_protocol(read_vectors("golden/groups/classic_protocol.jsonl")), 112);
    require_all_pass(
        lab::conform_consumer_protocol(read_vectors("golden/groups/consumer_protocol.jsonl")), 43);
}

TEST_CASE("groups: a group has its coordinator where Kafka has it", "[groups]")
{
    const std::string published = read_vectors("clients/coordinator-partition.json");
    require_all_pass(lab::conform_coordinator_partition(published), 11);
    const std::string recorded = read_vectors("golden/placement/coordinator_hash.jsonl");
    require_all_pass(lab::conform_coordinator_partition(recorded), 698);
}

TEST_CASE("client: back-off and sizes follow Kafka's formulas", "[client]")
{
    require_all_pass(lab::conform_backoff(read_vectors("clients/backoff.json")), 4);
    require_all_pass(lab::conform_backoff(read_vectors("golden/placement/backoff.jsonl")), 142);
    require_all_pass(lab::conform_record_size(read_vectors("clients/record-size.json")), 9);
    require_all_pass(lab::conform_group_state(read_vectors("clients/group-state.json")), 19);
}
