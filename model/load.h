#pragma once

#include "engine/time.h"
#include "model/units.h"

#include <cstdint>
#include <optional>
#include <string>

namespace gregor {

/// Where the keys of a load come from. With keys each record finds its partition by its key, so
/// the cost of a run goes with records; without, with batches.
enum class KeyDistribution : std::uint8_t {
    none,     ///< null keys: the sticky partitioner decides
    uniform,  ///< each of `key_count` keys is equally likely
    zipf,     ///< key k is drawn with a weight of 1 / (k + 1), in integer arithmetic
};

/// What a producer sends: record i is handed to send() at `from + floor(i * per / count)`, or as
/// soon as the calls before it have returned.
struct Load {
    Rate rate;
    std::int32_t value_size = 100;  ///< bytes of each record's value
    std::string topic;
    std::optional<std::int32_t> partition;  ///< absent: the partitioner decides
    Time from;
    Time to = never;                      ///< no record at or after it
    std::optional<std::int64_t> records;  ///< stop after so many
    KeyDistribution keys = KeyDistribution::none;
    std::int64_t key_count = 0;

    bool operator==(const Load&) const = default;
};

enum class WorkMode : std::uint8_t {
    loop,  ///< the thread that polls also processes
    pool,  ///< polled records are handed to workers and poll() is called again at once
};
enum class CommitMode : std::uint8_t {
    automatic,    ///< enable.auto.commit, inside poll()
    before,       ///< before the polled records are processed (at most once)
    after,        ///< when all polled records are processed (at least once)
    lowest_done,  ///< pool: up to the lowest record that is not processed yet
    never,
};

/// What an application does about a record that its deserializer refuses
/// (RecordDeserializationException): end; call poll() again, which throws the same; or go on behind
/// it with seek().
enum class PoisonMode : std::uint8_t { fail, retry, skip };

/// What a consumer does with the records that poll() returns.
struct Work {
    Duration service;          ///< for one record
    bool exponential = false;  ///< `service` is the mean of an exponential distribution
    Duration service_most;     ///< uniform from `service` to this, when this is longer
    WorkMode mode = WorkMode::loop;
    std::int32_t workers = 1;
    CommitMode commit = CommitMode::automatic;
    PoisonMode on_poison = PoisonMode::fail;

    bool operator==(const Work&) const = default;
};

/// When each record of a load is due. Integer arithmetic throughout: no drift, no rounding twice.
class Arrivals {
public:
    Arrivals() = default;
    explicit Arrivals(const Load& load);

    /// When record number `i` is due; `from` for every record of an unlimited load, `never` behind
    /// the last one.
    Time at(std::int64_t i) const;
    /// How many records are due at or before `time`: the numbers 0 .. result-1.
    std::int64_t due(Time time) const;
    /// Distance of neighbours, rounded down; 0 when unlimited.
    Duration spacing() const;
    bool unlimited() const { return rate_.unlimited(); }
    /// Everything that is still to come becomes due later by so much.
    void shift(Duration by) { from_ = from_ + by; }

private:
    std::int64_t due_of_rate(Time time) const;

    Rate rate_;
    Time from_;
    Time to_ = never;
    std::int64_t total_ = 0;  // how many records there are in all
};

}  // namespace gregor
