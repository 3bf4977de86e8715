#include "visualizer/draw/raster.h"

#include "visualizer/draw/canvas.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {
namespace {

/// Corners this far outside are moved nearer, so that products of two coordinates fit 64 bits.
constexpr float farthest_pixel = 16384.0F;

std::int64_t to_grid(float pixels)
{
    // Rounds half up: the shift keeps the number positive, where conversion is a floor.
    constexpr double whole = farthest_pixel * 256.0, shift = whole + 0.5;
    const double near = std::clamp(pixels, -farthest_pixel, farthest_pixel);
    return static_cast<std::int64_t>(near * 256.0 + shift) - static_cast<std::int64_t>(whole);
}

/// Maps ImGui's points to pixels and its texture coordinates to texels.
struct Mapping {
    ImVec2 origin, scale;
    Coverage atlas;

    Corner corner(const ImDrawVert& vertex) const
    {
        return {.x = to_grid((vertex.pos.x - origin.x) * scale.x),
                .y = to_grid((vertex.pos.y - origin.y) * scale.y),
                .u = to_grid(vertex.uv.x * static_cast<float>(atlas.width)),
                .v = to_grid(vertex.uv.y * static_cast<float>(atlas.height)),
                .color = vertex.col};
    }

    PixelRect clip(const ImVec4& rect, const Canvas& canvas) const
    {
        const auto pixel = [](float points, float from, float factor, int limit) {
            return static_cast<int>(
                std::clamp(std::lround((points - from) * factor), 0L, static_cast<long>(limit)));
        };
        return {.left = pixel(rect.x, origin.x, scale.x, canvas.width()),
                .top = pixel(rect.y, origin.y, scale.y, canvas.height()),
                .right = pixel(rect.z, origin.x, scale.x, canvas.width()),
                .bottom = pixel(rect.w, origin.y, scale.y, canvas.height())};
    }
};

/// Four corners as ImGui writes a rectangle: clockwise from the top left, in two triangles.
struct Quad {
    Corner corners[4];
};

bool is_quad(const ImDrawIdx* index)
{
    return index[3] == index[0] && index[4] == index[2];
}

/// Upright, in one colour, and with texels that run along its sides.
bool is_plain(const Quad& quad)
{
    const auto& [a, b, c, d] = quad.corners;
    return a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x && a.x < c.x && a.y < c.y &&
           a.color == b.color && b.color == c.color && c.color == d.color && a.v == b.v &&
           b.u == c.u && c.v == d.v && d.u == a.u;
}

PixelRect pixels_of(const Quad& quad, const PixelRect& clip)
{
    const Corner &a = quad.corners[0], &c = quad.corners[2];
    return {.left = std::max(clip.left, first_pixel(a.x)),
            .top = std::max(clip.top, first_pixel(a.y)),
            .right = std::min(clip.right, first_pixel(c.x)),
            .bottom = std::min(clip.bottom, first_pixel(c.y))};
}

/// One texel a pixel, as for all text drawn at the size its font was loaded at.
bool is_one_to_one(const Quad& quad)
{
    constexpr std::int64_t tolerance = 16;  // 1/16 of a pixel over the whole glyph
    const Corner &a = quad.corners[0], &c = quad.corners[2];
    return std::abs((c.u - a.u) - (c.x - a.x)) <= tolerance &&
           std::abs((c.v - a.v) - (c.y - a.y)) <= tolerance;
}

/// False when the quad needs more than its nearest texels.
bool draw_plain(Canvas& canvas, const PixelRect& clip, const Quad& quad, const Coverage& atlas)
{
    const Corner &a = quad.corners[0], &c = quad.corners[2];
    const PixelRect area = pixels_of(quad, clip);
    if (a.u == c.u && a.v == c.v) {
        const std::int64_t column = std::clamp<std::int64_t>(a.u >> 8, 0, atlas.width - 1);
        const std::int64_t line = std::clamp<std::int64_t>(a.v >> 8, 0, atlas.height - 1);
        if (atlas.texels[line * atlas.width + column] != 255) return false;
        for (int y = area.top; y < area.bottom; ++y)
            canvas.blend_span(y, area.left, area.right, a.color);
        return true;
    }
    if (!is_one_to_one(quad)) return false;
    if (area.empty()) return true;
    const std::int64_t column = area.left + ((a.u - a.x + 128) >> 8);
    const std::int64_t line = area.top + ((a.v - a.y + 128) >> 8);
    if (column < 0 || line < 0 || column + area.right - area.left > atlas.width ||
        line + area.bottom - area.top > atlas.height)
        return false;
    const std::uint8_t* texels = atlas.texels + line * atlas.width + column;
    for (int y = area.top; y < area.bottom; ++y, texels += atlas.width)
        canvas.blend_covered(y, area.left, area.right, a.color, texels);
    return true;
}

void draw_command(Canvas& canvas, const ImDrawList& list, const ImDrawCmd& command,
                  const Mapping& mapping)
{
    const PixelRect clip = mapping.clip(command.ClipRect, canvas);
    if (clip.empty()) return;
    const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
    const ImDrawIdx* const end = index + command.ElemCount;
    const ImDrawVert* const vertices = list.VtxBuffer.Data + command.VtxOffset;
    while (index + 3 <= end) {
        if (index + 6 <= end && is_quad(index)) {
            const Quad quad{{mapping.corner(vertices[index[0]]), mapping.corner(vertices[index[1]]),
                             mapping.corner(vertices[index[2]]),
                             mapping.corner(vertices[index[5]])}};
            if (is_plain(quad) && draw_plain(canvas, clip, quad, mapping.atlas)) {
                index += 6;
                continue;
            }
        }
        const Corner corners[3] = {mapping.corner(vertices[index[0]]),
                                   mapping.corner(vertices[index[1]]),
                                   mapping.corner(vertices[index[2]])};
        draw_triangle(canvas, clip, corners, mapping.atlas);
        index += 3;
    }
}

}  // namespace

Coverage coverage_of(ImFontAtlas& atlas)
{
    Coverage coverage;
    unsigned char* texels = nullptr;
    atlas.GetTexDataAsAlpha8(&texels, &coverage.width, &coverage.height);
    coverage.texels = texels;
    return coverage;
}

Image rasterize(const ImDrawData& data, const Coverage& atlas, ImU32 background)
{
    const Mapping mapping{
        .origin = data.DisplayPos, .scale = data.FramebufferScale, .atlas = atlas};
    const auto pixels = [](float points, float scale) {
        return static_cast<int>(std::max(0L, std::lround(points * scale)));
    };
    Canvas canvas(pixels(data.DisplaySize.x, mapping.scale.x),
                  pixels(data.DisplaySize.y, mapping.scale.y), background);
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        for (const ImDrawCmd& command : list.CmdBuffer)
            if (command.UserCallback == nullptr) draw_command(canvas, list, command, mapping);
    }
    return canvas.image();
}

}  // namespace gregor::visualizer
