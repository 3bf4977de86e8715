#include "model/group_words.h"
#include "model/java_hash_order.h"
#include "model/lab/kafka_tools/consumer_groups.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"
#include "model/lab/kafka_tools/tools.h"

#include <algorithm>

/// kafka-groups.sh (org.apache.kafka.tools.GroupsCommand).
namespace gregor::lab::kafka_tools {

namespace {

using Group = ClusterState::Group;

void check_options(const Options& options)
{
    if (!options.has("list")) throw WrongUse{"Command must include exactly one action: --list."};
    if (const auto type = options.value("group-type")) {
        if (group_type_named(*type) == "Unknown") {
            throw illegal_argument("--group-type must be a valid group type.");
        }
    }
    forbid_with(options, "consumer", {"group-type", "protocol", "share", "streams"});
    forbid_with(options, "share", {"consumer", "group-type", "protocol", "streams"});
    forbid_with(options, "streams", {"consumer", "group-type", "protocol", "share"});
}

bool accepts(const Options& options, const Group& group)
{
    if (options.has("consumer")) return is_consumer_group(group);
    if (options.has("share")) return group.type == "Share";
    if (options.has("streams")) return group.type == "Streams";
    const auto wanted = options.value("group-type"), protocol = options.value("protocol");
    return (!wanted || group_type_named(*wanted) == group.type) &&
           (!protocol || *protocol == group.protocol);
}

std::string table(const std::vector<std::string>& names, const ClusterState& state)
{
    std::size_t width = 20;
    for (const std::string& name : names) {
        const Group& group = state.groups.at(name);
        width = std::max({width, name.size(), group.type.size(), group.protocol.size()});
    }
    std::string text = row({{"GROUP", width}, {"TYPE", width}, {"PROTOCOL", width}}) + "\n";
    for (const std::string& name : names) {
        const Group& group = state.groups.at(name);
        text += row({{name, width}, {group.type, width}, {group.protocol, width}}) + " \n";
    }
    return text;
}

}  // namespace

ToolResult run_groups(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("groups");
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_options(options);
        std::vector<std::string> all, names;
        for (const auto& [name, group] : state.groups) all.push_back(name);
        for (const std::string& name : hash_order_of_names(all)) {
            if (accepts(options, state.groups.at(name))) names.push_back(name);
        }
        return {.out = table(names, state)};
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        return {.err = failed.message + "\n" + failed.with_trace() + "\n", .exit_code = 1};
    }
}

}  // namespace gregor::lab::kafka_tools
