#pragma once

#include "model/lab/opened_recording.h"
#include "visualizer/frame.h"

namespace gregor::visualizer {

/// Above each of two runs side by side: which run it is, and how it stands at this instant.
void draw_run_head(const Frame& frame, const Box& box, const lab::OpenedRecording& recording,
                   bool is_beside);

}  // namespace gregor::visualizer
