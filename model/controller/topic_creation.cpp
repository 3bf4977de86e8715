#include "model/controller/topic_creation.h"

#include <algorithm>

namespace gregor {

namespace {

constexpr std::size_t max_name_length = 249;

bool valid_name(std::string_view name)
{
    if (name.empty() || name.size() > max_name_length || name == "." || name == "..") return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

Error TopicCreation::create(const CreateTopicsRequest::Topic& topic)
{
    if (!valid_name(topic.name)) return Error::invalid_topic_exception;
    if (std::find(names_.begin(), names_.end(), topic.name) != names_.end()) {
        return Error::invalid_request;
    }
    if (image_.topic_named(topic.name) != nullptr) return Error::topic_already_exists;
    const auto configs = configs_of(topic);
    if (!configs) return configs.error();
    const auto placed = place(topic);
    if (!placed) return placed.error();
    records_.emplace_back(TopicRecord{next_id_, topic.name});
    for (const ConfigRecord& config : configs.value()) records_.emplace_back(config);
    std::int32_t number = 0;
    for (const BrokerList& replicas : placed.value()) {
        records_.emplace_back(first_state(number++, replicas));
    }
    names_.push_back(topic.name);
    ++next_id_.value;
    return Error::none;
}

Result<TopicCreation::Assignments> TopicCreation::place(
    const CreateTopicsRequest::Topic& topic) const
{
    if (!topic.assignments.empty()) {
        const Error error = check_assignments(topic.assignments);
        if (error != Error::none) return error;
        return topic.assignments;
    }
    const bool offsets = topic.name == group_offsets_topic;
    Placement wanted;
    wanted.partitions = topic.partitions;
    if (wanted.partitions == -1) {
        wanted.partitions = static_cast<std::int32_t>(offsets ? config_.offsets_topic_num_partitions
                                                              : config_.num_partitions);
    }
    wanted.replication_factor = topic.replication_factor;
    if (wanted.replication_factor == -1) {
        wanted.replication_factor =
            static_cast<std::int16_t>(offsets ? config_.offsets_topic_replication_factor
                                              : config_.default_replication_factor);
    }
    if (wanted.partitions <= 0) return Error::invalid_partitions;
    std::vector<PlaceableBroker> brokers;
    for (const auto& [id, broker] : image_.brokers()) {
        brokers.push_back({id, broker.rack, broker.fenced});
    }
    return place_replicas(brokers, wanted, below_);
}

Error TopicCreation::check_assignments(const Assignments& assignments) const
{
    for (const BrokerList& replicas : assignments) {
        if (replicas.empty() || replicas.size() != assignments[0].size()) {
            return Error::invalid_replica_assignment;
        }
        BrokerList sorted = replicas;
        std::sort(sorted.begin(), sorted.end());
        if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) {
            return Error::invalid_replica_assignment;
        }
        bool any_active = false;
        for (const BrokerId id : replicas) {
            if (image_.broker(id) == nullptr) return Error::invalid_replica_assignment;
            any_active = any_active || image_.is_active(id);
        }
        if (!any_active) return Error::invalid_replica_assignment;
    }
    return Error::none;
}

Result<std::vector<ConfigRecord>> TopicCreation::configs_of(
    const CreateTopicsRequest::Topic& topic) const
{
    std::vector<ConfigRecord> records;
    ConfigMap own;
    bool has_cleanup_policy = false;
    for (const auto& [key, text] : topic.configs) {
        const ConfigDefinition* definition = find_config(ConfigScope::topic, key);
        if (definition == nullptr) return Error::invalid_config;
        const auto value = parse_config_value(*definition, text);
        if (value.index() != 0) return Error::invalid_config;
        records.push_back({next_id_, key, std::get<0>(value)});
        own[key] = std::get<0>(value);
        has_cleanup_policy = has_cleanup_policy || key == "cleanup.policy";
    }
    if (!find_topic_conflicts(own, config_.log_values).empty()) return Error::invalid_config;
    if (topic.name == group_offsets_topic && !has_cleanup_policy) {
        records.push_back({next_id_, "cleanup.policy", "compact"});
    }
    return records;
}

PartitionRecord TopicCreation::first_state(std::int32_t number, const BrokerList& replicas) const
{
    PartitionRecord record;
    record.partition = {next_id_, number};
    record.replicas = replicas;
    for (const BrokerId id : replicas) {
        if (image_.is_active(id)) record.isr.push_back(id);
    }
    record.leader = record.isr.empty() ? no_broker : record.isr[0];
    return record;
}

}  // namespace gregor
