#include "model/producer/producer_batch.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace gregor {

namespace {

/// The smallest value above `value` whose zig-zag varint is longer; 0 for negative ones, which the
/// caller takes one by one.
std::int64_t next_longer(std::int64_t value)
{
    if (value < 0) return 0;
    std::int64_t bound = 64;
    while (bound <= value) bound *= 128;
    return bound;
}

Record explicit_record(std::int32_t delta, std::int64_t timestamp_ms, std::int32_t value_size)
{
    Record record;
    if (value_size > 0) record.value.assign(static_cast<std::size_t>(value_size), 'v');
    record.null_value = value_size < 0;
    record.value_by_size = true;
    record.null_key = true;
    record.timestamp_ms = timestamp_ms;
    record.offset_delta = delta;
    return record;
}

/// A record with a key of its own joins others: then all are written out.
void make_explicit(ProducerBatch& batch)
{
    for (auto at = batch.keyed.begin(); !at.at_end();) {
        const KeyedRecords::Item item = at.next();
        Record& made = batch.records.emplace_back(
            explicit_record(item.offset_delta, item.timestamp_ms, batch.keyed.value_size()));
        made.key = KeyedRecords::key_text(item.key);
        made.null_key = false;
    }
    batch.keyed = {};
    for (auto i = static_cast<std::int32_t>(batch.records.size()); i < batch.record_count; ++i) {
        batch.records.push_back(explicit_record(i, batch.max_timestamp_ms, batch.plain_value_size));
    }
}

/// Keeps what the log has to know of the records beyond their number.
void note_records(ProducerBatch& batch, const RecordRun& run, std::int64_t count)
{
    const bool has_keyed = !batch.keyed.empty();
    const bool joins_keyed = run.key_number >= 0 && (has_keyed || batch.record_count == 0);
    if (batch.records.empty() && run.key == nullptr && run.content == nullptr && joins_keyed) {
        if (!has_keyed) batch.keyed = KeyedRecords(run.value_size);
        batch.keyed.push({batch.record_count, run.key_number, run.timestamp_ms(0)});
        return;
    }
    const bool plain = run.key == nullptr && run.key_number < 0 && run.content == nullptr;
    if (plain && batch.records.empty() && !has_keyed && run.value_size >= 0) {
        batch.plain_value_size = run.value_size;
        return;
    }
    if (batch.records.empty()) make_explicit(batch);
    for (std::int64_t i = 0; i < count; ++i) {
        Record& made = batch.records.emplace_back(
            explicit_record(batch.record_count + static_cast<std::int32_t>(i), run.timestamp_ms(i),
                            run.value_size));
        if (run.content != nullptr) {
            Record by_size = std::exchange(made, *run.content);
            made.timestamp_ms = by_size.timestamp_ms;
            made.offset_delta = by_size.offset_delta;
            if (!made.value_by_size) continue;
            made.value = std::move(by_size.value);
            made.null_value = by_size.null_value;
            continue;
        }
        made.null_key = plain;
        if (run.key != nullptr) made.key = *run.key;
        if (run.key_number >= 0) made.key = KeyedRecords::key_text(run.key_number);
    }
}

}  // namespace

std::int64_t RecordRun::before(Time bound) const
{
    if (arrivals == nullptr) return at < bound ? count : 0;
    const std::int64_t due = arrivals->due(bound - nanoseconds(1)) - first;
    return std::clamp<std::int64_t>(due, 0, count);
}

void RecordRun::drop_front(std::int64_t taken)
{
    first += taken;
    count -= taken;
    first_sequence += taken;
    if (arrivals != nullptr && count > 0) at = arrivals->at(first);
}

std::int64_t ProducerBatch::estimated_size(std::int64_t uncompressed) const
{
    if (codec == Codec::none) return uncompressed;
    if (compressed_size > 0) return compressed_size;
    constexpr float estimation_factor = 1.05F;  // as Kafka rounds
    const std::int64_t uncompressed_content = uncompressed - batch_header_bytes;
    const auto content = static_cast<float>(uncompressed_content);  // as Kafka rounds
    return batch_header_bytes +
           static_cast<std::int64_t>(content * estimated_ratio * estimation_factor);
}

std::int64_t ProducerBatch::uncompressed_at(std::int64_t bytes) const
{
    if (codec == Codec::none) return bytes;
    std::int64_t low = batch_header_bytes - 1, high = batch_header_bytes;
    while (estimated_size(high) <= bytes) high *= 2;
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (estimated_size(middle) <= bytes ? low : high) = middle;
    }
    return low;
}

void ProducerBatch::build()
{
    if (codec == Codec::none || compressed_size > 0) return;
    std::int64_t values = std::int64_t{plain_value_size} * record_count;
    if (!records.empty()) {
        values = 0;
        for (const Record& each : records) values += static_cast<std::int64_t>(each.value.size());
    } else if (!keyed.empty()) {
        values = std::int64_t{keyed.value_size()} * record_count;
    }
    compressed_size =
        compressed_batch_size(codec, content, record_count, values / record_count, size);
}

namespace {

/// `largest_before(bytes)`: the largest size to which a record of so many bytes may still be added.
template <class LargestBefore>
Fit fit_where(const ProducerBatch& batch, const RecordRun& run, LargestBefore largest_before)
{
    Fit result{0, batch.size};
    const std::int64_t base =
        batch.record_count == 0 ? run.timestamp_ms(0) : batch.first_timestamp_ms;
    while (result.count < run.count) {
        // Records are of one size until an offset or timestamp delta needs another byte.
        const std::int64_t delta = batch.record_count + result.count;
        const std::int64_t late = run.timestamp_ms(result.count) - base;
        const std::int32_t bytes = record_size(static_cast<std::int32_t>(delta), late, run.key_size,
                                               run.value_size, run.headers_size);
        const std::int64_t last = largest_before(bytes, delta == 0);
        if (result.size > last) break;
        const std::int64_t fitting = delta == 0 ? 1 : (last - result.size) / bytes + 1;
        std::int64_t same =
            std::min({run.count - result.count, next_longer(delta) - delta, fitting});
        if (same > 1 && late < 0) same = 1;
        if (same > 1 && run.arrivals != nullptr) {
            const Time longer = Time{(base + next_longer(late)) * 1'000'000} - run.wall_offset;
            if (run.time(result.count + same - 1) >= longer) {
                same = std::max<std::int64_t>(run.before(longer) - result.count, 1);
            }
        }
        result.count += same;
        result.size += same * bytes;
    }
    return result;
}

}  // namespace

Fit fit(const ProducerBatch& batch, const RecordRun& run)
{
    // The buffer itself must hold the first record; for others the estimate decides
    // (MemoryRecordsBuilder.hasRoomFor).
    return fit_where(batch, run, [&](std::int64_t bytes, bool first) {
        const std::int64_t most = batch.write_limit - bytes;
        return first ? most : batch.uncompressed_at(most);
    });
}

Fit fit_below(const ProducerBatch& batch, const RecordRun& run, std::int64_t bound)
{
    return fit_where(batch, run, [&](std::int64_t bytes, bool) { return bound - 1 - bytes; });
}

void add_records(ProducerBatch& batch, const RecordRun& run, const Fit& added)
{
    if (batch.record_count == 0) {
        batch.first_timestamp_ms = run.timestamp_ms(0);
        batch.max_timestamp_ms = batch.first_timestamp_ms;
    }
    note_records(batch, run, added.count);
    const std::int64_t last =
        added.count == 1 ? run.timestamp_ms(0) : run.timestamp_ms(added.count - 1);
    batch.max_timestamp_ms = std::max(batch.max_timestamp_ms, last);
    batch.record_count += static_cast<std::int32_t>(added.count);
    batch.size = added.size;
    if (!batch.runs.empty()) {
        // Goes on where the last run ended? Then it is the same run.
        SentRun& before = batch.runs.back();
        const bool follows = before.first_sequence + before.count == run.first_sequence &&
                             before.spacing == run.spacing() &&
                             before.created + before.spacing * before.count == run.at;
        if (follows) {
            before.count += added.count;
            return;
        }
    }
    batch.runs.push_back({run.first_sequence, added.count, run.at, run.spacing()});
}

namespace {

/// The runs of `count` records behind the first `skipped` ones.
boost::container::small_vector<SentRun, 1> part_of(
    const boost::container::small_vector<SentRun, 1>& runs, std::int64_t skipped,
    std::int64_t count)
{
    boost::container::small_vector<SentRun, 1> part;
    for (SentRun run : runs) {
        const std::int64_t before = std::min(skipped, run.count);
        skipped -= before;
        run.first_sequence += before;
        run.created = run.created + run.spacing * before;
        run.count = std::min(run.count - before, count);
        count -= run.count;
        if (run.count > 0) part.push_back(run);
    }
    return part;
}

}  // namespace

std::vector<ProducerBatch> split(const ProducerBatch& batch, std::int64_t limit)
{
    constexpr std::int64_t header = batch_header_bytes;
    const std::int64_t total = batch.record_count;
    const std::int64_t content = batch.size - header;
    const std::int64_t each = std::max<std::int64_t>((content + total - 1) / total, 1);
    const std::int64_t most = std::max<std::int64_t>((limit - header) / each, 1);
    std::vector<ProducerBatch> parts;
    for (std::int64_t from = 0; from < total; from += most) {
        const std::int64_t count = std::min(most, total - from);
        ProducerBatch part;
        part.first_number = batch.first_number + from;
        part.created = part.queued_at = batch.created;
        part.runs = part_of(batch.runs, from, count);
        const auto timestamp = [&](Time created) {
            return batch.first_timestamp_ms + to_milliseconds(created - batch.runs.front().created);
        };
        const SentRun& last = part.runs.back();
        part.first_timestamp_ms = timestamp(part.runs.front().created);
        part.max_timestamp_ms = timestamp(last.created + last.spacing * (last.count - 1));
        part.size = header + content * (from + count) / total - content * from / total;
        part.record_count = part.announced = static_cast<std::int32_t>(count);
        part.producer_id = batch.producer_id;
        part.producer_epoch = batch.producer_epoch;
        if (batch.base_sequence >= 0) {  // wraps behind 2147483647
            part.base_sequence =
                static_cast<std::int32_t>((static_cast<std::uint32_t>(batch.base_sequence) +
                                           static_cast<std::uint32_t>(from)) &
                                          0x7fffffffU);
        }
        part.codec = batch.codec;
        part.content = batch.content;
        part.plain_value_size = batch.plain_value_size;
        part.closed = part.is_split = true;
        part.maybe_written = batch.maybe_written;
        for (std::int64_t i = from; i < from + count && !batch.records.empty(); ++i) {
            part.records.push_back(batch.records[static_cast<std::size_t>(i)]);
            part.records.back().offset_delta = static_cast<std::int32_t>(i - from);
        }
        if (!batch.keyed.empty()) {
            part.keyed = batch.keyed.part(static_cast<std::int32_t>(from),
                                          static_cast<std::int32_t>(from + count));
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

RecordBatch to_record_batch(const ProducerBatch& batch, ClientId client)
{
    RecordBatch made;
    made.first_number = batch.first_number;
    made.max_timestamp_ms = batch.max_timestamp_ms;
    made.producer_id = batch.producer_id;
    made.producer_epoch = batch.producer_epoch;
    made.base_sequence = batch.base_sequence;
    made.record_count = batch.record_count;
    made.size_in_bytes = static_cast<std::uint32_t>(batch.estimated_size());
    made.codec = batch.codec;
    made.content = batch.content;
    if (batch.codec != Codec::none) {
        made.uncompressed_bytes = static_cast<std::uint32_t>(batch.size);
    }
    made.client = client;
    if (!batch.records.empty() || !batch.keyed.empty()) {
        auto data = std::make_shared<RecordData>();
        data->records = batch.records;
        data->keyed = batch.keyed;
        data->keyed.shrink();
        made.data = std::move(data);
        made.base_timestamp_ms = batch.first_timestamp_ms;
    }
    return made;
}

}  // namespace gregor
