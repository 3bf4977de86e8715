#pragma once

#include "model/lab/conformance/areas.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// One case about names and words (names.cpp).
VectorOutcome check_name(const nlohmann::json& vector);

inline VectorOutcome compare(const nlohmann::json& vector, const nlohmann::json& expected,
                             const nlohmann::json& got)
{
    return {.id = vector.at("id"),
            .passed = expected == got,
            .expected = expected.dump(),
            .got = got.dump()};
}

/// The same with what the case itself expects.
inline VectorOutcome compare(const nlohmann::json& vector, const nlohmann::json& got)
{
    return compare(vector, vector.at("expected"), got);
}

inline VectorOutcome not_covered(const nlohmann::json& vector)
{
    return {.id = vector.at("id"), .covered = false, .expected = {}, .got = {}};
}

inline std::string hex_of_bytes(std::string_view bytes)
{
    std::string text;
    for (const char each : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(each));
    return text;
}

inline std::string bytes_of_hex(const std::string& text)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

/// The cases of a file of vectors: a document with `cases`, or one case a line.
inline std::vector<nlohmann::json> cases_of(std::string_view text)
{
    const nlohmann::json whole = nlohmann::json::parse(text, nullptr, false);
    if (whole.is_object() && whole.contains("cases")) return whole.at("cases");
    std::vector<nlohmann::json> cases;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty()) cases.push_back(nlohmann::json::parse(line));
    }
    return cases;
}

}  // namespace gregor::lab
