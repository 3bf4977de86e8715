#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// Points that the block of a partition takes: header, a row for each replica, a line for groups.
float block_height(const lab::Snapshot::Partition& partition);
void draw_partition_block(Frame& frame, const Box& box, const lab::Snapshot::Partition& partition);

/// What is wrong with a partition, the worst first.
enum class PartitionHealth : std::uint8_t { well, under_replicated, without_leader };
PartitionHealth health_of(const lab::Snapshot& snapshot, const lab::Snapshot::Partition& partition);

}  // namespace gregor::visualizer
