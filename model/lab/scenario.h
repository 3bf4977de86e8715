#pragma once

#include "engine/time.h"
#include "model/compression.h"
#include "model/config.h"
#include "model/lab/expression.h"
#include "model/lab/scenario_actions.h"
#include "model/load.h"
#include "model/units.h"

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// One leg of a scenario file at one point of its sweep, ready to run: parameters put in, every
/// name checked, times in integer nanoseconds, sizes in bytes. Made by `ScenarioFile::resolve`.
namespace gregor::lab {

/// Of every connection between two nodes. Probabilities are per message, from 0 to 1.
struct LinkSettings {
    Duration latency = microseconds(500);
    Duration jitter{};  ///< added at random, from 0 to this
    double loss{};
    double duplicate{};
    double reorder{};
    std::optional<std::int64_t> bytes_per_second;  ///< empty: limited by the network cards only
};

struct DiskSettings {
    std::optional<std::int64_t> bytes_per_second;  ///< empty: the platform's
    std::optional<Duration> latency;
    std::optional<std::int64_t> capacity;  ///< bytes; empty: unlimited
    std::optional<Duration> writeback;     ///< age at which the page cache is written back
    std::optional<std::int64_t> cache;     ///< bytes of the page cache; none = all fits
};

struct Broker {
    std::int32_t id{};  ///< 1, 2, ... in order
    std::string rack;
    ConfigMap config;  ///< on top of the cluster's defaults
    DiskSettings disk;
    std::optional<std::int64_t> nic;  ///< bytes per second
    std::int32_t cores = 0;           ///< 0: one
};

struct Cluster {
    std::vector<Broker> brokers;
    std::int32_t controllers = 3;
    bool combined = false;  ///< the first brokers are the controllers too
    ConfigMap defaults;     ///< of every broker and controller
    LinkSettings link;
    DiskSettings disk;  ///< of controllers; of brokers unless they have their own

    ConfigMap config_of(const Broker& broker) const
    {
        ConfigMap all = broker.config;
        all.insert(defaults.begin(), defaults.end());
        return all;
    }
};

struct Topic {
    std::string name;
    std::int32_t partitions{};
    /// Of each partition, the preferred leader first; empty: placed by the controller.
    std::vector<std::vector<std::int32_t>> replicas;
    std::int32_t replication_factor{};
    ConfigMap config;
    std::string path;       ///< of its entry in the file
    std::int32_t copy = 0;  ///< of an entry with "count": 0 for the first
};

/// How a time is drawn (in nanoseconds), or how many keys there are and how often each comes.
struct Distribution {
    enum class Shape : std::uint8_t { constant, uniform, exponential, zipf };
    Shape shape = Shape::constant;
    std::int64_t low{};   ///< constant: the value; exponential: the mean; uniform: smallest
    std::int64_t high{};  ///< uniform: largest; keys: how many
    bool operator==(const Distribution&) const = default;
};

struct Load {
    std::optional<Rate> rate;                                 ///< records; one of the two is set
    std::optional<std::int64_t> bytes_per_second;             ///< records follow from the size
    std::int64_t size = 1'000;                                ///< bytes of one record
    std::optional<std::int64_t> records;                      ///< stop after so many
    std::optional<std::int32_t> partition;                    ///< else the partitioner decides
    PayloadContent content = PayloadContent::random_letters;  ///< for a compression.type
    std::optional<Distribution> keys;                         ///< empty: records without key
    std::optional<Distribution> timestamps;                   ///< how far behind the clock they are
    Time from{};
    std::optional<Time> to;  ///< empty: until the end
    bool fluid = false;      ///< rates instead of records
    /// Of a transactional producer: so many records, or so much time, are a transaction.
    std::optional<std::int64_t> transaction_records;
    std::optional<Duration> transaction_interval;
};

struct Work {
    enum class Mode : std::uint8_t { loop, pool };
    enum class Commit : std::uint8_t { before, after, automatic, lowest_done };
    Distribution service;  ///< of one record
    Mode mode = Mode::loop;
    std::int32_t workers = 1;
    Commit commit = Commit::automatic;
    PoisonMode on_poison = PoisonMode::fail;
};

struct Client {
    enum class Kind : std::uint8_t { producer, consumer, processor, admin, script };
    std::string name;
    Kind kind{};
    std::vector<std::string> topics;   ///< written to or read; all of the scenario unless said
    std::optional<std::int32_t> near;  ///< broker beside which it stands
    ConfigMap config;                  ///< of producer and consumer both, for processor and script
    std::optional<Load> load;
    std::optional<Work> work;
    std::vector<Call> program;
    std::string writes;              ///< the format of its records; empty: any consumer's
    std::vector<std::string> reads;  ///< formats that its deserializer takes; empty: all
    std::string application;  ///< what its code outside the simulation is called; empty: none
};

struct LevelSetting {
    std::string level;
    std::string value;           ///< "true", "false", a word or a number
    std::vector<NodeSet> nodes;  ///< empty: everywhere
};

struct Assertion {
    enum class Form : std::uint8_t { invariant, always, never, eventually, at_end };
    std::string id;
    Form form{};
    std::string invariant;                 ///< DUR, MATCH, ...; empty for the other forms
    std::optional<Expression> expression;  ///< of the other forms
    std::optional<Expression> given;
    std::string after, from, to;  ///< names of marks or steps, or empty
    std::optional<Duration> within;
    // Arguments of invariants, empty where not given.
    std::string client, consumer, topic, partition, group;
    std::optional<std::int32_t> broker;
    std::optional<double> percentile;
    Value max, min;
};

/// What a number, time or set is expected to be.
struct Bound {
    enum class Kind : std::uint8_t { eq, lt, le, gt, ge, between, near };
    Kind kind{};
    Value value;
    Value upper;                     ///< between: the other end, included
    std::optional<double> relative;  ///< near: fraction of the value
    Value absolute;                  ///< near: unless relative
    bool admits(const Value& measured) const;
    std::string text() const;
};

struct SweepBound {
    std::string over;                      ///< a parameter that the sweep varies
    std::string of;                        ///< as written: an assertion id or an expression
    std::optional<Expression> expression;  ///< of measures; empty when `of` is an assertion
    std::optional<Bound> each, fraction, threshold;
    std::optional<bool> rising;  ///< monotonic up or down
};

struct Expectation {
    std::vector<std::string> holds, violates;  ///< ids of assertions
    std::vector<std::string> without_faults;   ///< of `violates`: the leg's settings alone do it
    struct Witness {
        Expression expression;  ///< often the name of a measure
        Value value;
    };
    std::vector<Witness> witness;
    std::map<std::string, Bound> measures;
    std::vector<SweepBound> over_sweep;
};

struct Caption {
    Trigger trigger;
    std::string say;
    std::optional<Expression> focus;
};
struct Question {
    Trigger trigger;
    std::string ask;
    std::vector<std::string> choices;
    std::optional<Expression> answer;
};
struct Lesson {
    std::string analogy;
    std::vector<Caption> captions;
    std::vector<Question> predict;
    std::vector<std::string> exercises;
};

struct Measure {
    std::string name;
    Expression expression;
};

struct RecordedCalls;

struct Scenario {
    std::string id, title, doc, teaches;
    std::string kafka = "4.3";
    std::string resources = "simgrid";
    nlohmann::json platform;  ///< a path, a platform, or null
    Lesson lesson;
    Parameters parameters;
    Cluster cluster;
    std::vector<Topic> topics;
    std::vector<Client> clients;
    std::vector<LevelSetting> levels;
    std::vector<Step> script;
    Duration settle{};
    Time horizon{};  ///< end of the script; `settle` comes after it
    std::vector<Assertion> asserts;
    std::vector<Measure> measures;
    std::string leg;
    Expectation expect;
    std::uint64_t first_seed = 1;
    std::int64_t seed_count = 1;
    std::shared_ptr<const RecordedCalls> calls;  ///< of applications outside; null: none are given
};

}  // namespace gregor::lab
