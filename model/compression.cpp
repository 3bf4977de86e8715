#include "model/compression.h"

#include <algorithm>
#include <array>

namespace gregor {

namespace {

/// Hundredths of a byte.
struct Cost {
    std::int64_t first;                  ///< once: frame, tables, what appears for the first time
    std::array<std::int64_t, 3> record;  ///< of each record with a value of 20, 100, 1,000 bytes
    std::int64_t wide_delta;             ///< of each byte by which deltas outgrow one byte
};
constexpr std::array<std::int64_t, 3> value_sizes{20, 100, 1000};

/// By codec (gzip, snappy, lz4, zstd), then by content in the order of the enumeration.
constexpr std::array<std::array<Cost, 4>, 4> costs{{
    {{{2890, {359, 423, 778}, 0},
      {13311, {736, 1638, 10357}, 8},
      {3194, {1848, 7069, 63244}, 0},
      {4550, {2520, 10637, 100942}, 18}}},
    {{{2613, {652, 968, 5197}, 11},
      {8155, {1231, 3187, 24425}, 34},
      {2036, {2863, 11150, 101500}, 50},
      {1759, {2874, 10964, 101500}, 50}}},
    {{{2932, {606, 616, 945}, 46},
      {7276, {1405, 4069, 33198}, 57},
      {7963, {2756, 10788, 100702}, 49},
      {1500, {2870, 11000, 101000}, 4}}},
    {{{2738, {269, 326, 379}, 0},
      {10262, {863, 2161, 14893}, 2},
      {4153, {1835, 6825, 61071}, 38},
      {2150, {2604, 10953, 100942}, 47}}},
}};
/// Frame around what is stored as it is, in bytes, by codec.
constexpr std::array<std::int64_t, 4> stored_frame{22, 24, 15, 12};

/// Picoseconds a byte, by codec, then by content.
using Speeds = std::array<std::array<std::int64_t, 4>, 4>;
constexpr Speeds compression_speeds{{{3'600, 28'000, 18'000, 17'000},
                                     {100, 880, 250, 220},
                                     {270, 1'230, 960, 670},
                                     {1'080, 3'270, 4'570, 4'080}}};
constexpr Speeds decompression_speeds{{{1'900, 1'500, 3'700, 3'000},
                                       {560, 870, 310, 300},
                                       {230, 510, 220, 210},
                                       {460, 1'260, 990, 560}}};

Duration time_at(const Speeds& speeds, Codec codec, PayloadContent content, std::int64_t bytes)
{
    if (codec == Codec::none) return {};
    const auto which = static_cast<std::size_t>(codec) - 1;
    return nanoseconds(speeds[which][static_cast<std::size_t>(content)] * bytes / 1'000);
}

std::int64_t record_cost(const Cost& cost, std::int64_t value_bytes)
{
    const std::size_t low = value_bytes <= value_sizes[1] ? 0 : 1;
    const std::int64_t slope_of = cost.record[low + 1] - cost.record[low];
    const std::int64_t width = value_sizes[low + 1] - value_sizes[low];
    const std::int64_t at = cost.record[low] + slope_of * (value_bytes - value_sizes[low]) / width;
    return std::max<std::int64_t>(at, 100);
}

}  // namespace

Duration compression_time(Codec codec, PayloadContent content, std::int64_t uncompressed_bytes)
{
    return time_at(compression_speeds, codec, content, uncompressed_bytes);
}

Duration decompression_time(Codec codec, PayloadContent content, std::int64_t uncompressed_bytes)
{
    return time_at(decompression_speeds, codec, content, uncompressed_bytes);
}

void recompress(RecordBatch& batch, Codec codec)
{
    const std::int64_t plain = batch.plain_size();
    const std::int64_t record = (plain - batch_header_bytes) / batch.record_count;
    const std::int64_t around = record_size(0, 0, -1, static_cast<std::int32_t>(record)) - record;
    const std::int64_t size =
        compressed_batch_size(codec, batch.content, batch.record_count,
                              std::max<std::int64_t>(record - around, 0), plain);
    batch.size_in_bytes = static_cast<std::uint32_t>(size);
    batch.uncompressed_bytes = codec == Codec::none ? 0 : static_cast<std::uint32_t>(plain);
    batch.codec = codec;
}

Duration validation_time(const RecordBatch& batch, std::optional<Codec> codec)
{
    const Duration reading = decompression_time(batch.codec, batch.content, batch.plain_size());
    if (!codec || *codec == batch.codec) return reading;
    return reading + compression_time(*codec, batch.content, batch.plain_size());
}

bool payload_content_named(std::string_view name, PayloadContent& content)
{
    constexpr std::array<std::string_view, 4> names{"zero", "words", "random_letters",
                                                    "random_bytes"};
    const auto at = std::ranges::find(names, name);
    if (at == names.end()) return false;
    content = static_cast<PayloadContent>(at - names.begin());
    return true;
}

std::int64_t compressed_batch_size(Codec codec, PayloadContent content, std::int64_t records,
                                   std::int64_t value_bytes, std::int64_t uncompressed_bytes)
{
    if (codec == Codec::none) return uncompressed_bytes;
    const auto which = static_cast<std::size_t>(codec) - 1;
    const Cost& cost = costs[which][static_cast<std::size_t>(content)];
    const std::int64_t plain = uncompressed_bytes - batch_header_bytes;
    const std::int64_t narrow =
        records * record_size(0, 0, -1, static_cast<std::int32_t>(value_bytes));
    const std::int64_t packed = cost.first + records * record_cost(cost, value_bytes) +
                                std::max<std::int64_t>(plain - narrow, 0) * cost.wide_delta;
    return batch_header_bytes + std::min(plain + stored_frame[which], packed / 100);
}

}  // namespace gregor
