#include "model/log/batch_list.h"

#include "model/log/stepped_pairs.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

/// The `number`-th of equal batches of ten records, one every 5 ms.
RecordBatch equal_batch(std::int64_t number)
{
    RecordBatch batch;
    batch.record_count = 10;
    batch.size_in_bytes = 200;
    batch.base_offset = Offset{10 * number};
    batch.first_number = 10 * number;
    batch.max_timestamp_ms = 5 * number;
    batch.producer_id = ProducerId{1};
    batch.producer_epoch = ProducerEpoch{0};
    batch.base_sequence = static_cast<std::int32_t>(10 * number);
    return batch;
}

BatchList equal_batches(std::int64_t count)
{
    BatchList list;
    for (std::int64_t i = 0; i < count; ++i) list.push(equal_batch(i));
    return list;
}

}  // namespace

TEST_CASE("batch list: equal batches take the room of one, and read back as they were", "[log]")
{
    const BatchList list = equal_batches(1'000);
    CHECK(list.run_count() == 1);
    CHECK(list.size_in_bytes() == 200'000);
    std::int64_t number = 0;
    for (auto at = list.begin(); !at.at_end(); at.next()) {
        const RecordBatch wanted = equal_batch(number);
        CHECK(at.position() == 200 * number);
        CHECK(at.batch().base_offset == wanted.base_offset);
        CHECK(at.batch().base_sequence == wanted.base_sequence);
        CHECK(at.batch().max_timestamp_ms == wanted.max_timestamp_ms);
        CHECK(at.batch().first_number == wanted.first_number);
        ++number;
    }
    CHECK(number == 1'000);
}

TEST_CASE("batch list: a batch that differs begins a run of its own", "[log]")
{
    BatchList list = equal_batches(5);
    RecordBatch other = equal_batch(5);
    SECTION("by its size")
    {
        other.size_in_bytes = 201;
    }
    SECTION("by a gap of offsets")
    {
        other.base_offset = Offset{51};
    }
    SECTION("by its time")
    {
        other.max_timestamp_ms = 26;
    }
    SECTION("by its sequence")
    {
        other.base_sequence = 51;
    }
    SECTION("by its leader epoch")
    {
        other.partition_leader_epoch = LeaderEpoch{3};
    }
    list.push(other);
    CHECK(list.run_count() == 2);
    CHECK(list.back().base_offset == other.base_offset);
}

TEST_CASE("batch list: an offset is found inside a run, behind it not", "[log]")
{
    const BatchList list = equal_batches(300);
    CHECK(list.seek(Offset{0}).position() == 0);
    CHECK(list.seek(Offset{1'239}).batch().base_offset == Offset{1'230});
    CHECK(list.seek(Offset{1'240}).position() == 124 * 200);
    CHECK(list.seek(Offset{3'000}).at_end());
    CHECK(list.at_position(124 * 200 + 7).batch().base_offset == Offset{1'240});
}

TEST_CASE("batch list: a cut keeps whole batches, a copy is not cut with it", "[log]")
{
    BatchList list = equal_batches(100);
    const BatchList copy = list;
    list.truncate_to_position(50 * 200 + 199);
    CHECK(list.size_in_bytes() == 50 * 200);
    CHECK(list.back().base_offset == Offset{490});
    list.truncate_to_position(0);
    CHECK(list.empty());
    CHECK(copy.size_in_bytes() == 100 * 200);
    CHECK(copy.back().base_offset == Offset{990});
}

TEST_CASE("stepped pairs: what goes in comes out, in order, and up to any cut", "[log]")
{
    std::vector<SteppedPairs::Pair> wanted;
    for (std::int64_t i = 0; i < 50; ++i) wanted.push_back({i * 10, i * 7});
    wanted.push_back({1'000, 2});
    for (std::int64_t i = 0; i < 50; ++i) wanted.push_back({1'001 + i, 3});
    SteppedPairs pairs;
    for (const auto& each : wanted) pairs.push(each);
    for (std::int64_t cut = pairs.size(); cut >= 0; --cut) {
        pairs.keep(cut);
        REQUIRE(pairs.size() == cut);
        for (std::int64_t i = 0; i < cut; ++i) {
            REQUIRE(pairs.at(i) == wanted[static_cast<std::size_t>(i)]);
        }
    }
}
