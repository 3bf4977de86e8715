#pragma once

#include "model/lab/diagnostic.h"
#include "model/lab/value.h"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

/// Changes of a scenario document before it is read: settings of a leg, of the sweep and of the
/// command line, then parameters put in.
namespace gregor::lab {

/// Sets one thing by its path: "params.rate", "clients.P.config.acks", "script.killed.at". Things
/// in lists are found by name, id or number; what follows `config` or `defaults` is one key,
/// whatever dots it has. `source` is the place to blame: "/legs/1/set" or "--set".
void edit(nlohmann::json& document, std::string_view path, const nlohmann::json& value,
          const std::string& source, Diagnostics& diagnostics);

/// Puts values in for every text that is "$name"; null takes the key or entry away.
void substitute(nlohmann::json& json, const nlohmann::json& parameters, const std::string& path,
                Diagnostics& diagnostics);

}  // namespace gregor::lab
