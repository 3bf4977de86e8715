#include "model/groups/reconciliation.h"

#include <algorithm>

namespace gregor {

namespace {

using Partitions = CurrentAssignment::Partitions;

bool owns_any(const std::optional<std::vector<TopicPartition>>& owned, const Partitions& of)
{
    if (!owned) return true;  // nothing said: as if it had all
    return std::any_of(owned->begin(), owned->end(),
                       [&](TopicPartition each) { return of.contains(each); });
}

/// \param epoch  the one that the member stays in when it has to give something up first
CurrentAssignment next(const CurrentAssignment& current, const ReconciliationGoal& goal,
                       std::int32_t epoch)
{
    CurrentAssignment result;
    result.previous_epoch = current.epoch;
    Partitions revoked = current.assigned;
    bool unreleased = false;
    Partitions added;
    for (const TopicPartition each : goal.target) {
        const auto kept = revoked.extract(each);
        if (!kept.empty()) {
            result.assigned.emplace(each, kept.mapped());
        } else if (goal.held(each) && !current.pending_revocation.contains(each)) {
            unreleased = true;
        } else {
            added.emplace(each, goal.epoch);
        }
    }
    if (!revoked.empty() && owns_any(goal.owned, revoked)) {
        result.state = ReconciliationState::unrevoked_partitions;
        result.epoch = epoch;
        result.pending_revocation = std::move(revoked);
        return result;
    }
    result.epoch = goal.epoch;
    result.assigned.merge(added);
    result.state =
        unreleased ? ReconciliationState::unreleased_partitions : ReconciliationState::stable;
    return result;
}

}  // namespace

std::string_view name_of(ReconciliationState state)
{
    switch (state) {
        case ReconciliationState::stable: return "STABLE";
        case ReconciliationState::unrevoked_partitions: return "UNREVOKED_PARTITIONS";
        case ReconciliationState::unreleased_partitions: return "UNRELEASED_PARTITIONS";
    }
    return "";
}

CurrentAssignment reconcile(const CurrentAssignment& current, const ReconciliationGoal& goal)
{
    switch (current.state) {
        case ReconciliationState::stable:
            return current.epoch == goal.epoch ? current : next(current, goal, current.epoch);
        case ReconciliationState::unreleased_partitions: return next(current, goal, current.epoch);
        case ReconciliationState::unrevoked_partitions:
            if (owns_any(goal.owned, current.pending_revocation)) return current;
            return next(current, goal, current.epoch + (goal.counts_revocations ? 1 : 0));
    }
    return current;
}

}  // namespace gregor
