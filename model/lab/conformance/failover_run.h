#pragma once

#include "engine/time.h"
#include "model/types.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A recorded failure of a real cluster, repeated by the model: what the people and the machine did
/// is input, what Kafka did about it is observed.
namespace gregor::lab {

/// Times here are counted from the first thing done to the cluster.
struct Happening {
    Duration at;
    std::string what;        ///< of an action: kill, term, stop, cont, start, start_controller,
                             ///< lose_heartbeats (for `value` nanoseconds)
    std::int32_t node = -1;  ///< broker or controller
    std::int64_t value{};    ///< of an event: what is said there
};

/// One run of the cases of a session, which went through the same actions in one cluster with a
/// topic each: what fills one topic's fetches brings the others' along.
struct SessionRun {
    struct Topic {
        const nlohmann::json* timeline;
        const nlohmann::json* run;
    };
    std::vector<Topic> topics;
    std::uint64_t number{};  ///< of the run
};

/// What is done in one run. Made from the recorded actions: a restarted broker registers and is
/// unfenced when it did, because how long its process takes to begin is not Kafka's clock.
struct RecordedRun {
    std::vector<Happening> actions;
    Duration end;    ///< of the recording
    Duration begin;  ///< of the actions, after the model's start
    /// registered, unfenced, fenced and in_controlled_shutdown in the recorded order; a fenced
    /// broker is not fenced again.
    std::vector<std::pair<std::string, std::int32_t>> order;
};
RecordedRun recorded_run(const SessionRun& session);

/// The registration of the partition, as a committed record left it; lists ascending.
struct PartitionState {
    Duration at;
    BrokerId leader;
    LeaderEpoch leader_epoch;
    BrokerList isr, eligible_leader_replicas;
};

/// What the model did, in one topic.
struct ObservedRun {
    std::vector<PartitionState> states;  ///< the first one: at the topic's creation
    /// registered, unfenced, fenced, in_controlled_shutdown, refused, expired (`value` ms without a
    /// heartbeat), heartbeat (of broker `node` at controller `value`), leader (of the partition),
    /// shrink (`value` ms since the follower was caught up), prospective, raft_leader,
    /// controller_active (`node` the controller, `value` the epoch).
    std::vector<Happening> happenings;
    std::vector<Duration> acknowledged, delivered;
    bool lost = false;                  ///< an acknowledged record is not in the log at the end
    std::vector<std::string> violated;  ///< invariants of Kafka
};

/// The scenario of a run, as its file would be.
nlohmann::json scenario_of(const SessionRun& session, const RecordedRun& run);
/// Runs it; one result for each topic. Throws BadInput when the model cannot express it.
std::vector<ObservedRun> observe(const nlohmann::json& scenario, Duration begin,
                                 std::uint64_t seed);
/// The order of `RecordedRun`, as the model did it.
std::vector<std::pair<std::string, std::int32_t>> order_of(const ObservedRun& observed);

}  // namespace gregor::lab
