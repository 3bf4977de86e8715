#include "engine/random.h"
#include "model/compaction/cleaner.h"
#include "model/record_view.h"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace gregor;

/// Batches that only know their records' keys are cleaned like those that hold the records.

namespace {

LogSettings compacted(std::int64_t segment_bytes)
{
    LogSettings settings;
    settings.segment_bytes = segment_bytes;
    settings.index_interval_bytes = 200;
    settings.cleanup_compact = true;
    settings.delete_retention_ms = 500;
    settings.timestamp_after_max_ms = INT64_MAX;
    return settings;
}

/// The same records twice.
struct Twins {
    RecordBatch written_out;
    RecordBatch synthetic;
};

/// Of records that need no description but keys, times and one size of values.
Twins twins(const std::vector<KeyedRecords::Item>& items, std::int32_t value_size)
{
    Twins made;
    std::vector<Record> records;
    KeyedRecords keyed(value_size);
    for (const KeyedRecords::Item& item : items) {
        Record& record = records.emplace_back();
        record.key = KeyedRecords::key_text(item.key);
        record.null_value = item.null_value;
        if (!item.null_value) record.value.assign(static_cast<std::size_t>(value_size), 'v');
        record.timestamp_ms = item.timestamp_ms;
        keyed.push(item);
    }
    made.written_out = make_batch(std::move(records));
    made.synthetic = made.written_out;
    auto data = std::make_shared<RecordData>();
    data->keyed = keyed;
    made.synthetic.data = std::move(data);
    return made;
}

std::string text_of(const RecordBatch& batch)
{
    std::string text =
        std::to_string(batch.base_offset.value) + "+" + std::to_string(batch.last_offset_delta()) +
        " " + std::to_string(batch.record_count) + "r " + std::to_string(batch.size_in_bytes) +
        "B " + std::to_string(batch.base_timestamp_ms) + ".." +
        std::to_string(batch.max_timestamp_ms) + (batch.has_delete_horizon ? " horizon:" : ":");
    visit_records(batch, [&](const RecordView& record) {
        text += " " + std::to_string(record.offset_delta) + (record.null_value ? "-" : "=") +
                std::string(record.key) + "@" + std::to_string(record.timestamp_ms);
    });
    return text;
}

std::string text_of(const UnifiedLog& log)
{
    std::string text;
    for (const auto& segment : log.segments()) {
        text += "segment " + std::to_string(segment->base().value) + " " +
                std::to_string(segment->size_in_bytes()) + "\n";
        for (auto at = segment->batches().begin(); !at.at_end(); at.next()) {
            text += text_of(at.batch()) + "\n";
        }
    }
    return text;
}

/// One random history of appends and passes, done to both.
class History {
public:
    explicit History(std::uint64_t seed)
        : random_(Random(seed).split("twins")),
          value_size_(pick(0, 200)),
          keys_(pick(1, 150)),
          written_out_(compacted(3'000), 0),
          synthetic_(compacted(3'000), 0)
    {
    }

    void run(int steps)
    {
        for (int i = 0; i < steps; ++i) {
            now_ += pick(0, 300);
            if (pick(0, 5) > 0) {
                append();
            } else {
                clean();
            }
        }
        clean();
        CHECK(text_of(written_out_) == text_of(synthetic_));
        for (std::int64_t time = now_ - 2'000; time < now_; time += 97) {
            const auto found = synthetic_.offset_for_timestamp(time);
            const auto expected = written_out_.offset_for_timestamp(time);
            REQUIRE(found.has_value() == expected.has_value());
            if (found) CHECK(found->offset == expected->offset);
        }
    }

private:
    std::int32_t pick(std::int32_t low, std::int32_t high)
    {
        return low +
               static_cast<std::int32_t>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }

    void append()
    {
        std::vector<KeyedRecords::Item> items;
        for (std::int32_t count = pick(1, 20); count > 0; --count) {
            items.push_back({static_cast<std::int32_t>(items.size()), pick(0, keys_),
                             now_ + pick(-100, 100), pick(0, 6) == 0});
        }
        const Twins made = twins(items, value_size_);
        const auto one = written_out_.append_as_leader(made.written_out, {.now_ms = now_});
        const auto other = synthetic_.append_as_leader(made.synthetic, {.now_ms = now_});
        CHECK(one.error == other.error);
        CHECK(one.bytes == other.bytes);
        CHECK(one.rolled.has_value() == other.rolled.has_value());
    }

    void clean()
    {
        const std::int64_t capacity = pick(1, 200);
        const auto pass = [&](UnifiedLog& log) {
            return Cleaner::clean(log, dirty_, log.active_segment().base(), capacity, now_);
        };
        const auto one = pass(written_out_), other = pass(synthetic_);
        CHECK(one.end == other.end);
        CHECK(one.records_mapped == other.records_mapped);
        CHECK(one.bytes_read == other.bytes_read);
        CHECK(one.bytes_written == other.bytes_written);
        CHECK(one.records_written == other.records_written);
        dirty_ = one.end;
    }

    Random random_;
    std::int32_t value_size_, keys_;
    std::int64_t now_ = 1'000'000;
    Offset dirty_{0};
    UnifiedLog written_out_, synthetic_;
};

}  // namespace

TEST_CASE("compaction: synthetic batches with keys are cleaned like explicit ones", "[compaction]")
{
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        INFO("seed " << seed);
        History(seed).run(40);
    }
}

TEST_CASE("compaction: of two million updates of 1,000 keys the last of each is left",
          "[compaction]")
{
    constexpr std::int64_t updates = 2'000'000, keys = 1'000, in_batch = 100;
    LogSettings settings = compacted(64 << 20);
    UnifiedLog log(settings, 0);
    std::vector<std::int64_t> last(keys, -1);
    Random random = Random(7).split("updates");
    for (std::int64_t offset = 0; offset < updates;) {
        KeyedRecords keyed(100);
        RecordBatch batch;
        batch.base_timestamp_ms = batch.max_timestamp_ms = offset / 1'000;
        std::int64_t bytes = batch_header_bytes;
        for (std::int32_t i = 0; i < in_batch; ++i, ++offset) {
            const auto key = static_cast<std::int64_t>(random.below(keys));
            const KeyedRecords::Item item{i, key, batch.max_timestamp_ms};
            keyed.push(item);
            bytes += keyed.size_of(item, batch.base_timestamp_ms);
            last[static_cast<std::size_t>(key)] = offset;
        }
        batch.record_count = in_batch;
        batch.size_in_bytes = static_cast<std::uint32_t>(bytes);
        auto data = std::make_shared<RecordData>();
        data->keyed = std::move(keyed);
        batch.data = std::move(data);
        REQUIRE(log.append_as_leader(batch, {}).error.none());
    }
    log.roll(0);
    const auto pass = Cleaner::clean(log, Offset{0}, log.active_segment().base(), 10'000, 0);
    REQUIRE(pass.error.none());
    CHECK(pass.records_written == keys);
    std::int64_t left = 0;
    for (const auto& segment : log.segments()) {
        for (auto at = segment->batches().begin(); !at.at_end(); at.next()) {
            const RecordBatch& batch = at.batch();
            visit_records(batch, [&](const RecordView& record) {
                const auto key = std::stoul(std::string(record.key.substr(1)));
                CHECK(batch.base_offset.value + record.offset_delta == last[key]);
                ++left;
            });
        }
    }
    CHECK(left == keys);
}

TEST_CASE("compaction: records without keys go as far as the map reaches", "[compaction]")
{
    UnifiedLog log(LogSettings{}, 0);
    RecordBatch plain;
    plain.record_count = 3;
    plain.size_in_bytes = 100;
    REQUIRE(log.append_as_leader(plain, {}).error.none());
    REQUIRE(log.append_as_leader(twins({{0, 1, 0}}, 5).synthetic, {}).error.none());
    log.roll(0);
    Cleaner::clean(log, Offset{0}, log.active_segment().base(), 10, 0);
    CHECK(text_of(log) == "segment 0 75\n3+0 1r 75B 0..0: 0=k1@0\nsegment 4 0\n");
}

// LogValidator.validateKey: "Compacted topic cannot accept message without key".
TEST_CASE("compaction: a compacted topic takes no record without a key", "[compaction]")
{
    UnifiedLog log(compacted(1 << 20), 0);
    RecordBatch plain;
    plain.record_count = 3;
    plain.size_in_bytes = 100;
    CHECK(log.append_as_leader(plain, {}).error == log_errors::bad_record);
    Record record;
    record.null_key = true;
    CHECK(log.append_as_leader(make_batch({record}), {}).error == log_errors::bad_record);
    CHECK(log.append_as_leader(twins({{0, 1, 0}}, 5).synthetic, {}).error.none());
    CHECK(log.log_end_offset() == Offset{1});
}

TEST_CASE("compaction: a group's records replace each other by group and partition", "[compaction]")
{
    UnifiedLog log(compacted(1 << 20), 0);
    const auto commit = [&](const std::string& group, std::int32_t partition,
                            CoordinatorRecord::Kind kind) {
        CoordinatorRecord record;
        record.kind = kind;
        record.group = group;
        record.partition = {TopicId{0}, partition};
        record.key_size = 20;
        record.value_size = kind == CoordinatorRecord::Kind::tombstone ? -1 : 24;
        RecordBatch batch;
        batch.record_count = 1;
        batch.size_in_bytes = static_cast<std::uint32_t>(
            batch_header_bytes + record_size(0, 0, record.key_size, record.value_size));
        auto data = std::make_shared<RecordData>();
        data->coordinator.push_back(record);
        batch.data = std::move(data);
        REQUIRE(log.append_as_leader(batch, {.origin = AppendOrigin::coordinator}).error.none());
    };
    using enum CoordinatorRecord::Kind;
    commit("g", 0, offset_commit);   // 0: replaced by 3
    commit("g", 1, offset_commit);   // 1
    commit("h", 0, offset_commit);   // 2
    commit("g", 0, offset_commit);   // 3
    commit("g", 0, group_metadata);  // 4: replaced by 5
    commit("g", 0, tombstone);       // 5
    log.roll(0);
    Cleaner::clean(log, Offset{0}, log.active_segment().base(), 10, 0);
    std::string left;
    for (auto at = log.segments().front()->batches().begin(); !at.at_end(); at.next()) {
        left += std::to_string(at.batch().base_offset.value) + " ";
        CHECK(at.batch().data->coordinator.size() == 1);
    }
    CHECK(left == "1 2 3 5 ");
}
