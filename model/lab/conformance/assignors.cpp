#include "model/assignors/range.h"
#include "model/assignors/round_robin.h"
#include "model/assignors/server_range.h"
#include "model/assignors/simple.h"
#include "model/assignors/sticky.h"
#include "model/assignors/uniform.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/assignor_input.h"
#include "model/lab/conformance/cases.h"

#include <algorithm>
#include <array>

namespace gregor::lab {

namespace {

using nlohmann::json;

/// When a recorded outcome depends on the order in which Java's hash tables are walked.
enum class Ties : std::uint8_t {
    settled,        ///< by the order of the case: the outcome is compared all the same
    open,           ///< what all orders have in common is compared
    open_for_same,  ///< so it is when all members subscribed to the same topics
};

struct Assignor {
    std::string_view name;
    GroupAssignment (*assign)(const GroupSubscription& subscription);
    Ties ties = Ties::settled;
};

constexpr std::array client_assignors{
    Assignor{"range", assign_range},
    Assignor{"roundrobin", assign_round_robin},
    Assignor{"sticky", assign_sticky, Ties::open},
    Assignor{"cooperative-sticky", assign_cooperative_sticky, Ties::open},
};

constexpr std::array server_assignors{
    Assignor{"range", assign_server_range},
    Assignor{"server-range", assign_server_range},
    Assignor{"uniform", assign_uniform},
    Assignor{"simple", assign_simple, Ties::open_for_same},
};

bool compares_loosely(const Assignor& assignor, const json& input)
{
    if (assignor.ties == Ties::settled || !input.contains("dep")) return false;
    return assignor.ties == Ties::open || input.at("type") == "homogeneous";
}

std::vector<std::size_t> sizes_of(const PlainAssignment& assignment)
{
    std::vector<std::size_t> sizes;
    for (const auto& [member, names] : assignment) sizes.push_back(names.size());
    std::sort(sizes.begin(), sizes.end());
    return sizes;
}

/// How many partitions stayed where they were.
std::int64_t kept(const PlainAssignment& before, const PlainAssignment& after)
{
    std::int64_t count = 0;
    for (const auto& [member, names] : before) {
        const auto at = after.find(member);
        if (at == after.end()) continue;
        for (const std::string& name : names) {
            count += std::binary_search(at->second.begin(), at->second.end(), name) ? 1 : 0;
        }
    }
    return count;
}

/// How many members each partition has.
std::map<std::string, int> sharing(const PlainAssignment& assignment)
{
    std::map<std::string, int> counts;
    for (const auto& [member, names] : assignment) {
        for (const std::string& name : names) ++counts[name];
    }
    return counts;
}

void compare_loosely(VectorOutcome& outcome, const json& input, const PlainAssignment& got,
                     const PlainAssignment& wanted)
{
    const json& ties = input.at("dep");
    const auto sizes = ties.at("sizes").get<std::vector<std::vector<std::size_t>>>();
    const auto range = ties.at("kept").get<std::vector<std::int64_t>>();
    const std::int64_t count = kept(owned_before(input), got);
    const auto [least, most] = std::minmax_element(range.begin(), range.end());
    outcome.passed = std::find(sizes.begin(), sizes.end(), sizes_of(got)) != sizes.end() &&
                     *least <= count && count <= *most;
    // Owners that share a partition depend on the order, their number does not.
    if (input.contains("type")) outcome.passed = outcome.passed && sharing(got) == sharing(wanted);
    outcome.expected = ties.dump();
    outcome.got = json{{"sizes", sizes_of(got)}, {"kept", count}, {"out", got}}.dump();
}

VectorOutcome check(const std::string& id, const Assignor* assignor, const json& input,
                    const json& expected)
{
    VectorOutcome outcome{.id = id};
    if (assignor == nullptr) {
        outcome.covered = false;
        return outcome;
    }
    const GroupSubscription group = group_of(input);
    const PlainAssignment got = plain_assignment(group, assignor->assign(group));
    const PlainAssignment wanted = plain_assignment(expected);
    if (compares_loosely(*assignor, input)) {
        compare_loosely(outcome, input, got, wanted);
        return outcome;
    }
    outcome.passed = got == wanted;
    outcome.expected = json(wanted).dump();
    outcome.got = json(got).dump();
    return outcome;
}

template <std::size_t count>
std::vector<VectorOutcome> conform(std::string_view text,
                                   const std::array<Assignor, count>& assignors)
{
    const auto named = [&](const std::string& name) -> const Assignor* {
        for (const Assignor& each : assignors) {
            if (each.name == name) return &each;
        }
        return nullptr;
    };
    std::vector<VectorOutcome> outcomes;
    for (const json& each : cases_of(text)) {
        const std::string id = each.at("id");
        if (each.contains("input")) {
            const json& input = each.at("input");
            outcomes.push_back(check(id, named(input.at("assignor")), input,
                                     each.at("expected").value("assignment", json::object())));
            continue;
        }
        // A chain of steps counts as one case: the first that differs, or the last.
        VectorOutcome outcome;
        for (const json& step : each.at("steps")) {
            outcome = check(id, named(each.at("assignor")), step, step.at("out"));
            if (!outcome.passed) break;
        }
        outcomes.push_back(outcome);
    }
    return outcomes;
}

}  // namespace

std::vector<VectorOutcome> conform_assignors(std::string_view text)
{
    return conform(text, client_assignors);
}

std::vector<VectorOutcome> conform_server_assignors(std::string_view text)
{
    return conform(text, server_assignors);
}

}  // namespace gregor::lab
