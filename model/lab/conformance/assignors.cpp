#include "model/assignors/range.h"
#include "model/assignors/round_robin.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"

#include <algorithm>

namespace gregor::lab {

namespace {

using nlohmann::json;
using Topic = GroupSubscription::Topic;

/// Racks as a list of lists, or as one word a partition with a letter for each replica.
std::vector<std::vector<std::string>> racks_of(const json& racks)
{
    if (racks.is_array()) return racks;
    std::vector<std::vector<std::string>> result;
    std::istringstream words(racks.get<std::string>());
    for (std::string word; words >> word;) {
        auto& replicas = result.emplace_back();
        for (const char letter : word) {
            if (letter != '-') replicas.emplace_back(1, letter);
        }
    }
    return result;
}

Topic topic_of(const std::string& name, const json& value, TopicId id)
{
    Topic topic{.name = name, .id = id, .racks = {}};
    if (value.is_number()) {
        topic.partitions = value;
    } else if (value.is_string()) {
        topic.racks = racks_of(value);
        topic.partitions = static_cast<std::int32_t>(topic.racks.size());
    } else {
        topic.partitions = value.at("partitions");
        if (value.contains("racks")) topic.racks = racks_of(value.at("racks"));
    }
    return topic;
}

GroupSubscription subscription_of(const json& input)
{
    GroupSubscription subscription;
    std::int32_t next = 0;
    for (const auto& [name, value] : input.at("topics").items()) {
        subscription.topics.push_back(topic_of(name, value, TopicId{next++}));
    }
    for (const json& each : input.at("members")) {
        subscription.members.push_back(
            {.id = each.at("id"),
             .instance_id = each.value("instance", each.value("inst", std::string())),
             .rack = each.value("rack", std::string()),
             .topics = each.value("topics", std::vector<std::string>())});
    }
    return subscription;
}

/// member -> sorted "topic-partition".
using Plain = std::map<std::string, std::vector<std::string>>;

Plain plain(const GroupSubscription& subscription, const GroupAssignment& assignment)
{
    Plain result;
    for (const auto& [member, partitions] : assignment) {
        auto& names = result[member];
        for (const TopicPartition each : partitions) {
            const auto& topic = subscription.topics[static_cast<std::size_t>(each.topic.value)];
            names.push_back(topic.name + "-" + std::to_string(each.partition));
        }
        std::sort(names.begin(), names.end());
    }
    return result;
}

/// "0-3,7" of a topic as names.
void add_ranges(const std::string& topic, const std::string& ranges, std::vector<std::string>& to)
{
    std::istringstream parts(ranges);
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t dash = part.find('-');
        const int first = std::stoi(part);
        const int last = dash == std::string::npos ? first : std::stoi(part.substr(dash + 1));
        for (int p = first; p <= last; ++p) to.push_back(topic + "-" + std::to_string(p));
    }
}

Plain expected_of(const json& out)
{
    Plain result;
    for (const auto& [member, owned] : out.items()) {
        auto& names = result[member];
        if (owned.is_array()) {
            names = owned.get<std::vector<std::string>>();
        } else {
            for (const auto& [topic, ranges] : owned.items()) {
                add_ranges(topic, ranges.get<std::string>(), names);
            }
        }
        std::sort(names.begin(), names.end());
    }
    return result;
}

VectorOutcome check(const std::string& id, const std::string& assignor, const json& input,
                    const json& expected)
{
    VectorOutcome outcome{.id = id};
    if (assignor != "range" && assignor != "roundrobin") {
        outcome.covered = false;
        return outcome;
    }
    const GroupSubscription subscription = subscription_of(input);
    const Plain got = plain(subscription, assignor == "range" ? assign_range(subscription)
                                                              : assign_round_robin(subscription));
    const Plain wanted = expected_of(expected);
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
