#include "model/config.h"
#include "model/config_update.h"
#include "model/java_hash_order.h"
#include "model/java_real.h"
#include "model/lab/kafka_tools/configs.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/json_text.h"
#include "model/lab/kafka_tools/topic_configs.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-configs --alter.
namespace gregor::lab::kafka_tools {

namespace {

using Settings = std::map<std::string, std::string>;

/// "k=v,k2=[a,b]": commas within brackets belong to the value.
Settings parse_added(const std::string& text)
{
    std::vector<std::string> pairs{""};
    bool bracket = false;
    for (const char c : text) {
        bracket = c == '[' || (bracket && c != ']');
        if (c == ',' && !bracket) {
            pairs.emplace_back();
        } else {
            pairs.back() += c;
        }
    }
    Settings settings;
    for (const std::string& each : pairs) {
        if (trim(each).empty()) continue;
        const std::size_t equals = each.find('=');
        if (equals == std::string::npos) {
            throw illegal_argument(
                "requirement failed: Invalid entity config: all configs to be added must be in "
                "the format \"key=val\" or  \"key=[val1,val2]\" to group values which contain "
                "commas.");
        }
        std::string value = trim(each.substr(equals + 1));
        if (value.starts_with("[") && value.ends_with("]")) {
            value = value.substr(1, value.size() - 2);
        }
        settings[trim(each.substr(0, equals))] = value;
    }
    return settings;
}

Settings parse_file(const std::string& text)
{
    Settings settings;
    for (const std::string& each : split(text, '\n')) {
        const std::string whole = trim(each);
        const std::size_t equals = whole.find('=');
        if (whole.empty() || whole.starts_with("#") || equals == std::string::npos) continue;
        settings[trim(whole.substr(0, equals))] = trim(whole.substr(equals + 1));
    }
    return settings;
}

struct Change {
    Settings added;
    std::vector<std::string> removed;
};

/// Of the settings, those that a broker cannot change while it runs, or not for all at once.
void refuse_updates(const Change& change, ConfigUpdate mode, std::string_view because)
{
    std::vector<std::string> refused;
    for (const auto& [name, value] : change.added) {
        const bool known = find_config(ConfigScope::broker, name) != nullptr;
        if (known && update_of(name) == mode) refused.push_back(name);
    }
    if (refused.empty()) return;
    throw in_execution(
        api_error("InvalidRequest",
                  fmt::format("{}: [{}]", because, fmt::join(hash_order_of_names(refused), ", "))));
}

/// As DynamicBrokerConfig.validateConfigs does.
void check_brokers(const Change& change, bool all)
{
    refuse_updates(change, ConfigUpdate::read_only, "Cannot update these configs dynamically");
    for (const auto& [name, value] : change.added) {
        if (find_config(ConfigScope::broker, name) == nullptr) continue;  // accepted as it is
        if (const auto objection = objection_to_config("broker", name, value)) {
            throw in_execution(api_error("InvalidRequest", *objection));
        }
    }
    if (all) {
        refuse_updates(change, ConfigUpdate::per_broker,
                       "Cannot update these configs at default cluster level, broker id must be "
                       "specified");
    }
}

/// What a group may ask for lies between two settings of the brokers.
void check_group_bounds(const std::string& name, const std::string& value)
{
    const std::size_t dot = name.find('.');
    const std::string type = name.substr(0, dot), rest = name.substr(dot + 1);
    const auto limit = [&](const std::string& end) -> std::optional<std::int64_t> {
        const ConfigDefinition* definition =
            find_config(ConfigScope::broker, fmt::format("group.{}.{}.{}", type, end, rest));
        if (definition == nullptr) return std::nullopt;
        return java_long(std::string(definition->default_value));
    };
    const auto least = limit("min"), most = limit("max");
    const auto refuse = [&](std::string_view how, std::string_view end) {
        return in_execution(api_error("InvalidConfiguration",
                                      fmt::format("{} must be {} than or equal to group.{}.{}.{}",
                                                  name, how, type, end, rest)));
    };
    if (least && java_long(value) < *least) throw refuse("greater", "min");
    if (most && java_long(value) > *most) throw refuse("less", "max");
}

void check_configs(const ConfigEntities& about, const Change& change)
{
    for (const auto& [name, value] : change.added) {
        if (std::ranges::find(change.removed, name) != change.removed.end()) {
            throw in_execution(api_error("InvalidRequest", "Error due to duplicate config keys"));
        }
    }
    if (about.type() == "brokers") return check_brokers(change, about.name()->empty());
    const std::string scope = about.type() == "topics" ? "topic" : "group";
    if (about.type() != "topics" && about.type() != "groups") return;
    for (const auto& [name, value] : change.added) {
        if (const auto objection = objection_to_config(scope, name, value)) {
            throw in_execution(api_error("InvalidConfiguration", *objection));
        }
        if (scope == "group") check_group_bounds(name, value);
    }
}

void put_into(Settings& settings, const Change& change)
{
    for (const auto& [name, value] : change.added) settings[name] = value;
    for (const std::string& name : change.removed) settings.erase(name);
}

bool is_scram(const std::string& name)
{
    return name == "SCRAM-SHA-256" || name == "SCRAM-SHA-512";
}

bool is_quota(const std::string& type, const std::string& name)
{
    if (type == "ips") return name == "connection_creation_rate";
    return name == "producer_byte_rate" || name == "consumer_byte_rate" ||
           name == "request_percentage" || name == "controller_mutation_rate";
}

void check_quota_names(const ConfigEntities& about, const Change& change)
{
    const bool scram = about.has_type("users") && about.entities.size() == 1;
    std::vector<std::string> unknown;
    for (const auto& [name, value] : change.added) {
        if (!is_quota(about.type(), name) && !(scram && is_scram(name))) unknown.push_back(name);
    }
    if (unknown.empty()) return;
    throw illegal_argument(fmt::format(
        "Only {} configs can be added for '{}' using --bootstrap-server. Unexpected config names: "
        "Set({})",
        scram                   ? "quota and SCRAM credential"
        : about.has_type("ips") ? "connection quota"
                                : "quota",
        about.type(), fmt::join(unknown, ", ")));
}

/// `iterations=8192,password=pw` -> 8192; 4096 where it says nothing.
std::string scram_iterations(const std::string& value)
{
    for (const std::string& each : split(value, ',')) {
        if (each.starts_with("iterations=")) return each.substr(11);
    }
    return "4096";
}

void alter_scram(const std::string& user, const Change& change, ClusterState& state)
{
    Settings& own = state.configs["scram " + user];
    for (const std::string& name : change.removed) {
        if (is_scram(name) && own.erase(name) == 0) {
            throw in_execution(api_error(
                "ResourceNotFound", "Attempt to delete a user credential that does not exist"));
        }
    }
    for (const auto& [name, value] : change.added) {
        if (is_scram(name)) own[name] = scram_iterations(value);
    }
}

void alter_quotas(const ConfigEntities& about, const Change& change, ClusterState& state)
{
    check_quota_names(about, change);
    Settings& own = state.configs[config_key(about)];
    std::vector<std::string> absent;
    for (const std::string& name : change.removed) {
        if (!is_scram(name) && !own.contains(name)) absent.push_back(name);
    }
    if (!absent.empty()) {
        throw api_error("InvalidConfiguration",
                        fmt::format("Invalid config(s): {}", fmt::join(absent, ",")));
    }
    Change quotas;
    for (const auto& [name, value] : change.added) {
        if (is_scram(name)) continue;
        const auto number = parse_java_real(value);
        if (value == "NaN" || value.ends_with("Infinity")) {
            throw NotModelled{"what the controller says of a quota without bound is not modelled"};
        }
        if (!number) {
            throw illegal_argument(
                fmt::format("Cannot parse quota configuration value for {}: {}", name, value));
        }
        quotas.added[name] = java_text_of(*number);
    }
    quotas.removed = change.removed;
    put_into(own, quotas);
    if (about.has_type("users")) alter_scram(about.name().value_or(""), change, state);
}

void alter(const ConfigEntities& about, const Change& change, ClusterState& state)
{
    if (about.about_quotas()) return alter_quotas(about, change, state);
    if (about.type() == "broker-loggers") {
        throw NotModelled{"loggers of brokers are not modelled"};
    }
    if (about.type() == "topics") {
        const auto found = state.topics.find(*about.name());
        if (found == state.topics.end()) {
            throw in_execution(
                api_error("UnknownTopicOrPartition",
                          fmt::format("The topic '{}' does not exist.", *about.name())));
        }
        check_configs(about, change);
        return put_into(found->second.configs, change);
    }
    check_configs(about, change);
    put_into(state.configs[config_key(about)], change);
}

}  // namespace

ToolResult alter_configs(const Invocation& invocation, const Options& options,
                         const ConfigEntities& about, ClusterState& state)
{
    Change change;
    if (const auto file = options.value("add-config-file")) {
        change.added = parse_file(file_named(invocation, *file));
    } else {
        change.added = parse_added(options.value_or("add-config", ""));
    }
    for (const std::string& list : options.values("delete-config")) {
        for (const std::string& name : split(list, ',')) change.removed.push_back(trim(name));
    }
    alter(about, change, state);
    const std::string singular = about.type().substr(0, about.type().size() - 1);
    const std::string name = about.name().value_or("");
    ToolResult result{.changes = true};
    result.out = name.empty()
                     ? fmt::format("Completed updating default config for {} in the cluster.\n",
                                   about.type())
                     : fmt::format("Completed updating config for {} {}.\n", singular, name);
    return result;
}

}  // namespace gregor::lab::kafka_tools
