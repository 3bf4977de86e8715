#include "model/lab/kafka_tools/consumer_groups.h"

#include "model/group_words.h"
#include "model/java_hash_order.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>
#include <set>

/// kafka-consumer-groups.sh (org.apache.kafka.tools.consumer.group.ConsumerGroupCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Group = ClusterState::Group;

constexpr std::array<std::string_view, 6> actions{
    "list", "describe", "delete", "reset-offsets", "delete-offsets", "validate-regex"};
constexpr std::array<std::string_view, 8> scenarios{"to-offset",   "to-datetime", "by-duration",
                                                    "to-earliest", "to-latest",   "to-current",
                                                    "shift-by",    "from-file"};

/// Options that are there only beside others; throws what joptsimple throws.
void check_available(const Options& options)
{
    const bool describe = options.has("describe"), list = options.has("list");
    std::vector<std::string> unavailable;
    const auto need = [&](const std::string& option, bool available) {
        if (options.has(option) && !available) unavailable.push_back(option);
    };
    need("members", describe);
    need("offsets", describe);
    need("state", describe || list);
    need("type", list);
    need("verbose", describe);
    if (unavailable.empty()) return;
    throw JavaException{"joptsimple.UnavailableOptionException",
                        fmt::format("Option(s) [{}] are unavailable given other options on the "
                                    "command line",
                                    fmt::join(unavailable, ", ")),
                        {}};
}

void check_describe(const Options& options)
{
    if (!options.has("group") && !options.has("all-groups")) {
        throw WrongUse{"Option [describe] takes one of these options: [all-groups], [group]"};
    }
    const int views = options.has("members") + options.has("offsets") + options.has("state");
    if (views > 1) {
        throw WrongUse{
            "Option [describe] takes at most one of these options: [members], [offsets], [state]"};
    }
    if (const auto value = options.value("state")) {
        throw WrongUse{"Option [describe] does not take a value for [state]"};
    }
}

void check_delete(const Options& options)
{
    if (!options.has("group") && !options.has("all-groups")) {
        throw WrongUse{"Option [delete] takes one of these options: [group], [all-groups]"};
    }
    if (options.has("topic")) {
        throw WrongUse{
            "The consumer does not support topic-specific offset deletion from a "
            "consumer group."};
    }
}

/// Gives what is printed to standard error before the tool goes on.
std::string check_reset(const Options& options)
{
    if (options.has("dry-run") && options.has("execute")) {
        throw WrongUse{"Option [reset-offsets] only accepts one of [execute] and [dry-run]"};
    }
    std::string warning;
    if (!options.has("dry-run") && !options.has("execute")) {
        warning =
            "WARN: No action will be performed as the --execute option is missing. In "
            "version 5.0, this command will require either --dry-run or --execute to be "
            "specified. You should add the --dry-run option explicitly if you are scripting "
            "this command and want to keep the current default behavior without "
            "prompting.\n";
    }
    if (!options.has("group") && !options.has("all-groups")) {
        throw WrongUse{"Option [reset-offsets] takes one of these options: [all-groups], [group]"};
    }
    for (const std::string_view used : scenarios) {
        for (const std::string_view other : scenarios) {
            if (used != other) forbid_with(options, used, {other});
        }
    }
    return warning;
}

std::string check_arguments(const Options& options)
{
    std::string warning;
    if (!options.has("validate-regex")) require_options(options, {"bootstrap-server"});
    if (options.has("describe")) check_describe(options);
    if (options.has("delete")) check_delete(options);
    if (options.has("delete-offsets") && (!options.has("group") || !options.has("topic"))) {
        throw WrongUse{"Option [delete-offsets] takes the following options: [topic], [group]"};
    }
    if (options.has("reset-offsets")) warning = check_reset(options);
    if (!options.has("describe") && !options.has("delete") && !options.has("reset-offsets") &&
        !options.has("delete-offsets")) {
        for (const std::string_view action : {"list", "validate-regex"}) {
            forbid_with(options, "group", {action});
        }
    }
    for (const std::string_view action : {"list", "describe", "delete", "validate-regex"}) {
        forbid_with(options, "topic", {action});
    }
    return warning;
}

/// The words of `--state` or `--type`, in Kafka's spelling; empty: all. `printed`: those that may
/// stand there, in the order in which a refusal lists them.
std::vector<std::string> filter_of(const Options& options, const std::string& option,
                                   std::string_view (*named)(std::string_view),
                                   const std::vector<std::string>& printed)
{
    const auto list = options.value(option);
    if (!list) return {};
    std::vector<std::string> words;
    for (const std::string& each : split(*list, ',')) {
        const std::string word(named(trim(each)));
        if (std::ranges::find(printed, word) == printed.end()) {
            throw illegal_argument(fmt::format("Invalid {} list '{}'. Valid {}s are: {}",
                                               option == "type" ? "types" : option, *list, option,
                                               fmt::join(printed, ", ")));
        }
        words.push_back(word);
    }
    return words;
}

ToolResult list_groups(const Options& options, const ClusterState& state)
{
    const auto types = filter_of(options, "type", group_type_named, {"Consumer", "Classic"});
    const auto states = filter_of(options, "state", group_state_named,
                                  {"Assigning", "Stable", "CompletingRebalance",
                                   "PreparingRebalance", "Dead", "Empty", "Reconciling"});
    const auto accepts = [](const std::vector<std::string>& filter, const std::string& value) {
        return filter.empty() || std::ranges::find(filter, value) != filter.end();
    };
    std::vector<std::string> names;
    for (const auto& [name, group] : state.groups) {
        if (is_consumer_group(group) && accepts(types, group.type) && accepts(states, group.state))
            names.push_back(name);
    }
    names = hash_order_of_names(names);
    ToolResult result;
    if (!options.has("state") && !options.has("type")) {
        for (const std::string& name : names) result.out += name + "\n";
        return result;
    }
    std::size_t width = 15;
    for (const std::string& name : names) width = std::max(width, name.size());
    const auto line = [&](const std::string& name, const std::string& type,
                          const std::string& current) {
        std::vector<Cell> cells{{name, width + 10}};
        if (options.has("type")) cells.push_back({type, 20});
        if (options.has("state")) cells.push_back({current, 20});
        return row(cells) + "\n";
    };
    result.out = line("GROUP", "TYPE", "STATE");
    for (const std::string& name : names) {
        const Group& group = state.groups.at(name);
        result.out += line(name, group.type, group.state);
    }
    return result;
}

ToolResult describe(const Options& options, const ClusterState& state)
{
    std::vector<std::string> groups = chosen_groups(options, state);
    for (const std::string& name : groups) {
        const auto found = state.groups.find(name);
        if (found == state.groups.end()) {
            throw in_execution(
                api_error("GroupIdNotFound", fmt::format("Group {} not found.", name)));
        }
        if (!is_consumer_group(found->second)) {
            throw in_execution(api_error("GroupIdNotFound",
                                         fmt::format("Group {} is not a consumer group.", name)));
        }
    }
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    if (options.has("members")) return describe_group_members(options, state, groups);
    if (options.has("state")) return describe_group_states(options, state, groups);
    return describe_group_offsets(options, state, groups);
}

std::string quoted(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
    return text;
}

ToolResult delete_groups(const Options& options, ClusterState& state)
{
    std::vector<std::string> gone, kept;
    std::set<std::string> seen;
    for (const std::string& name : chosen_groups(options, state)) {
        if (!seen.insert(name).second) continue;
        const auto found = state.groups.find(name);
        const bool empty = found != state.groups.end() && found->second.members.empty() &&
                           (found->second.state == "Empty" || found->second.state == "Dead");
        (empty ? gone : kept).push_back(name);
    }
    ToolResult result;
    gone = hash_order_of_names(gone);
    if (kept.empty()) {
        result.out = fmt::format("Deletion of requested consumer groups ({}) was successful.\n",
                                 quoted(gone));
    } else {
        result.out = error_line("Deletion of some consumer groups failed:");
        for (const std::string& name : hash_order_of_names(kept)) {
            const JavaException why =
                state.groups.contains(name)
                    ? api_error("GroupNotEmpty", "The group is not empty.")
                    : api_error("GroupIdNotFound", "The group id does not exist.");
            result.out +=
                fmt::format("* Group '{}' could not be deleted due to: {}\n", name, why.text());
        }
        if (!gone.empty()) {
            result.out += fmt::format("\nThese consumer groups were deleted successfully: {}\n",
                                      quoted(gone));
        }
    }
    for (const std::string& name : gone) state.groups.erase(name);
    result.changes = !gone.empty();
    return result;
}

ToolResult validate_regex(const Options& options)
{
    const std::string pattern = options.value_or("validate-regex", "");
    try {
        const std::regex parsed(pattern);
    } catch (const std::regex_error&) {
        throw NotModelled{"what re2j says against an invalid regular expression is not modelled"};
    }
    return {.out = fmt::format("The regular expression `{}` is valid.\n", pattern)};
}

ToolResult act(const Invocation& invocation, const Options& options, ClusterState& state)
{
    if (options.has("list")) return list_groups(options, state);
    if (options.has("describe")) return describe(options, state);
    if (options.has("delete")) return delete_groups(options, state);
    if (options.has("reset-offsets")) return reset_group_offsets(invocation, options, state);
    if (options.has("delete-offsets")) return delete_group_offsets(options, state);
    return validate_regex(options);
}

ToolResult check_and_act(const Invocation& invocation, const Usage& usage, const Options& options,
                         ClusterState& state)
{
    if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
    const std::string warning = check_arguments(options);
    const auto given = std::ranges::count_if(
        actions, [&](std::string_view action) { return options.has(action); });
    if (given != 1) {
        throw WrongUse{
            "Command must include exactly one action: --list, --describe, --delete, "
            "--reset-offsets, --delete-offsets, --validate-regex"};
    }
    ToolResult result;
    try {
        result = act(invocation, options, state);
    } catch (const JavaException& failed) {
        if (failed.type == "java.lang.IllegalArgumentException" ||
            failed.type.starts_with("joptsimple.")) {
            throw WrongUse{warning + failed.message};
        }
        result.out = error_line("Executing consumer group command failed due to " + failed.message);
        result.err = failed.with_trace();
    }
    result.err = warning + result.err;
    return result;
}

}  // namespace

std::string error_line(std::string_view message)
{
    return fmt::format("\nError: {}\n", message);
}

bool is_consumer_group(const ClusterState::Group& group)
{
    return group.type == "Consumer" ||
           (group.type == "Classic" && (group.protocol.empty() || group.protocol == "consumer"));
}

std::vector<std::string> chosen_groups(const Options& options, const ClusterState& state)
{
    if (!options.has("all-groups")) return options.values("group");
    std::vector<std::string> names;
    for (const auto& [name, group] : state.groups) {
        if (is_consumer_group(group)) names.push_back(name);
    }
    return names;
}

ToolResult run_consumer_groups(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("consumer-groups");
    Options options;
    try {
        options = parse_options(OptionTable(usage), invocation.arguments);
        check_available(options);
    } catch (const JavaException& failed) {
        return {.err = "Exception in thread \"main\" " + failed.with_trace(), .exit_code = 1};
    }
    try {
        return check_and_act(invocation, usage, options, state);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    }
}

}  // namespace gregor::lab::kafka_tools
