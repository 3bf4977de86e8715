#include "model/log/log_config.h"

#include <catch2/catch.hpp>

namespace gregor {
namespace {

LogSettings settings_of(const ConfigMap& topic, const ConfigMap& broker = {},
                        const ConfigMap& cluster_wide = {})
{
    return log_settings(BrokerConfig::from(broker), cluster_wide, topic);
}

ConfigMap defaults_of(ConfigScope scope)
{
    ConfigMap values;
    for (const ConfigDefinition* each : configs_of(scope)) {
        if (!each->default_value.empty()) values[std::string(each->name)] = each->default_value;
    }
    return values;
}

}  // namespace

TEST_CASE("log config: settings begin with Kafka's defaults", "[log]")
{
    CHECK(settings_of({}) == LogSettings{});
    CHECK(settings_of(defaults_of(ConfigScope::topic)) == LogSettings{});
    CHECK(settings_of({}, defaults_of(ConfigScope::broker)) == LogSettings{});
}

// LogConfig.fromProps; DynamicBrokerConfig: topic, then cluster-wide, then static.
TEST_CASE("log config: the topic's own value comes before the cluster's and the broker's", "[log]")
{
    const ConfigMap broker{{"log.segment.bytes", "2000000"}};
    const ConfigMap cluster{{"log.segment.bytes", "3000000"}};
    CHECK(settings_of({}, broker).segment_bytes == 2'000'000);
    CHECK(settings_of({}, broker, cluster).segment_bytes == 3'000'000);
    CHECK(settings_of({{"segment.bytes", "4000000"}}, broker, cluster).segment_bytes == 4'000'000);
    CHECK(settings_of({{"segment.bytes", "4000000"}, {"internal.segment.bytes", "77"}})
              .segment_bytes == 77);
}

// KafkaConfig: logRetentionTimeMillis, logRollTimeMillis, logRollTimeJitterMillis.
TEST_CASE("log config: milliseconds come before minutes, minutes before hours", "[log]")
{
    CHECK(settings_of({}, {{"log.retention.hours", "2"}}).retention_ms == 7'200'000);
    CHECK(settings_of({}, {{"log.retention.hours", "2"}, {"log.retention.minutes", "5"}})
              .retention_ms == 300'000);
    CHECK(settings_of({}, {{"log.retention.ms", "77"}, {"log.retention.minutes", "5"}})
              .retention_ms == 77);
    CHECK(settings_of({}, {{"log.retention.minutes", "-9"}}).retention_ms == -1);
    CHECK(settings_of({}, {{"log.retention.hours", "2147483647"}}).retention_ms ==
          7'730'941'129'200'000);
    CHECK(settings_of({{"retention.ms", "9"}}, {{"log.retention.ms", "77"}}).retention_ms == 9);
    CHECK(settings_of({}, {{"log.roll.hours", "3"}}).segment_ms == 10'800'000);
    CHECK(settings_of({}, {{"log.roll.hours", "3"}, {"log.roll.ms", "5"}}).segment_ms == 5);
    CHECK(settings_of({}, {{"log.roll.jitter.hours", "2"}}).segment_jitter_ms == 7'200'000);
    CHECK(settings_of({}, {{"log.roll.jitter.hours", "2"}, {"log.roll.jitter.ms", "5"}})
              .segment_jitter_ms == 5);
    CHECK(settings_of({}, {{"log.flush.scheduler.interval.ms", "6"}}).flush_ms == 6);
    CHECK(
        settings_of({}, {{"log.flush.scheduler.interval.ms", "6"}, {"log.flush.interval.ms", "5"}})
            .flush_ms == 5);
}

TEST_CASE("log config: a change in a running cluster keeps what was set before", "[log]")
{
    BrokerConfig broker = BrokerConfig::from({{"log.retention.hours", "2"}});
    broker.update({{"log.roll.ms", "60000"}});
    CHECK(log_settings(broker, {}, {}).retention_ms == 7'200'000);
    CHECK(log_settings(broker, {}, {}).segment_ms == 60'000);
    broker.update({{"log.retention.ms", "1000"}});
    CHECK(log_settings(broker, {}, {}).retention_ms == 1'000);
    CHECK(
        log_settings(broker, {{"producer.id.expiration.ms", "5000"}}, {}).producer_expiration_ms ==
        5'000);
}

TEST_CASE("log config: every setting of a topic reaches its log", "[log]")
{
    const LogSettings s = settings_of({{"cleanup.policy", "compact"},
                                       {"delete.retention.ms", "1"},
                                       {"file.delete.delay.ms", "2"},
                                       {"flush.messages", "3"},
                                       {"flush.ms", "4"},
                                       {"index.interval.bytes", "5"},
                                       {"max.compaction.lag.ms", "7"},
                                       {"max.message.bytes", "8"},
                                       {"message.timestamp.after.max.ms", "9"},
                                       {"message.timestamp.before.max.ms", "10"},
                                       {"message.timestamp.type", "LogAppendTime"},
                                       {"min.cleanable.dirty.ratio", "0.25"},
                                       {"min.compaction.lag.ms", "6"},
                                       {"min.insync.replicas", "2"},
                                       {"retention.bytes", "11"},
                                       {"retention.ms", "12"},
                                       {"segment.index.bytes", "13"},
                                       {"segment.jitter.ms", "14"},
                                       {"segment.ms", "15"}});
    const LogSettings expected{.segment_ms = 15,
                               .segment_jitter_ms = 14,
                               .segment_index_bytes = 13,
                               .index_interval_bytes = 5,
                               .max_message_bytes = 8,
                               .timestamp_before_max_ms = 10,
                               .timestamp_after_max_ms = 9,
                               .retention_ms = 12,
                               .retention_bytes = 11,
                               .min_compaction_lag_ms = 6,
                               .max_compaction_lag_ms = 7,
                               .delete_retention_ms = 1,
                               .min_cleanable_dirty_millionths = 250'000,
                               .flush_messages = 3,
                               .flush_ms = 4,
                               .file_delete_delay_ms = 2,
                               .log_append_time = true,
                               .cleanup_delete = false,
                               .cleanup_compact = true};
    CHECK(s == expected);
}

TEST_CASE("log config: every setting of a broker reaches its logs", "[log]")
{
    const ConfigMap broker{{"log.cleaner.delete.retention.ms", "1"},
                           {"log.cleaner.max.compaction.lag.ms", "7"},
                           {"log.cleaner.min.cleanable.ratio", "0.75"},
                           {"log.cleaner.min.compaction.lag.ms", "6"},
                           {"log.cleanup.policy", ""},
                           {"log.flush.interval.messages", "3"},
                           {"log.index.interval.bytes", "5"},
                           {"log.index.size.max.bytes", "13"},
                           {"log.message.timestamp.after.max.ms", "9"},
                           {"log.message.timestamp.before.max.ms", "10"},
                           {"log.message.timestamp.type", "LogAppendTime"},
                           {"log.retention.bytes", "11"},
                           {"log.segment.delete.delay.ms", "2"},
                           {"message.max.bytes", "8"},
                           {"producer.id.expiration.ms", "16"},
                           {"transaction.partition.verification.enable", "false"}};
    const LogSettings expected{.segment_index_bytes = 13,
                               .index_interval_bytes = 5,
                               .max_message_bytes = 8,
                               .timestamp_before_max_ms = 10,
                               .timestamp_after_max_ms = 9,
                               .retention_bytes = 11,
                               .min_compaction_lag_ms = 6,
                               .max_compaction_lag_ms = 7,
                               .delete_retention_ms = 1,
                               .min_cleanable_dirty_millionths = 750'000,
                               .flush_messages = 3,
                               .file_delete_delay_ms = 2,
                               .producer_expiration_ms = 16,
                               .log_append_time = true,
                               .cleanup_delete = false,
                               .verification = false};
    CHECK(settings_of({}, broker) == expected);
}

}  // namespace gregor
