#include "model/log/log_config.h"

#include "engine/check.h"
#include "model/units.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace gregor {

namespace {

/// A setting that is taken as it stands.
struct Field {
    std::string_view name;
    std::int64_t LogSettings::*member;
};

constexpr std::array fields{
    Field{"delete.retention.ms", &LogSettings::delete_retention_ms},
    Field{"file.delete.delay.ms", &LogSettings::file_delete_delay_ms},
    Field{"flush.messages", &LogSettings::flush_messages},
    Field{"flush.ms", &LogSettings::flush_ms},
    Field{"index.interval.bytes", &LogSettings::index_interval_bytes},
    Field{"max.compaction.lag.ms", &LogSettings::max_compaction_lag_ms},
    Field{"max.message.bytes", &LogSettings::max_message_bytes},
    Field{"message.timestamp.after.max.ms", &LogSettings::timestamp_after_max_ms},
    Field{"message.timestamp.before.max.ms", &LogSettings::timestamp_before_max_ms},
    Field{"min.compaction.lag.ms", &LogSettings::min_compaction_lag_ms},
    Field{"retention.bytes", &LogSettings::retention_bytes},
    Field{"retention.ms", &LogSettings::retention_ms},
    Field{"segment.bytes", &LogSettings::segment_bytes},
    Field{"segment.index.bytes", &LogSettings::segment_index_bytes},
    Field{"segment.jitter.ms", &LogSettings::segment_jitter_ms},
    Field{"segment.ms", &LogSettings::segment_ms},
};

std::int64_t integer(const std::string& value)
{
    const auto parsed = parse_integer(value);
    GREGOR_CHECK(parsed.has_value());
    return *parsed;
}

/// Nothing for "producer".
std::optional<Codec> codec_named(std::string_view name)
{
    constexpr std::array<std::string_view, 5> names{"uncompressed", "gzip", "snappy", "lz4",
                                                    "zstd"};
    const auto* const at = std::ranges::find(names, name);
    if (at == names.end()) return std::nullopt;
    return static_cast<Codec>(at - names.begin());
}

/// One setting under its topic's name; those that are none of a log's are passed over.
void set(LogSettings& settings, std::string_view name, const std::string& value)
{
    if (name == "cleanup.policy") {
        settings.cleanup_delete = value.find("delete") != std::string::npos;
        settings.cleanup_compact = value.find("compact") != std::string::npos;
    } else if (name == "compression.type") {
        settings.compression = codec_named(value);
    } else if (name == "message.timestamp.type") {
        settings.log_append_time = value == "LogAppendTime";
    } else if (name == "min.cleanable.dirty.ratio") {
        settings.min_cleanable_dirty_millionths = real_in_millionths(value);
    } else {
        const auto* const at = std::ranges::find(fields, name, &Field::name);
        if (at != fields.end()) settings.*at->member = integer(value);
    }
}

void set_all(LogSettings& settings, const ConfigMap& values)
{
    for (const auto& [name, value] : values) set(settings, name, value);
}

}  // namespace

LogSettings log_settings(const BrokerConfig& broker, const ConfigMap& cluster_wide,
                         const ConfigMap& topic)
{
    if (!cluster_wide.empty()) {
        BrokerConfig changed = broker;
        changed.update(cluster_wide);
        return log_settings(changed, {}, topic);
    }
    LogSettings settings;
    settings.producer_expiration_ms = to_milliseconds(broker.producer_id_expiration_ms);
    settings.verification = broker.transaction_partition_verification_enable;
    set_all(settings, topic_defaults(broker.log_values));
    set_all(settings, topic);
    const auto internal = topic.find("internal.segment.bytes");
    if (internal != topic.end()) settings.segment_bytes = integer(internal->second);
    return settings;
}

}  // namespace gregor
