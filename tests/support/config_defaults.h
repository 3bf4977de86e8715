#pragma once

#include "model/config.h"

#include <string>

namespace gregor {

/// Every setting of a scope that has a default, as a file would name it.
inline ConfigMap defaults_of(ConfigScope scope)
{
    ConfigMap values;
    for (const ConfigDefinition* each : configs_of(scope)) {
        if (!each->default_value.empty()) values[std::string(each->name)] = each->default_value;
    }
    return values;
}

}  // namespace gregor
