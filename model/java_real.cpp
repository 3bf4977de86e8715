#include "model/java_real.h"

#include "model/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace gregor {

std::optional<double> parse_java_real(std::string_view text)  // as Kafka rounds
{
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    // Java's suffix of a literal.
    if (text.size() > 1 && std::string_view("dDfF").find(text.back()) != std::string_view::npos) {
        text.remove_suffix(1);
    }
    if (text.find_first_of("nN") != std::string_view::npos) return std::nullopt;
    double value = 0;  // as Kafka rounds
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
    return value;
}

std::string java_text_of(double value)  // as Kafka rounds
{
    constexpr double least_plain = 1e-3, first_not_plain = 1e7;  // as Kafka rounds
    const bool plain =
        value == 0 || (std::fabs(value) >= least_plain && std::fabs(value) < first_not_plain);
    std::array<char, 400> buffer{};
    const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    char* const first = buffer.data();
    const char* const last = std::to_chars(first, first + buffer.size(), value, format).ptr;
    const std::string text(static_cast<const char*>(first), last);
    const std::size_t exponent = std::min(text.find('e'), text.size());
    std::string java = text.substr(0, exponent);
    if (java.find('.') == std::string::npos) java += ".0";
    if (exponent == text.size()) return java;
    const bool negative = text[exponent + 1] == '-';
    const auto digits = parse_integer(text.substr(exponent + 2));
    return java + (negative ? "E-" : "E") + std::to_string(digits.value_or(0));
}

}  // namespace gregor
