#include "model/config.h"

#include "engine/check.h"
#include "model/config_table.h"

#include <algorithm>
#include <array>

namespace gregor {
namespace {

using config_table::Row;

std::span<const Row> rows_of(ConfigScope scope)
{
    switch (scope) {
        case ConfigScope::broker: return config_table::broker_rows();
        case ConfigScope::topic: return config_table::topic_rows();
        case ConfigScope::group: return config_table::group_rows();
        case ConfigScope::producer: return config_table::producer_rows();
        case ConfigScope::consumer: return config_table::consumer_rows();
        case ConfigScope::admin: return config_table::admin_rows();
        case ConfigScope::client: return config_table::client_rows();
    }
    return {};
}

bool has_client_rows(ConfigScope scope)
{
    return scope == ConfigScope::producer || scope == ConfigScope::consumer ||
           scope == ConfigScope::admin;
}

const Row* find_row(std::span<const Row> rows, std::string_view name)
{
    const auto at = std::ranges::lower_bound(rows, name, {}, &Row::name);
    return at != rows.end() && at->name == name ? &*at : nullptr;
}

}  // namespace

std::string_view to_string(ConfigScope scope)
{
    constexpr std::array<std::string_view, 7> names{"broker",   "topic", "group", "producer",
                                                    "consumer", "admin", "client"};
    return names[static_cast<std::size_t>(scope)];
}

std::string_view to_string(ConfigUnit unit)
{
    constexpr std::array<std::string_view, 6> names{"",        "ms",    "seconds",
                                                    "minutes", "hours", "bytes"};
    return names[static_cast<std::size_t>(unit)];
}

const ConfigDefinition* find_config(ConfigScope scope, std::string_view name)
{
    if (const ConfigDefinition* own = find_row(rows_of(scope), name)) return own;
    return has_client_rows(scope) ? find_row(config_table::client_rows(), name) : nullptr;
}

ConfigUpdate update_of(std::string_view broker_setting)
{
    const Row* row = find_row(config_table::broker_rows(), broker_setting);
    GREGOR_CHECK(row != nullptr);
    return row->update;
}

std::vector<const ConfigDefinition*> configs_of(ConfigScope scope)
{
    std::vector<const ConfigDefinition*> all;
    for (const Row& row : rows_of(scope)) all.push_back(&row);
    if (has_client_rows(scope)) {
        for (const Row& row : config_table::client_rows()) all.push_back(&row);
    }
    std::ranges::sort(all, {}, [](const ConfigDefinition* each) { return each->name; });
    return all;
}

}  // namespace gregor
