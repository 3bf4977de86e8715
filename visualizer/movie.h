#pragma once

#include "visualizer/app.h"
#include "visualizer/draw/headless.h"

#include <functional>
#include <string>

namespace gregor::visualizer {

/// A stretch of a run as moving pictures.
struct Movie {
    std::string file;  ///< .mp4, .gif or whatever ffmpeg knows by its ending
    Time from, to;
    double speed = 0.25;  ///< simulated seconds a second
    int frames_a_second = 30;
};

/// Draws every frame without a window and has the program ffmpeg put them together. The file is
/// there when it is whole, and not before. `progress`: share done. Throws std::runtime_error with
/// one sentence, such as when ffmpeg is not installed.
void write_movie(App& app, Headless& headless, const Movie& movie,
                 const std::function<void(double)>& progress);

}  // namespace gregor::visualizer
