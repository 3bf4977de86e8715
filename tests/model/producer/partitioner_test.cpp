#include "model/client/backoff.h"
#include "model/producer/record_accumulator.h"

#include <catch2/catch.hpp>

#include <set>

using namespace gregor;

namespace {

constexpr std::int64_t batch_bytes = 1'000;

/// Two partitions on brokers 1 and 2, each with a batch.
RecordAccumulator two_brokers(Duration availability_timeout)
{
    RecordAccumulator accumulator({.batch_size = batch_bytes,
                                   .availability_timeout = availability_timeout,
                                   .random = Random(1)});
    accumulator.set_partitions(0, TopicId{0}, 2);
    for (std::int32_t p = 0; p < 2; ++p) {
        accumulator.queues()[static_cast<std::size_t>(p)].leader = BrokerId{p + 1};
        accumulator.append(0, p, RecordRun{.value_size = 100}, Time{});
    }
    return accumulator;
}

std::set<std::int32_t> partitions_used(RecordAccumulator& accumulator)
{
    std::set<std::int32_t> used;
    RecordRun run{.value_size = static_cast<std::int32_t>(2 * batch_bytes)};
    for (int i = 0; i < 40; ++i) {
        const auto appended = accumulator.append(0, RecordAccumulator::any_partition, run, Time{});
        used.insert(accumulator.queues()[appended.queue].partition.partition);
    }
    return used;
}

}  // namespace

TEST_CASE("producer: a broker that keeps batches waiting is passed over (KIP-794)", "[producer]")
{
    const Duration patience = milliseconds(200);
    RecordAccumulator accumulator = two_brokers(patience);
    accumulator.note_ready(BrokerId{1}, Time{}, true);
    accumulator.note_ready(BrokerId{2}, Time{}, true);
    const bool late = GENERATE(false, true);
    const Duration waited = late ? patience + milliseconds(1) : patience;
    accumulator.note_ready(BrokerId{1}, Time{} + waited, true);
    accumulator.note_ready(BrokerId{2}, Time{} + waited, false);
    accumulator.update_load();
    const std::set<std::int32_t> both{0, 1}, first{0};
    CHECK(partitions_used(accumulator) == (late ? first : both));
}

TEST_CASE("producer: round robin counts on over what a Java int holds", "[producer]")
{
    RoundRobinPartitioner partitioner(INT32_MAX);
    CHECK(partitioner.next({}, 4) == 3);      // 2147483647 mod 4
    CHECK(partitioner.next({}, 4) == 0);      // -2147483648 without its sign bit
    CHECK(partitioner.next({2, 5}, 6) == 5);  // the second of those with a leader
}

TEST_CASE("client: pauses grow to their maximum and not beyond it", "[client]")
{
    const BackoffGrowth tenfold{.initial_ms = 50, .max_ms = 3'000, .multiplier = 10};
    constexpr std::int64_t one = ExponentialBackoff::no_jitter;
    CHECK(tenfold.pause_ms(0, one) == 50);
    CHECK(tenfold.pause_ms(1, one) == 500);
    CHECK(tenfold.pause_ms(2, one) == 3'000);
    CHECK(tenfold.pause_ms(1'000'000, 2 * one) == 3'000);
    CHECK(BackoffGrowth{.initial_ms = 10, .max_ms = 5}.pause_ms(3, one) == 10);
}
