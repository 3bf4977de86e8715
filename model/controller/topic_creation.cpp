#include "model/controller/topic_creation.h"

#include "model/topic_names.h"

#include <algorithm>

namespace gregor {

Error TopicCreation::create(const CreateTopicsRequest::Topic& topic)
{
    if (objection_to_topic_name(topic.name)) return Error::invalid_topic_exception;
    if (std::find(names_.begin(), names_.end(), topic.name) != names_.end()) {
        return Error::invalid_request;
    }
    if (image_.topic_named(topic.name) != nullptr) return Error::topic_already_exists;
    if (collides(topic.name)) return Error::invalid_topic_exception;
    const TopicId id = topic.id == no_topic ? next_id_ : topic.id;
    const auto configs = configs_of(topic, id);
    if (!configs) return configs.error();
    const auto placed = place(topic);
    if (!placed) return placed.error();
    records_.emplace_back(TopicRecord{id, topic.name});
    for (const ConfigRecord& config : configs.value()) records_.emplace_back(config);
    add_partitions(id, 0, placed.value());
    names_.push_back(topic.name);
    next_id_.value = std::max(next_id_.value, id.value + 1);
    return Error::none;
}

/// With a topic that is there; of those in the same request Kafka does not ask.
bool TopicCreation::collides(std::string_view name) const
{
    return has_collision_characters(name) &&
           std::ranges::any_of(image_.topics(), [name](const auto& each) {
               return each->id != no_topic && topic_names_collide(each->name, name);
           });
}

Error TopicCreation::extend(TopicId topic, std::int32_t count, const Assignments& assignments)
{
    const TopicImage* known = image_.topic(topic);
    if (known == nullptr) return Error::unknown_topic_or_partition;
    const auto present = static_cast<std::int32_t>(known->partitions.size());
    if (count <= present) return Error::invalid_partitions;
    const BrokerList& first = known->partitions[0]->replicas;
    Placement wanted;
    wanted.partitions = count - present;
    wanted.replication_factor = static_cast<std::int16_t>(first.size());
    if (assignments.empty()) {
        const Result<Assignments> placed = place(wanted);
        if (!placed) return placed.error();
        add_partitions(topic, present, placed.value());
        return Error::none;
    }
    const bool fits =
        std::ssize(assignments) == wanted.partitions && assignments[0].size() == first.size();
    if (!fits) return Error::invalid_replica_assignment;
    const Error error = check_assignments(assignments);
    if (error == Error::none) add_partitions(topic, present, assignments);
    return error;
}

void TopicCreation::add_partitions(TopicId topic, std::int32_t first,
                                   const std::vector<BrokerList>& placed)
{
    for (const BrokerList& replicas : placed) {
        records_.emplace_back(first_state({topic, first++}, replicas));
    }
}

Result<TopicCreation::Assignments> TopicCreation::place(
    const CreateTopicsRequest::Topic& topic) const
{
    if (!topic.assignments.empty()) {
        const Error error = check_assignments(topic.assignments);
        if (error != Error::none) return error;
        return topic.assignments;
    }
    const bool offsets = topic.name == offsets_topic;
    const bool transactions = topic.name == transactions_topic;
    Placement wanted;
    wanted.partitions = topic.partitions;
    if (wanted.partitions == -1) {
        wanted.partitions =
            static_cast<std::int32_t>(offsets        ? config_.offsets_topic_num_partitions
                                      : transactions ? config_.transaction_state_log_num_partitions
                                                     : config_.num_partitions);
    }
    wanted.replication_factor = topic.replication_factor;
    if (wanted.replication_factor == -1) {
        wanted.replication_factor = static_cast<std::int16_t>(
            offsets        ? config_.offsets_topic_replication_factor
            : transactions ? config_.transaction_state_log_replication_factor
                           : config_.default_replication_factor);
    }
    if (wanted.partitions <= 0) return Error::invalid_partitions;
    return place(wanted);
}

Result<TopicCreation::Assignments> TopicCreation::place(const Placement& wanted) const
{
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

Result<std::vector<ConfigRecord>> TopicCreation::configs_of(const CreateTopicsRequest::Topic& topic,
                                                            TopicId id) const
{
    std::vector<ConfigRecord> records;
    ConfigMap own;
    bool has_cleanup_policy = false;
    for (const auto& [key, text] : topic.configs) {
        const ConfigDefinition* definition = find_config(ConfigScope::topic, key);
        if (definition == nullptr) return Error::invalid_config;
        const auto value = parse_config_value(*definition, text);
        if (value.index() != 0) return Error::invalid_config;
        records.push_back({id, key, std::get<0>(value)});
        own[key] = std::get<0>(value);
        has_cleanup_policy = has_cleanup_policy || key == "cleanup.policy";
    }
    if (!find_topic_conflicts(own, config_.log_values).empty()) return Error::invalid_config;
    if (is_internal_topic(topic.name) && !has_cleanup_policy) {
        records.push_back({id, "cleanup.policy", "compact"});
    }
    return records;
}

PartitionRecord TopicCreation::first_state(TopicPartition partition,
                                           const BrokerList& replicas) const
{
    PartitionRecord record;
    record.partition = partition;
    record.replicas = replicas;
    for (const BrokerId id : replicas) {
        if (image_.is_active(id)) record.isr.push_back(id);
    }
    record.leader = record.isr.empty() ? no_broker : record.isr[0];
    return record;
}

}  // namespace gregor
