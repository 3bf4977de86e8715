#include "model/log/unified_log.h"

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

void append(UnifiedLog& log, int batches, std::int32_t records, LeaderEpoch epoch = LeaderEpoch{0})
{
    for (int i = 0; i < batches; ++i) {
        const auto done = log.append_as_leader(batch_of(records), {.leader_epoch = epoch});
        REQUIRE(done.error.none());
    }
}

UnifiedLog log_with(int batches, std::int32_t records, std::int64_t segment_bytes = 1'000'000)
{
    LogSettings settings;
    settings.segment_bytes = segment_bytes;
    UnifiedLog log(settings, 0);
    append(log, batches, records);
    return log;
}

std::vector<Offset> bases_from(const UnifiedLog& log, Offset from)
{
    std::vector<Offset> bases;
    log.walk(from, [&](const RecordBatch& batch) {
        bases.push_back(batch.base_offset);
        return bases.size() < 3;
    });
    return bases;
}

}  // namespace

TEST_CASE("log: the leader gives dense offsets", "[log]")
{
    UnifiedLog log(LogSettings{}, 0);
    CHECK(log.append_as_leader(batch_of(3), {}).first == Offset{0});
    CHECK(log.append_as_leader(batch_of(2), {}).last == Offset{4});
    CHECK(log.log_end_offset() == Offset{5});
    CHECK(log.size_in_bytes() == 200);
}

TEST_CASE("log: a walk begins at the batch that holds the offset and crosses segments", "[log]")
{
    const UnifiedLog log = log_with(10, 2, 300);
    REQUIRE(log.segments().size() == 4);
    CHECK(bases_from(log, Offset{9}) == std::vector<Offset>{{8}, {10}, {12}});
    CHECK(bases_from(log, Offset{18}) == std::vector<Offset>{{18}});
    CHECK(bases_from(log, Offset{20}).empty());
    CHECK(log.batch_at(Offset{13})->base_offset == Offset{12});
    CHECK_FALSE(log.batch_at(Offset{20}));
}

TEST_CASE("log: a waiting fetch counts bytes within a segment; an older one is enough", "[log]")
{
    using enum UnifiedLog::Isolation;
    UnifiedLog log = log_with(10, 2, 300);  // segments of three batches; the last has one
    CHECK(log.readable_bytes(Offset{18}, log_end) == 100);
    CHECK(log.readable_bytes(Offset{20}, log_end) == 0);
    CHECK(log.readable_bytes(Offset{17}, log_end) == std::nullopt);
    log.update_high_watermark({Offset{4}});
    CHECK(log.readable_bytes(Offset{0}, high_watermark) == 200);
    CHECK(log.readable_bytes(Offset{6}, high_watermark) == 0);
}

TEST_CASE("log: a copy does not see what is appended or cut afterwards", "[log]")
{
    UnifiedLog log = log_with(200, 1);
    const UnifiedLog before = log;
    append(log, 1, 1, LeaderEpoch{1});
    log.truncate_to(Offset{50}, 0);
    append(log, 1, 7, LeaderEpoch{2});
    CHECK(before.log_end_offset() == Offset{200});
    CHECK(before.epochs().latest() == LeaderEpoch{0});
    CHECK(before.size_in_bytes() == 20'000);
    CHECK(log.log_end_offset() == Offset{57});
    CHECK(log.size_in_bytes() == 5'100);
}

TEST_CASE("log: what a power loss takes leaves a torn batch, which the next start cuts off",
          "[log]")
{
    UnifiedLog log = log_with(10, 2, 300);
    log.lose_tail(
        250);  // the last segment with its one batch, and one and a half of the one before
    CHECK(log.segments().size() == 3);
    CHECK(log.size_in_bytes() == 750);
    REQUIRE(log.reopen({}).none());
    CHECK(log.size_in_bytes() == 700);
    CHECK(log.log_end_offset() == Offset{14});
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
