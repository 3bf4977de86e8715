#include "model/lab/kafka_tools/topic_configs.h"

#include "model/config.h"
#include "model/java_hash.h"
#include "model/java_hash_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace gregor::lab::kafka_tools {

namespace {

/// A topic's setting and what brokers call it; several names separated by blanks, the strongest
/// first (ServerTopicConfigSynonyms).
struct Synonyms {
    std::string_view topic, broker;
};
constexpr std::array all_synonyms{
    Synonyms{"cleanup.policy", "log.cleanup.policy"},
    Synonyms{"compression.gzip.level", "compression.gzip.level"},
    Synonyms{"compression.lz4.level", "compression.lz4.level"},
    Synonyms{"compression.type", "compression.type"},
    Synonyms{"compression.zstd.level", "compression.zstd.level"},
    Synonyms{"delete.retention.ms", "log.cleaner.delete.retention.ms"},
    Synonyms{"file.delete.delay.ms", "log.segment.delete.delay.ms"},
    Synonyms{"flush.messages", "log.flush.interval.messages"},
    Synonyms{"flush.ms", "log.flush.interval.ms log.flush.scheduler.interval.ms"},
    Synonyms{"follower.replication.throttled.replicas", ""},
    Synonyms{"index.interval.bytes", "log.index.interval.bytes"},
    Synonyms{"leader.replication.throttled.replicas", ""},
    Synonyms{"local.retention.bytes", "log.local.retention.bytes"},
    Synonyms{"local.retention.ms", "log.local.retention.ms"},
    Synonyms{"max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"},
    Synonyms{"max.message.bytes", "message.max.bytes"},
    Synonyms{"message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"},
    Synonyms{"message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"},
    Synonyms{"message.timestamp.type", "log.message.timestamp.type"},
    Synonyms{"min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"},
    Synonyms{"min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"},
    Synonyms{"min.insync.replicas", "min.insync.replicas"},
    Synonyms{"preallocate", "log.preallocate"},
    Synonyms{"remote.log.copy.disable", ""},
    Synonyms{"remote.log.delete.on.disable", ""},
    Synonyms{"remote.storage.enable", ""},
    Synonyms{"retention.bytes", "log.retention.bytes"},
    Synonyms{"retention.ms", "log.retention.ms log.retention.minutes log.retention.hours"},
    Synonyms{"segment.bytes", "log.segment.bytes"},
    Synonyms{"segment.index.bytes", "log.index.size.max.bytes"},
    Synonyms{"segment.jitter.ms", "log.roll.jitter.ms log.roll.jitter.hours"},
    Synonyms{"segment.ms", "log.roll.ms log.roll.hours"},
    Synonyms{"unclean.leader.election.enable", "unclean.leader.election.enable"},
};

std::vector<std::string> broker_names(std::string_view list)
{
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::size_t blank = list.find(' ');
        names.emplace_back(list.substr(0, blank));
        list = blank == std::string_view::npos ? std::string_view() : list.substr(blank + 1);
    }
    return names;
}

const std::map<std::string, std::string>* configs_of(const ClusterState& state,
                                                     const std::string& entity)
{
    const auto found = state.configs.find(entity);
    return found == state.configs.end() ? nullptr : &found->second;
}

/// What a broker's synonyms add. Those before the first that has the strongest name are dropped,
/// as ConfigHelper does.
void add_broker_synonyms(const ClusterState& state, std::string_view list, ConfigEntry& entry)
{
    const std::vector<std::string> names = broker_names(list);
    if (names.empty()) return;
    std::vector<ConfigEntry::Synonym> found;
    const auto add = [&](const std::string& entity, std::string_view source) {
        const auto* configs = configs_of(state, entity);
        if (configs == nullptr) return;
        for (const std::string& name : names) {
            const auto value = configs->find(name);
            if (value != configs->end()) found.push_back({source, name, value->second});
        }
    };
    add("brokers " + std::string(default_entity), "DYNAMIC_DEFAULT_BROKER_CONFIG");
    add("static brokers", "STATIC_BROKER_CONFIG");
    for (const std::string& name : names) {
        const ConfigDefinition* definition = find_config(ConfigScope::broker, name);
        if (definition == nullptr || definition->default_value.empty()) continue;
        found.push_back({"DEFAULT_CONFIG", name, std::string(definition->default_value)});
    }
    while (!found.empty() && found.front().name != names.front()) found.erase(found.begin());
    entry.synonyms.insert(entry.synonyms.end(), found.begin(), found.end());
}

ConfigEntry describe(const ClusterState& state, const ClusterState::Topic& topic,
                     const Synonyms& config)
{
    ConfigEntry entry{.name = std::string(config.topic)};
    const auto own = topic.configs.find(entry.name);
    if (own != topic.configs.end()) {
        entry.synonyms.push_back({"DYNAMIC_TOPIC_CONFIG", entry.name, own->second});
    }
    add_broker_synonyms(state, config.broker, entry);
    const ConfigDefinition* definition = find_config(ConfigScope::topic, entry.name);
    entry.value = definition == nullptr ? "" : std::string(definition->default_value);
    entry.source = "DEFAULT_CONFIG";
    if (!entry.synonyms.empty()) {
        entry.source = entry.synonyms.front().source;
        entry.value = entry.synonyms.front().value;
    }
    return entry;
}

/// Those that share a bucket with others in the map that kafka-topics prints from, first to last:
/// as the brokers answer them. That order is the one of java.util.Properties, whose table was
/// resized on the way, and is not derived here but taken from recorded answers (golden/cli: a topic
/// with 30 settings in `extra`, and `topics`).
constexpr std::array<std::string_view, 11> first_in_their_bucket{
    "segment.bytes",        "retention.ms",           "compression.gzip.level",
    "flush.messages",       "compression.zstd.level", "max.compaction.lag.ms",
    "file.delete.delay.ms", "index.interval.bytes",   "min.cleanable.dirty.ratio",
    "retention.bytes",      "delete.retention.ms",
};

}  // namespace

std::vector<ConfigEntry> describe_topic_configs(const ClusterState& state,
                                                const ClusterState::Topic& topic)
{
    std::vector<ConfigEntry> entries;
    for (const Synonyms& each : all_synonyms) entries.push_back(describe(state, topic, each));
    return entries;
}

std::vector<ConfigEntry> in_order_of_topics_tool(std::vector<ConfigEntry> entries)
{
    const auto rank = [](const ConfigEntry& entry) {
        return std::ranges::find(first_in_their_bucket, entry.name) - first_in_their_bucket.begin();
    };
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return hash_order(entries, buckets_of_growing(entries.size()),
                      [](const ConfigEntry& entry) { return java_string_hash(entry.name); });
}

std::string topic_config_value(const ClusterState& state, const ClusterState::Topic& topic,
                               std::string_view name)
{
    const auto found = std::ranges::find(all_synonyms, name, &Synonyms::topic);
    return found == all_synonyms.end() ? "" : describe(state, topic, *found).value;
}

std::optional<std::string> objection_to_config(std::string_view scope, const std::string& name,
                                               const std::string& value)
{
    const ConfigScope in = scope == "topic"   ? ConfigScope::topic
                           : scope == "group" ? ConfigScope::group
                                              : ConfigScope::broker;
    const ConfigDefinition* definition = find_config(in, name);
    if (definition == nullptr) return fmt::format("Unknown {} config name: {}", scope, name);
    // "30s" is a value of scenarios, not of Kafka.
    ConfigDefinition plain = *definition;
    plain.unit = ConfigUnit::none;
    const auto parsed = parse_config_value(plain, value);
    if (const auto* error = std::get_if<ConfigError>(&parsed)) return error->kafka;
    return std::nullopt;
}

}  // namespace gregor::lab::kafka_tools
