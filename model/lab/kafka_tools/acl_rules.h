#pragma once

#include "model/lab/kafka_tools/cluster_state.h"
#include "model/lab/kafka_tools/option_table.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

using AclBinding = ClusterState::AclBinding;

/// How a name is meant: "LITERAL", "PREFIXED", or in filters "ANY" and "MATCH" (what would apply).
struct PatternType {
    std::string name;
    bool specific() const { return name == "LITERAL" || name == "PREFIXED"; }
};
PatternType pattern_type_of(const Options& options);

/// Which resources are meant: those of one pattern, or all that a filter matches.
struct ResourceFilter {
    std::string type;  ///< "TOPIC"
    std::string name;
    std::string pattern;
    auto operator<=>(const ResourceFilter&) const = default;

    /// ResourcePatternFilter.matches.
    bool matches(const AclBinding& acl) const;
    std::string text() const;
};

/// The resources named on the command line; none: all.
std::vector<ResourceFilter> resource_filters(const Options& options);
/// The rules that the options describe, for each resource; without entries where no principal is
/// named. Throws WrongUse for an operation that a resource does not know, or without a resource.
std::map<ResourceFilter, std::vector<AclBinding>> rules_of(const Options& options);

/// "User:alice" from each value of an option; throws IllegalArgumentException.
std::vector<std::string> principals_of(const Options& options, std::string_view option);
/// The same rule, of whatever resource.
bool same_entry(const AclBinding& a, const AclBinding& b);

}  // namespace gregor::lab::kafka_tools
