#pragma once

#include "visualizer/app.h"

namespace gregor::visualizer {

/// Shows the app in a window until it is closed. `size` in points. Returns an exit code: 2 when
/// there is no display, which is then said in one line.
int run_window(App& app, ImVec2 size, float scale);

}  // namespace gregor::visualizer
