#include "engine/check.h"
#include "model/config.h"
#include "model/iso_duration.h"
#include "model/java_real.h"
#include "model/units.h"

#include <algorithm>
#include <cmath>

/// Values of settings: what a text means, and what Kafka says when it means nothing.
/// Source: class ConfigDef (parseType, Range, ValidString, ValidList).
namespace gregor {
namespace {

constexpr std::string_view by_duration = "by_duration:";
constexpr std::string_view throttled_replica = "[partitionId]:[brokerId]";

double to_real(std::int64_t number)  // as Kafka rounds
{
    return static_cast<double>(number);  // as Kafka rounds
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

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\n\r\f\v";
    const std::size_t first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool is_digits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// "3:1": a partition and the broker that has a replica of it.
bool is_throttled_replica(std::string_view text)
{
    const std::size_t colon = std::min(text.find(':'), text.size());
    return is_digits(text.substr(0, colon)) &&
           is_digits(text.substr(std::min(colon + 1, text.size())));
}

std::string joined(const std::vector<std::string>& entries, std::string_view between)
{
    std::string text;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (i > 0) text += between;
        text += entries[i];
    }
    return text;
}

bool matches(std::string_view pattern, std::string_view word)
{
    if (pattern == "*") return word == "*";
    if (pattern == "?*") return !word.empty();
    if (pattern == throttled_replica) return is_throttled_replica(word);
    if (pattern.starts_with(by_duration)) {  // AutoOffsetResetStrategy.fromString
        if (!word.starts_with(by_duration)) return false;
        const auto back = parse_iso_duration(word.substr(by_duration.size()));
        return back && *back >= Duration{};
    }
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

bool in_range(const ConfigDefinition& definition, double value)  // as Kafka rounds
{
    constexpr double million = 1e6;  // as Kafka rounds
    const bool least = definition.min == INT64_MIN || value >= to_real(definition.min) / million;
    const bool most = definition.max == INT64_MAX || value <= to_real(definition.max) / million;
    return least && most;
}

/// Lists with words of their own have no empty entries, and `*` for all stands alone.
bool is_allowed_list(const ConfigDefinition& definition, const std::vector<std::string>& entries)
{
    if (definition.values.empty()) return true;
    return std::ranges::all_of(entries, [&](const std::string& each) {
        if (each == "*") return entries.size() == 1 && is_allowed_word(definition, each);
        return !each.empty() && is_allowed_word(definition, each);
    });
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
        case ConfigType::real: {
            const auto value = parse_java_real(text);
            if (!value || !in_range(definition, *value)) return std::nullopt;
            return std::string(text);
        }
        case ConfigType::string:
            if (!is_allowed_word(definition, text)) return std::nullopt;
            return std::string(text);
        case ConfigType::list: {
            const auto entries = split_list(text);
            if (!is_allowed_list(definition, entries)) return std::nullopt;
            return joined(entries, ",");
        }
    }
    return std::nullopt;
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

std::string not_of_type(const ConfigDefinition& definition)
{
    switch (definition.type) {
        case ConfigType::integer:
            return definition.max == INT16_MAX ? "Not a number of type SHORT"
                                               : "Not a number of type INT";
        case ConfigType::long_integer: return "Not a number of type LONG";
        case ConfigType::real: return "Not a number of type DOUBLE";
        case ConfigType::boolean: return "Expected value to be either true or false";
        case ConfigType::string:
        case ConfigType::list: break;
    }
    return "";
}

std::string beyond_the_limit(const ConfigDefinition& definition, bool below)
{
    return below ? "Value must be at least " + limit_in_words(definition, definition.min)
                 : "Value must be no more than " + limit_in_words(definition, definition.max);
}

std::string refusal_of_integer(const ConfigDefinition& definition, std::string_view text)
{
    const auto value = integer_of(definition, text);
    const std::string found = value ? std::to_string(*value) : std::string(text);
    const std::string begin =
        "Invalid value " + found + " for configuration " + std::string(definition.name) + ": ";
    const bool is_long = definition.type == ConfigType::long_integer;
    const std::int64_t most = is_long                       ? INT64_MAX
                              : definition.max == INT16_MAX ? std::int64_t{INT16_MAX}
                                                            : std::int64_t{INT32_MAX};
    if (!value || *value > most || *value < -most - 1) return begin + not_of_type(definition);
    if (definition.values.empty())
        return begin + beyond_the_limit(definition, *value < definition.min);
    // A range and one number apart from it, which stands first.
    const auto numbers = split_list(definition.values);
    return begin + "Value must be between " + numbers[1] + " and " + numbers.back() +
           " or equal to " + numbers.front();
}

/// Empty for what has a format of its own: there we do not know Kafka's words.
std::string one_of_these(const ConfigDefinition& definition)
{
    if (definition.values == "?*") return "String must be non-empty";
    const auto words = split_list(definition.values);
    for (const std::string& each : words) {
        if (each.ends_with('*')) return "";
    }
    return (definition.ignore_case ? "String must be one of (case insensitive): "
                                   : "String must be one of: ") +
           joined(words, ", ");
}

std::string refusal_of_list(const ConfigDefinition& definition, std::string_view text)
{
    const std::string name(definition.name);
    const auto entries = split_list(text);
    if (definition.values.find(throttled_replica) != std::string_view::npos) {
        return "Invalid value [" + joined(entries, ", ") + "] for configuration " + name + ": " +
               name + " must be the literal '*' or a list of replicas in the following format: " +
               joined({std::string(throttled_replica), std::string(throttled_replica), "..."}, ",");
    }
    for (const std::string& each : entries) {
        if (each.empty()) return "Configuration '" + name + "' values must not be empty.";
        if (is_allowed_word(definition, each)) continue;
        const std::string rule = one_of_these(definition);
        return rule.empty() ? ""
                            : "Invalid value " + each + " for configuration " + name + ": " + rule;
    }
    return "";
}

/// The words in which Kafka refuses a value, or none.
std::string refusal(const ConfigDefinition& definition, std::string_view text)
{
    const auto sentence = [&](const std::string& found, const std::string& rule) {
        if (rule.empty()) return rule;
        return "Invalid value " + found + " for configuration " + std::string(definition.name) +
               ": " + rule;
    };
    switch (definition.type) {
        case ConfigType::integer:
        case ConfigType::long_integer: return refusal_of_integer(definition, text);
        case ConfigType::boolean: return sentence(std::string(text), not_of_type(definition));
        case ConfigType::string: return sentence(std::string(text), one_of_these(definition));
        case ConfigType::list: return refusal_of_list(definition, text);
        case ConfigType::real: break;
    }
    const auto value = parse_java_real(text);
    if (!value) return sentence(std::string(text), not_of_type(definition));
    const bool below = *value * 1e6 < to_real(definition.min);
    return sentence(java_text_of(*value), beyond_the_limit(definition, below));
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

}  // namespace

std::vector<std::string> split_list(std::string_view text)
{
    std::vector<std::string> entries;
    if (text.empty()) return entries;
    while (true) {
        const std::size_t comma = text.find(',');
        entries.emplace_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) return entries;
        text.remove_prefix(comma + 1);
    }
}

std::string ConfigError::text() const
{
    return kafka.empty() ? allowed : allowed + "; Kafka says: " + kafka;
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
    text = trimmed(text);
    if (auto plain = plain_form(definition, text)) return *std::move(plain);
    return ConfigError{.found = std::string(text),
                       .allowed = describe_allowed(definition),
                       .kafka = refusal(definition, text)};
}

std::int64_t real_in_millionths(std::string_view plain)
{
    const auto value = parse_java_real(plain);
    GREGOR_CHECK(value.has_value());
    return std::llround(*value * 1e6);
}

}  // namespace gregor
