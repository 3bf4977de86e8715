#include "model/assignors/range.h"
#include "model/assignors/round_robin.h"
#include "model/assignors/sticky.h"
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
    settled,  ///< by the order of the case: the outcome is compared all the same
    open,     ///< what all orders have in common is compared
};

struct Assignor {
    std::string_view name;
    GroupAssignment (*assign)(const GroupSubscription& subscription);
    Ties ties = Ties::settled;
};

constexpr std::array assignors{
    Assignor{"range", assign_range},
    Assignor{"roundrobin", assign_round_robin},
    Assignor{"sticky", assign_sticky, Ties::open},
    Assignor{"cooperative-sticky", assign_cooperative_sticky, Ties::open},
};

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

void compare_loosely(VectorOutcome& outcome, const PlainAssignment& before,
                     const PlainAssignment& got, const json& ties)
{
    const auto sizes = ties.at("sizes").get<std::vector<std::vector<std::size_t>>>();
    const auto range = ties.at("kept").get<std::vector<std::int64_t>>();
    const std::int64_t count = kept(before, got);
    const auto [least, most] = std::minmax_element(range.begin(), range.end());
    outcome.passed = std::find(sizes.begin(), sizes.end(), sizes_of(got)) != sizes.end() &&
                     *least <= count && count <= *most;
    outcome.expected = ties.dump();
    outcome.got = json{{"sizes", sizes_of(got)}, {"kept", count}, {"out", got}}.dump();
}

VectorOutcome check(const std::string& id, const std::string& name, const json& input,
                    const json& expected)
{
    VectorOutcome outcome{.id = id};
    const auto* const assignor =
        std::find_if(assignors.begin(), assignors.end(),
                     [&](const Assignor& each) { return each.name == name; });
    if (assignor == assignors.end()) {
        outcome.covered = false;
        return outcome;
    }
    const GroupSubscription group = group_of(input);
    const PlainAssignment got = plain_assignment(group, assignor->assign(group));
    if (assignor->ties == Ties::open && input.contains("dep")) {
        compare_loosely(outcome, owned_before(input), got, input.at("dep"));
        return outcome;
    }
    const PlainAssignment wanted = plain_assignment(expected);
    outcome.passed = got == wanted;
    outcome.expected = json(wanted).dump();
    outcome.got = json(got).dump();
    return outcome;
}

}  // namespace

std::vector<VectorOutcome> conform_assignors(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& each : cases_of(text)) {
        const std::string id = each.at("id");
        if (each.contains("input")) {
            outcomes.push_back(check(id, each.at("input").at("assignor"), each.at("input"),
                                     each.at("expected").value("assignment", json::object())));
            continue;
        }
        // A chain of steps counts as one case: the first that differs, or the last.
        VectorOutcome outcome;
        for (const json& step : each.at("steps")) {
            outcome = check(id, each.at("assignor"), step, step.at("out"));
            if (!outcome.passed) break;
        }
        outcomes.push_back(outcome);
    }
    return outcomes;
}

}  // namespace gregor::lab
