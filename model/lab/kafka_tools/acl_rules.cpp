#include "model/lab/kafka_tools/acl_rules.h"

#include "model/lab/kafka_tools/java_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

/// What kafka-acls makes of its options: AclCommand.getResourceFilterToAcls and
/// AclEntry.supportedOperations.
namespace gregor::lab::kafka_tools {

namespace {

using Operations = std::vector<std::string>;
using Rules = std::map<ResourceFilter, std::vector<AclBinding>>;

struct Resource {
    std::string_view option, type;
    std::string_view operations;  ///< that it supports, beside ALL
};
constexpr std::array resources{
    Resource{"topic", "TOPIC",
             "READ WRITE CREATE DELETE ALTER DESCRIBE DESCRIBE_CONFIGS ALTER_CONFIGS"},
    Resource{"cluster", "CLUSTER",
             "CREATE ALTER DESCRIBE CLUSTER_ACTION DESCRIBE_CONFIGS ALTER_CONFIGS "
             "IDEMPOTENT_WRITE"},
    Resource{"group", "GROUP", "READ DELETE DESCRIBE DESCRIBE_CONFIGS ALTER_CONFIGS"},
    Resource{"transactional-id", "TRANSACTIONAL_ID", "WRITE DESCRIBE TWO_PHASE_COMMIT"},
    Resource{"delegation-token", "DELEGATION_TOKEN", "DESCRIBE"},
    Resource{"user-principal", "USER", "CREATE_TOKENS DESCRIBE_TOKENS"},
};
const ResourceFilter the_cluster{"CLUSTER", "kafka-cluster", "LITERAL"};

constexpr std::array<std::string_view, 16> operation_names{"ANY",
                                                           "ALL",
                                                           "READ",
                                                           "WRITE",
                                                           "CREATE",
                                                           "DELETE",
                                                           "ALTER",
                                                           "DESCRIBE",
                                                           "CLUSTER_ACTION",
                                                           "DESCRIBE_CONFIGS",
                                                           "ALTER_CONFIGS",
                                                           "CREATE_TOKENS",
                                                           "IDEMPOTENT_WRITE",
                                                           "DESCRIBE_TOKENS",
                                                           "TWO_PHASE_COMMIT",
                                                           "UNKNOWN"};

/// "IdempotentWrite" in any case; the name with a line under it is not one.
std::string operation_named(const std::string& text)
{
    const std::string wanted = to_upper(trim(text));
    for (const std::string_view each : operation_names) {
        std::string spelled(each);
        std::erase(spelled, '_');
        if (spelled == wanted) return std::string(each);
    }
    return "UNKNOWN";
}

void check_operations(const Rules& rules)
{
    for (const auto& [resource, entries] : rules) {
        const auto& known = *std::ranges::find(resources, resource.type, &Resource::type);
        Operations supported = split(known.operations, ' ');
        supported.emplace_back("ALL");
        for (const AclBinding& each : entries) {
            if (std::ranges::find(supported, each.operation) != supported.end()) continue;
            throw WrongUse{fmt::format("ResourceType {} only supports operations [{}]",
                                       resource.type, fmt::join(supported, ", "))};
        }
    }
}

std::set<std::string> hosts_of(const Options& options, const std::string& kind)
{
    std::set<std::string> hosts;
    for (const std::string& each : options.values(kind + "-host")) hosts.insert(trim(each));
    if (hosts.empty() && options.has(kind + "-principal")) hosts.insert("*");
    return hosts;
}

std::vector<AclBinding> entries_of(const Options& options, const ResourceFilter& resource,
                                   const Operations& operations)
{
    std::set<AclBinding> entries;
    for (const std::string kind : {"allow", "deny"}) {
        for (const std::string& principal : principals_of(options, kind + "-principal")) {
            for (const std::string& operation : operations) {
                for (const std::string& host : hosts_of(options, kind)) {
                    entries.insert({resource.type, resource.name, resource.pattern, principal, host,
                                    operation, to_upper(kind)});
                }
            }
        }
    }
    return {entries.begin(), entries.end()};
}

void merge(const Options& options, const ResourceFilter& resource, const Operations& operations,
           Rules& rules)
{
    std::vector<AclBinding>& known = rules[resource];
    for (const AclBinding& each : entries_of(options, resource, operations)) {
        if (std::ranges::find(known, each) == known.end()) known.push_back(each);
    }
}

Operations asked_operations(const Options& options)
{
    Operations operations;
    for (const std::string& each : options.values("operation")) {
        operations.push_back(operation_named(each));
    }
    if (operations.empty()) operations.emplace_back("ALL");
    return operations;
}

}  // namespace

PatternType pattern_type_of(const Options& options)
{
    const std::string text = options.value_or("resource-pattern-type", "literal");
    const std::string name = to_upper(text);
    for (const std::string_view each : {"ANY", "MATCH", "LITERAL", "PREFIXED"}) {
        if (each == name) return {name};
    }
    throw JavaException{
        "joptsimple.OptionArgumentConversionException",
        fmt::format("Cannot parse argument '{}' of option resource-pattern-type", text),
        {}};
}

bool ResourceFilter::matches(const AclBinding& acl) const
{
    if (type != acl.resource_type) return false;
    if (pattern == "MATCH") {
        if (acl.pattern == "PREFIXED") return name.starts_with(acl.name);
        return acl.name == name || acl.name == "*";
    }
    return (pattern == "ANY" || pattern == acl.pattern) && name == acl.name;
}

std::string ResourceFilter::text() const
{
    return fmt::format("ResourcePattern(resourceType={}, name={}, patternType={})", type, name,
                       pattern);
}

std::vector<ResourceFilter> resource_filters(const Options& options)
{
    const PatternType pattern = pattern_type_of(options);
    std::vector<ResourceFilter> filters;
    for (const Resource& each : resources) {
        if (each.option == "cluster") {
            const bool meant = options.has("cluster") || options.has("idempotent");
            if (pattern.name == "LITERAL" && meant) filters.push_back(the_cluster);
            continue;
        }
        for (const std::string& name : options.values(each.option)) {
            filters.push_back({std::string(each.type), trim(name), pattern.name});
        }
    }
    return filters;
}

Rules rules_of(const Options& options)
{
    const std::vector<ResourceFilter> filters = resource_filters(options);
    if (filters.empty()) {
        throw WrongUse{
            "You must provide at least one resource: --topic <topic> or --cluster or --group "
            "<group> or --delegation-token <Delegation Token ID>"};
    }
    Rules rules;
    const auto of_type = [&](std::string_view type, const Operations& operations) {
        for (const ResourceFilter& each : filters) {
            if (each.type == type) merge(options, each, operations, rules);
        }
    };
    if (options.has("producer")) {
        of_type("TOPIC", {"WRITE", "DESCRIBE", "CREATE"});
        of_type("TRANSACTIONAL_ID", {"WRITE", "DESCRIBE"});
        if (options.has("idempotent")) merge(options, the_cluster, {"IDEMPOTENT_WRITE"}, rules);
    }
    if (options.has("consumer")) {
        of_type("TOPIC", {"READ", "DESCRIBE"});
        of_type("GROUP", {"READ"});
    }
    if (!options.has("producer") && !options.has("consumer")) {
        for (const ResourceFilter& each : filters) {
            merge(options, each, asked_operations(options), rules);
        }
    }
    check_operations(rules);
    return rules;
}

std::vector<std::string> principals_of(const Options& options, std::string_view option)
{
    std::vector<std::string> principals;
    for (const std::string& each : options.values(option)) {
        const std::string principal = trim(each);
        if (principal.find(':') == std::string::npos) {
            throw illegal_argument(
                "expected a string in format principalType:principalName but got " + principal);
        }
        principals.push_back(principal);
    }
    return principals;
}

bool same_entry(const AclBinding& a, const AclBinding& b)
{
    return a.principal == b.principal && a.host == b.host && a.operation == b.operation &&
           a.permission == b.permission;
}

}  // namespace gregor::lab::kafka_tools
