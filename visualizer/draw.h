#pragma once

// Everything that can be drawn. Each function is pure: same arguments, same triangles.
#include "visualizer/draw_cards.h"
#include "visualizer/draw_controls.h"
#include "visualizer/draw_glyphs.h"
#include "visualizer/draw_log.h"
#include "visualizer/draw_shapes.h"
#include "visualizer/draw_text.h"
#include "visualizer/draw_timeline.h"
