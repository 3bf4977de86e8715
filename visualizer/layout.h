#pragma once

#include "visualizer/draw/painter.h"
#include "visualizer/view_state.h"

namespace gregor::visualizer {

/// Where the parts of the window stand, in points. A part that is not shown is empty.
struct Layout {
    Box top_bar, cluster, partitions, inspector, timeline;
    bool inspector_floats = false;  ///< lies over the partitions: narrow windows

    static Layout of(ImVec2 size, const ViewState& view);
};

inline constexpr float smallest_width = 1024, smallest_height = 640;

}  // namespace gregor::visualizer
