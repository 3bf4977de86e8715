#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

/// The parts between separators, as String.split gives them: empty ones at the end are left out.
std::vector<std::string> split(std::string_view text, char separator);
/// Without blanks at both ends.
std::string trim(std::string_view text);
std::string to_lower(std::string_view text);
std::string to_upper(std::string_view text);
/// What Integer.parseInt and Long.parseLong read; nothing for what they refuse.
std::optional<std::int32_t> parse_java_int(std::string_view text);
std::optional<std::int64_t> parse_java_long(std::string_view text);
/// The same; throw NumberFormatException.
std::int32_t java_int(const std::string& text);
std::int64_t java_long(const std::string& text);

/// `2023-11-14T22:13:25.000` with or without zone, as Utils.getDateTime reads it: milliseconds
/// since 1970. Throws ParseException.
std::int64_t java_date_time(const std::string& text);
/// An ISO-8601 duration such as P1DT2H3.5S in milliseconds (Duration.parse); throws
/// DateTimeParseException.
std::int64_t java_duration(const std::string& text);

/// A table's row: each cell padded to its width and followed by a blank, but for the last.
struct Cell {
    std::string text;
    std::size_t width = 0;  ///< 0: as it is
};
std::string row(const std::vector<Cell>& cells);
std::string padded(std::string_view text, std::size_t width);

}  // namespace gregor::lab::kafka_tools
