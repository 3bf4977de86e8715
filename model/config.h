#pragma once

#include "engine/time.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Kafka's settings under Kafka's own names: one table for names, types, units and ranges, and one
/// struct per kind of component with the settings the model acts on. Defaults are those of 4.3.1.
namespace gregor {

/// Whose setting it is. `client` stands for what producers, consumers and admin clients share;
/// `find_config` looks there by itself.
enum class ConfigScope : std::uint8_t { broker, topic, group, producer, consumer, admin, client };
enum class ConfigType : std::uint8_t { boolean, integer, long_integer, real, string, list };
/// What a bare number counts. A text such as "30s" or "16KiB" is converted to it.
enum class ConfigUnit : std::uint8_t { none, ms, seconds, minutes, hours, bytes };

std::string_view to_string(ConfigScope scope);
std::string_view to_string(ConfigUnit unit);

struct ConfigDefinition {
    std::string_view name;
    ConfigScope scope{};
    ConfigType type{};
    ConfigUnit unit{};
    std::string_view default_value;  ///< as text in `unit`; empty when Kafka has none
    /// Smallest and largest number allowed, of a real in millionths; the ends of the type allow
    /// all.
    std::int64_t min = INT64_MIN;
    std::int64_t max = INT64_MAX;
    /// Allowed words, separated by commas; empty allows any. "word*" stands for every text that
    /// begins with it. Compared without regard to case when `ignore_case`.
    std::string_view values;
    bool ignore_case = false;
    bool modelled = false;  ///< whether it changes what a run does
    std::string_view doc;   ///< one sentence; all modelled settings have it
};

/// The definition of a setting, or nullptr when Kafka 4.3.1 does not know the name in this scope.
const ConfigDefinition* find_config(ConfigScope scope, std::string_view name);
/// Every definition of a scope (with the shared client settings), by name.
std::vector<const ConfigDefinition*> configs_of(ConfigScope scope);

struct ConfigError {
    std::string found;
    std::string allowed;
    std::string kafka{};  ///< the words in which Kafka 4.3.1 refuses it; empty where we know none

    /// What is allowed and, after it, Kafka's words.
    std::string text() const;
};
/// Brings a value to plain form: numbers in the unit of the setting ("30s" becomes 30000), true or
/// false, list entries separated by commas; or says what would have been allowed.
std::variant<std::string, ConfigError> parse_config_value(const ConfigDefinition& definition,
                                                          std::string_view text);
/// What may stand there, in words: "integer in ms, at least 0".
std::string describe_allowed(const ConfigDefinition& definition);
/// The entries of a list without the blanks around them; "a," has two, the last of them empty.
std::vector<std::string> split_list(std::string_view text);
/// A real in plain form, in millionths.
std::int64_t real_in_millionths(std::string_view plain);

/// Values in the plain form of `parse_config_value`, by name.
using ConfigMap = std::map<std::string, std::string>;

/// Two settings that Kafka refuses together.
struct ConfigConflict {
    std::string name;
    ConfigError error;
};
/// Only what Kafka itself refuses at start; empty when all is well.
std::vector<ConfigConflict> find_config_conflicts(ConfigScope scope, const ConfigMap& values);
/// The same for what a topic sets itself, on brokers with these settings.
std::vector<ConfigConflict> find_topic_conflicts(const ConfigMap& topic_values,
                                                 const ConfigMap& broker_values);
/// The part of a broker's conflicts that concerns its logs.
std::vector<ConfigConflict> find_topic_default_conflicts(const ConfigMap& broker_values);

/// Whether a broker's setting is about its logs.
bool concerns_logs(std::string_view broker_setting);
/// What a topic gets from its broker where it says nothing itself, under the names of topics'
/// settings: log.roll.hours = 2 becomes segment.ms = 7200000. Only what is set.
ConfigMap topic_defaults(const ConfigMap& broker_values);

enum class Acks : std::int16_t { all = -1, none = 0, leader = 1 };
enum class CompressionType : std::uint8_t { none, gzip, snappy, lz4, zstd, producer };
enum class AutoOffsetReset : std::uint8_t { latest, earliest, none, by_duration };
enum class IsolationLevel : std::uint8_t { read_uncommitted, read_committed };
enum class GroupProtocol : std::uint8_t { classic, consumer };

/// Longer than any run: what Kafka writes as Long.MAX_VALUE.
inline constexpr Duration unlimited_duration{INT64_MAX};

struct BrokerConfig {
    Duration broker_heartbeat_interval_ms = milliseconds(2'000);
    Duration broker_session_timeout_ms = milliseconds(9'000);
    Duration replica_lag_time_max_ms = milliseconds(30'000);
    Duration replica_fetch_wait_max_ms = milliseconds(500);
    std::int64_t replica_fetch_min_bytes = 1;
    std::int64_t replica_fetch_max_bytes = 1'048'576;
    std::int64_t replica_fetch_response_max_bytes = 10'485'760;
    Duration replica_fetch_backoff_ms = milliseconds(1'000);
    Duration replica_socket_timeout_ms = milliseconds(30'000);
    std::int64_t num_replica_fetchers = 1;
    std::int64_t min_insync_replicas = 1;
    bool unclean_leader_election_enable = false;
    bool auto_leader_rebalance_enable = true;
    Duration leader_imbalance_check_interval_seconds = seconds(300);
    Duration controller_quorum_election_timeout_ms = milliseconds(1'000);
    Duration controller_quorum_fetch_timeout_ms = milliseconds(2'000);
    Duration controller_quorum_election_backoff_max_ms = milliseconds(1'000);
    Duration controller_quorum_append_linger_ms = milliseconds(25);
    Duration controller_quorum_request_timeout_ms = milliseconds(2'000);
    Duration controller_quorum_retry_backoff_ms = milliseconds(20);
    Duration metadata_max_idle_interval_ms = milliseconds(500);  ///< 0 turns no-op records off
    bool controlled_shutdown_enable = true;
    Duration group_initial_rebalance_delay_ms = milliseconds(3'000);
    Duration group_min_session_timeout_ms = milliseconds(6'000);
    Duration group_max_session_timeout_ms = milliseconds(1'800'000);
    std::int64_t group_max_size = 2'147'483'647;
    std::vector<std::string> group_consumer_assignors{"uniform", "range"};
    Duration group_consumer_assignment_interval_ms = milliseconds(1'000);
    Duration group_consumer_heartbeat_interval_ms = milliseconds(5'000);
    Duration group_consumer_session_timeout_ms = milliseconds(45'000);
    std::int64_t group_consumer_max_size = 2'147'483'647;
    std::int64_t offset_metadata_max_bytes = 4'096;
    Duration offsets_retention_minutes = seconds(7 * 86'400);
    Duration offsets_retention_check_interval_ms = milliseconds(600'000);
    std::int64_t offsets_topic_num_partitions = 50;
    std::int64_t offsets_topic_replication_factor = 3;
    Duration offsets_commit_timeout_ms = milliseconds(5'000);
    Duration replica_high_watermark_checkpoint_interval_ms = milliseconds(5'000);
    std::int64_t fetch_max_bytes = 57'671'680;
    std::int64_t max_incremental_fetch_session_cache_slots = 1'000;
    std::int64_t message_max_bytes = 1'048'588;
    Duration log_initial_task_delay_ms = milliseconds(30'000);
    Duration log_retention_check_interval_ms = milliseconds(300'000);
    Duration log_flush_scheduler_interval_ms = unlimited_duration;
    Duration log_flush_offset_checkpoint_interval_ms = milliseconds(60'000);
    std::int64_t num_recovery_threads_per_data_dir = 2;
    bool log_cleaner_enable = true;
    std::int64_t log_cleaner_threads = 1;
    Duration log_cleaner_backoff_ms = milliseconds(15'000);
    std::int64_t log_cleaner_dedupe_buffer_size = 134'217'728;
    std::int64_t log_cleaner_io_buffer_load_factor = 900'000;  ///< in millionths
    std::int64_t log_cleaner_io_max_bytes_per_second = INT64_MAX;
    /// log.dirs, or log.dir: never empty. The first one also holds the metadata log.
    std::vector<std::string> log_dirs{"/tmp/kafka-logs"};
    Duration producer_id_expiration_ms = milliseconds(86'400'000);
    Duration producer_id_expiration_check_interval_ms = milliseconds(600'000);
    bool transaction_partition_verification_enable = true;
    Duration transaction_max_timeout_ms = milliseconds(900'000);
    Duration transactional_id_expiration_ms = milliseconds(604'800'000);
    Duration transaction_abort_timed_out_transaction_cleanup_interval_ms = milliseconds(10'000);
    Duration transaction_remove_expired_transaction_cleanup_interval_ms = milliseconds(3'600'000);
    std::int64_t transaction_state_log_num_partitions = 50;
    std::int64_t transaction_state_log_replication_factor = 3;
    std::int64_t transaction_state_log_min_isr = 2;
    std::int64_t transaction_state_log_segment_bytes = 104'857'600;
    bool auto_create_topics_enable = true;
    std::int64_t num_partitions = 1;
    std::int64_t default_replication_factor = 1;
    Duration initial_broker_registration_timeout_ms = milliseconds(60'000);
    ConfigMap log_values{};  ///< those that `concerns_logs`, as set; see `topic_defaults`
    /// Not a setting of Kafka but a feature of the cluster (KIP-966); the level `elr` sets it.
    bool eligible_leader_replicas = true;

    static BrokerConfig from(const ConfigMap& values);
    /// Other values for these settings; the others stay.
    void update(const ConfigMap& values);
    bool operator==(const BrokerConfig&) const = default;
};

struct ProducerConfig {
    Acks acks = Acks::all;
    std::optional<bool> enable_idempotence;  ///< as written; see idempotent()
    std::int64_t batch_size = 16'384;
    Duration linger_ms = milliseconds(5);
    std::int64_t buffer_memory = 33'554'432;
    Duration max_block_ms = milliseconds(60'000);
    std::int64_t max_request_size = 1'048'576;
    std::int64_t max_in_flight_requests_per_connection = 5;
    std::int64_t retries = 2'147'483'647;
    /// At least linger + request timeout: raised to it, as Kafka does, when not set.
    Duration delivery_timeout_ms = milliseconds(120'000);
    Duration request_timeout_ms = milliseconds(30'000);
    Duration retry_backoff_ms = milliseconds(100);
    Duration retry_backoff_max_ms = milliseconds(1'000);
    Duration reconnect_backoff_ms = milliseconds(50);
    Duration reconnect_backoff_max_ms = milliseconds(1'000);
    Duration metadata_max_age_ms = milliseconds(300'000);
    Duration socket_connection_setup_timeout_ms = milliseconds(10'000);
    Duration connections_max_idle_ms = milliseconds(540'000);
    bool partitioner_ignore_keys = false;
    bool partitioner_adaptive_partitioning_enable = true;
    Duration partitioner_availability_timeout_ms = milliseconds(0);
    CompressionType compression_type = CompressionType::none;
    std::string transactional_id;  ///< empty: not transactional
    Duration transaction_timeout_ms = milliseconds(60'000);

    /// Whether batches carry a producer id: as set, else on unless another setting rules it out
    /// (acks other than all, no retries, more than five requests in flight).
    bool idempotent() const;
    static ProducerConfig from(const ConfigMap& values);
    bool operator==(const ProducerConfig&) const = default;
};

struct ConsumerConfig {
    std::string group_id;           ///< empty: no group
    std::string group_instance_id;  ///< empty: a dynamic member
    std::int64_t fetch_min_bytes = 1;
    Duration fetch_max_wait_ms = milliseconds(500);
    std::int64_t fetch_max_bytes = 52'428'800;
    std::int64_t max_partition_fetch_bytes = 1'048'576;
    std::int64_t max_poll_records = 500;
    Duration max_poll_interval_ms = milliseconds(300'000);
    Duration session_timeout_ms = milliseconds(45'000);
    Duration heartbeat_interval_ms = milliseconds(3'000);
    bool enable_auto_commit = true;
    bool check_crcs = true;
    Duration auto_commit_interval_ms = milliseconds(5'000);
    AutoOffsetReset auto_offset_reset = AutoOffsetReset::latest;
    Duration auto_offset_reset_by_duration{};  ///< how far back, for by_duration only
    IsolationLevel isolation_level = IsolationLevel::read_uncommitted;
    Duration request_timeout_ms = milliseconds(30'000);
    Duration default_api_timeout_ms = milliseconds(60'000);
    Duration metadata_max_age_ms = milliseconds(300'000);
    Duration retry_backoff_ms = milliseconds(100);
    Duration retry_backoff_max_ms = milliseconds(1'000);
    Duration reconnect_backoff_ms = milliseconds(50);
    Duration reconnect_backoff_max_ms = milliseconds(1'000);
    /// Short names of the assignors: range, roundrobin, sticky, cooperative-sticky.
    std::vector<std::string> partition_assignment_strategy{"range", "cooperative-sticky"};
    std::string client_rack;
    GroupProtocol group_protocol = GroupProtocol::classic;
    std::string group_remote_assignor;  ///< empty: the coordinator chooses
    Duration connections_max_idle_ms = milliseconds(540'000);

    static ConsumerConfig from(const ConfigMap& values);
    bool operator==(const ConsumerConfig&) const = default;
};

}  // namespace gregor
