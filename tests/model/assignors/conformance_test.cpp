#include "tests/support/vectors.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::read_vectors;
using test::verdict;

TEST_CASE("assignors: those of clients hand out as Kafka's classes do", "[assignors]")
{
    const auto run = [](const char* name) { return lab::conform_assignors(read_vectors(name)); };
    CHECK(verdict(run("clients/assignor-range.json")) == "19 pass");
    CHECK(verdict(run("clients/assignor-roundrobin.json")) == "10 pass");
    CHECK(verdict(run("clients/assignor-sticky.json")) == "17 pass");
    CHECK(verdict(run("clients/assignor-cooperative-sticky.json")) == "20 pass");
    CHECK(verdict(run("golden/placement/assignors_client.jsonl")) == "900 pass");
}

TEST_CASE("assignors: those of the group coordinator hand out as Kafka's classes do", "[assignors]")
{
    const auto run = [](const char* name) {
        return lab::conform_server_assignors(read_vectors(name));
    };
    CHECK(verdict(run("clients/assignor-server-range.json")) == "7 pass");
    CHECK(verdict(run("golden/placement/assignors_server.jsonl")) == "261 pass");
}

TEST_CASE("producer: keys find their partition as in Kafka", "[producer]")
{
    CHECK(verdict(lab::conform_murmur2(read_vectors("clients/murmur2.json"))) == "15 pass");
    CHECK(verdict(lab::conform_murmur2(read_vectors("golden/placement/murmur2.jsonl"))) ==
          "1973 pass");
    CHECK(verdict(lab::conform_partitioner(read_vectors("clients/partitioner.json"))) == "16 pass");
    const std::string sticky = read_vectors("golden/placement/sticky_partitioner.jsonl");
    CHECK(verdict(lab::conform_partitioner(sticky)) == "210 pass");
}

TEST_CASE("groups: the coordinator answers as Kafka's, request by request", "[groups]")
{
    CHECK(verdict(lab::conform_group_timeline(read_vectors("clients/group-timeline.json"))) ==
          "9 pass");
    CHECK(verdict(lab::conform_reconciliation(read_vectors("clients/kip848-member.json"))) ==
          "9 pass");
    CHECK(verdict(lab::conform_classic_protocol(
              read_vectors("golden/groups/classic_protocol.jsonl"))) == "117 pass");
    CHECK(verdict(lab::conform_consumer_protocol(
              read_vectors("golden/groups/consumer_protocol.jsonl"))) == "43 pass");
}

TEST_CASE("groups: a group has its coordinator where Kafka has it", "[groups]")
{
    const std::string published = read_vectors("clients/coordinator-partition.json");
    CHECK(verdict(lab::conform_coordinator_partition(published)) == "11 pass");
    const std::string recorded = read_vectors("golden/placement/coordinator_hash.jsonl");
    CHECK(verdict(lab::conform_coordinator_partition(recorded)) == "698 pass");
}

TEST_CASE("client: back-off and sizes follow Kafka's formulas", "[client]")
{
    CHECK(verdict(lab::conform_backoff(read_vectors("clients/backoff.json"))) == "4 pass");
    CHECK(verdict(lab::conform_backoff(read_vectors("golden/placement/backoff.jsonl"))) ==
          "142 pass");
    CHECK(verdict(lab::conform_record_size(read_vectors("clients/record-size.json"))) == "9 pass");
    CHECK(verdict(lab::conform_encodings(
              read_vectors("golden/placement/interval_and_timestamps.jsonl"))) == "891 pass");
    CHECK(verdict(lab::conform_group_state(read_vectors("clients/group-state.json"))) == "19 pass");
}
