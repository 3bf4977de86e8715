#pragma once

#include <nlohmann/json.hpp>

#include <string>

namespace gregor::lab {

/// JSON Schema (2020-12) of a scenario file, made from the tables that check one. Editors complete
/// and explain with it; what depends on the rest of the file only `gregor check` can see.
nlohmann::ordered_json scenario_schema();
/// The same as the text of scenarios/schema.json.
std::string scenario_schema_text();

}  // namespace gregor::lab
