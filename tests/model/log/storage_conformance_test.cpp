#include "tests/support/vectors.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::read_vectors;
using test::verdict;

TEST_CASE("log: appends and rolls as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_append_roll(read_vectors("golden/storage/append_roll.jsonl"))) ==
          "121 pass");
    CHECK(verdict(lab::conform_retention_and_roll(
              read_vectors("storage/retention_and_roll.json"))) == "17 pass");
}

TEST_CASE("log: bytes of batches as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_batch_bytes(read_vectors("golden/storage/batch_bytes.jsonl"))) ==
          "468 pass");
    CHECK(verdict(lab::conform_batch_bytes(read_vectors("storage/record_encoding.json"))) ==
          "4 pass");
}

TEST_CASE("compaction: plans and passes as recorded from Kafka 4.3.1", "[compaction]")
{
    CHECK(verdict(lab::conform_compaction(read_vectors("golden/storage/compaction.jsonl"))) ==
          "309 pass");
    CHECK(verdict(lab::conform_written_compaction(read_vectors("storage/compaction.json"))) ==
          "13 pass");
    CHECK(verdict(lab::conform_cleanable(read_vectors("storage/cleanable.json"))) == "6 pass");
}

TEST_CASE("log: leader epochs as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_leader_epochs(read_vectors("golden/storage/epochs.jsonl"))) ==
          "201 pass");
    CHECK(verdict(lab::conform_leader_epochs(read_vectors("storage/leader_epoch_cache.json"))) ==
          "15 pass");
}

TEST_CASE("log: high watermark as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_high_watermark(
              read_vectors("golden/storage/high_watermark.jsonl"))) == "101 pass");
}

TEST_CASE("log: producer state as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_producer_state(
              read_vectors("golden/storage/producer_state.jsonl"))) == "140 pass");
    CHECK(verdict(lab::conform_written_producer_state(
              read_vectors("storage/producer_state.json"))) == "7 pass");
}

TEST_CASE("log: reads as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_log_reads(read_vectors("golden/storage/read.jsonl"))) == "81 pass");
}

TEST_CASE("log: recovery and truncation as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_recovery(read_vectors("golden/storage/recovery.jsonl"))) ==
          "185 pass");
}

TEST_CASE("log: retention as recorded from Kafka 4.3.1", "[log]")
{
    CHECK(verdict(lab::conform_retention(read_vectors("golden/storage/retention.jsonl"))) ==
          "168 pass");
}
