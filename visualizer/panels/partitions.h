#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// Every partition as a block: its replicas as rows of cells over one axis of offsets, high
/// watermark, log ends, positions of groups. Many partitions get a map above the blocks.
void draw_partitions(Frame& frame, const Box& box);

}  // namespace gregor::visualizer
