#pragma once

#include "model/types.h"

#include <nlohmann/json.hpp>

namespace gregor::lab {

/// [1, 2, 3].
inline BrokerList brokers_of(const nlohmann::json& ids)
{
    BrokerList list;
    for (const nlohmann::json& each : ids) list.push_back(BrokerId{each.get<std::int32_t>()});
    return list;
}

inline nlohmann::json json_of(const BrokerList& list)
{
    nlohmann::json ids = nlohmann::json::array();
    for (const BrokerId each : list) ids.push_back(each.value);
    return ids;
}

}  // namespace gregor::lab
