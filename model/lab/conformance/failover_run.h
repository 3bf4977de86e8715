#pragma once

#include "engine/time.h"
#include "model/types.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A recorded failure of a real cluster, repeated by the model: what the people and the machine did
/// is input, what Kafka did about it is observed.
namespace gregor::lab {

/// Times here are counted from the first thing done to the cluster.
struct Happening {
    Duration at;
    std::string what;        ///< of an action: kill, term, stop, cont, start, start_controller
    std::int32_t node = -1;  ///< broker or controller
    std::int64_t value{};    ///< of an event: what is said there
};

/// What is done in one run. Made from the recorded actions: a restarted broker is there again when
/// it was unfenced, because how long its process takes to begin is not Kafka's clock.
struct RecordedRun {
    std::vector<Happening> actions;
    Duration end;              ///< of the recording
    Duration begin;            ///< of the actions, after the model's start
    Duration production_from;  ///< the same of the producer; negative: before the actions
};
RecordedRun recorded_run(const nlohmann::json& timeline, const nlohmann::json& run);

/// The registration of the partition, as a committed record left it; lists ascending.
struct PartitionState {
    Duration at;
    BrokerId leader;
    LeaderEpoch leader_epoch;
    BrokerList isr, eligible_leader_replicas;
};

/// What the model did.
struct ObservedRun {
    std::vector<PartitionState> states;  ///< the first one: at the topic's creation
    /// registered, unfenced, fenced, in_controlled_shutdown, refused, expired, heartbeat (arrival
    /// at the active controller, `node` the broker), leader (of the partition), shrink (`value` ms
    /// since the follower was caught up), prospective, raft_leader, controller_active (`node` the
    /// controller, `value` the epoch).
    std::vector<Happening> happenings;
    std::vector<Duration> acknowledged, delivered;
    bool lost = false;                  ///< an acknowledged record is not in the log at the end
    std::vector<std::string> violated;  ///< invariants of Kafka
};

/// The scenario of a run, as its file would be.
nlohmann::json scenario_of(const nlohmann::json& timeline, const RecordedRun& run);
/// Runs it. Throws BadInput when the model cannot express it.
ObservedRun observe(const nlohmann::json& scenario, Duration begin, std::uint64_t seed);

}  // namespace gregor::lab
