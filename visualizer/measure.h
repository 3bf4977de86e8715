#pragma once

#include "visualizer/app.h"

#include <string>

namespace gregor::visualizer {

/// Builds frames while playing, and seeks to random instants and builds the frame there, without a
/// window or a rasterizer; tells how much processor time each takes. A few lines for a reader.
std::string measure(App& app, ImVec2 size);

}  // namespace gregor::visualizer
