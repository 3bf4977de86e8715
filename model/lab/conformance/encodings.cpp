#include "model/batch_encoding.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/producer/compression_ratio.h"
#include "model/record.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

/// golden/placement/interval_and_timestamps: what stands on the wire and in files, number by
/// number.
namespace gregor::lab {

namespace {

using nlohmann::json;

/// The number whose zig-zag form is this one, so that its variable-length bytes are the unsigned
/// form of it.
std::int64_t unfolded(std::uint32_t number)
{
    const auto half = static_cast<std::int64_t>(number >> 1U);
    return (number & 1U) == 0 ? half : -half - 1;
}

json number_case(const json& vector)
{
    if (vector.at("kind") == "varlong") {
        const std::int64_t value =
            std::strtoll(vector.at("v").get<std::string>().c_str(), nullptr, 10);
        return {{"size", varint_size(value)}, {"hex", hex_of_bytes(encode_varint(value))}};
    }
    const std::int32_t value = vector.at("v");
    const std::int64_t as_unsigned = unfolded(static_cast<std::uint32_t>(value));
    return {{"size", varint_size(value)},
            {"hex", hex_of_bytes(encode_varint(value))},
            {"unsignedSize", varint_size(as_unsigned)},
            {"unsignedHex", hex_of_bytes(encode_varint(as_unsigned))}};
}

/// Of so many bytes, where -1 stands for null.
void set_text(std::string& text, bool& null, std::int64_t size)
{
    null = size < 0;
    text.assign(null ? 0 : static_cast<std::size_t>(size), 'x');
}

Record record_of_sizes(std::int64_t timestamp, std::int64_t key, std::int64_t value)
{
    Record record;
    record.timestamp_ms = timestamp;
    set_text(record.key, record.null_key, key);
    set_text(record.value, record.null_value, value);
    return record;
}

json record_case(const json& vector)
{
    Record record =
        record_of_sizes(vector.at("timestampDelta"), vector.at("keyLen"), vector.at("valueLen"));
    record.offset_delta = vector.at("offsetDelta");
    for (const json& each : vector.value("headers", json::array())) {
        RecordHeader& header = record.headers.emplace_back();
        header.key.assign(each[0].get<std::size_t>(), 'h');
        set_text(header.value, header.null_value, each[1]);
    }
    const std::int64_t size = record_size(record, 0);
    std::int64_t body = size - 1;
    while (body + varint_size(body) > size) --body;
    return {{"size", size}, {"body", body}, {"batchUpperBound", batch_size_upper_bound(record)}};
}

json batch_case(const json& vector)
{
    std::vector<Record> records;
    for (const json& each : vector.at("records")) {
        records.push_back(record_of_sizes(each[0], each[1], each[2]));
        records.back().offset_delta = static_cast<std::int32_t>(records.size()) - 1;
    }
    const std::int64_t estimate = batch_size(records, records.front().timestamp_ms);
    const std::int64_t first = records.front().timestamp_ms;
    const RecordBatch batch = make_batch(std::move(records));
    return {{"size", batch.size_in_bytes},
            {"maxTimestampDelta", batch.max_timestamp_ms - first},
            {"estimate", estimate}};
}

json bytes_case(const json& vector)
{
    std::vector<Record> records;
    for (const json& each : vector.at("records")) {
        Record& record = records.emplace_back();
        record.timestamp_ms = each[0];
        record.offset_delta = static_cast<std::int32_t>(records.size()) - 1;
        const auto take = [](const json& from, std::string& text, bool& null) {
            null = from.is_null();
            if (!null) text = bytes_of_hex(from);
        };
        take(each[1], record.key, record.null_key);
        take(each[2], record.value, record.null_value);
        for (const json& pair : each[3]) {
            RecordHeader& header = record.headers.emplace_back();
            header.key = pair[0];
            take(pair[1], header.value, header.null_value);
        }
    }
    RecordBatch batch = make_batch(std::move(records));
    batch.base_offset = Offset{vector.at("baseOffset").get<std::int64_t>()};
    batch.partition_leader_epoch = LeaderEpoch{vector.at("leaderEpoch").get<std::int32_t>()};
    batch.producer_id = ProducerId{vector.at("producerId").get<std::int64_t>()};
    batch.producer_epoch = ProducerEpoch{vector.at("producerEpoch").get<std::int16_t>()};
    batch.base_sequence = vector.at("baseSequence");
    batch.transactional = vector.value("transactional", false);
    return {{"hex", hex_of_bytes(encode(batch))}};
}

json sequence_case(const json& vector)
{
    const std::int32_t sequence = vector.at("seq"), by = vector.at("by");
    return {{"incremented", next_sequence(sequence, by)},
            {"decremented", previous_sequence(sequence, by)}};
}

/// Rows of [observed, returned, new estimate], in single precision as Kafka's.
json ratio_case(const json& vector)
{
    using Ratio = float;  // as Kafka rounds
    auto estimate = vector.at("initial").get<Ratio>();
    json rows = json::array();
    for (const json& row : vector.at("rows")) {
        estimate = next_compression_ratio(estimate, row[0].get<Ratio>());
        // Where the recorded text means the same number, it stands for it.
        const auto as_told = [&](const json& told) {
            return told.get<Ratio>() == estimate ? told : json(estimate);
        };
        rows.push_back({row[0], as_told(row[1]), as_told(row[2])});
    }
    return {{"rows", rows}};
}

}  // namespace

std::vector<VectorOutcome> conform_encodings(std::string_view text)
{
    constexpr std::array<std::pair<std::string_view, json (*)(const json&)>, 7> kinds{{
        {"varint", number_case},
        {"varlong", number_case},
        {"record", record_case},
        {"batch", batch_case},
        {"batch-bytes", bytes_case},
        {"sequence", sequence_case},
        {"compression-ratio", ratio_case},
    }};
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const auto* const kind =
            std::ranges::find(kinds, vector.at("kind").get<std::string>(),
                              &std::pair<std::string_view, json (*)(const json&)>::first);
        if (kind == kinds.end()) {
            outcomes.push_back(not_covered(vector));
            continue;
        }
        const json got = kind->second(vector);
        json expected = json::object();
        for (const auto& [name, value] : got.items()) expected[name] = vector.at(name);
        outcomes.push_back(compare(vector, expected, got));
    }
    return outcomes;
}

}  // namespace gregor::lab
