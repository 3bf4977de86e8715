#include "model/config.h"
#include "model/lab/conformance/areas.h"

#include <nlohmann/json.hpp>

namespace gregor::lab {

namespace {

std::string plain(const ConfigDefinition& definition, std::string_view text)
{
    const auto value = parse_config_value(definition, text);
    return value.index() == 0 ? std::get<0>(value) : std::string(text);
}

}  // namespace

/// What a broker answers to DescribeConfigs for settings that nobody set, against the table of
/// settings. A setting that the recording set itself has no default to compare.
std::vector<VectorOutcome> conform_defaults(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    const nlohmann::json whole = nlohmann::json::parse(text);
    for (const auto& [name, value] : whole.at("broker").items()) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = name;
        const ConfigDefinition* definition = find_config(ConfigScope::broker, name);
        outcome.covered = definition != nullptr && !value.is_object();
        if (!outcome.covered) continue;
        const std::string recorded = value.is_null() ? "" : value.get<std::string>();
        outcome.expected = recorded.empty() ? "no value" : plain(*definition, recorded);
        outcome.got = definition->default_value.empty()
                          ? "no value"
                          : plain(*definition, definition->default_value);
        outcome.passed = outcome.expected == outcome.got;
    }
    return outcomes;
}

}  // namespace gregor::lab
