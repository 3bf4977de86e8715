#pragma once

#include "visualizer/draw/draw.h"
#include "visualizer/draw/headless.h"

#include <vector>

namespace gregor::visualizer {

/// A sheet with every primitive in the places of the design's picture, 1600 × 1000 points.
void draw_specimen(const Painter& painter);

/// The sheet as an image, and the texts on it when they are asked for.
Image specimen_image(const HeadlessOptions& options, std::vector<TextBox>* texts = nullptr);

}  // namespace gregor::visualizer
