#include "model/lab/kafka_tools/topic_creation.h"

#include "model/lab/kafka_tools/controller_desk.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/topic_configs.h"
#include "model/lab/kafka_tools/topics_describe.h"
#include "model/topic_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace gregor::lab::kafka_tools {

namespace {

using Assignment = std::vector<std::vector<std::int32_t>>;

/// "1:2,2:3" (TopicCommand.parseReplicaAssignment).
Assignment parse_assignment(const std::string& text)
{
    Assignment assignment;
    for (const std::string& partition : split(text, ',')) {
        std::vector<std::int32_t> replicas;
        for (const std::string& id : split(partition, ':')) replicas.push_back(java_int(trim(id)));
        std::vector<std::int32_t> twice;
        std::set<std::int32_t> seen;
        for (const std::int32_t id : replicas) {
            if (!seen.insert(id).second) twice.push_back(id);
        }
        if (!twice.empty()) {
            throw JavaException{
                "org.apache.kafka.tools.AdminCommandFailedException",
                fmt::format("Partition replica lists may not contain duplicate entries: {}",
                            fmt::join(twice, ",")),
                {}};
        }
        assignment.push_back(replicas);
        if (replicas.size() != assignment.front().size()) {
            throw JavaException{"org.apache.kafka.tools.AdminOperationException",
                                fmt::format("Partition {} has different replication factor: [{}]",
                                            assignment.size() - 1, fmt::join(replicas, ", ")),
                                {}};
        }
    }
    return assignment;
}

std::map<std::string, std::string> parse_configs(const Options& options)
{
    std::map<std::string, std::string> configs;
    for (const std::string& text : options.values("config")) {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals + 1 == text.size()) {
            throw illegal_argument(
                "requirement failed: Invalid topic config: all configs to be "
                "added must be in the format \"key=val\".");
        }
        configs[trim(text.substr(0, equals))] = trim(text.substr(equals + 1));
    }
    for (const auto& [name, value] : configs) {
        const auto objection = objection_to_config("topic", name, value);
        if (!objection) continue;
        if (objection->starts_with("Unknown topic config name")) {
            throw api_error("InvalidConfiguration", *objection);
        }
        throw JavaException{"org.apache.kafka.common.config.ConfigException", *objection, {}};
    }
    return configs;
}

/// What the controller says against replicas that were named.
void check_assignment(const Assignment& assignment, std::size_t replication_factor,
                      const ClusterState& state)
{
    for (const auto& replicas : assignment) {
        for (const std::int32_t id : replicas) {
            if (id < 0) {
                throw api_error("InvalidReplicaAssignment",
                                fmt::format("The manual partition assignment includes an invalid "
                                            "broker id {}.",
                                            id));
            }
        }
        for (const std::int32_t id : std::set<std::int32_t>(replicas.begin(), replicas.end())) {
            if (state.broker(id) == nullptr) {
                throw api_error("InvalidReplicaAssignment",
                                fmt::format("The manual partition assignment includes broker {}, "
                                            "but no such broker is registered.",
                                            id));
            }
        }
        if (replicas.size() != replication_factor) {
            throw api_error(
                "InvalidReplicaAssignment",
                fmt::format("The manual partition assignment includes a partition with {} "
                            "replica(s), but this is not consistent with previous partitions, "
                            "which have {} replica(s).",
                            replicas.size(), replication_factor));
        }
    }
}

void check_replication_factor(std::int64_t wanted, const ClusterState& state)
{
    const auto registered = static_cast<std::int64_t>(state.brokers.size());
    if (wanted <= registered) return;
    throw api_error("InvalidReplicationFactor",
                    fmt::format("Unable to replicate the partition {} time(s): The target "
                                "replication factor of {} cannot be reached because only {} "
                                "broker(s) are registered or some brokers have all their log "
                                "directories cordoned.",
                                wanted, wanted, registered));
}

/// What the controller answers to CreateTopics.
void create(const Options& options, const std::string& name, const Assignment& assignment,
            const std::map<std::string, std::string>& configs, ClusterState& state)
{
    check_new_topic_name(name, state);
    if (state.topics.contains(name)) {
        throw api_error("TopicExists", fmt::format("Topic '{}' already exists.", name));
    }
    CreateTopicsRequest::Topic wanted{.name = name};
    wanted.configs.assign(configs.begin(), configs.end());
    if (!assignment.empty()) {
        check_assignment(assignment, assignment.front().size(), state);
        for (const auto& replicas : assignment) {
            wanted.assignments.push_back(broker_list(replicas));
        }
    } else {
        const auto factor = options.integer("replication-factor");
        const auto count = options.integer("partitions");
        check_replication_factor(factor.value_or(1), state);
        if (factor) wanted.replication_factor = static_cast<std::int16_t>(*factor);
        if (count) wanted.partitions = static_cast<std::int32_t>(*count);
    }
    if (ControllerDesk(state).create(wanted) != Error::none) {
        throw NotModelled{"what the controller says against these settings is not modelled"};
    }
}

}  // namespace

void check_new_topic_name(const std::string& name, const ClusterState& state)
{
    if (auto objection = objection_to_topic_name(name)) {
        throw api_error("InvalidTopic", std::move(*objection));
    }
    for (const auto& [other, topic] : state.topics) {
        if (other != name && topic_names_collide(other, name)) {
            throw api_error(
                "InvalidTopic",
                fmt::format("Topic '{}' collides with existing topic: {}", name, other));
        }
    }
}

ToolResult create_topic(const Options& options, ClusterState& state)
{
    const std::string name = *options.value("topic");
    const auto assignment = parse_assignment(options.value_or("replica-assignment", ""));
    const auto configs = parse_configs(options);
    ToolResult result;
    if (name.find_first_of("._") != std::string::npos) {
        result.out =
            "WARNING: Due to limitations in metric names, topics with a period ('.') or "
            "underscore ('_') could collide. To avoid issues it is best to use either, "
            "but not both.\n";
    }
    try {
        const auto factor = options.integer("replication-factor");
        if (factor && (*factor < 1 || *factor > INT16_MAX)) {
            throw illegal_argument("The replication factor must be between 1 and 32767 inclusive");
        }
        const auto partitions = options.integer("partitions");
        if (partitions && *partitions < 1) {
            throw illegal_argument("The partitions must be greater than 0");
        }
        create(options, name, assignment, configs, state);
    } catch (const JavaException& why) {
        if (options.has("if-not-exists") && why.type.ends_with("TopicExistsException")) {
            return result;
        }
        throw FailedTopicCommand{result.out, why};
    }
    result.changes = true;
    result.out += "Created topic " + name + ".\n";
    return result;
}

ToolResult add_partitions(const Options& options, ClusterState& state)
{
    const auto assignment = parse_assignment(options.value_or("replica-assignment", ""));
    const std::vector<std::string> names = matching_topics(options, state);
    ensure_topic_exists(names, options);
    const std::int64_t wanted = options.integer("partitions").value_or(0);
    ToolResult result;
    ControllerDesk controller(state);
    for (const std::string& name : names) {
        const ClusterState::Topic& topic = state.topics.at(name);
        const auto present = static_cast<std::int64_t>(topic.partitions.size());
        if (wanted == present) {
            throw api_error("InvalidPartitions",
                            fmt::format("Topic already has {} partition(s).", present));
        }
        if (wanted < present) {
            throw api_error("InvalidPartitions",
                            fmt::format("The topic {} currently has {} partition(s); {} would not "
                                        "be an increase.",
                                        name, present, wanted));
        }
        Assignment added;
        if (options.has("replica-assignment")) {
            const auto skipped = std::min<std::size_t>(assignment.size(), topic.partitions.size());
            added.assign(assignment.begin() + static_cast<std::ptrdiff_t>(skipped),
                         assignment.end());
            if (static_cast<std::int64_t>(added.size()) != wanted - present) {
                throw api_error("InvalidReplicaAssignment",
                                fmt::format("Attempted to add {} additional partition(s), but only "
                                            "{} assignment(s) were specified.",
                                            wanted - present, added.size()));
            }
            check_assignment(added, topic.partitions.front().replicas.size(), state);
        }
        if (controller.extend(name, static_cast<std::int32_t>(wanted), added) != Error::none) {
            throw NotModelled{"what the controller says against these partitions is not modelled"};
        }
        result.changes = true;
    }
    return result;
}

}  // namespace gregor::lab::kafka_tools
