#pragma once

#include "visualizer/app.h"
#include "visualizer/open_run.h"
#include "visualizer/panels/gallery.h"

#include <optional>
#include <vector>

namespace gregor::visualizer {

/// What a window shows.
struct Show {
    std::optional<App> app;             ///< none: the gallery first
    std::vector<GalleryEntry> gallery;  ///< G goes there
    bool light = false;
};

/// Opens what was chosen, with the run beside it if there is to be one.
App open_app(const GalleryChoice& choice, const std::string& resources, const OnProgress& progress);

/// Shows it in a window until that is closed. `size` in points. Returns an exit code: 2 when there
/// is no display, which is then said in one line.
/// `measured_seconds`: closes after so long of playing and prints the frames a second; 0: never.
int run_window(Show& show, ImVec2 size, float scale, double measured_seconds = 0);

}  // namespace gregor::visualizer
