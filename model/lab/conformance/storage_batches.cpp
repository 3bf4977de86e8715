#include "model/batch_encoding.h"
#include "model/compression.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace gregor::lab {

namespace {

using storage::Comparison;
using storage::json;

void put_text(const json& value, std::string& text, bool& null)
{
    null = value.is_null();
    if (!null) text = value;
}

Record record_in(const json& fields)
{
    Record record;
    record.timestamp_ms = fields.at(0);
    put_text(fields.at(1), record.key, record.null_key);
    put_text(fields.at(2), record.value, record.null_value);
    if (fields.size() > 3) {
        for (const json& header : fields.at(3)) {
            RecordHeader& each = record.headers.emplace_back();
            each.key = header.at(0);
            put_text(header.at(1), each.value, each.null_value);
        }
    }
    return record;
}

void put_length(const json& length, std::string& text, bool& null)
{
    const auto bytes = length.is_null() ? -1 : length.get<std::int64_t>();
    null = bytes < 0;
    text.assign(static_cast<std::size_t>(std::max<std::int64_t>(bytes, 0)), 'v');
}

/// Records that are given by their sizes alone.
std::vector<Record> records_of_sizes(const json& vector)
{
    Record each;
    const json& sizes = vector.at("each");
    put_length(sizes.at(0), each.key, each.null_key);
    put_length(sizes.at(1), each.value, each.null_value);
    for (const json& header : sizes.at(2)) {
        RecordHeader& made = each.headers.emplace_back();
        made.key = header.at(0);
        put_length(header.at(1), made.value, made.null_value);
    }
    std::vector<Record> records(vector.at("n").get<std::size_t>(), each);
    std::int64_t timestamp = vector.at("first_ts");
    for (Record& record : records) {
        record.timestamp_ms = timestamp;
        timestamp += vector.at("ts_step").get<std::int64_t>();
    }
    return records;
}

void put_origin(const json& vector, RecordBatch& batch)
{
    batch.base_offset = Offset{vector.at("base_offset").get<std::int64_t>()};
    batch.partition_leader_epoch = LeaderEpoch{vector.at("leader_epoch").get<std::int32_t>()};
    batch.transactional = vector.value("transactional", false);
    if (!vector.contains("producer")) return;
    const json& producer = vector.at("producer");
    batch.producer_id = ProducerId{producer.at(0).get<std::int64_t>()};
    batch.producer_epoch = ProducerEpoch{producer.at(1).get<std::int16_t>()};
    if (producer.size() > 2) batch.base_sequence = producer.at(2);
}

void compare_bytes(const json& vector, const RecordBatch& batch, Comparison& compare)
{
    compare.same("size", vector.at("size"), batch.size_in_bytes);
    if (!vector.contains("hex")) return;
    compare.same("crc32c", vector.at("crc32c"), checksum_of(batch));
    compare.same("hex", vector.at("hex"), hex_of_bytes(encode(batch)));
}

void compare_marker(const json& vector, Comparison& compare)
{
    const EndTransactionMarker marker{vector.at("marker") == "COMMIT",
                                      vector.at("coordinator_epoch")};
    RecordBatch batch =
        make_marker_batch(marker, no_producer_id, no_producer_epoch, vector.at("timestamp"));
    put_origin(vector, batch);
    compare.same("base_sequence", vector.at("base_sequence"), batch.base_sequence);
    compare_bytes(vector, batch, compare);
}

void compare_batch(const json& vector, Comparison& compare)
{
    std::vector<Record> records;
    if (vector.contains("each")) {
        records = records_of_sizes(vector);
        compare.same("estimate_upper_bound_first", vector.at("estimate_upper_bound_first"),
                     batch_size_upper_bound(records.front()));
    } else {
        for (const json& fields : vector.at("records")) records.push_back(record_in(fields));
    }
    RecordBatch batch = make_batch(std::move(records));
    put_origin(vector, batch);
    if (vector.at("timestamp_type") == "LogAppendTime") {
        batch.log_append_time = true;
        batch.max_timestamp_ms = vector.at("log_append_time");
    }
    compare.same("max_ts", vector.at("max_ts"), batch.max_timestamp_ms);
    compare.same("last_offset", vector.at("last_offset"), batch.last_offset().value);
    compare.same("last_sequence", vector.at("last_sequence"), batch.last_sequence());
    compare_bytes(vector, batch, compare);
}

/// Sizes of whole batches, relative to the uncompressed one: within 5 %, and what the three digits
/// of the recording round away.
void compare_compressed(const json& vector, Comparison& compare)
{
    constexpr std::array codecs{"gzip", "snappy", "lz4", "zstd"};
    PayloadContent content{};
    if (!payload_content_named(vector.at("content").get<std::string>(), content)) {
        compare.same("content", vector.at("content"), "unknown");
        return;
    }
    const std::int64_t records = vector.at("n"), value_bytes = vector.at("value_bytes");
    const std::int64_t plain = vector.at("uncompressed_size");
    Record record;
    record.null_key = true;
    record.value.assign(static_cast<std::size_t>(value_bytes), 'v');
    std::vector<Record> all(static_cast<std::size_t>(records), record);
    for (std::size_t i = 0; i < all.size(); ++i) all[i].timestamp_ms = static_cast<std::int64_t>(i);
    compare.same("uncompressed_size", plain, make_batch(std::move(all)).size_in_bytes);
    for (std::size_t i = 0; i < codecs.size(); ++i) {
        const double expected = vector.at("size_ratio").at(codecs[i]);
        const double got = static_cast<double>(compressed_batch_size(
                               static_cast<Codec>(i + 1), content, records, value_bytes, plain)) /
                           static_cast<double>(plain);
        const bool close = std::abs(got - expected) <= 0.05 * expected + 0.0005;
        compare.same(codecs[i], expected, close ? expected : got);
    }
}

VectorOutcome check_recorded(const json& vector)
{
    Comparison compare(vector);
    if (vector.contains("compressed")) {
        compare_compressed(vector, compare);
    } else if (vector.contains("marker")) {
        compare_marker(vector, compare);
    } else {
        compare_batch(vector, compare);
    }
    return compare.outcome();
}

std::vector<Record> written_records(const json& list)
{
    std::vector<Record> records;
    for (const json& fields : list) {
        Record& record = records.emplace_back();
        record.timestamp_ms = fields.value("ts_delta", 0);
        put_length(fields.at("key_len"), record.key, record.null_key);
        put_length(fields.at("value_len"), record.value, record.null_value);
        for (const json& header : fields.value("headers", json::array())) {
            RecordHeader& each = record.headers.emplace_back();
            bool never_null = false;
            put_length(header.at("key_len"), each.key, never_null);
            put_length(header.at("value_len"), each.value, each.null_value);
        }
    }
    return records;
}

VectorOutcome check_written(const json& vector)
{
    Comparison compare(vector);
    const json& input = vector.at("input");
    json got = json::object();
    if (input.contains("values")) {
        for (const json& value : input.at("values")) {
            got["hex"].push_back(hex_of_bytes(encode_varint(value)));
        }
    } else if (input.contains("increment")) {
        for (const json& each : input.at("increment")) {
            got["increment"].push_back(next_sequence(each.at(0), each.at(1)));
        }
        for (const json& each : input.at("decrement")) {
            got["decrement"].push_back(previous_sequence(each.at(0), each.at(1)));
        }
    } else if (vector.at("expected").contains("batch_sizes")) {
        for (const json& each : input.at("records")) {
            const RecordBatch batch = make_batch(written_records(json::array({each})));
            got["batch_sizes"].push_back(batch.size_in_bytes);
        }
    } else {
        const RecordBatch batch = make_batch(written_records(input.at("records")));
        for (const Record& each : batch.data->records) {
            got["record_sizes"].push_back(record_size(each, batch.base_timestamp_ms));
        }
        got["batch_size"] = batch.size_in_bytes;
    }
    compare.same("expected", vector.at("expected"), got);
    return compare.outcome();
}

}  // namespace

std::vector<VectorOutcome> conform_batch_bytes(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        outcomes.push_back(vector.contains("input") ? check_written(vector)
                                                    : check_recorded(vector));
    }
    return outcomes;
}

}  // namespace gregor::lab
