#pragma once

// Everything that can be drawn. Each function is pure: same arguments, same triangles.
#include "visualizer/draw/cards.h"
#include "visualizer/draw/controls.h"
#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/log.h"
#include "visualizer/draw/shapes.h"
#include "visualizer/draw/text.h"
#include "visualizer/draw/timeline.h"
