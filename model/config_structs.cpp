#include "engine/check.h"
#include "model/config.h"
#include "model/iso_duration.h"
#include "model/units.h"

#include <array>
#include <utility>

namespace gregor {
namespace {

/// Reads values of one scope in plain form; what is not set keeps what the struct begins with.
class Reader {
public:
    Reader(ConfigScope scope, const ConfigMap& values) : scope_(scope), values_(values) {}

    const std::string* text(std::string_view name) const
    {
        GREGOR_CHECK(find_config(scope_, name) != nullptr);
        const auto at = values_.find(std::string(name));
        return at == values_.end() ? nullptr : &at->second;
    }
    void read(std::string_view name, bool& field) const
    {
        if (const std::string* value = text(name)) field = *value == "true";
    }
    void read(std::string_view name, std::optional<bool>& field) const
    {
        if (const std::string* value = text(name)) field = *value == "true";
    }
    void read(std::string_view name, std::string& field) const
    {
        if (const std::string* value = text(name)) field = *value;
    }
    void read(std::string_view name, std::int64_t& field) const
    {
        if (const std::string* value = text(name)) field = number(*value);
    }
    void read(std::string_view name, std::optional<std::int64_t>& field) const
    {
        if (const std::string* value = text(name)) field = number(*value);
    }
    void read(std::string_view name, Duration& field) const
    {
        const std::string* value = text(name);
        if (value == nullptr) return;
        const ConfigUnit written = find_config(scope_, name)->unit;
        const std::int64_t unit = written == ConfigUnit::minutes   ? 60'000'000'000
                                  : written == ConfigUnit::seconds ? 1'000'000'000
                                                                   : 1'000'000;
        if (__builtin_mul_overflow(number(*value), unit, &field.nanoseconds)) {
            field = unlimited_duration;
        }
    }
    /// A number with a fraction, in parts of 1 / `scale`; what is beyond counting is the most.
    void read_real(std::string_view name, std::int64_t& field, std::int64_t scale) const
    {
        if (const std::string* value = text(name)) {
            const auto scaled = parse_decimal(*value, Duration{scale});
            field = scaled ? scaled->nanoseconds : INT64_MAX;
        }
    }
    template <class Enum, std::size_t size>
    void read(std::string_view name, Enum& field,
              const std::array<std::pair<std::string_view, Enum>, size>& words) const
    {
        const std::string* value = text(name);
        if (value == nullptr) return;
        for (const auto& [word, meaning] : words) {
            if (*value == word) field = meaning;
        }
    }

private:
    static std::int64_t number(const std::string& value)
    {
        const auto parsed = parse_integer(value);
        GREGOR_CHECK(parsed.has_value());
        return *parsed;
    }

    ConfigScope scope_;
    const ConfigMap& values_;
};

template <class Enum>
using Word = std::pair<std::string_view, Enum>;

constexpr std::array acks_words{Word<Acks>{"all", Acks::all}, Word<Acks>{"-1", Acks::all},
                                Word<Acks>{"0", Acks::none}, Word<Acks>{"1", Acks::leader}};
constexpr std::array compression_words{
    Word<CompressionType>{"none", CompressionType::none},
    Word<CompressionType>{"uncompressed", CompressionType::none},
    Word<CompressionType>{"gzip", CompressionType::gzip},
    Word<CompressionType>{"snappy", CompressionType::snappy},
    Word<CompressionType>{"lz4", CompressionType::lz4},
    Word<CompressionType>{"zstd", CompressionType::zstd},
    Word<CompressionType>{"producer", CompressionType::producer}};
constexpr std::array isolation_words{
    Word<IsolationLevel>{"read_uncommitted", IsolationLevel::read_uncommitted},
    Word<IsolationLevel>{"read_committed", IsolationLevel::read_committed}};

/// "org.apache.kafka.clients.consumer.RangeAssignor" or "range" is "range".
std::string short_assignor_name(std::string_view name)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> classes{{
        {"RangeAssignor", "range"},
        {"UniformAssignor", "uniform"},
        {"RoundRobinAssignor", "roundrobin"},
        {"CooperativeStickyAssignor", "cooperative-sticky"},
        {"StickyAssignor", "sticky"},
    }};
    for (const auto& [class_name, short_name] : classes) {
        if (name.ends_with(class_name)) return std::string(short_name);
    }
    return std::string(name);
}

std::vector<std::string> assignor_names(std::string_view list)
{
    std::vector<std::string> names = split_list(list);
    for (std::string& each : names) each = short_assignor_name(each);
    return names;
}

void read_replication(const Reader& reader, BrokerConfig& config)
{
    reader.read("replica.lag.time.max.ms", config.replica_lag_time_max_ms);
    reader.read("replica.fetch.wait.max.ms", config.replica_fetch_wait_max_ms);
    reader.read("replica.fetch.min.bytes", config.replica_fetch_min_bytes);
    reader.read("replica.fetch.max.bytes", config.replica_fetch_max_bytes);
    reader.read("replica.fetch.response.max.bytes", config.replica_fetch_response_max_bytes);
    reader.read("replica.fetch.backoff.ms", config.replica_fetch_backoff_ms);
    reader.read("replica.socket.timeout.ms", config.replica_socket_timeout_ms);
    reader.read("num.replica.fetchers", config.num_replica_fetchers);
    reader.read("min.insync.replicas", config.min_insync_replicas);
    reader.read("replica.high.watermark.checkpoint.interval.ms",
                config.replica_high_watermark_checkpoint_interval_ms);
}

void read_controller(const Reader& reader, BrokerConfig& config)
{
    reader.read("broker.heartbeat.interval.ms", config.broker_heartbeat_interval_ms);
    reader.read("broker.session.timeout.ms", config.broker_session_timeout_ms);
    reader.read("unclean.leader.election.enable", config.unclean_leader_election_enable);
    reader.read("auto.leader.rebalance.enable", config.auto_leader_rebalance_enable);
    reader.read("leader.imbalance.check.interval.seconds",
                config.leader_imbalance_check_interval_seconds);
    reader.read("controller.quorum.election.timeout.ms",
                config.controller_quorum_election_timeout_ms);
    reader.read("controller.quorum.fetch.timeout.ms", config.controller_quorum_fetch_timeout_ms);
    reader.read("controller.quorum.election.backoff.max.ms",
                config.controller_quorum_election_backoff_max_ms);
    reader.read("controller.quorum.append.linger.ms", config.controller_quorum_append_linger_ms);
    reader.read("controller.quorum.request.timeout.ms",
                config.controller_quorum_request_timeout_ms);
    reader.read("controller.quorum.retry.backoff.ms", config.controller_quorum_retry_backoff_ms);
    reader.read("metadata.max.idle.interval.ms", config.metadata_max_idle_interval_ms);
    reader.read("controlled.shutdown.enable", config.controlled_shutdown_enable);
    reader.read("initial.broker.registration.timeout.ms",
                config.initial_broker_registration_timeout_ms);
}

void read_storage(const Reader& reader, BrokerConfig& config)
{
    reader.read("fetch.max.bytes", config.fetch_max_bytes);
    reader.read("max.incremental.fetch.session.cache.slots",
                config.max_incremental_fetch_session_cache_slots);
    reader.read("message.max.bytes", config.message_max_bytes);
    reader.read("log.initial.task.delay.ms", config.log_initial_task_delay_ms);
    reader.read("log.retention.check.interval.ms", config.log_retention_check_interval_ms);
    reader.read("log.flush.scheduler.interval.ms", config.log_flush_scheduler_interval_ms);
    reader.read("log.flush.offset.checkpoint.interval.ms",
                config.log_flush_offset_checkpoint_interval_ms);
    reader.read("num.recovery.threads.per.data.dir", config.num_recovery_threads_per_data_dir);
    reader.read("log.cleaner.enable", config.log_cleaner_enable);
    reader.read("log.cleaner.threads", config.log_cleaner_threads);
    reader.read("log.cleaner.backoff.ms", config.log_cleaner_backoff_ms);
    reader.read("log.cleaner.dedupe.buffer.size", config.log_cleaner_dedupe_buffer_size);
    reader.read_real("log.cleaner.io.buffer.load.factor", config.log_cleaner_io_buffer_load_factor,
                     1'000'000);
    reader.read_real("log.cleaner.io.max.bytes.per.second",
                     config.log_cleaner_io_max_bytes_per_second, 1);
    for (const char* name : {"log.dir", "log.dirs"}) {
        const std::string* list = reader.text(name);
        if (list != nullptr && !list->empty()) config.log_dirs = split_list(*list);
    }
    reader.read("producer.id.expiration.ms", config.producer_id_expiration_ms);
    reader.read("producer.id.expiration.check.interval.ms",
                config.producer_id_expiration_check_interval_ms);
    reader.read("transaction.partition.verification.enable",
                config.transaction_partition_verification_enable);
    reader.read("auto.create.topics.enable", config.auto_create_topics_enable);
    reader.read("num.partitions", config.num_partitions);
    reader.read("default.replication.factor", config.default_replication_factor);
}

void read_coordinators(const Reader& reader, BrokerConfig& config)
{
    reader.read("group.initial.rebalance.delay.ms", config.group_initial_rebalance_delay_ms);
    reader.read("group.min.session.timeout.ms", config.group_min_session_timeout_ms);
    reader.read("group.max.session.timeout.ms", config.group_max_session_timeout_ms);
    reader.read("group.max.size", config.group_max_size);
    reader.read("group.consumer.assignment.interval.ms",
                config.group_consumer_assignment_interval_ms);
    reader.read("group.consumer.heartbeat.interval.ms",
                config.group_consumer_heartbeat_interval_ms);
    reader.read("group.consumer.session.timeout.ms", config.group_consumer_session_timeout_ms);
    reader.read("group.consumer.max.size", config.group_consumer_max_size);
    reader.read("offset.metadata.max.bytes", config.offset_metadata_max_bytes);
    reader.read("offsets.retention.minutes", config.offsets_retention_minutes);
    reader.read("offsets.retention.check.interval.ms", config.offsets_retention_check_interval_ms);
    if (const std::string* list = reader.text("group.consumer.assignors")) {
        config.group_consumer_assignors = assignor_names(*list);
    }
    reader.read("offsets.topic.num.partitions", config.offsets_topic_num_partitions);
    reader.read("offsets.topic.replication.factor", config.offsets_topic_replication_factor);
    reader.read("offsets.commit.timeout.ms", config.offsets_commit_timeout_ms);
    reader.read("transaction.max.timeout.ms", config.transaction_max_timeout_ms);
    reader.read("transactional.id.expiration.ms", config.transactional_id_expiration_ms);
    reader.read("transaction.abort.timed.out.transaction.cleanup.interval.ms",
                config.transaction_abort_timed_out_transaction_cleanup_interval_ms);
    reader.read("transaction.remove.expired.transaction.cleanup.interval.ms",
                config.transaction_remove_expired_transaction_cleanup_interval_ms);
    reader.read("transaction.state.log.num.partitions",
                config.transaction_state_log_num_partitions);
    reader.read("transaction.state.log.replication.factor",
                config.transaction_state_log_replication_factor);
    reader.read("transaction.state.log.min.isr", config.transaction_state_log_min_isr);
    reader.read("transaction.state.log.segment.bytes", config.transaction_state_log_segment_bytes);
}

std::string lower_case(std::string text)
{
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

void read_offset_reset(const Reader& reader, ConsumerConfig& config)
{
    constexpr std::array words{Word<AutoOffsetReset>{"latest", AutoOffsetReset::latest},
                               Word<AutoOffsetReset>{"earliest", AutoOffsetReset::earliest},
                               Word<AutoOffsetReset>{"none", AutoOffsetReset::none}};
    constexpr std::string_view prefix = "by_duration:";
    reader.read("auto.offset.reset", config.auto_offset_reset, words);
    const std::string* value = reader.text("auto.offset.reset");
    if (value == nullptr || !value->starts_with(prefix)) return;
    config.auto_offset_reset = AutoOffsetReset::by_duration;
    config.auto_offset_reset_by_duration =
        parse_iso_duration(std::string_view(*value).substr(prefix.size())).value_or(Duration{});
}

/// What producers and consumers have in common.
template <class Config>
void read_client(const Reader& reader, Config& config)
{
    reader.read("request.timeout.ms", config.request_timeout_ms);
    reader.read("retry.backoff.ms", config.retry_backoff_ms);
    reader.read("retry.backoff.max.ms", config.retry_backoff_max_ms);
    reader.read("reconnect.backoff.ms", config.reconnect_backoff_ms);
    reader.read("reconnect.backoff.max.ms", config.reconnect_backoff_max_ms);
    reader.read("metadata.max.age.ms", config.metadata_max_age_ms);
    reader.read("connections.max.idle.ms", config.connections_max_idle_ms);
}

}  // namespace

BrokerConfig BrokerConfig::from(const ConfigMap& values)
{
    BrokerConfig config;
    config.update(values);
    return config;
}

void BrokerConfig::update(const ConfigMap& values)
{
    const Reader reader(ConfigScope::broker, values);
    read_replication(reader, *this);
    read_controller(reader, *this);
    read_storage(reader, *this);
    read_coordinators(reader, *this);
    for (const auto& [name, value] : values) {
        if (concerns_logs(name)) log_values[name] = value;
    }
}

ProducerConfig ProducerConfig::from(const ConfigMap& values)
{
    const Reader reader(ConfigScope::producer, values);
    ProducerConfig config;
    read_client(reader, config);
    reader.read("acks", config.acks, acks_words);
    reader.read("enable.idempotence", config.enable_idempotence);
    reader.read("batch.size", config.batch_size);
    reader.read("linger.ms", config.linger_ms);
    reader.read("buffer.memory", config.buffer_memory);
    reader.read("max.block.ms", config.max_block_ms);
    reader.read("max.request.size", config.max_request_size);
    reader.read("max.in.flight.requests.per.connection",
                config.max_in_flight_requests_per_connection);
    reader.read("retries", config.retries);
    reader.read("delivery.timeout.ms", config.delivery_timeout_ms);
    reader.read("socket.connection.setup.timeout.ms", config.socket_connection_setup_timeout_ms);
    reader.read("partitioner.ignore.keys", config.partitioner_ignore_keys);
    reader.read("partitioner.adaptive.partitioning.enable",
                config.partitioner_adaptive_partitioning_enable);
    reader.read("partitioner.availability.timeout.ms", config.partitioner_availability_timeout_ms);
    reader.read("compression.type", config.compression_type, compression_words);
    reader.read("transactional.id", config.transactional_id);
    reader.read("transaction.timeout.ms", config.transaction_timeout_ms);
    if (!values.contains("delivery.timeout.ms")) {
        const Duration least =
            Time{config.linger_ms.nanoseconds} + config.request_timeout_ms - Time{};
        config.delivery_timeout_ms = std::max(config.delivery_timeout_ms, least);
    }
    return config;
}

bool ProducerConfig::idempotent() const
{
    if (enable_idempotence) return *enable_idempotence;
    return acks == Acks::all && retries > 0 && max_in_flight_requests_per_connection <= 5;
}

ConsumerConfig ConsumerConfig::from(const ConfigMap& values)
{
    const Reader reader(ConfigScope::consumer, values);
    ConsumerConfig config;
    read_client(reader, config);
    reader.read("group.id", config.group_id);
    reader.read("group.instance.id", config.group_instance_id);
    reader.read("fetch.min.bytes", config.fetch_min_bytes);
    reader.read("fetch.max.wait.ms", config.fetch_max_wait_ms);
    reader.read("fetch.max.bytes", config.fetch_max_bytes);
    reader.read("max.partition.fetch.bytes", config.max_partition_fetch_bytes);
    reader.read("max.poll.records", config.max_poll_records);
    reader.read("max.poll.interval.ms", config.max_poll_interval_ms);
    reader.read("session.timeout.ms", config.session_timeout_ms);
    reader.read("heartbeat.interval.ms", config.heartbeat_interval_ms);
    reader.read("enable.auto.commit", config.enable_auto_commit);
    reader.read("check.crcs", config.check_crcs);
    reader.read("auto.commit.interval.ms", config.auto_commit_interval_ms);
    read_offset_reset(reader, config);
    reader.read("isolation.level", config.isolation_level, isolation_words);
    reader.read("default.api.timeout.ms", config.default_api_timeout_ms);
    if (const std::string* list = reader.text("partition.assignment.strategy")) {
        config.partition_assignment_strategy = assignor_names(*list);
    }
    reader.read("client.rack", config.client_rack);
    reader.read("group.remote.assignor", config.group_remote_assignor);
    if (const std::string* protocol = reader.text("group.protocol")) {
        config.group_protocol =
            lower_case(*protocol) == "consumer" ? GroupProtocol::consumer : GroupProtocol::classic;
    }
    return config;
}

}  // namespace gregor
