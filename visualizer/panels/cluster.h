#pragma once

#include "visualizer/frame.h"

namespace gregor::visualizer {

/// Clients, brokers and controllers as cards, the messages between them at the places where they
/// are at this instant, cuts, and groups as hulls.
void draw_cluster(Frame& frame, const Box& box);

}  // namespace gregor::visualizer
