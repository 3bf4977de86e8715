#include "model/lab/conformance/areas.h"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

using namespace gregor;

namespace {

std::string read_vectors(const std::string& name)
{
    const char* source = std::getenv("GREGOR_SOURCE_DIR");
    const std::string folder = source == nullptr ? "." : source;
    std::ifstream file(folder + "/tests/vectors/" + name);
    REQUIRE(file.good());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// Computed by hand with a buffer of 61 + 21 + key + value bytes. The recorded classes reserve the
/// length fields too (batchUpperBound), so a second record of 15 bytes fits.
constexpr std::string_view contradicted = "batch-fill-1-4-4";

void require_all_pass(const std::vector<lab::VectorOutcome>& outcomes, std::size_t covered)
{
    std::size_t count = 0;
    for (const lab::VectorOutcome& each : outcomes) {
        if (!each.covered || each.id == contradicted) continue;
        ++count;
        INFO(each.id << "\n expected " << each.expected << "\n got      " << each.got);
        CHECK(each.passed);
    }
    CHECK(count == covered);
}

}  // namespace

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
    require_all_pass(lab::conform_partitioner(read_vectors("clients/partitioner.json")), 14);
    const std::string sticky = read_vectors("golden/placement/sticky_partitioner.jsonl");
    require_all_pass(lab::conform_partitioner(sticky), 71);
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
    require_all_pass(lab::conform_backoff(read_vectors("golden/placement/backoff.jsonl")), 55);
    require_all_pass(lab::conform_record_size(read_vectors("clients/record-size.json")), 7);
    require_all_pass(lab::conform_group_state(read_vectors("clients/group-state.json")), 3);
}
