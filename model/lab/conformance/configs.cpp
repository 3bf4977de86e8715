#include "model/config.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"

#include <algorithm>
#include <array>
#include <utility>

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

/// A value in the form in which the recording writes those of its type.
json typed(const ConfigDefinition& definition, const std::string& plain)
{
    switch (definition.type) {
        case ConfigType::boolean: return plain == "true";
        case ConfigType::integer:
        case ConfigType::long_integer: return json::parse(plain);
        case ConfigType::real: return static_cast<double>(real_in_millionths(plain)) / 1e6;
        case ConfigType::string: return plain;
        case ConfigType::list: break;
    }
    json entries = json::array();
    for (std::size_t from = 0; from <= plain.size() && !plain.empty();) {
        const std::size_t comma = std::min(plain.find(',', from), plain.size());
        entries.push_back(plain.substr(from, comma - from));
        from = comma + 1;
    }
    return entries;
}

/// `ConfigDef.parseType` of a text. Values that Java code hands over as objects of other classes
/// have no counterpart, nor have passwords and classes.
VectorOutcome check_type(const json& vector)
{
    constexpr std::array types{
        std::pair{"BOOLEAN", ConfigType::boolean}, std::pair{"INT", ConfigType::integer},
        std::pair{"SHORT", ConfigType::integer},   std::pair{"LONG", ConfigType::long_integer},
        std::pair{"DOUBLE", ConfigType::real},     std::pair{"STRING", ConfigType::string},
        std::pair{"LIST", ConfigType::list}};
    VectorOutcome outcome{.id = vector.at("id"), .covered = false, .expected = {}, .got = {}};
    const std::string type = vector.at("type");
    const auto known = std::ranges::find(
        types, type, [](const auto& each) { return std::string_view(each.first); });
    if (known == types.end() || vector.at("inputIs") != "String") return outcome;
    const std::string text = vector.at("input");
    // Java also reads the digits of other scripts.
    if (std::ranges::any_of(text, [](char c) { return (c & 0x80) != 0; })) return outcome;
    ConfigDefinition definition{.name = "k", .type = known->second};
    if (type == "SHORT") {
        definition.min = INT16_MIN;
        definition.max = INT16_MAX;
    }
    const auto parsed = parse_config_value(definition, text);
    const auto* plain = std::get_if<std::string>(&parsed);
    const json got = plain != nullptr ? typed(definition, *plain) : json(nullptr);
    outcome.covered = true;
    outcome.expected = vector.at("result").dump();
    outcome.got = got.dump();
    outcome.passed = vector.at("result") == got;
    return outcome;
}

/// What the constructors of ProducerConfig and ConsumerConfig make of settings. Those of the
/// clients look at some more combinations, which these cases do not hold.
class ClientSettings {
public:
    ClientSettings(ConfigScope scope, const json& configs) : scope_(scope)
    {
        for (const auto& [name, value] : configs.items()) {
            const ConfigDefinition* definition = find_config(scope, name);
            if (definition == nullptr) continue;  // Kafka only warns
            const auto parsed = parse_config_value(*definition, value.get<std::string>());
            if (std::holds_alternative<ConfigError>(parsed)) {
                refused_ = true;
                return;
            }
            values_[name] = std::get<std::string>(parsed);
            effective_[name] = typed(*definition, values_[name]);
        }
        for (const ConfigConflict& each : find_config_conflicts(scope, values_)) {
            const bool by_the_client =
                each.name == "delivery.timeout.ms" || each.name == "heartbeat.interval.ms";
            refused_ = refused_ || !by_the_client ||
                       each.error.kafka.find("cannot be set") != std::string::npos;
        }
        add_decisions();
    }

    json effective() const { return refused_ ? json(nullptr) : effective_; }

private:
    /// What is decided from several settings.
    void add_decisions()
    {
        if (scope_ == ConfigScope::producer) {
            const ProducerConfig config = ProducerConfig::from(values_);
            effective_["acks"] = config.acks == Acks::all      ? "-1"
                                 : config.acks == Acks::leader ? "1"
                                                               : "0";
            effective_["enable.idempotence"] = config.idempotent();
            effective_["max.in.flight.requests.per.connection"] =
                config.max_in_flight_requests_per_connection;
            effective_["retries"] = config.retries;
            return;
        }
        const ConsumerConfig config = ConsumerConfig::from(values_);
        const bool grouped = values_.contains("group.id");
        effective_["enable.auto.commit"] = grouped && config.enable_auto_commit;
        effective_["group.id"] = grouped ? json(values_["group.id"]) : json(nullptr);
    }

    ConfigScope scope_;
    ConfigMap values_;
    json effective_ = json::object();
    bool refused_ = false;
};

VectorOutcome check_client(const json& vector, ConfigScope scope)
{
    const json got = ClientSettings(scope, vector.at("configs")).effective();
    return {.id = vector.at("id"),
            .passed = got == vector.at("effective"),
            .expected = vector.at("effective").dump() + vector.at("error").dump(),
            .got = got.dump()};
}

VectorOutcome check_topic(const json& vector)
{
    VectorOutcome outcome{.id = vector.at("id"), .expected = {}, .got = {}};
    outcome.expected = sentence(vector.at("error"));
    outcome.got = objection(vector.at("configs"));
    outcome.passed =
        outcome.expected == outcome.got && vector.at("valid").get<bool>() == outcome.got.empty();
    return outcome;
}

}  // namespace

/// Settings, judged by Kafka's own validators, and the names of topics and groups' states.
std::vector<VectorOutcome> conform_configs(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& vector : cases_of(text)) {
        const std::string kind = vector.at("kind");
        if (kind == "topic-config") {
            outcomes.push_back(check_topic(vector));
        } else if (kind == "producer-config" || kind == "consumer-config") {
            outcomes.push_back(check_client(
                vector, kind == "producer-config" ? ConfigScope::producer : ConfigScope::consumer));
        } else if (kind == "config-type") {
            outcomes.push_back(check_type(vector));
        } else {
            outcomes.push_back(check_name(vector));
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
