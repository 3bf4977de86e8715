#include "model/config.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"

namespace gregor::lab {

namespace {

using nlohmann::json;

/// What is said of a topic's settings: the first objection, or nothing.
std::string objection(const json& configs)
{
    ConfigMap values;
    for (const auto& [name, value] : configs.items()) {
        const ConfigDefinition* definition = find_config(ConfigScope::topic, name);
        if (definition == nullptr) return "Unknown topic config name: " + name;
        const auto parsed = parse_config_value(*definition, value.get<std::string>());
        if (const auto* error = std::get_if<ConfigError>(&parsed)) return error->kafka;
        values[name] = std::get<std::string>(parsed);
    }
    const auto conflicts = find_topic_conflicts(values, {});
    return conflicts.empty() ? "" : conflicts.front().error.kafka;
}

/// Without the name of the exception in front.
std::string sentence(const json& error)
{
    if (error.is_null()) return "";
    const auto text = error.get<std::string>();
    const std::size_t colon = text.find(": ");
    return colon == std::string::npos ? text : text.substr(colon + 2);
}

}  // namespace

/// Settings of topics, judged by Kafka's own validators. The other kinds of this file are about
/// patterns, names and clients.
std::vector<VectorOutcome> conform_configs(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = vector.at("id");
        outcome.covered = vector.at("kind") == "topic-config";
        if (!outcome.covered) continue;
        outcome.expected = sentence(vector.at("error"));
        outcome.got = objection(vector.at("configs"));
        outcome.passed = outcome.expected == outcome.got &&
                         vector.at("valid").get<bool>() == outcome.got.empty();
    }
    return outcomes;
}

}  // namespace gregor::lab
