#include "engine/random.h"
#include "model/compaction/cleaner.h"
#include "model/log/unified_log.h"
#include "tests/model/log/naive_log.h"

#include <catch2/catch.hpp>

#include <string>

using namespace gregor;

namespace {

/// One random history, done to the model's log and to the list of records.
class History {
public:
    explicit History(std::uint64_t seed)
        : random_(Random(seed).split("history")),
          uniform_(pick(0, 2) == 0),
          rules_(draw_rules()),
          log_(settings_of(rules_), now_),
          naive_(rules_, now_)
    {
        keys_ = pick(1, 12);
        map_keys_ = static_cast<std::size_t>(pick(1, 14));
    }

    void run(int steps)
    {
        for (int i = 0; i < steps; ++i) {
            now_ += pick(0, 120);
            step();
            compare();
        }
    }

private:
    /// In a uniform history all batches are of one size, so that limits are met exactly.
    naive::Rules draw_rules()
    {
        naive::Rules rules{pick(120, 900), pick(200, 5000), pick(0, 3000), pick(100, 20'000),
                           pick(0, 600)};
        if (uniform_) {
            rules.segment_bytes = uniform_bytes * pick(1, 6);
            rules.retention_bytes = uniform_bytes * pick(0, 12);
        }
        return rules;
    }

    static LogSettings settings_of(const naive::Rules& rules)
    {
        LogSettings settings;
        settings.segment_bytes = rules.segment_bytes;
        settings.segment_ms = rules.segment_ms;
        settings.retention_bytes = rules.retention_bytes;
        settings.retention_ms = rules.retention_ms;
        settings.delete_retention_ms = rules.delete_retention_ms;
        settings.index_interval_bytes = 150;
        return settings;
    }

    std::int64_t pick(std::int64_t low, std::int64_t high)
    {
        return low +
               static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }

    void append()
    {
        std::vector<Record> records;
        naive::Batch batch;
        batch.first = naive_.end();
        for (std::int64_t count = uniform_ ? 1 : pick(1, 4); count > 0; --count) {
            Record& record = records.emplace_back();
            const auto key = static_cast<int>(pick(0, uniform_ ? 9 : keys_));
            record.key = std::to_string(key);
            record.null_value = !uniform_ && pick(0, 4) == 0;
            const std::int64_t length = uniform_ ? uniform_value_bytes : pick(0, 30);
            if (!record.null_value) record.value.assign(static_cast<std::size_t>(length), 'v');
            record.timestamp_ms = now_ + pick(-300, 100);
            batch.records.push_back({naive_.end() + static_cast<std::int64_t>(batch.records.size()),
                                     record.timestamp_ms, key, record.null_value});
            batch.max_timestamp = std::max(batch.max_timestamp, record.timestamp_ms);
        }
        batch.last = batch.first + static_cast<std::int64_t>(records.size()) - 1;
        const RecordBatch made = make_batch(std::move(records));
        batch.bytes = made.size_in_bytes;
        if (uniform_) REQUIRE(batch.bytes == uniform_bytes);
        const auto appended = log_.append_as_leader(made, {.now_ms = now_});
        const bool fits = batch.bytes <= rules_.segment_bytes;
        CHECK(appended.error.none() == fits);
        if (fits) naive_.append(batch, now_);
    }

    /// After a pass the oracle takes over sizes and the grouping of segments, which it does not
    /// know, and only if they hold the same records.
    void clean()
    {
        const Offset upper = log_.active_segment().base();
        const auto dirty = std::clamp(dirty_, naive_.start(), upper.value);
        const auto pass =
            Cleaner::clean(log_, Offset{dirty}, upper, static_cast<std::int64_t>(map_keys_), now_);
        REQUIRE(pass.error.none());
        dirty_ = naive_.clean(dirty, map_keys_, now_);
        CHECK(pass.end.value == dirty_);
        cleaned_ = true;
    }

    void step()
    {
        const auto what = pick(0, cleaned_ ? 12 : 19);
        const auto in_log = [&] { return pick(naive_.start(), naive_.end()); };
        if (what <= 6) {
            append();
        } else if (what == 7) {
            log_.roll(now_);
            naive_.roll(now_);
        } else if (what <= 9) {
            const std::int64_t to = in_log();
            log_.update_high_watermark({Offset{to}});
            naive_.set_high_watermark(to);
        } else if (what == 10) {
            const std::int64_t to = in_log();
            CHECK(log_.maybe_increment_log_start(Offset{to}).ok() == naive_.move_start(to));
        } else if (what <= 12) {
            clean();
        } else {
            step_of_uncleaned(what);
        }
    }

    /// Steps whose effect depends on sizes, or that are compared up to the batch.
    void step_of_uncleaned(std::int64_t what)
    {
        if (what <= 15) {
            log_.delete_old_segments(now_);
            naive_.retain(now_);
        } else if (what == 16) {
            truncate();
        } else if (what == 17) {
            reopen();
        } else {
            const std::int64_t time = now_ + pick(-2000, 100);
            const auto found = log_.offset_for_timestamp(time);
            const auto expected = naive_.find_time(time);
            CHECK(found.has_value() == expected.has_value());
            if (found && expected) CHECK(found->offset.value == *expected);
        }
    }

    void truncate()
    {
        // The protocol cuts where a batch begins.
        std::vector<std::int64_t> places{naive_.end()};
        for (const auto& segment : naive_.segments()) {
            for (const auto& batch : segment.batches) places.push_back(batch.first);
        }
        const std::int64_t to =
            places[static_cast<std::size_t>(pick(0, static_cast<std::int64_t>(places.size()) - 1))];
        log_.truncate_to(Offset{to}, now_);
        naive_.truncate(to, now_);
        dirty_ = std::min(dirty_, to);
    }

    void reopen()
    {
        const bool clean = pick(0, 1) == 0;
        const Offset high_watermark = log_.high_watermark();
        if (clean) log_.close();
        REQUIRE(log_.reopen({.clean = clean,
                             .log_start_checkpoint = log_.log_start_offset(),
                             .recovery_point_checkpoint = log_.log_start_offset(),
                             .now_ms = now_})
                    .none());
        log_.update_high_watermark({high_watermark});
    }

    void compare()
    {
        CHECK(log_.log_end_offset().value == naive_.end());
        CHECK(log_.log_start_offset().value == naive_.start());
        CHECK(log_.high_watermark().value == naive_.high_watermark());
        if (!cleaned_) compare_segments();
        const std::int64_t from = pick(naive_.start(), naive_.end());
        compare_records(from);
    }

    void compare_segments()
    {
        REQUIRE(log_.segments().size() == naive_.segments().size());
        for (std::size_t i = 0; i < naive_.segments().size(); ++i) {
            CHECK(log_.segments()[i]->base().value == naive_.segments()[i].base);
            CHECK(log_.segments()[i]->size_in_bytes() == naive_.segments()[i].bytes());
        }
    }

    void compare_records(std::int64_t from)
    {
        const std::vector<naive::Record> expected = naive_.records_from(from);
        std::size_t next = 0;
        Offset at{from};
        while (at < log_.log_end_offset()) {
            const auto read = log_.read(at, pick(1, 500), UnifiedLog::Isolation::log_end, true);
            REQUIRE(read.ok());
            if (read.value().batches.empty()) break;
            for (const RecordBatch& batch : read.value().batches) {
                at = batch.next_offset();
                if (batch.record_count == 0) continue;
                for (const Record& record : batch.data->records) {
                    REQUIRE(next < expected.size());
                    const Offset offset = batch.base_offset + record.offset_delta;
                    const naive::Record& wanted = expected[next++];
                    const bool same = offset.value == wanted.offset &&
                                      record.key == std::to_string(wanted.key) &&
                                      record.null_value == wanted.tombstone &&
                                      record.timestamp_ms == wanted.timestamp;
                    REQUIRE(same);
                }
            }
        }
        CHECK(next == expected.size());
    }

    static constexpr std::int64_t uniform_value_bytes = 10;
    static constexpr std::int64_t uniform_bytes = 79;

    Random random_;
    bool uniform_;
    std::int64_t now_ = 1'000'000;
    naive::Rules rules_;
    UnifiedLog log_;
    naive::Log naive_;
    std::int64_t keys_{};
    std::size_t map_keys_{};
    std::int64_t dirty_ = 0;
    bool cleaned_ = false;
};

void run_histories(std::uint64_t first, std::uint64_t count)
{
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        INFO("seed " << seed);
        History(seed).run(30);
    }
}

}  // namespace

TEST_CASE("log: random histories agree with a list of records", "[log]")
{
    run_histories(0, 3'000);
}

/// `gregor_tests "[histories]"`: the long one, some seconds in a release build.
TEST_CASE("log: 100,000 random histories agree with a list of records", "[.][histories]")
{
    run_histories(0, 100'000);
}
