#include "model/lab/kafka_tools/java_text.h"

#include "model/lab/kafka_tools/tool_result.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <regex>

namespace gregor::lab::kafka_tools {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

template <class Number>
std::optional<Number> parse(std::string_view text)
{
    if (text.starts_with("+")) {
        text.remove_prefix(1);
        if (text.starts_with("-")) return std::nullopt;
    }
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc() || last != end) return std::nullopt;
    return value;
}

template <class Number>
Number number(const std::string& text)
{
    if (const auto value = parse<Number>(text)) return *value;
    throw JavaException{
        "java.lang.NumberFormatException", fmt::format("For input string: \"{}\"", text), {}};
}

/// Days from 1970-01-01 of a day of the Gregorian calendar.
std::int64_t days_since_epoch(std::int64_t year, std::int64_t month, std::int64_t day)
{
    year -= month <= 2 ? 1 : 0;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const std::int64_t of_era = year - era * 400;
    const std::int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

std::int64_t days_in_month(std::int64_t year, std::int64_t month)
{
    if (month == 12) return 31;
    return days_since_epoch(year, month + 1, 1) - days_since_epoch(year, month, 1);
}

/// Of "Z", "+02", "+0200", "+02:00", in minutes.
std::optional<std::int64_t> zone_minutes(const std::string& zone)
{
    if (zone == "Z") return 0;
    std::smatch part;
    static const std::regex shape(R"(([+-])(\d{2})(?::?(\d{2}))?)");
    if (!std::regex_match(zone, part, shape)) return std::nullopt;
    const std::int64_t minutes =
        60 * std::stoll(part[2]) + (part[3].matched ? std::stoll(part[3]) : 0);
    return part[1] == "-" ? -minutes : minutes;
}

struct DurationPart {
    std::size_t group = 0;
    std::int64_t seconds = 0;
    std::string_view name;
};

JavaException not_a_duration(std::string_view because)
{
    return {"java.time.format.DateTimeParseException",
            fmt::format("Text cannot be parsed to a Duration{}{}", because.empty() ? "" : ": ",
                        because),
            {}};
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator)
{
    std::vector<std::string> parts;
    if (text.empty()) return parts;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        parts.emplace_back(text.substr(at, end - at));
        if (end == std::string_view::npos) break;
        at = end + 1;
    }
    while (!parts.empty() && parts.back().empty()) parts.pop_back();
    return parts;
}

std::string trim(std::string_view text)
{
    const auto blank = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return std::string(text);
}

std::string to_lower(std::string_view text)
{
    std::string all(text);
    std::ranges::transform(all, all.begin(), lower);
    return all;
}

std::string to_upper(std::string_view text)
{
    std::string all(text);
    std::ranges::transform(all, all.begin(), upper);
    return all;
}

std::optional<std::int32_t> parse_java_int(std::string_view text)
{
    return parse<std::int32_t>(text);
}

std::optional<std::int64_t> parse_java_long(std::string_view text)
{
    return parse<std::int64_t>(text);
}

std::int32_t java_int(const std::string& text)
{
    return number<std::int32_t>(text);
}

std::int64_t java_long(const std::string& text)
{
    return number<std::int64_t>(text);
}

std::int64_t java_date_time(const std::string& given)
{
    const auto wrong = [](std::string message) {
        return JavaException{"java.text.ParseException", std::move(message), {}};
    };
    const std::size_t t = given.find('T');
    if (t == std::string::npos || t + 1 == given.size()) {
        throw wrong(
            "Error parsing timestamp. It does not contain a 'T' according to ISO8601 "
            "format");
    }
    std::string text = given;
    if (text.find_first_of("+-Z", t) == std::string::npos) text += "Z";
    static const std::regex shape(
        R"((\d{1,9})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})\.(\d{1,9})(Z|[+-].*))");
    std::smatch part;
    const auto unparseable = [&] { return wrong(fmt::format("Unparseable date: \"{}\"", text)); };
    if (!std::regex_match(text, part, shape)) throw unparseable();
    std::array<std::int64_t, 8> field{};
    for (std::size_t i = 1; i < 8; ++i) field.at(i) = std::stoll(part[i]);
    const auto zone = zone_minutes(part[8]);
    if (!zone || field[2] < 1 || field[2] > 12 || field[3] < 1 ||
        field[3] > days_in_month(field[1], field[2]) || field[4] > 23 || field[5] > 59 ||
        field[6] > 59 || field[7] > 999) {
        throw unparseable();
    }
    const std::int64_t days = days_since_epoch(field[1], field[2], field[3]);
    const std::int64_t seconds = ((days * 24 + field[4]) * 60 + field[5] - *zone) * 60 + field[6];
    return seconds * 1'000 + field[7];
}

std::int64_t java_duration(const std::string& text)
{
    static const std::regex shape(
        R"(([-+]?)P(?:([-+]?\d+)D)?(T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+)(?:[.,](\d{0,9}))?S)?)?)",
        std::regex::icase);
    std::smatch part;
    const bool parsed = std::regex_match(text, part, shape) && part[3] != "T" && part[3] != "t" &&
                        (part[2].matched || part[3].matched);
    if (!parsed) throw not_a_duration("");
    // In this order, each with the name that its own failure has (Duration.parse).
    const std::array<DurationPart, 4> parts{DurationPart{2, 86'400, "days"},
                                            {4, 3'600, "hours"},
                                            {5, 60, "minutes"},
                                            {6, 1, "seconds"}};
    std::int64_t seconds = 0, millis = 0;
    bool overflow = false;
    for (const DurationPart& each : parts) {
        if (!part[each.group].matched) continue;
        const auto count = parse_java_long(part[each.group].str());
        std::int64_t of_part = 0;
        if (!count || __builtin_mul_overflow(*count, each.seconds, &of_part)) {
            throw not_a_duration(each.name);
        }
        overflow = overflow || __builtin_add_overflow(seconds, of_part, &seconds);
    }
    if (overflow) throw not_a_duration("overflow");
    overflow = __builtin_mul_overflow(seconds, 1'000, &millis);
    if (part[7].matched) {
        const std::int64_t fraction = std::stoll((part[7].str() + "000").substr(0, 3));
        const bool below = part[6].str().starts_with("-");
        overflow =
            __builtin_add_overflow(millis, below ? -fraction : fraction, &millis) || overflow;
    }
    if (overflow || millis == INT64_MIN) {
        throw NotModelled{"a duration of more than 292 million years is not modelled"};
    }
    return part[1] == "-" ? -millis : millis;
}

std::string padded(std::string_view text, std::size_t width)
{
    std::string cell(text);
    if (cell.size() < width) cell.append(width - cell.size(), ' ');
    return cell;
}

std::string row(const std::vector<Cell>& cells)
{
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) line += ' ';
        line += padded(cells[i].text, cells[i].width);
    }
    return line;
}

}  // namespace gregor::lab::kafka_tools
