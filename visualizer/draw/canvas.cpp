#include "visualizer/draw/canvas.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gregor::visualizer {
namespace {

static_assert(std::endian::native == std::endian::little, "an ImU32 is copied as R, G, B, A bytes");

constexpr std::uint32_t alpha_of(ImU32 color)
{
    return color >> IM_COL32_A_SHIFT;
}

/// Two bytes at a time, 16 bits apart: each is x * weight / 255, rounded to the nearest.
constexpr std::uint32_t pair_over_255(std::uint32_t pair)
{
    const std::uint32_t rounded = pair + 0x00800080;
    return ((rounded + ((rounded >> 8) & 0x00ff00ff)) >> 8) & 0x00ff00ff;
}

/// Source over destination. Each channel of the result is rounded once.
ImU32 over(ImU32 destination, ImU32 source, std::uint32_t alpha)
{
    const std::uint32_t rest = 255 - alpha;
    const std::uint32_t red_blue =
        (source & 0x00ff00ff) * alpha + (destination & 0x00ff00ff) * rest;
    const std::uint32_t green = ((source >> 8) & 0xff) * alpha + ((destination >> 8) & 0xff) * rest;
    const std::uint32_t opacity = 255 * alpha + (destination >> 24) * rest;
    return pair_over_255(red_blue) | over_255(green) << 8 | over_255(opacity) << 24;
}

}  // namespace

Canvas::Canvas(int width, int height, ImU32 background)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), background)
{
}

void Canvas::blend_span(int y, int left, int right, ImU32 color)
{
    const std::uint32_t alpha = alpha_of(color);
    if (alpha == 0 || left >= right) return;
    ImU32* const pixels = row(y);
    if (alpha == 255) {
        std::fill(pixels + left, pixels + right, color);
        return;
    }
    for (int x = left; x < right; ++x) pixels[x] = over(pixels[x], color, alpha);
}

void Canvas::blend_covered(int y, int left, int right, ImU32 color, const std::uint8_t* coverage)
{
    ImU32* const pixels = row(y);
    const std::uint32_t alpha = alpha_of(color);
    for (int x = left; x < right; ++x) {
        const std::uint32_t covered = *coverage++;
        if (covered != 0) pixels[x] = over(pixels[x], color, over_255(alpha * covered));
    }
}

void Canvas::blend_pixel(int x, int y, ImU32 color)
{
    ImU32& pixel = row(y)[x];
    pixel = over(pixel, color, alpha_of(color));
}

Image Canvas::image() const
{
    Image image{.width = width_, .height = height_, .rgba = {}};
    image.rgba.resize(pixels_.size() * sizeof(ImU32));
    if (!pixels_.empty()) std::memcpy(image.rgba.data(), pixels_.data(), image.rgba.size());
    return image;
}

}  // namespace gregor::visualizer
