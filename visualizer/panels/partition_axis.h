#pragma once

#include "visualizer/frame.h"

#include <cstdint>

namespace gregor::visualizer {

/// Offsets of one partition along x: the same for all of its replicas.
struct OffsetAxis {
    float left = 0;    ///< of the first cell, points
    float pitch = 25;  ///< from cell to cell; wider for long offsets
    std::int64_t first = 0;
    std::int64_t count = 0;  ///< cells that fit

    float x_of(Offset offset) const
    {
        return left + pitch * static_cast<float>(offset.value - first);
    }
    bool shows(Offset offset) const
    {
        return offset.value >= first && offset.value < first + count;
    }
    /// Also the place right behind the last cell.
    bool reaches(Offset offset) const
    {
        return offset.value >= first && offset.value <= first + count;
    }
    float right() const { return left + pitch * static_cast<float>(count); }

    /// Ends a few cells behind the longest log, unless the user has scrolled.
    static OffsetAxis of(const Frame& frame, const lab::Snapshot::Partition& partition, float left,
                         float right);
};

/// Where the longest of its logs ends.
Offset furthest_end(const lab::Snapshot::Partition& partition);
/// The replica that the committed metadata calls the leader; null when there is none.
const lab::Snapshot::Replica* leader_of(const lab::Snapshot::Partition& partition);
/// The high watermark as the leader has it; without one, the highest that a replica knows.
Offset high_watermark_of(const lab::Snapshot::Partition& partition);

enum class RecordState : std::uint8_t { absent, committed, uncommitted, diverged };
/// What one replica has at an offset. Diverged: not what the leader has there, or has not.
RecordState record_state(const lab::Snapshot::Partition& partition,
                         const lab::Snapshot::Replica& replica, Offset offset);
/// How many records of a replica the leader does not have.
std::int64_t diverged_records(const lab::Snapshot::Partition& partition,
                              const lab::Snapshot::Replica& replica);

}  // namespace gregor::visualizer
