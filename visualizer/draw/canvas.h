#pragma once

#include "visualizer/draw/raster.h"

#include <imgui.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gregor::visualizer {

/// Part of the canvas that may be drawn on: whole pixels, right and bottom excluded.
struct PixelRect {
    int left = 0, top = 0, right = 0, bottom = 0;

    bool empty() const { return left >= right || top >= bottom; }
};

/// A corner of a triangle on the pixel grid.
struct Corner {
    std::int64_t x = 0, y = 0;  ///< 1/256 pixel
    std::int64_t u = 0, v = 0;  ///< 1/256 texel
    ImU32 color = 0;
};

/// Pixels packed as ImGui packs colours; what the rasterizer draws on.
class Canvas {
public:
    Canvas(int width, int height, ImU32 background);

    int width() const { return width_; }
    int height() const { return height_; }

    /// One colour over part of a row, `left` included, `right` excluded; inside the canvas.
    void blend_span(int y, int left, int right, ImU32 color);
    /// As blend_span, each pixel's alpha scaled by its coverage in 255ths.
    void blend_covered(int y, int left, int right, ImU32 color, const std::uint8_t* coverage);
    void blend_pixel(int x, int y, ImU32 color);

    Image image() const;

private:
    ImU32* row(int y) { return pixels_.data() + static_cast<std::ptrdiff_t>(y) * width_; }

    int width_, height_;
    std::vector<ImU32> pixels_;
};

/// Any triangle, corners in either order, colours and texels interpolated between the corners.
void draw_triangle(Canvas& canvas, const PixelRect& clip, const Corner (&corners)[3],
                   const Coverage& atlas);

/// The first pixel whose centre is not left of (or above) a coordinate in 1/256 pixel.
constexpr int first_pixel(std::int64_t coordinate)
{
    return static_cast<int>((coordinate + 127) >> 8);
}

/// x / 255, rounded to the nearest, for 0 <= x <= 255 * 255.
constexpr std::uint32_t over_255(std::uint32_t x)
{
    return (x + 128 + ((x + 128) >> 8)) >> 8;
}

}  // namespace gregor::visualizer
