#include "model/batch_encoding.h"
#include "model/checksum.h"
#include "model/log/unified_log.h"

#include <catch2/catch.hpp>

using namespace gregor;

namespace {

/// Five batches of one record, 80 bytes or so each.
UnifiedLog small_log()
{
    UnifiedLog log({}, 0);
    for (int i = 0; i < 5; ++i) {
        Record record;
        record.key = "key";
        record.value = "value";
        record.timestamp_ms = 100 + i;
        log.append_as_leader(make_batch({record}), {.leader_epoch = LeaderEpoch{1}});
    }
    return log;
}

UnifiedLog::Start unclean()
{
    return {.clean = false};
}

/// Bytes that the CRC leaves out: base offset, leader epoch, magic. Kafka takes what they say.
bool is_unchecked(std::int64_t in_batch)
{
    return in_batch < 8 || (in_batch >= 12 && in_batch < 17);
}

}  // namespace

TEST_CASE("checksum: CRC-32C of the published check value", "[log]")
{
    CHECK(crc32c("123456789") == 0xe3069283);  // RFC 3720, B.4 uses the same polynomial
    CHECK(crc32c("") == 0);
}

TEST_CASE("log: a flipped byte under the CRC is found by the scan, whichever it is", "[log]")
{
    const UnifiedLog whole = small_log();
    const std::int64_t batch_bytes = whole.active_segment().batches().front().size_in_bytes;
    const std::int64_t length = whole.size_in_bytes();
    REQUIRE(length == 5 * batch_bytes);
    for (std::int64_t at = 0; at < length; ++at) {
        if (is_unchecked(at % batch_bytes)) continue;
        UnifiedLog log = whole;
        log.own_segment(0).flip_byte(at, 0x10);
        REQUIRE(log.reopen(unclean()).none());
        INFO("byte " << at);
        CHECK(log.log_end_offset().value == at / batch_bytes);
        CHECK(log.size_in_bytes() == at / batch_bytes * batch_bytes);
    }
    CHECK(whole.log_end_offset() == Offset{5});
}

TEST_CASE("log: without a scan a reader is told of the flipped byte", "[log]")
{
    UnifiedLog log = small_log();
    log.close();
    const std::int64_t batch_bytes = log.active_segment().batches().front().size_in_bytes;
    log.own_segment(0).flip_byte(2 * batch_bytes + 70, 0x01);
    REQUIRE(log.reopen({.clean = true, .recovery_point_checkpoint = Offset{5}}).none());
    const auto read = log.read(Offset{0}, 1'000'000, UnifiedLog::Isolation::log_end, true);
    REQUIRE(read.ok());
    REQUIRE(read.value().batches.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(read.value().batches[i].bad_checksum == (i == 2));
}

TEST_CASE("log: a producer's batch with a wrong CRC is not written", "[log]")
{
    UnifiedLog log = small_log();
    RecordBatch batch = log.active_segment().batches().front();
    batch.bad_checksum = true;
    const auto appended = log.append_as_leader(batch, {});
    CHECK(appended.error.error == Error::corrupt_message);
    CHECK(log.log_end_offset() == Offset{5});
}

TEST_CASE("log: a torn tail goes, what stands before it stays", "[log]")
{
    const UnifiedLog whole = small_log();
    const std::int64_t batch_bytes = whole.active_segment().batches().front().size_in_bytes;
    for (std::int64_t length = 0; length <= whole.size_in_bytes(); ++length) {
        UnifiedLog log = whole;
        log.own_segment(0).cut_tail(length);
        REQUIRE(log.reopen(unclean()).none());
        CHECK(log.log_end_offset().value == length / batch_bytes);
        CHECK(log.size_in_bytes() == length / batch_bytes * batch_bytes);
    }
}

TEST_CASE("log: zeros behind the last batch stop a start without a scan, and only that", "[log]")
{
    for (const bool clean : {true, false}) {
        UnifiedLog log = small_log();
        log.close();
        log.own_segment(0).append_zeros(18);
        const LogError error =
            log.reopen({.clean = clean, .recovery_point_checkpoint = Offset{clean ? 5 : 0}});
        CHECK(error == (clean ? log_errors::corrupt : log_errors::ok));
    }
    UnifiedLog log = small_log();
    log.close();
    log.own_segment(0).append_zeros(17);  // too few for a header: not looked at
    REQUIRE(log.reopen({.clean = true, .recovery_point_checkpoint = Offset{5}}).none());
    CHECK(log.log_end_offset() == Offset{5});
}

TEST_CASE("log: a scan that meets offsets out of order keeps nothing of the segment", "[log]")
{
    LogSettings settings;
    settings.index_interval_bytes = 0;
    UnifiedLog log(settings, 0);
    for (int i = 0; i < 5; ++i) {
        RecordBatch batch;
        batch.record_count = 100;
        batch.size_in_bytes = 200;
        log.append_as_leader(batch, {.leader_epoch = LeaderEpoch{1}});
    }
    log.own_segment(0).flip_byte(3 * 200 + 6, 0x01);  // 300 becomes 44
    REQUIRE(log.reopen({.clean = false}).none());
    CHECK(log.log_end_offset() == Offset{0});
    CHECK(log.size_in_bytes() == 0);
}

TEST_CASE("batch bytes: the encoding has the size that the header says", "[log]")
{
    const UnifiedLog log = small_log();
    const RecordBatch& batch = log.active_segment().batches().front();
    const std::string bytes = encode(batch);
    CHECK(bytes.size() == batch.size_in_bytes);
    CHECK(crc32c(std::string_view(bytes).substr(21)) == checksum_of(batch));
}
