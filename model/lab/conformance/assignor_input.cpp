#include "model/lab/conformance/assignor_input.h"

#include <algorithm>
#include <sstream>

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

std::vector<std::string> names_of(const json& owned)
{
    std::vector<std::string> names;
    if (owned.is_array()) {
        names = owned.get<std::vector<std::string>>();
    } else {
        for (const auto& [topic, ranges] : owned.items()) {
            add_ranges(topic, ranges.get<std::string>(), names);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// The first of these keys that is there.
json first_of(const json& object, std::initializer_list<const char*> keys, json otherwise)
{
    for (const char* key : keys) {
        if (object.contains(key)) return object.at(key);
    }
    return otherwise;
}

json owned_of(const json& member)
{
    return first_of(member, {"owned", "prev"}, json::object());
}

GroupSubscription::Member member_of(const json& each, const GroupSubscription& group)
{
    GroupSubscription::Member member{.id = each.at("id"),
                                     .instance_id = first_of(each, {"instance", "inst"}, ""),
                                     .rack = each.value("rack", std::string()),
                                     .topics = each.value("topics", std::vector<std::string>()),
                                     .owned = {}};
    member.generation = first_of(each, {"gen", "generation"}, -1);
    member.subscription_generation = first_of(each, {"subGen", "generation"}, -1);
    for (const std::string& name : names_of(owned_of(each))) {
        const std::size_t dash = name.rfind('-');
        const Topic* topic = group.find(name.substr(0, dash));
        if (topic != nullptr) member.owned.push_back({topic->id, std::stoi(name.substr(dash + 1))});
    }
    return member;
}

}  // namespace

GroupSubscription group_of(const json& input)
{
    GroupSubscription group;
    std::int32_t next = 0;
    for (const auto& [name, value] : input.at("topics").items()) {
        group.topics.push_back(topic_of(name, value, TopicId{next++}));
    }
    for (const json& each : input.at("members")) group.members.push_back(member_of(each, group));
    return group;
}

PlainAssignment plain_assignment(const json& owned_by_member)
{
    PlainAssignment result;
    for (const auto& [member, owned] : owned_by_member.items()) result[member] = names_of(owned);
    return result;
}

PlainAssignment plain_assignment(const GroupSubscription& group, const GroupAssignment& assignment)
{
    PlainAssignment result;
    for (const auto& [member, partitions] : assignment) {
        auto& names = result[member];
        for (const TopicPartition each : partitions) {
            const auto& topic = group.topics[static_cast<std::size_t>(each.topic.value)];
            names.push_back(topic.name + "-" + std::to_string(each.partition));
        }
        std::sort(names.begin(), names.end());
    }
    return result;
}

PlainAssignment owned_before(const json& input)
{
    PlainAssignment result;
    for (const json& member : input.at("members")) {
        result[member.at("id")] = names_of(owned_of(member));
    }
    return result;
}

}  // namespace gregor::lab
