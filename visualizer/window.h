#pragma once

#include "visualizer/app.h"
#include "visualizer/panels/gallery.h"

#include <functional>
#include <optional>
#include <vector>

namespace gregor::visualizer {

/// What a window shows and how it gets it.
struct Show {
    std::optional<App> app;                         ///< none: the gallery first
    std::vector<GalleryEntry> gallery;              ///< G goes there
    std::function<App(const GalleryChoice&)> open;  ///< may throw; takes a while
    bool light = false;
};

/// Shows it in a window until that is closed. `size` in points. Returns an exit code: 2 when there
/// is no display, which is then said in one line.
int run_window(Show& show, ImVec2 size, float scale);

}  // namespace gregor::visualizer
