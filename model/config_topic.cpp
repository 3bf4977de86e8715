#include "model/config.h"
#include "model/units.h"

#include <algorithm>
#include <array>

/// What topics get from their broker's settings. Source: classes ServerTopicConfigSynonyms,
/// KafkaConfig (extractLogConfigMap, validateValues), LogConfig (validate).
namespace gregor {
namespace {

using namespace std::string_view_literals;

/// A broker's setting that stands in for a topic's.
struct Synonym {
    std::string_view broker;
    std::string_view topic;
    std::int64_t factor = 1;  ///< what one of the broker's unit is in the topic's
    bool any_negative_is_minus_one = false;
};

constexpr std::int64_t minute = 60'000, hour = 3'600'000;

/// Where several stand for one, the first that is set holds.
constexpr std::array synonyms{
    Synonym{"log.cleaner.delete.retention.ms", "delete.retention.ms"},
    Synonym{"log.cleaner.max.compaction.lag.ms", "max.compaction.lag.ms"},
    Synonym{"log.cleaner.min.cleanable.ratio", "min.cleanable.dirty.ratio"},
    Synonym{"log.cleaner.min.compaction.lag.ms", "min.compaction.lag.ms"},
    Synonym{"log.cleanup.policy", "cleanup.policy"},
    Synonym{"log.flush.interval.messages", "flush.messages"},
    Synonym{"log.flush.interval.ms", "flush.ms"},
    Synonym{"log.flush.scheduler.interval.ms", "flush.ms"},
    Synonym{"log.index.interval.bytes", "index.interval.bytes"},
    Synonym{"log.index.size.max.bytes", "segment.index.bytes"},
    Synonym{"log.local.retention.bytes", "local.retention.bytes"},
    Synonym{"log.local.retention.ms", "local.retention.ms"},
    Synonym{"log.message.timestamp.after.max.ms", "message.timestamp.after.max.ms"},
    Synonym{"log.message.timestamp.before.max.ms", "message.timestamp.before.max.ms"},
    Synonym{"log.message.timestamp.type", "message.timestamp.type"},
    Synonym{"log.retention.bytes", "retention.bytes"},
    Synonym{"log.retention.ms", "retention.ms", 1, true},
    Synonym{"log.retention.minutes", "retention.ms", minute, true},
    Synonym{"log.retention.hours", "retention.ms", hour, true},
    Synonym{"log.roll.jitter.ms", "segment.jitter.ms"},
    Synonym{"log.roll.jitter.hours", "segment.jitter.ms", hour},
    Synonym{"log.roll.ms", "segment.ms"},
    Synonym{"log.roll.hours", "segment.ms", hour},
    Synonym{"log.segment.bytes", "segment.bytes"},
    Synonym{"log.segment.delete.delay.ms", "file.delete.delay.ms"},
    Synonym{"message.max.bytes", "max.message.bytes"},
};

std::string in_topic_terms(const Synonym& synonym, const std::string& value)
{
    if (synonym.factor == 1 && !synonym.any_negative_is_minus_one) return value;
    const std::int64_t number = parse_integer(value).value_or(0);
    if (synonym.any_negative_is_minus_one && number < 0) return "-1";
    return std::to_string(number * synonym.factor);
}

const std::string* find(const ConfigMap& values, std::string_view name)
{
    const auto at = values.find(std::string(name));
    return at == values.end() ? nullptr : &at->second;
}

std::int64_t number(const ConfigMap& values, std::string_view name, std::int64_t otherwise)
{
    const std::string* value = find(values, name);
    return value == nullptr ? otherwise : parse_integer(*value).value_or(otherwise);
}

/// Where the value of a topic's setting was written.
std::string written_as(std::string_view topic_name, const ConfigMap& broker_values)
{
    for (const Synonym& each : synonyms) {
        if (each.topic == topic_name && broker_values.contains(std::string(each.broker))) {
            return std::string(each.broker);
        }
    }
    return std::string(topic_name);
}

/// The settings of one log, in plain form, and where each was written.
struct LogValues {
    ConfigMap values;
    bool tiered = false;               ///< the broker has tiered storage
    const ConfigMap* topic = nullptr;  ///< what the topic itself sets; null: only defaults
    const ConfigMap* broker = nullptr;

    bool concerns(std::string_view name) const
    {
        return topic == nullptr || topic->contains(std::string(name));
    }
    /// What the one of the two that was written is called there.
    std::string place(std::string_view first, std::string_view second) const
    {
        if (topic != nullptr) return std::string(concerns(first) ? first : second);
        const std::string name = written_as(first, *broker);
        return name != first ? name : written_as(second, *broker);
    }
};

/// Source: LogConfig.validateValues.
void find_lag_conflict(const LogValues& log, std::vector<ConfigConflict>& found)
{
    constexpr auto min_lag = "min.compaction.lag.ms"sv, max_lag = "max.compaction.lag.ms"sv;
    const std::int64_t least = number(log.values, min_lag, 0);
    const std::int64_t most = number(log.values, max_lag, INT64_MAX);
    if (least <= most || !(log.concerns(min_lag) || log.concerns(max_lag))) return;
    const std::string min_text = std::to_string(least), max_text = std::to_string(most);
    found.push_back({log.place(min_lag, max_lag),
                     {.found = min_text + " for the least and " + max_text + " for the most",
                      .allowed = "min.compaction.lag.ms at most max.compaction.lag.ms",
                      .kafka = "conflict topic config setting min.compaction.lag.ms (" + min_text +
                               ") > max.compaction.lag.ms (" + max_text + ")"}});
}

/// What stays on the local disk is at most the whole (LogConfig.validateRemoteStorageRetention...).
void find_local_retention_conflict(const LogValues& log, std::string_view whole,
                                   std::int64_t otherwise, std::vector<ConfigConflict>& found)
{
    const std::string local = "local." + std::string(whole);
    const std::int64_t limit = number(log.values, whole, otherwise);
    const std::int64_t here = number(log.values, local, -2);
    if (here == -2 || limit < 0 || (here >= 0 && here <= limit)) return;
    const std::string limit_text = std::to_string(limit), here_text = std::to_string(here);
    const std::string rule = here == -1 ? "Value must not be -1 as " + std::string(whole) +
                                              " value is set as " + limit_text + "."
                                        : "Value must not be more than " + std::string(whole) +
                                              " property value: " + limit_text;
    found.push_back(
        {log.place(local, whole),
         {.found = here_text,
          .allowed = "at most " + std::string(whole) + ", which is " + limit_text,
          .kafka = "Invalid value " + here_text + " for configuration " + local + ": " + rule}});
}

void find_tiered_conflicts(const LogValues& log, std::vector<ConfigConflict>& found)
{
    const std::string* remote = find(log.values, "remote.storage.enable");
    const bool is_remote = remote != nullptr && *remote == "true";
    if (is_remote && !log.tiered) {
        found.push_back({"remote.storage.enable",
                         {.found = "true",
                          .allowed = "false, because remote.log.storage.system.enable is false",
                          .kafka = "Tiered Storage functionality is disabled in the broker. Topic "
                                   "cannot be configured with remote log storage."}});
    }
    if (!log.tiered || (log.topic != nullptr && !is_remote)) return;
    const std::string* policy = find(log.values, "cleanup.policy");
    if (is_remote && policy != nullptr && policy->find("compact") != std::string::npos) {
        found.push_back(
            {log.place("cleanup.policy", "remote.storage.enable"),
             {.found = *policy,
              .allowed = "delete, because remote.storage.enable is true",
              .kafka = "Remote log storage only supports topics with "
                       "cleanup.policy=delete or cleanup.policy being an empty list."}});
    }
    constexpr std::int64_t seven_days_in_ms = 604'800'000;
    find_local_retention_conflict(log, "retention.ms", seven_days_in_ms, found);
    find_local_retention_conflict(log, "retention.bytes", -1, found);
}

bool has_tiered_storage(const ConfigMap& broker_values)
{
    const std::string* value = find(broker_values, "remote.log.storage.system.enable");
    return value != nullptr && *value == "true";
}

/// What a broker asks of itself at start (KafkaConfig.validateValues).
struct Requirement {
    std::string_view topic_name;
    std::int64_t least;
    std::string_view allowed;
    std::string_view kafka;
};

constexpr std::array requirements{
    Requirement{"segment.ms", 1, "at least 1", "log.roll.ms must be greater than or equal to 1"},
    Requirement{"segment.jitter.ms", 0, "at least 0",
                "log.roll.jitter.ms must be greater than or equal to 0"},
    Requirement{"retention.ms", 1, "a negative number for unlimited, or at least 1",
                "log.retention.ms must be unlimited (-1) or, greater than or equal to 1"},
};

void find_requirements(const LogValues& log, std::vector<ConfigConflict>& found)
{
    for (const Requirement& each : requirements) {
        const std::int64_t value = number(log.values, each.topic_name, each.least);
        const bool unlimited = each.topic_name == "retention.ms" && value == -1;
        if (value >= each.least || unlimited) continue;
        const std::string name = written_as(each.topic_name, *log.broker);
        found.push_back({name,
                         {.found = log.broker->at(name),
                          .allowed = std::string(each.allowed),
                          .kafka = "requirement failed: " + std::string(each.kafka)}});
    }
}

void find_cleaner_conflicts(const ConfigMap& values, std::vector<ConfigConflict>& found)
{
    constexpr std::int64_t megabyte = 1024 * 1024;
    const std::int64_t threads = number(values, "log.cleaner.threads", 1);
    const std::int64_t buffer = number(values, "log.cleaner.dedupe.buffer.size", 128 * megabyte);
    if (threads == 0) {
        found.push_back({"log.cleaner.threads",
                         {.found = "0",
                          .allowed = "at least 1: Kafka divides the dedupe buffer by it",
                          .kafka = "/ by zero"}});
    } else if (buffer / threads <= megabyte) {
        found.push_back({"log.cleaner.dedupe.buffer.size",
                         {.found = std::to_string(buffer),
                          .allowed = "more than 1048576 for each of log.cleaner.threads",
                          .kafka = "requirement failed: log.cleaner.dedupe.buffer.size must be at "
                                   "least 1MB per cleaner thread."}});
    }
}

}  // namespace

bool concerns_logs(std::string_view broker_setting)
{
    return broker_setting.starts_with("log.") || broker_setting == "message.max.bytes" ||
           broker_setting == "remote.log.storage.system.enable";
}

ConfigMap topic_defaults(const ConfigMap& broker_values)
{
    ConfigMap values;
    if (broker_values.empty()) return values;
    for (const Synonym& each : synonyms) {
        const std::string* value = find(broker_values, each.broker);
        if (value != nullptr) values.emplace(each.topic, in_topic_terms(each, *value));
    }
    return values;
}

std::vector<ConfigConflict> find_topic_conflicts(const ConfigMap& topic_values,
                                                 const ConfigMap& broker_values)
{
    std::vector<ConfigConflict> found;
    LogValues log{topic_values, has_tiered_storage(broker_values), &topic_values, &broker_values};
    log.values.merge(topic_defaults(broker_values));
    find_lag_conflict(log, found);
    find_tiered_conflicts(log, found);
    return found;
}

std::vector<ConfigConflict> find_topic_default_conflicts(const ConfigMap& broker_values)
{
    std::vector<ConfigConflict> found;
    LogValues log{topic_defaults(broker_values), has_tiered_storage(broker_values), nullptr,
                  &broker_values};
    find_requirements(log, found);
    find_cleaner_conflicts(broker_values, found);
    if (!found.empty()) return found;
    for (const auto& [name, value] : log.values) {
        const auto parsed = parse_config_value(*find_config(ConfigScope::topic, name), value);
        if (const auto* error = std::get_if<ConfigError>(&parsed)) {
            found.push_back({written_as(name, broker_values), *error});
        }
    }
    find_lag_conflict(log, found);
    find_tiered_conflicts(log, found);
    return found;
}

}  // namespace gregor
