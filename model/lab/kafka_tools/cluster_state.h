#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab::kafka_tools {

struct PartitionName {
    std::string topic;
    std::int32_t partition = 0;
    auto operator<=>(const PartitionName&) const = default;
    /// "orders-0"
    std::string text() const { return topic + "-" + std::to_string(partition); }
};
/// Of "orders-0"; the last dash parts them.
PartitionName partition_named(std::string_view text);
/// TopicPartition.hashCode().
std::int32_t java_hash(const PartitionName& partition);

struct LoggedRecord {
    std::int64_t offset = 0, timestamp_ms = 0;
    std::optional<std::string> key, value;  ///< nothing: null
    std::vector<std::pair<std::string, std::optional<std::string>>> headers;
    std::string transaction;  ///< empty: of none
    bool aborted = false;     ///< with its transaction
};

/// The records of a partition that a consumer may see, from the log start to the high watermark.
class PartitionLog {
public:
    virtual ~PartitionLog() = default;
    /// The first record from this offset on; nothing at the end. `committed`: of what a consumer
    /// with isolation.level=read_committed sees.
    virtual std::optional<LoggedRecord> next(std::int64_t from, bool committed) const = 0;
    /// The high watermark, or for such a consumer the last stable offset.
    virtual std::int64_t end(bool committed) const = 0;
    /// The first with at least this timestamp, as ListOffsets answers it.
    virtual std::optional<std::int64_t> first_at_or_after(std::int64_t timestamp_ms) const = 0;
    /// The offset of the record with the largest timestamp; nothing when there is none.
    virtual std::optional<std::int64_t> offset_of_max_timestamp() const = 0;
};

/// One cluster at one instant, as its servers would answer an admin client: plain data that a
/// recorded case and a Snapshot of a run can both fill. Nothing here knows which it was.
struct ClusterState {
    struct LogDir {
        std::string path;
        bool failed = false;
        bool operator==(const LogDir&) const = default;
    };
    struct Broker {
        std::int32_t id = 0;
        std::string host = "localhost";
        std::int32_t port = 0;
        std::optional<std::string> rack;
        bool alive = true;  ///< not fenced
        std::vector<LogDir> log_dirs;
        bool operator==(const Broker&) const = default;
    };
    struct Partition {
        std::optional<std::int32_t> leader;
        std::vector<std::int32_t> replicas, isr, elr, last_known_elr, adding, removing;
        /// Log start offset and high watermark; nothing: nobody could tell.
        std::optional<std::int64_t> start, end;
        std::map<std::int32_t, std::int64_t> sizes;    ///< bytes of the log, by broker
        std::map<std::int32_t, std::int64_t> lags;     ///< records behind the leader's, by broker
        std::map<std::int32_t, std::size_t> log_dirs;  ///< which of the broker's; absent: the first
        std::shared_ptr<const PartitionLog> log;       ///< null: not known
        bool reassigning() const { return !adding.empty() || !removing.empty(); }
        bool operator==(const Partition&) const = default;
    };
    struct Topic {
        std::string id;                              ///< 22 characters
        std::map<std::string, std::string> configs;  ///< its own overrides
        std::vector<Partition> partitions;
        bool operator==(const Topic&) const = default;
    };
    struct Member {
        std::string id, client, host;
        std::optional<std::string> instance;
        std::vector<PartitionName> assigned, target;
        std::int32_t epoch = 0;
        bool upgraded = true;  ///< it speaks the consumer protocol
        bool operator==(const Member&) const = default;
    };
    struct Commit {
        std::int64_t offset = 0;
        std::optional<std::int32_t> leader_epoch;
        bool leader_epoch_known = false;  ///< false: the state does not say
        bool operator==(const Commit&) const = default;
    };
    struct Group {
        std::string type;      ///< "Classic", "Consumer", "Share"
        std::string protocol;  ///< "consumer"; empty: only offsets
        std::string state;
        std::int32_t coordinator = 0;
        std::string assignor;
        std::int32_t epoch = 0, target_epoch = 0;
        std::vector<Member> members;  ///< in the coordinator's order
        std::map<PartitionName, Commit> committed;
        bool operator==(const Group&) const = default;
    };
    /// What a principal may do, or may not, with what has a name.
    struct AclBinding {
        std::string resource_type;  ///< "TOPIC", "TRANSACTIONAL_ID"
        std::string name;
        std::string pattern;  ///< "LITERAL", "PREFIXED"
        std::string principal, host, operation, permission;
        auto operator<=>(const AclBinding&) const = default;
    };
    /// What was set, but for topics (see Topic::configs): entity -> key -> value. Entities are
    /// "brokers 1", "brokers <default>", "static brokers" (in the files of all), "static brokers
    /// 1", "groups g", "client-metrics m", "quotas users=alice clients=c1", "scram alice".
    using DynamicConfigs = std::map<std::string, std::map<std::string, std::string>>;

    std::string cluster_id;  ///< empty: not known
    /// False: there may be transactional producers that are not listed here, as none are.
    bool no_transactions = true;
    /// False: topics that seemed not to matter were left out, so that one which is absent may be.
    bool lists_every_topic = true;
    std::vector<Broker> brokers;  ///< registered ones, by id
    std::map<std::string, Topic> topics;
    std::map<std::string, Group> groups;
    DynamicConfigs configs;
    std::map<std::string, int> features;       ///< finalized levels; empty: not known
    std::optional<std::set<AclBinding>> acls;  ///< nothing: no broker has an authorizer
    std::int64_t now_ms = 0;                   ///< the wall clock
    std::string log_time;                      ///< the same as log4j writes it

    bool operator==(const ClusterState&) const = default;
    const Broker* broker(std::int32_t id) const;
    std::vector<std::int32_t> alive() const;
    bool is_alive(std::int32_t id) const;
    /// Null when there is none of that name.
    const Partition* partition(const PartitionName& name) const;
    Partition* partition(const PartitionName& name);
    /// Of every topic, by name and number.
    std::vector<PartitionName> partitions() const;
    /// Where a broker keeps its replica of a partition.
    static const LogDir& log_dir_of(const Partition& partition, const Broker& broker);
};

/// `[TIME] LEVEL MESSAGE (LOGGER)` and its newline.
std::string log_line(const ClusterState& state, std::string_view level, std::string_view message,
                     std::string_view logger);

}  // namespace gregor::lab::kafka_tools
