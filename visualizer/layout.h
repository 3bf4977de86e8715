#pragma once

#include "visualizer/draw/painter.h"
#include "visualizer/view_state.h"

namespace gregor::visualizer {

/// Where the parts of the window stand, in points. A part that is not shown is empty.
struct Layout {
    /// Two runs at the same instant: each has a head with its name and what it shows.
    struct Half {
        Box head, cluster, partitions;
    };
    Box top_bar, cluster, partitions, inspector, timeline;
    Half left, right;               ///< side by side, instead of the three panels of one run
    bool inspector_floats = false;  ///< lies over the partitions: narrow windows

    static Layout of(ImVec2 size, const ViewState& view);
    /// The edge between panels that is under the mouse.
    Splitter splitter_at(ImVec2 mouse) const;
};

inline constexpr float smallest_width = 1024, smallest_height = 640;

}  // namespace gregor::visualizer
