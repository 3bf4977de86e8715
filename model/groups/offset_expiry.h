#pragma once

#include "model/groups/group_state.h"

#include <cstdint>
#include <string>

namespace gregor {

/// When committed offsets of a group have outlived offsets.retention.minutes (KIP-211). Times are
/// milliseconds of the coordinator's wall clock. Sources: class OffsetExpirationConditionImpl,
/// ClassicGroup.offsetExpirationCondition, OffsetMetadataManager.cleanupExpiredOffsets.
struct OffsetExpiry {
    std::int64_t now_ms{};
    std::int64_t retention_ms{};
    /// Of a classic group; empty: nobody ever joined it.
    std::string protocol_type;
    GroupState state = GroupState::empty;
    std::int64_t became_empty_ms = -1;  ///< -1: not known
    bool by_commit_alone = false;       ///< a KIP-848 group

    /// \param subscribed  the group reads the offset's topic
    bool expired(std::int64_t commit_ms, bool subscribed) const;
};

}  // namespace gregor
