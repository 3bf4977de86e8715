#pragma once

#include "visualizer/panels/timeline_layout.h"

#include <string>
#include <string_view>
#include <vector>

namespace gregor::visualizer {

/// The panel number of texts in tooltips is that of the panel plus this: they lie over others.
inline constexpr int tooltip_panel = 100;

/// A dark box beside the pointer, within the panel. Nothing when there is nothing to say.
void draw_hint(const Frame& frame, const Box& panel, const TimelineHint& hint);

}  // namespace gregor::visualizer
