#pragma once

#include "visualizer/draw/image.h"

#include <imgui.h>

#include <cstdint>

namespace gregor::visualizer {

/// The font atlas as the rasterizer reads it: one byte of coverage a texel, rows from the top.
/// Points into the atlas; valid until the atlas is built again.
struct Coverage {
    int width = 0, height = 0;  ///< texels
    const std::uint8_t* texels = nullptr;
};

/// The coverage of a built atlas; an atlas with coloured glyphs is not supported.
Coverage coverage_of(ImFontAtlas& atlas);

/// Draws what ImGui asked for into an image of DisplaySize * FramebufferScale pixels, as its OpenGL
/// backend would: source alpha over destination, scissored by each command's clip rectangle.
/// Same draw data, same bytes: corners are rounded to 1/256 pixel and all the rest is integer.
/// A pixel belongs to a triangle when its centre does; centres on an edge go to the triangle of
/// which it is a left or top edge, so triangles that share an edge leave no gap and no overlap.
Image rasterize(const ImDrawData& data, const Coverage& atlas, ImU32 background);

}  // namespace gregor::visualizer
