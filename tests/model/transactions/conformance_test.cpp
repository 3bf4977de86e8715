#include "model/lab/conformance/transaction_areas.h"
#include "tests/support/vectors.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::read_vectors;
using test::verdict;

TEST_CASE("transactions: raw requests as recorded from Kafka 4.3.1", "[transactions]")
{
    CHECK(verdict(lab::conform_transaction_protocol(
              read_vectors("golden/groups/txn_protocol.jsonl"))) == "58 pass");
}

TEST_CASE("transactions: producers as recorded from Kafka 4.3.1", "[transactions]")
{
    CHECK(verdict(lab::conform_transactions(read_vectors("golden/groups/transactions.jsonl"))) ==
          "141 pass");
}

TEST_CASE("transactions: exactly once as recorded from Kafka 4.3.1 (KIP-447)", "[transactions]")
{
    CHECK(verdict(lab::conform_exactly_once(read_vectors("golden/groups/eos.jsonl"))) == "18 pass");
}

TEST_CASE("transactions: cases of Kafka's own tests", "[transactions]")
{
    CHECK(verdict(lab::conform_written_transactions(read_vectors("clients/transactions.json"))) ==
          "18 pass");
    CHECK(verdict(lab::conform_written_idempotence(read_vectors("clients/idempotence.json"))) ==
          "8 pass");
    CHECK(verdict(lab::conform_isolation(read_vectors("clients/isolation.json"))) == "6 pass");
    CHECK(verdict(lab::conform_errors(read_vectors("clients/errors.json"))) == "11 pass");
}
