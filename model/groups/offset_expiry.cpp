#include "model/groups/offset_expiry.h"

namespace gregor {

bool OffsetExpiry::expired(std::int64_t commit_ms, bool subscribed) const
{
    if (subscribed) return false;
    const auto over = [&](std::int64_t base) { return now_ms - base >= retention_ms; };
    if (by_commit_alone || protocol_type.empty()) return over(commit_ms);
    if (state == GroupState::empty) return over(became_empty_ms < 0 ? commit_ms : became_empty_ms);
    // Only of a group of consumers is it known what they read.
    const bool known = protocol_type == "consumer" && state == GroupState::stable;
    return known && over(commit_ms);
}

}  // namespace gregor
