#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Reals as Java reads and writes them (Double.parseDouble and Double.toString), in no locale.
namespace gregor {

/// Nothing for what Java refuses, and for NaN and Infinity, which no setting takes. Hexadecimal
/// literals are not read.
std::optional<double> parse_java_real(std::string_view text);  // as Kafka rounds
/// "2.0", "1.0E-5", "1.0E7".
std::string java_text_of(double value);  // as Kafka rounds

}  // namespace gregor
