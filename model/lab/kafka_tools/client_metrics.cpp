#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/kafka_tools/topic_ids.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// kafka-client-metrics.sh (org.apache.kafka.tools.ClientMetricsCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Settings = std::map<std::string, std::string>;

constexpr std::string_view key_prefix = "client-metrics ";
constexpr std::array<std::string_view, 4> actions{"alter", "delete", "describe", "list"};
constexpr std::string_view default_interval = "300000";

void check_options(const Options& options)
{
    const auto given = std::ranges::count_if(
        actions, [&](std::string_view action) { return options.has(action); });
    if (given != 1) {
        throw WrongUse{
            "Command must include exactly one action: --alter, --delete, --describe or --list."};
    }
    if (!options.has("bootstrap-server")) {
        throw illegal_argument("--bootstrap-server must be specified.");
    }
    forbid_with(options, "delete", {"generate-name", "interval", "match", "metrics"});
    forbid_with(options, "describe", {"generate-name", "interval", "match", "metrics"});
    forbid_with(options, "list", {"name", "generate-name", "interval", "match", "metrics"});
    if (options.has("alter") && options.has("name") == options.has("generate-name")) {
        throw illegal_argument("One of --name or --generate-name must be specified with --alter.");
    }
    if (options.has("delete") && !options.has("name")) {
        throw illegal_argument("A client metrics resource name must be specified with --delete.");
    }
}

std::vector<std::string> names_in(const ClusterState& state)
{
    std::vector<std::string> names;
    for (const auto& [key, settings] : state.configs) {
        if (key.starts_with(key_prefix) && !settings.empty()) {
            names.push_back(key.substr(key_prefix.size()));
        }
    }
    return names;
}

std::string key_of(const std::string& name)
{
    return std::string(key_prefix) + name;
}

ToolResult describe(const Options& options, const ClusterState& state)
{
    std::vector<std::string> names = names_in(state);
    if (const auto name = options.value("name")) {
        if (std::ranges::find(names, *name) == names.end()) {
            return {.out = fmt::format("The client metric resource {} doesn't exist and doesn't "
                                       "have dynamic config.\n",
                                       *name)};
        }
        names = {*name};
    }
    ToolResult result;
    for (const std::string& name : names) {
        Settings settings{
            {"interval.ms", std::string(default_interval)}, {"match", ""}, {"metrics", ""}};
        for (const auto& [key, value] : state.configs.at(key_of(name))) settings[key] = value;
        result.out += fmt::format("Client metrics configs for {} are:\n", name);
        for (const auto& [key, value] : settings)
            result.out += fmt::format("  {}={}\n", key, value);
    }
    return result;
}

ToolResult alter(const Options& options, ClusterState& state)
{
    // A random name in Kafka.
    const std::string name = options.has("generate-name")
                                 ? uuid_text(0x6772'6567'6f72'5000, state.configs.size() + 1)
                                 : *options.value("name");
    Settings& own = state.configs[key_of(name)];
    const auto set = [&](std::string_view option, const std::string& key) {
        const auto value = options.value(option);
        if (!value) return;
        own.erase(key);  // an empty value brings the default back
        if (!value->empty()) own[key] = *value;
    };
    set("interval", "interval.ms");
    set("match", "match");
    set("metrics", "metrics");
    return {.out = fmt::format("Altered client metrics config for {}.\n", name), .changes = true};
}

ToolResult act(const Options& options, ClusterState& state)
{
    if (options.has("describe")) return describe(options, state);
    if (options.has("alter")) return alter(options, state);
    if (options.has("delete")) {
        const std::string name = *options.value("name");
        state.configs.erase(key_of(name));
        return {.out = fmt::format("Deleted client metrics config for {}.\n", name),
                .changes = true};
    }
    return {.out = fmt::format("{}\n", fmt::join(names_in(state), "\n"))};
}

}  // namespace

ToolResult run_client_metrics(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("client-metrics");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_options(options);
        return act(options, state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        throw NotModelled{"what kafka-client-metrics says of \"" + failed.message +
                          "\" is not modelled"};
    }
}

}  // namespace gregor::lab::kafka_tools
