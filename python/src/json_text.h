#pragma once

#include "model/lab/scenario_file.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace gregor::python {

/// One line; bytes that are no UTF-8 are replaced.
inline std::string json_text(const nlohmann::json& json)
{
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// {"name": value, ...}, made by the package itself.
inline lab::SweepPoint point_of(const std::string& text)
{
    return nlohmann::json::parse(text).get<lab::SweepPoint>();
}

/// [["path", value], ...], made by the package itself.
inline std::vector<lab::Override> overrides_of(const std::string& text)
{
    return nlohmann::json::parse(text).get<std::vector<lab::Override>>();
}

}  // namespace gregor::python
