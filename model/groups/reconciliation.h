#pragma once

#include "model/record.h"
#include "model/types.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

namespace gregor {

/// How far a member of a KIP-848 group is on its way to its target assignment.
enum class ReconciliationState : std::uint8_t {
    stable,                 ///< has what it can have of it
    unrevoked_partitions,   ///< has to give up some first
    unreleased_partitions,  ///< waits for some that others still have
};
/// Kafka's name: "STABLE", "UNREVOKED_PARTITIONS", "UNRELEASED_PARTITIONS".
std::string_view name_of(ReconciliationState state);

/// What a member has. The epoch beside a partition is the one in which the member got it.
struct CurrentAssignment {
    using Partitions = std::map<TopicPartition, std::int32_t>;
    ReconciliationState state = ReconciliationState::stable;
    std::int32_t epoch = 0;
    std::int32_t previous_epoch = 0;  ///< before the last step; an answer with it may be lost
    Partitions assigned;
    Partitions pending_revocation;  ///< the member has been told to give them up

    /// At the target's epoch with nothing left to do.
    bool reconciled_to(std::int32_t target_epoch) const
    {
        return state == ReconciliationState::stable && epoch == target_epoch;
    }
    bool operator==(const CurrentAssignment&) const = default;
};

struct ReconciliationGoal {
    std::int32_t epoch{};
    std::vector<TopicPartition> target;
    /// Whether some member has the partition or still has to give it up. What this one has given
    /// up itself is free for it.
    std::function<bool(TopicPartition)> held;
    /// What the member says it owns; absent: it did not say.
    std::optional<std::vector<TopicPartition>> owned;
    /// Up to Kafka 4.0 a member that had given up what it was told to came one epoch further, even
    /// when it had to give up more. Since then it stays in its epoch.
    bool counts_revocations = false;
};

/// One step of a member towards its target, at one heartbeat. A partition goes to its new owner
/// when the old one has said that it is without it. Source: class CurrentAssignmentBuilder.
CurrentAssignment reconcile(const CurrentAssignment& current, const ReconciliationGoal& goal);

}  // namespace gregor
