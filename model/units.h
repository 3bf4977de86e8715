#pragma once

#include "engine/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Quantities as people write them: "1.5s", "16KiB", "20MB/s", "100/s". Exact: no floating point.
/// All functions give nothing for a text that is not a quantity of that kind or does not fit.
namespace gregor {

/// So many of something in each period; "0.5/s" is 5 per 10 s. Zero: unlimited.
struct Rate {
    std::int64_t count{};
    Duration per = seconds(1);

    bool unlimited() const { return count <= 0; }
    bool operator==(const Rate&) const = default;
};

/// A whole number, with a sign if need be.
std::optional<std::int64_t> parse_integer(std::string_view text);
/// Units ns, us, ms, s, m or min, h, d; one is required. Rounded to whole nanoseconds.
std::optional<Duration> parse_duration(std::string_view text);
/// A time without unit: a decimal number of `unit`.
std::optional<Duration> parse_decimal(std::string_view number, Duration unit);
/// Units B, KB, MB, GB, TB (powers of 1000) and KiB, MiB, GiB, TiB; one is required.
std::optional<std::int64_t> parse_bytes(std::string_view text);
/// A size per time ("20MB/s") or in bits ("10Gbit/s", "10Gbps"), as bytes per second.
std::optional<std::int64_t> parse_bytes_per_second(std::string_view text);
/// A count per time: "100/s", "3/h", "0.5/s".
std::optional<Rate> parse_rate(std::string_view text);
/// The shortest exact way to write a time: "1.5s", "250ms".
std::string to_text(Duration duration);

}  // namespace gregor
