#include "model/config.h"
#include "model/java_hash_order.h"
#include "model/java_real.h"
#include "model/lab/kafka_tools/configs.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/topic_configs.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-configs --describe.
namespace gregor::lab::kafka_tools {

namespace {

using Settings = std::map<std::string, std::string>;

const Settings& settings_of(const ClusterState& state, const std::string& key)
{
    static const Settings none;
    const auto found = state.configs.find(key);
    return found == state.configs.end() ? none : found->second;
}

std::string line(const ConfigEntry& entry)
{
    std::string synonyms;
    for (const auto& each : entry.synonyms) {
        synonyms += fmt::format("{}{}:{}={}", synonyms.empty() ? "" : ", ", each.source, each.name,
                                each.value);
    }
    return fmt::format("  {}={} sensitive=false synonyms={{{}}}\n", entry.name, entry.value,
                       synonyms);
}

std::string topic(const std::string& name, bool all, const ClusterState& state)
{
    const auto found = state.topics.find(name);
    if (found == state.topics.end()) {
        return fmt::format("The topic '{}' doesn't exist and doesn't have dynamic config.\n", name);
    }
    std::string text = fmt::format("{} configs for topic {} are:\n", all ? "All" : "Dynamic", name);
    for (const ConfigEntry& each : describe_topic_configs(state, found->second)) {
        if (all || each.source == "DYNAMIC_TOPIC_CONFIG") text += line(each);
    }
    return text;
}

/// An entry of another kind of entity: its own value, and below it what stands for all.
ConfigEntry entry_of(const std::string& name, const std::string& value, std::string_view source)
{
    ConfigEntry entry{.name = name, .value = value, .source = source};
    entry.synonyms.push_back({source, name, value});
    return entry;
}

void add_default(ConfigEntry& entry, const std::string& broker_name)
{
    const ConfigDefinition* definition = find_config(ConfigScope::broker, broker_name);
    if (definition == nullptr || definition->default_value.empty()) return;
    entry.synonyms.push_back(
        {"DEFAULT_CONFIG", broker_name, std::string(definition->default_value)});
}

std::string broker(const std::string& id, const ClusterState& state)
{
    const Settings& own = settings_of(state, "brokers " + id);
    const ClusterState::Broker* registered = state.broker(java_int(id));
    if (own.empty() && (registered == nullptr || !registered->alive)) {
        return fmt::format("The broker '{}' doesn't exist and doesn't have dynamic config.\n", id);
    }
    std::string text = fmt::format("Dynamic configs for broker {} are:\n", id);
    const Settings& common = settings_of(state, "brokers <default>");
    for (const auto& [name, value] : own) {
        ConfigEntry entry = entry_of(name, value, "DYNAMIC_BROKER_CONFIG");
        if (const auto found = common.find(name); found != common.end()) {
            entry.synonyms.push_back({"DYNAMIC_DEFAULT_BROKER_CONFIG", name, found->second});
        }
        const Settings& fixed = settings_of(state, "static brokers " + id);
        if (const auto found = fixed.find(name); found != fixed.end()) {
            entry.synonyms.push_back({"STATIC_BROKER_CONFIG", name, found->second});
        }
        add_default(entry, name);
        text += line(entry);
    }
    return text;
}

std::string default_brokers(const ClusterState& state)
{
    std::string text = "Default configs for brokers in the cluster are:\n";
    for (const auto& [name, value] : settings_of(state, "brokers <default>")) {
        text += line(entry_of(name, value, "DYNAMIC_DEFAULT_BROKER_CONFIG"));
    }
    return text;
}

std::string other(const std::string& type, const std::string& name, std::string_view source,
                  const ClusterState& state)
{
    const std::string singular = type.substr(0, type.size() - 1);
    const Settings& own = settings_of(state, type + " " + name);
    if (own.empty() && !(type == "groups" && state.groups.contains(name))) {
        return fmt::format("The {} '{}' doesn't exist and doesn't have dynamic config.\n", singular,
                           name);
    }
    std::string text = fmt::format("Dynamic configs for {} {} are:\n", singular, name);
    for (const auto& [key, value] : own) {
        ConfigEntry entry = entry_of(key, value, source);
        if (type == "groups") add_default(entry, "group." + key);
        text += line(entry);
    }
    return text;
}

/// The names of a type that have something set, from the state's keys.
std::vector<std::string> names_of_type(const std::string& type, const ClusterState& state)
{
    std::vector<std::string> names;
    for (const auto& [key, settings] : state.configs) {
        if (key.starts_with(type + " ") && !settings.empty()) {
            names.push_back(key.substr(type.size() + 1));
        }
    }
    return names;
}

std::string brokers(const ConfigEntities& about, const ClusterState& state)
{
    if (about.name()) {
        return about.name()->empty() ? default_brokers(state) : broker(*about.name(), state);
    }
    std::string text;
    for (const std::int32_t id : state.alive()) text += broker(std::to_string(id), state);
    return text + default_brokers(state);
}

std::string quota_entity(const std::string& key)
{
    std::string text;
    std::string_view rest = key;
    rest.remove_prefix(std::string_view("quotas").size());
    for (const auto& [type, word] :
         {std::pair{" users=", "user-principal"}, {" clients=", "client-id"}, {" ips=", "ip"}}) {
        if (!rest.starts_with(type)) continue;
        rest.remove_prefix(std::string_view(type).size());
        const std::size_t end = std::min({rest.find(" clients="), rest.size()});
        const std::string_view name = rest.substr(0, end);
        rest.remove_prefix(end);
        text += text.empty() ? "" : ", ";
        text += name == default_entity ? fmt::format("the default {}", word)
                                       : fmt::format("{} '{}'", word, name);
    }
    return text;
}

bool quota_matches(const std::string& key, const ConfigEntities& about)
{
    if (about.name()) return key == config_key(about);
    // All of these types, and of no other.
    std::size_t types = 0;
    for (const std::string_view type : {" users=", " clients=", " ips="}) {
        const bool there = key.find(type) != std::string::npos;
        types += there ? 1 : 0;
        if (there && !about.has_type(type.substr(1, type.size() - 2))) return false;
    }
    return types == about.entities.size();
}

std::string quotas(const ConfigEntities& about, const ClusterState& state)
{
    std::string text;
    for (const auto& [key, settings] : state.configs) {
        if (!key.starts_with("quotas ") || settings.empty() || !quota_matches(key, about)) continue;
        std::string values;
        for (const auto& [name, value] : settings) {
            values += (values.empty() ? "" : ", ") + name + "=" +
                      java_text_of(parse_java_real(value).value());
        }
        text += fmt::format("Quota configs for {} are {}\n", quota_entity(key), values);
    }
    if (!about.has_type("users") || about.entities.size() > 1) return text;
    for (const std::string& user : names_of_type("scram", state)) {
        if (about.name() && *about.name() != user) continue;
        std::string values;
        for (const auto& [mechanism, iterations] : settings_of(state, "scram " + user)) {
            values += (values.empty() ? "" : ", ") + mechanism + "=iterations=" + iterations;
        }
        text +=
            fmt::format("SCRAM credential configs for user-principal '{}' are {}\n", user, values);
    }
    return text;
}

}  // namespace

ToolResult describe_configs(const Options& options, const ConfigEntities& about,
                            const ClusterState& state)
{
    const std::string& type = about.type();
    const bool all = options.has("all");
    if (about.about_quotas()) return {.out = quotas(about, state)};
    if (type == "broker-loggers") throw NotModelled{"loggers of brokers are not modelled"};
    if (all && type != "topics") {
        throw NotModelled{"all settings of an entity that is no topic are not modelled"};
    }
    if (type == "brokers") return {.out = brokers(about, state)};
    std::vector<std::string> names;
    if (about.name()) {
        names = {*about.name()};
    } else if (type == "topics") {
        for (const auto& [name, content] : state.topics) names.push_back(name);
        names = hash_order_of_names(names);
    } else {
        names = hash_order_of_names(names_of_type(type, state));
    }
    ToolResult result;
    for (const std::string& name : names) {
        result.out += type == "topics" ? topic(name, all, state)
                                       : other(type, name,
                                               type == "groups" ? "DYNAMIC_GROUP_CONFIG"
                                                                : "DYNAMIC_CLIENT_METRICS_CONFIG",
                                               state);
    }
    return result;
}

}  // namespace gregor::lab::kafka_tools
