#include "model/config.h"

#include "model/config_table.h"
#include "model/units.h"

#include <algorithm>
#include <array>

namespace gregor {
namespace {

using config_table::Row;

std::span<const Row> rows_of(ConfigScope scope)
{
    switch (scope) {
        case ConfigScope::broker: return config_table::broker_rows();
        case ConfigScope::topic: return config_table::topic_rows();
        case ConfigScope::group: return config_table::group_rows();
        case ConfigScope::producer: return config_table::producer_rows();
        case ConfigScope::consumer: return config_table::consumer_rows();
        case ConfigScope::admin: return config_table::admin_rows();
        case ConfigScope::client: return config_table::client_rows();
    }
    return {};
}

bool has_client_rows(ConfigScope scope)
{
    return scope == ConfigScope::producer || scope == ConfigScope::consumer ||
           scope == ConfigScope::admin;
}

const ConfigDefinition* find_row(std::span<const Row> rows, std::string_view name)
{
    const auto at = std::ranges::lower_bound(rows, name, {}, &Row::name);
    return at != rows.end() && at->name == name ? &*at : nullptr;
}

std::int64_t unit_in_nanoseconds(ConfigUnit unit)
{
    switch (unit) {
        case ConfigUnit::ms: return 1'000'000;
        case ConfigUnit::seconds: return 1'000'000'000;
        case ConfigUnit::minutes: return 60'000'000'000;
        case ConfigUnit::hours: return 3'600'000'000'000;
        case ConfigUnit::none:
        case ConfigUnit::bytes: break;
    }
    return 0;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> entries;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        std::string_view entry = text.substr(0, comma);
        while (entry.starts_with(' ')) entry.remove_prefix(1);
        while (entry.ends_with(' ')) entry.remove_suffix(1);
        entries.emplace_back(entry);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return entries;
}

bool matches(std::string_view pattern, std::string_view word)
{
    if (pattern == "?*") return !word.empty();
    if (pattern.ends_with('*')) return word.starts_with(pattern.substr(0, pattern.size() - 1));
    return pattern == word;
}

bool is_allowed_word(const ConfigDefinition& definition, std::string_view word)
{
    if (definition.values.empty()) return true;
    for (const std::string& each : split_list(definition.values)) {
        if (matches(each, word)) return true;
        if (definition.ignore_case && lower(each) == lower(word)) return true;
    }
    return false;
}

/// The number a text stands for in the unit of the setting.
std::optional<std::int64_t> integer_of(const ConfigDefinition& definition, std::string_view text)
{
    if (const auto plain = parse_integer(text)) return plain;
    if (definition.unit == ConfigUnit::bytes) return parse_bytes(text);
    const std::int64_t unit = unit_in_nanoseconds(definition.unit);
    if (unit == 0) return std::nullopt;
    const auto duration = parse_duration(text);
    if (!duration || duration->nanoseconds % unit != 0) return std::nullopt;
    return duration->nanoseconds / unit;
}

bool in_range(const ConfigDefinition& definition, std::int64_t value)
{
    if (definition.type == ConfigType::integer && (value > INT32_MAX || value < INT32_MIN)) {
        return false;
    }
    return value >= definition.min && value <= definition.max;
}

/// Digits, perhaps a fraction, perhaps an exponent: "0.5", "1.7e308".
bool is_real(std::string_view text)
{
    if (text.starts_with('-')) text.remove_prefix(1);
    const std::size_t exponent = text.find_first_of("eE");
    if (exponent != std::string_view::npos && !parse_integer(text.substr(exponent + 1))) {
        return false;
    }
    const std::string_view mantissa = text.substr(0, exponent);
    const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const std::string_view fraction = mantissa.substr(std::min(point + 1, mantissa.size()));
    return point > 0 && std::ranges::all_of(mantissa.substr(0, point), is_digit) &&
           std::ranges::all_of(fraction, is_digit);
}

bool accepts_real(const ConfigDefinition& definition, std::string_view text)
{
    if (!is_real(text)) return false;
    if (definition.min == INT64_MIN && definition.max == INT64_MAX) return true;
    constexpr Duration millionths{1'000'000};
    const auto value = parse_decimal(text, millionths);
    return value && value->nanoseconds >= definition.min && value->nanoseconds <= definition.max;
}

std::optional<std::string> plain_form(const ConfigDefinition& definition, std::string_view text)
{
    switch (definition.type) {
        case ConfigType::boolean: {
            const std::string word = lower(text);
            if (word == "true" || word == "false") return word;
            return std::nullopt;
        }
        case ConfigType::integer:
        case ConfigType::long_integer: {
            const auto value = integer_of(definition, text);
            if (!value || !in_range(definition, *value)) return std::nullopt;
            std::string plain = std::to_string(*value);
            if (!is_allowed_word(definition, plain)) return std::nullopt;
            return plain;
        }
        case ConfigType::real:
            if (!accepts_real(definition, text)) return std::nullopt;
            return std::string(text);
        case ConfigType::string:
            if (!is_allowed_word(definition, text)) return std::nullopt;
            return std::string(text);
        case ConfigType::list: {
            std::string plain;
            for (const std::string& entry : split_list(text)) {
                if (!is_allowed_word(definition, entry)) return std::nullopt;
                plain += (plain.empty() ? "" : ",") + entry;
            }
            return plain;
        }
    }
    return std::nullopt;
}

std::string_view type_in_words(ConfigType type)
{
    switch (type) {
        case ConfigType::boolean: return "true or false";
        case ConfigType::integer: return "a whole number";
        case ConfigType::long_integer: return "a whole number of 64 bits";
        case ConfigType::real: return "a number";
        case ConfigType::string: return "a text";
        case ConfigType::list: return "a list of texts";
    }
    return "";
}

/// A limit as people write it; those of reals are kept in millionths.
std::string limit_in_words(const ConfigDefinition& definition, std::int64_t limit)
{
    if (definition.type != ConfigType::real) return std::to_string(limit);
    constexpr std::int64_t million = 1'000'000;
    std::string fraction = std::to_string(million + limit % million).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    const std::string whole = std::to_string(limit / million);
    return fraction.empty() ? whole : whole + "." + fraction;
}

}  // namespace

std::string_view to_string(ConfigScope scope)
{
    constexpr std::array<std::string_view, 7> names{"broker",   "topic", "group", "producer",
                                                    "consumer", "admin", "client"};
    return names[static_cast<std::size_t>(scope)];
}

std::string_view to_string(ConfigUnit unit)
{
    constexpr std::array<std::string_view, 6> names{"",        "ms",    "seconds",
                                                    "minutes", "hours", "bytes"};
    return names[static_cast<std::size_t>(unit)];
}

const ConfigDefinition* find_config(ConfigScope scope, std::string_view name)
{
    if (const ConfigDefinition* own = find_row(rows_of(scope), name)) return own;
    return has_client_rows(scope) ? find_row(config_table::client_rows(), name) : nullptr;
}

std::vector<const ConfigDefinition*> configs_of(ConfigScope scope)
{
    std::vector<const ConfigDefinition*> all;
    for (const Row& row : rows_of(scope)) all.push_back(&row);
    if (has_client_rows(scope)) {
        for (const Row& row : config_table::client_rows()) all.push_back(&row);
    }
    std::ranges::sort(all, {}, [](const ConfigDefinition* each) { return each->name; });
    return all;
}

std::string describe_allowed(const ConfigDefinition& definition)
{
    if (!definition.values.empty()) {
        std::string words;
        for (const std::string& each : split_list(definition.values)) {
            if (!words.empty()) words += ", ";
            words += each == "?*" ? "a text that is not empty" : each;
        }
        return (definition.type == ConfigType::list ? "a list of: " : "one of: ") + words;
    }
    std::string words(type_in_words(definition.type));
    if (definition.unit != ConfigUnit::none) {
        words += " of " + std::string(to_string(definition.unit));
        words += definition.unit == ConfigUnit::bytes ? " (or a size such as \"16KiB\")"
                                                      : " (or a time such as \"30s\")";
    }
    const bool least = definition.min != INT64_MIN;
    const bool most = definition.max != INT64_MAX;
    if (least && most) {
        words += " from " + limit_in_words(definition, definition.min) + " to " +
                 limit_in_words(definition, definition.max);
    } else if (least) {
        words += ", at least " + limit_in_words(definition, definition.min);
    }
    if (definition.type == ConfigType::integer && !most) words += ", at most 2147483647";
    return words;
}

std::variant<std::string, ConfigError> parse_config_value(const ConfigDefinition& definition,
                                                          std::string_view text)
{
    if (auto plain = plain_form(definition, text)) return *std::move(plain);
    return ConfigError{.found = std::string(text), .allowed = describe_allowed(definition)};
}

}  // namespace gregor
