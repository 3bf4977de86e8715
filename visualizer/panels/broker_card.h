#pragma once

#include "visualizer/frame.h"
#include "visualizer/panels/cluster_plan.h"

#include <string>

namespace gregor::visualizer {

/// A broker with its state, its replicas as chips and its loads; as much as the card has room for.
void draw_broker(Frame& frame, const Place& place);

/// A short name of a partition, unique enough for a chip: "o0" for orders-0.
std::string short_name(const std::string& partition);

}  // namespace gregor::visualizer
