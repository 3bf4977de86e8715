#include "model/batch_encoding.h"

#include "engine/check.h"
#include "model/checksum.h"

namespace gregor {
namespace {

constexpr std::size_t length_at = 8, epoch_at = 12, magic_at = 16, crc_at = 17;
constexpr std::size_t attributes_at = 21;

template <class Int>
void put(std::string& bytes, Int value)
{
    for (int shift = 8 * static_cast<int>(sizeof(Int)) - 8; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift & 0xffU));
    }
}

std::uint64_t take(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint64_t value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        value = value << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

std::int16_t attributes_of(const RecordBatch& batch)
{
    const auto flag = [](bool set, int bit) { return set ? 1 << bit : 0; };
    return static_cast<std::int16_t>(static_cast<int>(batch.codec) |
                                     flag(batch.log_append_time, 3) | flag(batch.transactional, 4) |
                                     flag(batch.control, 5) | flag(batch.has_delete_horizon, 6));
}

void put_text(std::string& bytes, std::string_view text, bool null)
{
    bytes += encode_varint(null ? -1 : static_cast<std::int64_t>(text.size()));
    if (!null) bytes += text;
}

void put_record(std::string& bytes, const Record& record, std::int64_t base_timestamp_ms)
{
    std::string body;
    body.push_back(0);  // attributes of a record: none are in use
    body += encode_varint(record.timestamp_ms - base_timestamp_ms);
    body += encode_varint(record.offset_delta);
    put_text(body, record.key, record.null_key);
    put_text(body, record.value, record.null_value);
    body += encode_varint(static_cast<std::int64_t>(record.headers.size()));
    for (const RecordHeader& each : record.headers) {
        put_text(body, each.key, false);
        put_text(body, each.value, each.null_value);
    }
    bytes += encode_varint(static_cast<std::int64_t>(body.size()));
    bytes += body;
}

/// From the attributes to the number of records: what stands between the CRC and the records.
std::string checked_header(const RecordBatch& batch)
{
    std::string bytes;
    put(bytes, attributes_of(batch));
    put(bytes, batch.last_offset_delta());
    put(bytes, batch.base_timestamp_ms);
    put(bytes, batch.max_timestamp_ms);
    put(bytes, batch.producer_id.value);
    put(bytes, batch.producer_epoch.value);
    put(bytes, batch.base_sequence);
    put(bytes, batch.record_count);
    return bytes;
}

std::string checked_part(const RecordBatch& batch)
{
    GREGOR_CHECK(batch.codec == Codec::none);
    std::string bytes = checked_header(batch);
    const std::size_t whole = batch.size_in_bytes - attributes_at;
    if (batch.record_count > 0 && batch.data != nullptr) {
        if (batch.data->marker) {
            put_record(bytes, marker_record(*batch.data->marker, batch.max_timestamp_ms),
                       batch.base_timestamp_ms);
        }
        for (const Record& each : batch.data->records) {
            put_record(bytes, each, batch.base_timestamp_ms);
        }
    }
    GREGOR_CHECK(bytes.size() <= whole);
    bytes.resize(whole, 'v');
    return bytes;
}

std::string unchecked_header(const RecordBatch& batch, std::uint32_t crc)
{
    std::string bytes;
    put(bytes, batch.base_offset.value);
    put(bytes, static_cast<std::int32_t>(batch.size_in_bytes - epoch_at));
    put(bytes, batch.partition_leader_epoch.value);
    put(bytes, std::int8_t{2});
    put(bytes, crc);
    return bytes;
}

/// What a reader takes from the first 61 bytes, without looking at the CRC.
RecordBatch read_header(RecordBatch batch, std::string_view bytes)
{
    const auto number = [&](std::size_t at, std::size_t count) {
        return static_cast<std::int64_t>(take(bytes, at, count));
    };
    const auto attributes = static_cast<unsigned>(take(bytes, attributes_at, 2));
    const auto bit = [&](int which) { return (attributes >> which & 1U) != 0; };
    batch.base_offset = Offset{number(0, 8)};
    batch.partition_leader_epoch = LeaderEpoch{static_cast<std::int32_t>(number(epoch_at, 4))};
    batch.codec = static_cast<Codec>(attributes & 7U);
    batch.log_append_time = bit(3);
    batch.transactional = bit(4);
    batch.control = bit(5);
    batch.has_delete_horizon = bit(6);
    const auto last_offset_delta = static_cast<std::int32_t>(number(23, 4));
    batch.base_timestamp_ms = number(27, 8);
    batch.max_timestamp_ms = number(35, 8);
    batch.producer_id = ProducerId{number(43, 8)};
    batch.producer_epoch = ProducerEpoch{static_cast<std::int16_t>(number(51, 2))};
    batch.base_sequence = static_cast<std::int32_t>(number(53, 4));
    batch.record_count = static_cast<std::int32_t>(number(57, 4));
    batch.offsets_without_record = static_cast<std::int32_t>(std::int64_t{last_offset_delta} + 1 -
                                                             std::int64_t{batch.record_count});
    return batch;
}

}  // namespace

std::string encode_varint(std::int64_t value)
{
    auto left = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    std::string bytes;
    while (left >= 0x80) {
        bytes.push_back(static_cast<char>((left & 0x7fU) | 0x80U));
        left >>= 7;
    }
    bytes.push_back(static_cast<char>(left));
    return bytes;
}

std::uint32_t checksum_of(const RecordBatch& batch)
{
    return crc32c(checked_part(batch));
}

std::string encode(const RecordBatch& batch)
{
    const std::string checked = checked_part(batch);
    return unchecked_header(batch, crc32c(checked)) + checked;
}

std::optional<RecordBatch> flip_byte(const RecordBatch& batch, std::int64_t position,
                                     std::uint8_t mask)
{
    GREGOR_CHECK(position >= 0 && position < std::int64_t{batch.size_in_bytes});
    const auto at = static_cast<std::size_t>(position);
    if (at >= length_at && at < epoch_at) return std::nullopt;
    RecordBatch seen = batch;
    if (at < batch_header_bytes) {
        std::string header = unchecked_header(batch, 0) + checked_header(batch);
        header[at] = static_cast<char>(static_cast<unsigned char>(header[at]) ^ mask);
        seen = read_header(batch, header);
    }
    seen.bad_checksum = batch.bad_checksum || at >= crc_at;
    if (at == magic_at && (mask == 0x02 || mask == 0x80)) {
        // Magic 0 or a negative one is read as the oldest format: one offset, another checksum.
        seen.bad_checksum = true;
        seen.offsets_without_record = 1 - seen.record_count;
    }
    return seen;
}

}  // namespace gregor
