#include "model/lab/kafka_tools/acl_rules.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/tools.h"

#include <fmt/format.h>

#include <algorithm>

/// kafka-acls.sh (org.apache.kafka.tools.AclCommand).
namespace gregor::lab::kafka_tools {

namespace {

void check_options(const Options& options)
{
    const bool server = options.has("bootstrap-server");
    const bool controller = options.has("bootstrap-controller");
    if (server && controller) {
        throw WrongUse{
            "Only one of --bootstrap-server or --bootstrap-controller must be specified"};
    }
    if (!server && !controller) {
        throw WrongUse{"One of --bootstrap-server or --bootstrap-controller must be specified"};
    }
    if (options.has("add") + options.has("remove") + options.has("list") != 1) {
        throw WrongUse{"Command must include exactly one action: --list, --add, --remove. "};
    }
    forbid_with(
        options, "list",
        {"producer", "consumer", "allow-host", "allow-principal", "deny-host", "deny-principal"});
    forbid_with(options, "producer", {"operation", "deny-principal", "deny-host"});
    forbid_with(options, "consumer", {"operation", "deny-principal", "deny-host"});
    if (options.has("principal") && !options.has("list")) {
        throw WrongUse{"The --principal option is only available if --list is set"};
    }
    if (options.has("producer") && !options.has("topic")) {
        throw WrongUse{"With --producer you must specify a --topic"};
    }
    if (options.has("idempotent") && !options.has("producer")) {
        throw WrongUse{"The --idempotent option is only available if --producer is set"};
    }
    const bool named = options.has("topic") && options.has("group");
    const bool more = options.has("cluster") || options.has("transactional-id");
    if (options.has("consumer") && (!named || (!options.has("producer") && more))) {
        throw WrongUse{
            "With --consumer you must specify a --topic and a --group and no --cluster or "
            "--transactional-id option should be specified."};
    }
}

std::set<AclBinding>& authorizer_of(ClusterState& state)
{
    if (state.acls) return *state.acls;
    throw in_execution(api_error("SecurityDisabled", "No Authorizer is configured on the broker"));
}

std::string entry_text(const AclBinding& acl)
{
    return fmt::format("(principal={}, host={}, operation={}, permissionType={})", acl.principal,
                       acl.host, acl.operation, acl.permission);
}

/// Of the entries of one resource, a line each.
std::string lines_of(const std::vector<AclBinding>& entries)
{
    std::vector<std::string> lines;
    for (const AclBinding& each : entries) lines.push_back("\t" + entry_text(each));
    return fmt::format("{}", fmt::join(lines, "\n"));
}

ToolResult add(const Options& options, ClusterState& state)
{
    if (!pattern_type_of(options).specific()) {
        throw WrongUse{
            fmt::format("A '--resource-pattern-type' value of '{}' is not valid when adding acls.",
                        pattern_type_of(options).name)};
    }
    const auto rules = rules_of(options);
    for (const auto& [resource, entries] : rules) {
        if (!entries.empty()) continue;
        throw WrongUse{
            "You must specify one of: --allow-principal, --deny-principal when trying to add "
            "ACLs."};
    }
    ToolResult result;
    std::set<AclBinding>& present = authorizer_of(state);
    for (const auto& [resource, entries] : rules) {
        std::vector<AclBinding> added;
        for (const AclBinding& each : entries) {
            if (present.insert(each).second) {
                added.push_back(each);
                continue;
            }
            result.out += fmt::format("Acl (pattern={}, entry={}) already exists.\n",
                                      resource.text(), entry_text(each));
        }
        if (added.empty()) continue;
        result.changes = true;
        result.out += fmt::format("Adding ACLs for resource `{}`: \n {}\n\n", resource.text(),
                                  lines_of(added));
    }
    return result;
}

/// Whether one who sits there says so; what is typed is seen too.
bool confirmed(const Options& options, const Invocation& invocation, const std::string& question,
               ToolResult& result)
{
    if (options.has("force")) return true;
    result.out += question + "\n";
    if (!invocation.input_is_terminal) {
        throw JavaException{
            "java.lang.NullPointerException",
            "Cannot invoke \"java.io.Console.readLine()\" because the return value of "
            "\"java.lang.System.console()\" is null",
            {}};
    }
    const std::string line = invocation.input.substr(0, invocation.input.find('\n'));
    result.out += line + "\n";
    return to_lower(line) == "y";
}

void remove(const Invocation& invocation, const Options& options, ClusterState& state,
            ToolResult& result)
{
    for (const auto& [resource, entries] : rules_of(options)) {
        const std::string question =
            entries.empty()
                ? fmt::format(
                      "Are you sure you want to delete all ACLs for resource filter `{}`? (y/n)",
                      resource.text())
                : fmt::format(
                      "Are you sure you want to remove ACLs: \n {}\n from resource filter "
                      "`{}`? (y/n)",
                      lines_of(entries), resource.text());
        if (!confirmed(options, invocation, question, result)) continue;
        const auto gone = [&](const AclBinding& acl) {
            if (!resource.matches(acl)) return false;
            return entries.empty() || std::ranges::any_of(entries, [&](const AclBinding& each) {
                       return same_entry(each, acl);
                   });
        };
        if (std::erase_if(authorizer_of(state), gone) > 0) result.changes = true;
    }
}

std::string list_of(const std::vector<AclBinding>& acls)
{
    std::map<ResourceFilter, std::vector<AclBinding>> by_resource;
    for (const AclBinding& each : acls) {
        by_resource[{each.resource_type, each.name, each.pattern}].push_back(each);
    }
    std::string text;
    for (const auto& [resource, entries] : by_resource) {
        text += fmt::format("Current ACLs for resource `{}`:\n{}\n\n", resource.text(),
                            lines_of(entries));
    }
    return text;
}

ToolResult list(const Options& options, ClusterState& state)
{
    const std::vector<ResourceFilter> filters = resource_filters(options);
    const std::vector<std::string> principals = principals_of(options, "principal");
    std::vector<AclBinding> found;
    for (const AclBinding& each : authorizer_of(state)) {
        const bool meant =
            filters.empty() || std::ranges::any_of(filters, [&](const ResourceFilter& filter) {
                return filter.matches(each);
            });
        if (meant) found.push_back(each);
    }
    if (principals.empty()) return {.out = list_of(found)};
    ToolResult result;
    for (const std::string& principal : principals) {
        std::vector<AclBinding> own;
        for (const AclBinding& each : found) {
            if (each.principal == principal) own.push_back(each);
        }
        result.out += fmt::format("ACLs for principal `{}`\n{}", principal, list_of(own));
    }
    return result;
}

}  // namespace

ToolResult run_acls(const Invocation& invocation, ClusterState& state)
{
    const Usage& usage = *usage_of("acls");
    ToolResult removal;
    try {
        const Options options = parse_options(OptionTable(usage), invocation.arguments);
        if (auto help = help_or_version(usage, invocation.arguments, options)) return *help;
        check_options(options);
        if (options.has("add")) return add(options, state);
        if (options.has("list")) return list(options, state);
        remove(invocation, options, state, removal);
    } catch (const WrongUse& wrong) {
        return print_wrong_use(usage, wrong.message);
    } catch (const JavaException& failed) {
        removal.out += fmt::format("Error while executing ACL command: {}\n{}\n", failed.message,
                                   failed.with_trace());
        removal.exit_code = 1;
    }
    return removal;
}

}  // namespace gregor::lab::kafka_tools
