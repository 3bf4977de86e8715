#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"
#include "model/lab/kafka_tools/topic_creation.h"
#include "model/lab/kafka_tools/topics_describe.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-topics.sh (org.apache.kafka.tools.TopicCommand).
namespace gregor::lab::kafka_tools {

namespace {

constexpr std::array<std::string_view, 5> actions{"alter", "create", "describe", "list", "delete"};

/// Refuses `option` beside every action but those (TopicCommandOptions.invalidOptions).
void only_with(const Options& options, std::string_view option,
               std::initializer_list<std::string_view> allowed)
{
    for (const std::string_view action : actions) {
        if (std::ranges::find(allowed, action) == allowed.end()) {
            forbid_with(options, option, {action});
        }
    }
}

void check_required(const Options& options)
{
    const auto given = std::ranges::count_if(
        actions, [&](std::string_view action) { return options.has(action); });
    if (given != 1) {
        throw WrongUse{
            "Command must include exactly one action: --list, --describe, --create, "
            "--alter or --delete"};
    }
    if (!options.has("bootstrap-server")) {
        throw illegal_argument("--bootstrap-server must be specified");
    }
    if (options.has("describe") && options.has("if-exists") && !options.has("topic") &&
        !options.has("topic-id")) {
        throw WrongUse{"--topic or --topic-id is required to describe a topic"};
    }
    if (!options.has("list") && !options.has("describe")) require_options(options, {"topic"});
    if (options.has("alter")) {
        if (options.has("config")) {
            throw WrongUse{
                "Option combination \"[[bootstrap-server], [config]]\" can't be used "
                "with option \"[alter]\" (To alter topic configurations, the "
                "kafka-configs tool can be used.)"};
        }
        require_options(options, {"partitions"});
    }
}

void check_combinations(const Options& options)
{
    only_with(options, "config", {"alter", "create"});
    only_with(options, "partitions", {"alter", "create"});
    only_with(options, "replication-factor", {"create"});
    only_with(options, "replica-assignment", {"alter", "create"});
    if (options.has("create")) {
        forbid_with(options, "replica-assignment", {"partitions", "replication-factor"});
    }
    for (const std::string_view filter : replication_filters) {
        forbid_with(options, filter, {"topics-with-overrides"});
        only_with(options, filter, {"describe"});
    }
    only_with(options, "topics-with-overrides", {"describe"});
    only_with(options, "if-exists", {"alter", "delete", "describe"});
    only_with(options, "if-not-exists", {"create"});
    only_with(options, "exclude-internal", {"list", "describe"});
}

ToolResult list(const Options& options, const ClusterState& state)
{
    std::string names;
    for (const std::string& name : matching_topics(options, state)) {
        names += (names.empty() ? "" : "\n") + name;
    }
    return {.out = names + "\n"};
}

ToolResult remove(const Options& options, ClusterState& state)
{
    const std::vector<std::string> names = matching_topics(options, state);
    ensure_topic_exists(names, options);
    for (const std::string& name : names) state.topics.erase(name);
    return {.changes = !names.empty()};
}

ToolResult act(const Options& options, ClusterState& state)
{
    if (options.has("create")) return create_topic(options, state);
    if (options.has("alter")) return add_partitions(options, state);
    if (options.has("list")) return list(options, state);
    if (options.has("describe")) return describe_topics(options, state);
    return remove(options, state);
}

}  // namespace

ToolResult run_topics(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("topics");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_required(options);
        check_combinations(options);
        ToolResult result;
        try {
            return act(options, state);
        } catch (const FailedTopicCommand& failed) {
            result.out = failed.printed_before;
            result.out += "Error while executing topic command : " + failed.why.message + "\n";
            result.err = log_line(state, "ERROR", failed.why.with_trace(),
                                  "org.apache.kafka.tools.TopicCommand");
        } catch (const JavaException& failed) {
            result.out = "Error while executing topic command : " + failed.message + "\n";
            result.err = log_line(state, "ERROR", failed.with_trace(),
                                  "org.apache.kafka.tools.TopicCommand");
        }
        result.exit_code = 1;
        return result;
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        return {.err = failed.message + "\n" + failed.with_trace() + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
