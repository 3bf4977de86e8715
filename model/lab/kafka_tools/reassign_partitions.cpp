#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/json_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/reassignment.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

/// kafka-reassign-partitions.sh (org.apache.kafka.tools.reassign.ReassignPartitionsCommand).
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::array<std::string_view, 5> actions{"generate", "execute", "verify", "cancel",
                                                  "list"};

/// What each action needs, and what else it takes; words separated by blanks.
struct Rules {
    std::string_view action, required, permitted;
};
constexpr std::array rules{
    Rules{"generate", "topics-to-move-json-file broker-list", "disable-rack-aware"},
    Rules{"execute", "reassignment-json-file",
          "additional throttle replica-alter-log-dirs-throttle timeout disallow-replication-factor-"
          "change"},
    Rules{"verify", "reassignment-json-file", "preserve-throttles"},
    Rules{"cancel", "reassignment-json-file", "preserve-throttles timeout"},
    Rules{"list", "", ""},
};

std::string check_options(const OptionTable& table, const Options& options)
{
    std::string_view action;
    int given = 0;
    for (const std::string_view each : actions) {
        if (!options.has(each)) continue;
        action = each;
        ++given;
    }
    if (given != 1) {
        throw WrongUse{
            "Command must include exactly one action: --generate, --execute, "
            "--verify, --cancel, --list"};
    }
    if (!options.has("bootstrap-server") && !options.has("bootstrap-controller")) {
        throw WrongUse{"Please specify --bootstrap-server"};
    }
    const Rules& rule = *std::ranges::find(rules, action, &Rules::action);
    const std::vector<std::string> required = split(rule.required, ' ');
    for (const std::string& each : required) require_options(options, {each});
    std::vector<std::string> allowed = split(rule.permitted, ' ');
    allowed.insert(allowed.end(), required.begin(), required.end());
    for (const std::string_view each :
         {"bootstrap-server", "bootstrap-controller", "command-config"}) {
        allowed.emplace_back(each);
    }
    allowed.emplace_back(action);
    for (const auto& each : table.options()) {
        if (options.has(each.name) && std::ranges::find(allowed, each.name) == allowed.end()) {
            throw WrongUse{fmt::format("Option \"[{}]\" can't be used with action \"[{}]\"",
                                       each.name, action)};
        }
    }
    return std::string(action);
}

ToolResult act(const Invocation& invocation, const std::string& action, const Options& options,
               ClusterState& state)
{
    if (action == "list") return list_reassignments(state);
    if (action == "generate") {
        return generate_reassignment(
            file_named(invocation, *options.value("topics-to-move-json-file")),
            *options.value("broker-list"), state);
    }
    const auto wanted =
        parse_reassignment(file_named(invocation, *options.value("reassignment-json-file")));
    if (action == "verify") {
        return verify_reassignment(wanted, options.has("preserve-throttles"), state);
    }
    if (action == "cancel") {
        return cancel_reassignment(wanted, options.has("preserve-throttles"), state);
    }
    return execute_reassignment(wanted, options, state);
}

}  // namespace

ToolResult run_reassign_partitions(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("reassign-partitions");
    try {
        const OptionTable table(usage);
        const Options options = parse_options(table, invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        const std::string action = check_options(table, options);
        return act(invocation, action, options, state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const FailedReassignment& failed) {
        return {.out = failed.printed_before + "Error: " + failed.why.message + "\n" +
                       failed.why.with_trace() + "\n",
                .exit_code = 1};
    } catch (const JavaException& failed) {
        const bool terse = failed.type.ends_with("TerseException");
        return {.out = terse ? failed.message + "\n"
                             : "Error: " + failed.message + "\n" + failed.with_trace() + "\n",
                .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
