#include "visualizer/panels/partition_axis.h"

#include "visualizer/draw/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::visualizer {

namespace {

constexpr float digit_width = 6.2F, cell_margin = 8;
constexpr std::int64_t free_cells = 3;  // behind the log end

}  // namespace

Offset furthest_end(const lab::Snapshot::Partition& partition)
{
    Offset end{0};
    for (const auto& replica : partition.replicas) end = std::max(end, replica.log_end);
    return end;
}

const lab::Snapshot::Replica* leader_of(const lab::Snapshot::Partition& partition)
{
    return partition.leader == no_broker ? nullptr : partition.replica_on(partition.leader);
}

Offset high_watermark_of(const lab::Snapshot::Partition& partition)
{
    const auto* leader = leader_of(partition);
    if (leader != nullptr && leader->running) return leader->high_watermark;
    Offset highest{0};
    for (const auto& replica : partition.replicas) {
        highest = std::max(highest, replica.high_watermark);
    }
    return highest;
}

OffsetAxis OffsetAxis::of(const Frame& frame, const lab::Snapshot::Partition& partition, float left,
                          float right)
{
    OffsetAxis axis;
    axis.left = left;
    const Offset end = furthest_end(partition);
    const auto digits = static_cast<float>(fmt::formatted_size("{}", end.value + free_cells));
    axis.pitch = std::max(cell_pitch, digits * digit_width + cell_margin);
    axis.count = std::max<std::int64_t>(1, static_cast<std::int64_t>((right - left) / axis.pitch));
    axis.first = std::max<std::int64_t>(0, end.value + free_cells - axis.count);
    const auto scrolled = frame.view.first_offset.find(partition.name);
    if (scrolled != frame.view.first_offset.end()) {
        axis.first =
            std::clamp<std::int64_t>(scrolled->second, 0, std::max<std::int64_t>(0, end.value - 1));
    }
    return axis;
}

RecordState record_state(const lab::Snapshot::Partition& partition,
                         const lab::Snapshot::Replica& replica, Offset offset)
{
    if (offset < replica.log_start || offset >= replica.log_end) return RecordState::absent;
    const auto* leader = leader_of(partition);
    if (leader != nullptr && leader != &replica) {
        const bool beyond = offset >= leader->log_end;
        const bool other = !beyond && offset >= leader->log_start &&
                           leader->epoch_at(offset) != replica.epoch_at(offset);
        if (beyond || other) return RecordState::diverged;
    }
    return offset < high_watermark_of(partition) ? RecordState::committed
                                                 : RecordState::uncommitted;
}

std::int64_t diverged_records(const lab::Snapshot::Partition& partition,
                              const lab::Snapshot::Replica& replica)
{
    std::int64_t records = 0;
    // Logs part at one offset, and all from there on diverges.
    for (Offset offset = replica.log_end; offset > replica.log_start;) {
        offset = Offset{offset.value - 1};
        if (record_state(partition, replica, offset) != RecordState::diverged) break;
        ++records;
    }
    return records;
}

}  // namespace gregor::visualizer
