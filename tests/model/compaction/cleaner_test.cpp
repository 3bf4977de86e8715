#include "model/compaction/cleaner_checkpoints.h"

#include <catch2/catch.hpp>

#include <string>

using namespace gregor;

namespace {

LogSettings compacted(std::int64_t delete_retention_ms = 100)
{
    LogSettings settings;
    settings.cleanup_compact = true;
    settings.cleanup_delete = false;
    settings.delete_retention_ms = delete_retention_ms;
    return settings;
}

/// One batch of one record a word: "A" has a value, "-A" is a tombstone, "|" begins a segment.
void write(UnifiedLog& log, const std::string& words)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == ' ' || words[i] == '-') continue;
        if (words[i] == '|') {
            log.roll(0);
            continue;
        }
        Record record;
        record.key = words.substr(i, 1);
        record.null_value = i > 0 && words[i - 1] == '-';
        if (!record.null_value) record.value = "v";
        REQUIRE(log.append_as_leader(make_batch({record}), {}).error.none());
    }
    log.update_high_watermark({log.log_end_offset()});
}

Cleaner::Result clean(UnifiedLog& log, std::int64_t from, std::int64_t now_ms,
                      std::int64_t capacity = 1'000)
{
    return Cleaner::clean(log, Offset{from}, log.active_segment().base(), capacity, now_ms);
}

/// "3:C 4:-B": what stands below the active segment; "2:" for a batch without records.
std::string left(const UnifiedLog& log)
{
    std::string text;
    for (std::size_t i = 0; i + 1 < log.segments().size(); ++i) {
        for (auto at = log.segments()[i]->batches().begin(); !at.at_end(); at.next()) {
            text += (text.empty() ? "" : " ") + std::to_string(at.batch().base_offset.value) + ":";
            if (at.batch().record_count == 0) continue;
            const Record& record = at.batch().data->records.front();
            text += (record.null_value ? "-" : "") + record.key;
        }
    }
    return text;
}

}  // namespace

TEST_CASE("compaction: the last record of each key stays, with its offset", "[compaction]")
{
    UnifiedLog log(compacted(), 0);
    write(log, "A B A C B A | X");
    const auto pass = clean(log, 0, 1'000);
    CHECK(left(log) == "3:C 4:B 5:A");
    CHECK(pass.end == Offset{6});
    CHECK(log.log_start_offset() == Offset{0});
    const auto read = log.read(Offset{0}, 1, UnifiedLog::Isolation::log_end, true);
    CHECK(read.value().batches.front().base_offset == Offset{3});
}

TEST_CASE("compaction: a later pass takes from the clean head what is newer now", "[compaction]")
{
    UnifiedLog log(compacted(), 0);
    write(log, "A B A C B A |");
    clean(log, 0, 1'000);
    write(log, "C D | X");
    clean(log, 6, 1'000);
    CHECK(left(log) == "4:B 5:A 6:C 7:D");
}

TEST_CASE("compaction: a tombstone goes in a pass after its horizon, KIP-534", "[compaction]")
{
    UnifiedLog log(compacted(), 0);
    write(log, "A -A |");
    clean(log, 0, 1'000);
    CHECK(left(log) == "1:-A");
    write(log, "B B | X");
    clean(log, 2, 1'099);
    CHECK(left(log) == "1:-A 3:B");
    clean(log, 4, 1'100);
    CHECK(left(log) == "3:B");
}

TEST_CASE("compaction: a map that is full ends the pass early", "[compaction]")
{
    UnifiedLog log(compacted(), 0);
    write(log, "0 1 0 1 0 | X");
    const auto pass = clean(log, 2, 0, 1);
    CHECK(pass.end == Offset{3});
    CHECK(left(log) == "1:1 2:0 3:1 4:0");
}

TEST_CASE("compaction: a log whose dirt is all in the active segment is not cleaned",
          "[compaction]")
{
    UnifiedLog log(compacted(), 0);
    write(log, "A A A A A A");
    const CleanableLog found = find_cleanable(log, std::nullopt, 1'000'000);
    CHECK(found.cleanable_bytes == 0);
    CHECK_FALSE(found.is_eligible(log.settings()));
}

TEST_CASE("compaction: the dirtiest log is taken, an uncleanable one never", "[compaction]")
{
    UnifiedLog half(compacted(), 0), all(compacted(), 0);
    write(half, "A B | C D E | X");
    write(all, "A B | C D E | X");
    CleanerCheckpoints checkpoints;
    const TopicPartition first{TopicId{0}, 0}, second{TopicId{0}, 1};
    checkpoints.set(first, Offset{2});
    const std::vector<std::pair<TopicPartition, const UnifiedLog*>> logs{{first, &half},
                                                                         {second, &all}};
    REQUIRE(checkpoints.dirtiest(logs, 0).has_value());
    CHECK(checkpoints.dirtiest(logs, 0)->partition == second);
    checkpoints.mark_uncleanable(second);
    CHECK(checkpoints.dirtiest(logs, 0)->partition == first);
}
