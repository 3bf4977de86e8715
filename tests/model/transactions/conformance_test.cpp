#include "model/lab/conformance/transaction_areas.h"

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

void require_all_pass(const std::vector<lab::VectorOutcome>& outcomes, std::size_t count,
                      std::size_t not_covered = 0)
{
    std::size_t uncovered = 0;
    for (const lab::VectorOutcome& each : outcomes) {
        INFO(each.id << "\n expected " << each.expected << "\n got      " << each.got);
        if (each.covered) CHECK(each.passed);
        uncovered += each.covered ? 0 : 1;
    }
    CHECK(outcomes.size() == count);
    CHECK(uncovered == not_covered);
}

}  // namespace

TEST_CASE("transactions: raw requests as recorded from Kafka 4.3.1", "[transactions]")
{
    require_all_pass(
        lab::conform_transaction_protocol(read_vectors("golden/groups/txn_protocol.jsonl")), 58);
}

TEST_CASE("transactions: producers as recorded from Kafka 4.3.1", "[transactions]")
{
    require_all_pass(lab::conform_transactions(read_vectors("golden/groups/transactions.jsonl")),
                     141);
}

TEST_CASE("transactions: exactly once as recorded from Kafka 4.3.1 (KIP-447)", "[transactions]")
{
    require_all_pass(lab::conform_exactly_once(read_vectors("golden/groups/eos.jsonl")), 18);
}

TEST_CASE("transactions: cases of Kafka's own tests", "[transactions]")
{
    require_all_pass(lab::conform_written_transactions(read_vectors("clients/transactions.json")),
                     19, 1);
    require_all_pass(lab::conform_written_idempotence(read_vectors("clients/idempotence.json")), 8);
    require_all_pass(lab::conform_isolation(read_vectors("clients/isolation.json")), 6);
    require_all_pass(lab::conform_errors(read_vectors("clients/errors.json")), 11);
}
