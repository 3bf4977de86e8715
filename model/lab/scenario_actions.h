#pragma once

#include "engine/time.h"
#include "model/config.h"
#include "model/lab/expression.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// What a script does and when. See docs/reference for the same in JSON.
namespace gregor::lab {

/// One node, or a class of them.
struct NodeSet {
    enum class Kind : std::uint8_t {
        id,  ///< the broker or controller `id`
        brokers,
        controllers,
        clients,
        clients_at,  ///< clients that stand near broker `id`
        client,      ///< the client `name`
        expression   ///< the broker or controller whose id `expression` gives at that instant
    };
    Kind kind{};
    std::int32_t id{};
    std::string name;
    std::optional<Expression> expression;
};

/// One call of a client program.
struct Call {
    enum class Kind : std::uint8_t { send, begin, end, poll, commit, init_transactions, wait };
    Kind kind{};
    std::string partition;   ///< send: 'topic-0', or a topic when the partitioner decides
    std::int64_t count = 1;  ///< send: records
    std::optional<std::string> key;
    bool tombstone = false;                                    ///< send: without a value
    std::optional<std::int64_t> timestamp_ms;                  ///< send: instead of the clock's
    std::vector<std::pair<std::string, std::string>> headers;  ///< send: of each record
    bool commit_transaction = true;                            ///< end
    std::optional<std::int64_t> max;                           ///< poll: records
    std::optional<Duration> time;                              ///< wait
    std::optional<Expression> condition;                       ///< wait
};

/// When a step, caption or question happens: one of `at`, `after`, `when`. A `when` may also name
/// the step after which it is armed.
struct Trigger {
    std::optional<Time> at;
    std::string after;
    std::optional<Expression> when;
    Duration within{};  ///< of `when`, counted from arming
    Duration delay{};   ///< between the condition or the other step and this one
};

namespace action {

struct Link {
    enum class Effect : std::uint8_t { cut, heal, change };
    std::vector<NodeSet> from, to;  ///< one direction only
    Effect effect{};
    std::optional<Duration> latency, jitter;
    std::optional<double> loss, duplicate, reorder;
    std::optional<std::int64_t> bytes_per_second;
};

/// Which messages a rule is about; what is empty matches all.
struct Match {
    enum class Direction : std::uint8_t { both, request, response };
    std::string api;
    Direction direction = Direction::both;
    std::vector<NodeSet> from, to;
    std::string partition;
    std::vector<std::pair<std::string, Value>> fields;
    std::optional<std::int64_t> nth;  ///< only the n-th match, from 1
};
struct Message {
    enum class Act : std::uint8_t { drop, duplicate, hold, delay, error };
    Match match;
    Act act{};
    std::string hold;     ///< name to release it by
    bool detach = false;  ///< hold: reset the connection, let it pass later anyhow
    Duration delay{};
    std::string error;                  ///< Kafka's name of the error to answer with
    std::optional<std::int64_t> times;  ///< empty: every time
};
struct Release {
    std::string name;
};

struct Node {
    enum class Act : std::uint8_t {
        crash,
        power_off,
        restart,
        pause,
        resume,
        stop,
        replace_disk,
        freeze,
        thaw
    };
    NodeSet node;
    Act act{};
    std::string subsystem;            ///< freeze: control, fetchers, cleaner, handlers
    Duration starts_in = seconds(4);  ///< restart: until the process registers
};

struct Disk {
    NodeSet node;
    std::optional<std::int64_t> bytes_per_second;
    std::optional<Duration> latency;
    std::optional<std::int64_t> capacity;
    std::string unflushed_partition;  ///< with `unflushed_from`: what a power-off would lose
    std::int64_t unflushed_from{};
    std::string poison_partition;  ///< with `poison_offset`: a record on which cleaning fails
    std::int64_t poison_offset{};
    std::string failed_directory;  ///< of log.dirs: gives I/O errors until the process starts anew
    std::string flip_partition;    ///< with `flip_offset`: a byte of its batch changes in the file
    std::int64_t flip_offset{};
};

/// The wall clock that stamps records and expires retention; timers do not follow it.
struct Clock {
    NodeSet node;
    std::optional<Duration> offset;  ///< from simulated time, absolute
    std::optional<Duration> jump;    ///< relative to what it shows
};

struct Set {
    enum class Scope : std::uint8_t { broker, topic, client };
    Scope scope{};
    std::string name;  ///< id of the broker, name of the topic or client
    std::string key;
    std::string value;  ///< in the plain form of parse_config_value
};

struct Level {
    std::vector<NodeSet> nodes;
    std::string key, value;
};

struct Admin {
    enum class Operation : std::uint8_t {
        elect,
        create_topic,
        delete_topic,
        add_partitions,
        reassign,
        abort_transaction,
        delete_records
    };
    Operation operation{};
    std::string partition, topic, transactional_id;
    bool unclean = false;
    std::optional<std::int64_t> offset;  ///< delete-records: those below; none: all
    std::int32_t partitions = 0;
    std::int32_t replication_factor = 0;
    std::vector<std::vector<std::int32_t>> replicas;
    ConfigMap config;
};

struct Client {
    enum class Act : std::uint8_t { start, stop, crash, pause, resume, call };
    std::string name;
    Act act{};
    std::optional<Call> call;
};

struct Mark {
    std::string name;
};

}  // namespace action

using Action = std::variant<action::Link, action::Message, action::Release, action::Node,
                            action::Disk, action::Clock, action::Set, action::Level, action::Admin,
                            action::Client, action::Mark>;

struct Step {
    std::string name;  ///< empty: cannot be named by others
    Trigger trigger;
    std::vector<Action> actions;
    std::optional<Duration> lasts;  ///< "for": undone after this time
    std::string path;               ///< in the file: "/script/0"
};

}  // namespace gregor::lab
