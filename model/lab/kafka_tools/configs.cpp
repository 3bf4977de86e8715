#include "model/lab/kafka_tools/configs.h"

#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// kafka-configs.sh (kafka.admin.ConfigCommand).
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::array<std::string_view, 8> types{
    "topics", "clients", "users", "brokers", "ips", "broker-loggers", "client-metrics", "groups"};

struct Shortcut {
    std::string_view option, default_option, type;
};
constexpr std::array shortcuts{
    Shortcut{"topic", "", "topics"},
    Shortcut{"client", "client-defaults", "clients"},
    Shortcut{"user", "user-defaults", "users"},
    Shortcut{"broker", "broker-defaults", "brokers"},
    Shortcut{"broker-logger", "", "broker-loggers"},
    Shortcut{"ip", "ip-defaults", "ips"},
    Shortcut{"client-metrics", "", "client-metrics"},
    Shortcut{"group", "", "groups"},
};

void check_entities(const Options& options, const ConfigEntities& about)
{
    for (const auto& each : about.entities) {
        if (std::ranges::find(types, each.type) == types.end()) {
            throw illegal_argument(
                fmt::format("Invalid entity type {}, the entity type must be one of {} with a "
                            "--bootstrap-server or --bootstrap-controller argument",
                            each.type, fmt::join(types, ", ")));
        }
    }
    if (about.entities.empty())
        throw illegal_argument("At least one entity type must be specified");
    if (about.entities.size() > 1 && !(about.has_type("users") && about.has_type("clients"))) {
        throw illegal_argument("Only 'users' and 'clients' entity types may be specified together");
    }
    const bool brokers = about.has_type("brokers") || about.has_type("broker-loggers");
    if (brokers && about.name() && !about.name()->empty() && !parse_java_int(*about.name())) {
        throw illegal_argument(
            fmt::format("The entity name for {} must be a valid integer broker id, but it is: {}",
                        about.type(), *about.name()));
    }
    if (options.has("describe") && about.has_type("broker-loggers") && !about.name()) {
        throw illegal_argument(
            "An entity name must be specified with --describe of broker-loggers");
    }
}

void check_alteration(const Options& options, const ConfigEntities& about)
{
    const bool named = about.name() && !about.name()->empty();
    if (about.about_quotas() || about.has_type("brokers")) {
        if (!about.name()) {
            throw illegal_argument(
                "An entity-name or default entity must be specified with "
                "--alter of users, clients, brokers or ips");
        }
    } else if (!named) {
        throw illegal_argument("An entity name must be specified with --alter of " + about.type());
    }
    if (options.has("add-config") && options.has("add-config-file")) {
        throw illegal_argument("Only one of --add-config or --add-config-file must be specified");
    }
    if (!options.has("add-config") && !options.has("add-config-file") &&
        !options.has("delete-config")) {
        throw illegal_argument(
            "At least one of --add-config, --add-config-file, or "
            "--delete-config must be specified with --alter");
    }
}

ToolResult act(const Invocation& invocation, const Options& options, ClusterState& state)
{
    if (options.has("alter") == options.has("describe")) {
        throw WrongUse{"Command must include exactly one action: --describe, --alter"};
    }
    forbid_with(options, "describe", {"add-config", "delete-config"});
    if (!options.has("bootstrap-server") && !options.has("bootstrap-controller")) {
        throw illegal_argument(
            "Either --bootstrap-server or --bootstrap-controller must be specified.");
    }
    const ConfigEntities about = parse_config_entities(options);
    check_entities(options, about);
    if (options.has("describe")) return describe_configs(options, about, state);
    check_alteration(options, about);
    return alter_configs(invocation, options, about, state);
}

}  // namespace

bool ConfigEntities::has_type(std::string_view type) const
{
    return std::ranges::find(entities, type, &Entity::type) != entities.end();
}

bool ConfigEntities::about_quotas() const
{
    return has_type("users") || has_type("clients") || has_type("ips");
}

ConfigEntities parse_config_entities(const Options& options)
{
    ConfigEntities about;
    bool flags = false;
    for (const Shortcut& each : shortcuts) {
        if (const auto name = options.value(each.option)) {
            about.entities.push_back({std::string(each.type), *name});
            flags = true;
        }
        if (!each.default_option.empty() && options.has(each.default_option)) {
            about.entities.push_back({std::string(each.type), ""});
            flags = true;
        }
    }
    const bool plain =
        options.has("entity-type") || options.has("entity-name") || options.has("entity-default");
    if (flags && plain) {
        throw illegal_argument(
            "--entity-{type,name,default} should not be used in conjunction "
            "with specific entity flags");
    }
    std::vector<std::string> names = options.values("entity-name");
    for (const std::string& type : options.values("entity-type")) {
        ConfigEntities::Entity& entity = about.entities.emplace_back();
        entity.type = type;
        if (!names.empty()) {
            entity.name = names.front();
            names.erase(names.begin());
        } else if (options.has("entity-default")) {
            entity.name = "";
        }
    }
    return about;
}

std::string config_key(const ConfigEntities& about)
{
    if (!about.about_quotas()) {
        const std::string name = about.name().value_or("");
        return about.type() + " " + (name.empty() ? "<default>" : name);
    }
    std::string key = "quotas";
    for (const std::string_view type : {"users", "clients", "ips"}) {
        const auto found = std::ranges::find(about.entities, type, &ConfigEntities::Entity::type);
        if (found == about.entities.end()) continue;
        const std::string name = found->name.value_or("");
        key += fmt::format(" {}={}", type, name.empty() ? "<default>" : name);
    }
    return key;
}

ToolResult run_configs(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("configs");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        return act(invocation, options, state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        const bool plain = failed.type == "java.lang.IllegalArgumentException" ||
                           failed.type.starts_with("joptsimple.") ||
                           failed.type.ends_with("InvalidConfigurationException");
        if (plain) return {.err = failed.message + "\n", .exit_code = 1};
        return {.err = fmt::format("Error while executing config command with args '{}'\n{}",
                                   fmt::join(invocation.arguments, " "), failed.with_trace()),
                .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
