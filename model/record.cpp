#include "model/record.h"

#include "engine/check.h"

#include <algorithm>
#include <limits>

namespace gregor {

namespace {

constexpr std::int64_t max_record_overhead = 21;

std::int64_t sized(std::size_t bytes)
{
    return varint_size(static_cast<std::int64_t>(bytes)) + static_cast<std::int64_t>(bytes);
}

std::string big_endian(std::int32_t value, int bytes)
{
    std::string text;
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        text.push_back(static_cast<char>(static_cast<std::uint32_t>(value) >> shift & 0xffU));
    }
    return text;
}

}  // namespace

std::int32_t next_sequence(std::int32_t sequence, std::int32_t count)
{
    constexpr std::int64_t modulus = std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1;
    return static_cast<std::int32_t>((std::int64_t{sequence} + count) % modulus);
}

std::int32_t previous_sequence(std::int32_t sequence, std::int32_t count)
{
    constexpr std::int64_t modulus = std::int64_t{std::numeric_limits<std::int32_t>::max()} + 1;
    return static_cast<std::int32_t>((std::int64_t{sequence} - count + modulus) % modulus);
}

std::int32_t RecordBatch::last_sequence() const
{
    return base_sequence < 0 ? -1 : next_sequence(base_sequence, last_offset_delta());
}

std::int32_t varint_size(std::int64_t value)
{
    auto zigzag = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    std::int32_t bytes = 1;
    while (zigzag >= 0x80) {
        zigzag >>= 7;
        ++bytes;
    }
    return bytes;
}

std::int64_t headers_size(const std::vector<RecordHeader>& headers)
{
    std::int64_t bytes = varint_size(static_cast<std::int64_t>(headers.size()));
    for (const RecordHeader& each : headers) {
        bytes += sized(each.key.size()) + (each.null_value ? 1 : sized(each.value.size()));
    }
    return bytes;
}

std::int32_t record_size(std::int32_t offset_delta, std::int64_t timestamp_delta_ms,
                         std::int32_t key_size, std::int32_t value_size, std::int32_t headers_size)
{
    constexpr std::int32_t attributes = 1;
    const std::int32_t body = attributes + varint_size(timestamp_delta_ms) +
                              varint_size(offset_delta) + varint_size(key_size) +
                              (key_size > 0 ? key_size : 0) + varint_size(value_size) +
                              (value_size > 0 ? value_size : 0) + headers_size;
    return varint_size(body) + body;
}

std::int64_t record_size(const Record& record, std::int64_t base_timestamp_ms)
{
    constexpr std::int64_t attributes = 1;
    const std::int64_t body =
        attributes + varint_size(record.timestamp_ms - base_timestamp_ms) +
        varint_size(record.offset_delta) + (record.null_key ? 1 : sized(record.key.size())) +
        (record.null_value ? 1 : sized(record.value.size())) + headers_size(record.headers);
    return varint_size(body) + body;
}

std::int64_t batch_size(const std::vector<Record>& records, std::int64_t base_timestamp_ms)
{
    std::int64_t bytes = batch_header_bytes;
    for (const Record& each : records) bytes += record_size(each, base_timestamp_ms);
    return bytes;
}

std::int64_t batch_size_upper_bound(const Record& record)
{
    return batch_header_bytes + max_record_overhead +
           (record.null_key ? 1 : sized(record.key.size())) +
           (record.null_value ? 1 : sized(record.value.size())) + headers_size(record.headers);
}

RecordBatch make_batch(std::vector<Record> records)
{
    GREGOR_CHECK(!records.empty());
    RecordBatch batch;
    batch.base_timestamp_ms = records.front().timestamp_ms;
    batch.max_timestamp_ms = records.front().timestamp_ms;
    for (std::size_t i = 0; i < records.size(); ++i) {
        records[i].offset_delta = static_cast<std::int32_t>(i);
        batch.max_timestamp_ms = std::max(batch.max_timestamp_ms, records[i].timestamp_ms);
    }
    batch.record_count = static_cast<std::int32_t>(records.size());
    batch.size_in_bytes = static_cast<std::uint32_t>(batch_size(records, batch.base_timestamp_ms));
    auto data = std::make_shared<RecordData>();
    data->records = std::move(records);
    batch.data = std::move(data);
    return batch;
}

Record marker_record(EndTransactionMarker marker, std::int64_t timestamp_ms)
{
    Record record;
    record.key = big_endian(0, 2) + big_endian(marker.commit ? 1 : 0, 2);
    record.value = big_endian(0, 2) + big_endian(marker.coordinator_epoch, 4);
    record.timestamp_ms = timestamp_ms;
    return record;
}

RecordBatch make_marker_batch(EndTransactionMarker marker, ProducerId producer, ProducerEpoch epoch,
                              std::int64_t timestamp_ms)
{
    const Record record = marker_record(marker, timestamp_ms);
    RecordBatch batch;
    batch.control = batch.transactional = true;
    batch.producer_id = producer;
    batch.producer_epoch = epoch;
    batch.record_count = 1;
    batch.base_timestamp_ms = batch.max_timestamp_ms = timestamp_ms;
    batch.size_in_bytes = static_cast<std::uint32_t>(batch_size({record}, timestamp_ms));
    auto data = std::make_shared<RecordData>();
    data->marker = marker;
    batch.data = std::move(data);
    return batch;
}

std::int64_t synthetic_batch_size(std::int32_t count, std::int32_t value_size)
{
    // The size of a record changes only where the offset delta needs one more byte.
    std::int64_t bytes = batch_header_bytes;
    std::int32_t delta = 0;
    std::int32_t bound = 64;
    while (delta < count) {
        const std::int32_t until = bound < count ? bound : count;
        bytes += static_cast<std::int64_t>(until - delta) * record_size(delta, 0, -1, value_size);
        delta = until;
        bound = bound > (1 << 23) ? count : bound * 128;
    }
    return bytes;
}

}  // namespace gregor
