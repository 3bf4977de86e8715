#include "model/log/log.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

RecordBatch batch_of(std::int32_t records, std::uint32_t bytes = 100)
{
    RecordBatch batch;
    batch.record_count = records;
    batch.size_in_bytes = bytes;
    return batch;
}

Log log_with(int batches, std::int32_t records, LeaderEpoch epoch = LeaderEpoch{0})
{
    Log log;
    for (int i = 0; i < batches; ++i) log.append_as_leader(batch_of(records), epoch);
    return log;
}

}  // namespace

TEST_CASE("log: the leader gives dense offsets", "[log]")
{
    Log log;
    CHECK(log.append_as_leader(batch_of(3), LeaderEpoch{0}) == Offset{0});
    CHECK(log.append_as_leader(batch_of(2), LeaderEpoch{0}) == Offset{3});
    CHECK(log.end_offset() == Offset{5});
    CHECK(log.size_in_bytes() == 200);
}

TEST_CASE("log: a read stops at the bound and at the byte limit, but gives one batch", "[log]")
{
    const Log log = log_with(300, 2);
    CHECK(log.read(Offset{0}, Offset{600}, 250, true).size() == 2);
    CHECK(log.read(Offset{10}, Offset{600}, 50, true).size() == 1);
    CHECK(log.read(Offset{10}, Offset{600}, 50, false).empty());
    CHECK(log.read(Offset{10}, Offset{13}, 1000, true).size() == 1);
    CHECK(log.read(Offset{598}, Offset{600}, 1000, true).front().base_offset == Offset{598});
    CHECK(log.read(Offset{600}, Offset{600}, 1000, true).empty());
    CHECK(log.bytes_between(Offset{0}, Offset{600}, 1 << 30) == 30'000);
    CHECK(log.bytes_between(Offset{0}, Offset{600}, 1) >= 1);
}

TEST_CASE("log: truncation drops whole batches across chunks and forgets their epochs", "[log]")
{
    Log log = log_with(200, 2);
    for (int i = 0; i < 200; ++i) log.append_as_leader(batch_of(2), LeaderEpoch{1});
    log.truncate_to(Offset{100});
    CHECK(log.end_offset() == Offset{100});
    CHECK(log.size_in_bytes() == 5'000);
    CHECK(log.epochs().latest() == LeaderEpoch{0});
    log.append_as_leader(batch_of(1), LeaderEpoch{3});
    CHECK(log.epochs().end_offset_for(LeaderEpoch{0}, log.end_offset()).end_offset == Offset{100});
}

TEST_CASE("log: a copy does not see what is appended or cut afterwards", "[log]")
{
    Log log = log_with(130, 1);
    const Log copy = log;
    log.append_as_leader(batch_of(1), LeaderEpoch{0});
    log.truncate_to(Offset{5});
    CHECK(copy.end_offset() == Offset{130});
    int batches = 0;
    copy.for_each([&](const RecordBatch&) { ++batches; });
    CHECK(batches == 130);
    CHECK(log.end_offset() == Offset{5});
}

TEST_CASE("log: a power loss keeps the batches that were wholly written", "[log]")
{
    Log log = log_with(10, 1);
    log.keep_bytes(450);
    CHECK(log.end_offset() == Offset{4});
}

TEST_CASE("leader epochs: the answer is the largest epoch not larger, KIP-279", "[log]")
{
    LeaderEpochCache cache;
    cache.assign(LeaderEpoch{0}, Offset{0});
    cache.assign(LeaderEpoch{2}, Offset{10});
    cache.assign(LeaderEpoch{5}, Offset{20});
    const EpochEndOffset at_3 = cache.end_offset_for(LeaderEpoch{3}, Offset{30});
    CHECK(at_3.epoch == LeaderEpoch{2});
    CHECK(at_3.end_offset == Offset{20});
    CHECK(cache.end_offset_for(LeaderEpoch{5}, Offset{30}).end_offset == Offset{30});
    CHECK(cache.end_offset_for(LeaderEpoch{6}, Offset{30}).end_offset == no_offset);
    cache.truncate_from_end(Offset{15});
    CHECK(cache.latest() == LeaderEpoch{2});
}

TEST_CASE("producer state: duplicates, gaps and old epochs", "[log]")
{
    ProducerStates states;
    RecordBatch batch = batch_of(5);
    batch.producer_id = ProducerId{7};
    batch.producer_epoch = ProducerEpoch{0};
    batch.base_sequence = 0;
    batch.base_offset = Offset{40};
    CHECK(states.check(batch).error == Error::none);
    states.appended(batch);
    CHECK(states.check(batch).duplicate_of == Offset{40});
    batch.base_sequence = 6;
    CHECK(states.check(batch).error == Error::out_of_order_sequence_number);
    batch.base_sequence = 5;
    CHECK(states.check(batch).error == Error::none);
    batch.producer_epoch = ProducerEpoch{1};
    CHECK(states.check(batch).error == Error::out_of_order_sequence_number);
    batch.base_sequence = 0;
    CHECK(states.check(batch).error == Error::none);
    states.appended(batch);
    batch.producer_epoch = ProducerEpoch{0};
    CHECK(states.check(batch).error == Error::invalid_producer_epoch);
}
