#pragma once

#include "visualizer/app.h"
#include "visualizer/draw/image.h"

#include <string>

namespace gregor::visualizer {

/// Writes what can be kept of a run without other programs. All files appear whole or not at all.

/// "leader-crash-20.500000s" at the playhead: the name of a file without its ending.
std::string export_name(const Playback& playback);

/// The timeline's plots over a stretch of time as a drawing that scales: faults, marks, every
/// metric that was measured, with a legend. Text in the browser's own fonts, colours for print.
std::string plots_as_svg(const lab::Course& course, const std::string& title, TimeRange range);

/// One page that needs no other file: the picture, the plots, the story, and the script that makes
/// the same run again.
std::string run_as_page(const Playback& playback, const Image& picture, TimeRange range);

}  // namespace gregor::visualizer
