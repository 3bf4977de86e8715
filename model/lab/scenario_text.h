#pragma once

#include "model/lab/diagnostic.h"

#include <nlohmann/json.hpp>

#include <string>

namespace gregor::lab {

/// JSON from a text that may be anything: refuses texts that are too large, nested too deep, broken
/// (with line, column and byte), or have a key twice in one object. Null with a diagnostic then.
nlohmann::json parse_json(const std::string& text, std::size_t largest, Diagnostics& diagnostics);

}  // namespace gregor::lab
