#include "model/lab/bench/log_benches.h"

#include "model/compaction/cleaner.h"
#include "model/log/unified_log.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>

namespace gregor::lab {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Batches of equal size, one a millisecond, from an idempotent producer.
class Appender {
public:
    Appender(std::int32_t records, std::int32_t value_bytes)
    {
        batch_.record_count = records;
        batch_.size_in_bytes =
            static_cast<std::uint32_t>(synthetic_batch_size(records, value_bytes));
        batch_.producer_id = ProducerId{1};
        batch_.producer_epoch = ProducerEpoch{0};
        batch_.base_sequence = 0;
    }
    std::uint32_t batch_bytes() const { return batch_.size_in_bytes; }
    void append_to(UnifiedLog& log, std::int64_t batches)
    {
        for (std::int64_t i = 0; i < batches; ++i) {
            batch_.max_timestamp_ms = ++now_ms_;
            log.append_as_leader(batch_, {.now_ms = now_ms_, .leader_epoch = LeaderEpoch{0}});
            batch_.first_number += batch_.record_count;
            batch_.base_sequence = next_sequence(batch_.base_sequence, batch_.record_count);
        }
    }

private:
    RecordBatch batch_;
    std::int64_t now_ms_ = 0;
};

LogSettings endless()
{
    LogSettings settings;
    settings.max_message_bytes = INT32_MAX;
    settings.retention_ms = -1;
    return settings;
}

UnifiedLog keyed_log(std::int64_t records, std::int64_t keys)
{
    LogSettings settings = endless();
    settings.cleanup_compact = true;
    settings.segment_bytes = 1 << 20;
    UnifiedLog log(settings, 0);
    for (std::int64_t i = 0; i < records / 100; ++i) {
        std::vector<Record> batch(100);
        for (std::size_t r = 0; r < batch.size(); ++r) {
            const std::int64_t number = i * 100 + static_cast<std::int64_t>(r);
            batch[r].key = fmt::format("key-{}", number * 7919 % keys);
            batch[r].value.assign(20, 'v');
            batch[r].timestamp_ms = i;
        }
        log.append_as_leader(make_batch(std::move(batch)), {.now_ms = i});
    }
    log.update_high_watermark({log.log_end_offset()});
    return log;
}

double seconds_of_pass(std::int64_t records)
{
    constexpr std::int64_t keys = 10'000;
    UnifiedLog log = keyed_log(records, keys);
    const auto begin = Clock::now();
    Cleaner::clean(log, Offset{0}, log.active_segment().base(), INT64_MAX, records);
    return seconds_since(begin);
}

}  // namespace

BenchFigure bench_log_append_read(const BenchTools& tools)
{
    constexpr std::int32_t records = 1000;
    const std::int64_t batches = tools.quick ? 100'000 : 1'000'000;
    Appender appender(records, 100);
    UnifiedLog log(endless(), 0);
    const auto begin = Clock::now();
    appender.append_to(log, batches);
    const double appended = seconds_since(begin);
    std::int64_t read_back = 0;
    Offset at;
    while (at < log.log_end_offset()) {
        const auto read = log.read(at, 1 << 20, UnifiedLog::Isolation::log_end, true);
        for (const RecordBatch& each : read.value().batches) read_back += each.record_count;
        at = read.value().batches.back().next_offset();
    }
    const double all = seconds_since(begin);
    const std::int64_t wanted = batches * records;
    if (read_back != wanted) return {0, "", {}, "not every record was read: does not count"};
    return {static_cast<double>(wanted) / all,
            "",
            {},
            fmt::format("{} segments, {:.0f} million records/s appended, {:.0f} read",
                        log.segments().size(), static_cast<double>(wanted) / appended / 1e6,
                        static_cast<double>(wanted) / (all - appended) / 1e6)};
}

BenchFigure bench_log_memory(const BenchTools& tools)
{
    constexpr std::int64_t partition_bytes = 100'000'000'000, all_partitions = 10'000;
    const std::int64_t partitions = tools.quick ? 5 : 50;
    std::vector<UnifiedLog> logs;
    logs.reserve(static_cast<std::size_t>(partitions));
    const auto before = mallinfo2().uordblks;
    std::size_t segments = 0;
    for (std::int64_t i = 0; i < partitions; ++i) {
        Appender appender(1000, 1000);
        UnifiedLog& log = logs.emplace_back(endless(), 0);
        appender.append_to(log, partition_bytes / appender.batch_bytes());
        segments = log.segments().size();
    }
    const auto each = (mallinfo2().uordblks - before) / static_cast<std::size_t>(partitions);
    return {static_cast<double>(each * all_partitions) / (1 << 20),
            "",
            {},
            fmt::format("{} bytes for each of {} partitions of {} segments", each, partitions,
                        segments)};
}

BenchFigure bench_log_copy(const BenchTools& tools)
{
    LogSettings settings = endless();
    settings.segment_bytes = 1 << 20;
    std::vector<UnifiedLog> logs;
    for (int i = 0; i < 1'000; ++i) {
        Appender appender(1000, 100);
        UnifiedLog& log = logs.emplace_back(settings, 0);
        appender.append_to(log, 100 * settings.segment_bytes / appender.batch_bytes());
    }
    double worst = 0;
    for (int i = 0; i < (tools.quick ? 3 : 20); ++i) {
        const auto begin = Clock::now();
        const std::vector<UnifiedLog> keyframe = logs;
        worst = std::max(worst, seconds_since(begin) * 1e3);
        if (keyframe.size() != logs.size()) return {0, "", {}, "does not count"};
        for (UnifiedLog& log : logs) log.update_high_watermark({log.log_end_offset()});
    }
    return {worst, "", {}, fmt::format("{} segments in each log", logs[0].segments().size())};
}

BenchFigure bench_log_clean(const BenchTools& tools)
{
    const std::int64_t records = tools.quick ? 100'000 : 500'000;
    seconds_of_pass(records / 10);  // warm
    const double once = seconds_of_pass(records), twice = seconds_of_pass(2 * records);
    return {twice / once,
            "",
            {},
            fmt::format("{:.1f} million records/s cleaned",
                        static_cast<double>(2 * records) / twice / 1e6)};
}

}  // namespace gregor::lab
