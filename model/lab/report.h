#pragma once

#include "model/lab/run_identity.h"
#include "model/lab/simulation.h"
#include "model/lab/story.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace gregor::lab {

/// What became of one producer's records.
struct RecordCounts {
    std::int64_t sent = 0, acknowledged = 0, failed = 0;
    std::int64_t unknown = 0;     ///< given up, may be in the log all the same
    std::int64_t waiting = 0;     ///< without an answer when the run ended
    IntervalSet lost;             ///< acknowledged and no longer in the leader's log
    std::int64_t removed = 0;     ///< acknowledged, and gone as the cleanup.policy wants it
    std::int64_t duplicated = 0;  ///< appended once more than they were sent
};
RecordCounts count_records(const Simulation& simulation, ClientId producer);

/// The report of one run for a reader: the story, what clients got, how long partitions were
/// unavailable, what was checked, the hash. `leg` is the run's entry in the JSON of `gregor run`.
std::string report_text(const Simulation& simulation, const StoryTeller& story,
                        const RunIdentity& identity, const nlohmann::json& leg);

}  // namespace gregor::lab
