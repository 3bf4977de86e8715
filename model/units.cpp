#include "model/units.h"

#include <array>
#include <charconv>

namespace gregor {
namespace {

struct Unit {
    std::string_view name;
    std::int64_t size;
};
/// Largest first: to_text takes the first that fits.
constexpr std::array time_units{
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"min", 60'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};
constexpr std::array byte_units{
    Unit{"B", 1},
    Unit{"KB", 1'000},
    Unit{"kB", 1'000},
    Unit{"MB", 1'000'000},
    Unit{"GB", 1'000'000'000},
    Unit{"TB", 1'000'000'000'000},
    Unit{"KiB", 1'024},
    Unit{"MiB", 1'048'576},
    Unit{"GiB", 1'073'741'824},
    Unit{"TiB", 1'099'511'627'776},
};
/// In bytes per second.
constexpr std::array bit_units{
    Unit{"Kbit/s", 125},   Unit{"Mbit/s", 125'000},   Unit{"Gbit/s", 125'000'000},
    Unit{"kbit/s", 125},   Unit{"Kbps", 125},         Unit{"kbps", 125},
    Unit{"Mbps", 125'000}, Unit{"Gbps", 125'000'000},
};

template <class Table>
std::optional<std::int64_t> size_of(const Table& table, std::string_view name)
{
    for (const Unit& unit : table) {
        if (unit.name == name) return unit.size;
    }
    return std::nullopt;
}

/// A number cut into its parts; what follows it is the unit.
struct Decimal {
    bool negative = false;
    std::int64_t whole{};
    std::string_view fraction;  ///< digits after the point
    std::string_view rest;
};

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

std::string_view take_digits(std::string_view& text)
{
    std::size_t length = 0;
    while (length < text.size() && is_digit(text[length])) ++length;
    const std::string_view digits = text.substr(0, length);
    text.remove_prefix(length);
    return digits;
}

std::optional<Decimal> parse_number(std::string_view text)
{
    Decimal decimal;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        decimal.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return std::nullopt;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), decimal.whole);
    if (error != std::errc{}) return std::nullopt;
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        decimal.fraction = take_digits(text);
        if (decimal.fraction.empty()) return std::nullopt;
    }
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    decimal.rest = text;
    return decimal;
}

/// decimal × unit, rounded half up; nothing when it does not fit.
std::optional<std::int64_t> scale(const Decimal& decimal, std::int64_t unit)
{
    // Nested floors of integers give the exact floor of twice the fraction, digit by digit.
    std::int64_t twice = 0;
    for (std::size_t i = decimal.fraction.size(); i-- > 0;) {
        twice = ((decimal.fraction[i] - '0') * 2 * unit + twice) / 10;
    }
    std::int64_t value = 0;
    if (__builtin_mul_overflow(decimal.whole, unit, &value)) return std::nullopt;
    if (__builtin_add_overflow(value, (twice + 1) / 2, &value)) return std::nullopt;
    return decimal.negative ? -value : value;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text)
{
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<Duration> parse_decimal(std::string_view number, Duration unit)
{
    const auto decimal = parse_number(number);
    if (!decimal || !decimal->rest.empty()) return std::nullopt;
    const auto value = scale(*decimal, unit.nanoseconds);
    if (!value) return std::nullopt;
    return Duration{*value};
}

std::optional<Duration> parse_duration(std::string_view text)
{
    const auto decimal = parse_number(text);
    if (!decimal) return std::nullopt;
    const auto unit = size_of(time_units, decimal->rest);
    if (!unit) return std::nullopt;
    const auto value = scale(*decimal, *unit);
    if (!value) return std::nullopt;
    return Duration{*value};
}

std::optional<std::int64_t> parse_bytes(std::string_view text)
{
    const auto decimal = parse_number(text);
    if (!decimal) return std::nullopt;
    const auto unit = size_of(byte_units, decimal->rest);
    if (!unit) return std::nullopt;
    return scale(*decimal, *unit);
}

std::optional<std::int64_t> parse_bytes_per_second(std::string_view text)
{
    const auto decimal = parse_number(text);
    if (!decimal) return std::nullopt;
    if (const auto unit = size_of(bit_units, decimal->rest)) return scale(*decimal, *unit);
    if (!decimal->rest.ends_with("/s")) return std::nullopt;
    const auto unit = size_of(byte_units, decimal->rest.substr(0, decimal->rest.size() - 2));
    if (!unit) return std::nullopt;
    return scale(*decimal, *unit);
}

std::optional<Rate> parse_rate(std::string_view text)
{
    const auto decimal = parse_number(text);
    if (!decimal || decimal->negative || !decimal->rest.starts_with('/')) return std::nullopt;
    const auto period = size_of(time_units, decimal->rest.substr(1));
    if (!period) return std::nullopt;
    Rate rate{decimal->whole, Duration{*period}};
    for (const char digit : decimal->fraction) {
        if (__builtin_mul_overflow(rate.count, 10, &rate.count)) return std::nullopt;
        if (__builtin_add_overflow(rate.count, digit - '0', &rate.count)) return std::nullopt;
        auto& per = rate.per.nanoseconds;
        if (__builtin_mul_overflow(per, 10, &per)) return std::nullopt;
    }
    return rate;
}

std::string to_text(Duration duration)
{
    const std::int64_t n = duration.nanoseconds;
    if (n == 0) return "0s";
    for (const Unit& unit : time_units) {
        if (n % unit.size == 0 && unit.name != "m") {
            return std::to_string(n / unit.size) + std::string(unit.name);
        }
    }
    return std::to_string(n) + "ns";
}

}  // namespace gregor
