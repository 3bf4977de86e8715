#include "model/compaction/survivors.h"

#include "engine/check.h"

#include <memory>

namespace gregor {

namespace {

/// Copies what is kept of one kind of records and adds up its bytes.
class Filter {
public:
    Filter(const Survivors& survivors, const RecordBatch& rewritten)
        : survivors_(survivors), batch_(rewritten)
    {
    }

    void take(const std::vector<Record>& records, std::vector<Record>& to)
    {
        for (const Record& each : records) {
            if (!next_is_kept()) continue;
            Record& copy = to.emplace_back(each);
            if (batch_.log_append_time) copy.timestamp_ms = batch_.max_timestamp_ms;
            bytes_ += record_size(copy, batch_.base_timestamp_ms);
        }
    }
    void take(const KeyedRecords& records, KeyedRecords& to)
    {
        to = KeyedRecords(records.value_size());
        for (auto at = records.begin(); !at.at_end();) {
            KeyedRecords::Item item = at.next();
            if (!next_is_kept()) continue;
            if (batch_.log_append_time) item.timestamp_ms = batch_.max_timestamp_ms;
            to.push(item);
            bytes_ += records.size_of(item, batch_.base_timestamp_ms);
        }
        to.shrink();
    }
    void take(const std::vector<CoordinatorRecord>& records, std::vector<CoordinatorRecord>& to)
    {
        const std::int64_t late = batch_.max_timestamp_ms - batch_.base_timestamp_ms;
        for (const CoordinatorRecord& each : records) {
            if (!next_is_kept()) continue;
            to.push_back(each);
            bytes_ += record_size(each.offset_delta, late, each.key_size, each.value_size);
        }
    }
    std::int64_t bytes() const { return bytes_; }

private:
    bool next_is_kept() { return survivors_.kept[next_++]; }

    const Survivors& survivors_;
    const RecordBatch& batch_;
    std::size_t next_ = 0;
    std::int64_t bytes_ = batch_header_bytes;
};

}  // namespace

RecordBatch batch_of(const Survivors& survivors, const RecordBatch& batch, std::int64_t horizon_ms)
{
    GREGOR_CHECK(survivors.count > 0 && batch.data != nullptr);
    RecordBatch rewritten = batch;
    rewritten.offsets_without_record += batch.record_count - survivors.count;
    rewritten.record_count = survivors.count;
    if (!batch.log_append_time) rewritten.max_timestamp_ms = survivors.max_timestamp_ms;
    rewritten.has_delete_horizon = horizon_ms >= 0;
    rewritten.base_timestamp_ms = horizon_ms >= 0 ? horizon_ms : survivors.first_timestamp_ms;
    if (horizon_ms < 0 && batch.log_append_time) {
        rewritten.base_timestamp_ms = batch.max_timestamp_ms;
    }
    auto data = std::make_shared<RecordData>();
    Filter filter(survivors, rewritten);
    filter.take(batch.data->records, data->records);
    filter.take(batch.data->keyed, data->keyed);
    filter.take(batch.data->coordinator, data->coordinator);
    rewritten.size_in_bytes = static_cast<std::uint32_t>(filter.bytes());
    rewritten.data = std::move(data);
    return rewritten;
}

}  // namespace gregor
