#pragma once

#include "model/lab/conformance/areas.h"

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
