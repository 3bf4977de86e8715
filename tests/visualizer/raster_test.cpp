#include "visualizer/draw/raster.h"

#include "visualizer/draw/canvas.h"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <initializer_list>

namespace gregor::visualizer {
namespace {

constexpr ImU32 black = IM_COL32(0, 0, 0, 255), red = IM_COL32(255, 0, 0, 255);
constexpr ImU32 half_white = IM_COL32(255, 255, 255, 128);
constexpr std::uint8_t white_texel = 255;
constexpr Coverage no_texture{.width = 1, .height = 1, .texels = &white_texel};

/// Draw data put together by hand.
class Sketch {
public:
    explicit Sketch(ImVec2 size, float scale = 1)
    {
        data_.DisplaySize = size;
        data_.FramebufferScale = {scale, scale};
        clip_ = {0, 0, size.x, size.y};
    }

    Sketch& clip(ImVec4 rect)
    {
        clip_ = rect;
        return *this;
    }
    /// Indices 0, 1, 2, 0, 2, 3 as ImGui writes them.
    Sketch& rectangle(ImVec2 min, ImVec2 max, ImU32 color, ImVec2 uv_min = {}, ImVec2 uv_max = {})
    {
        add({{min, uv_min, color},
             {{max.x, min.y}, {uv_max.x, uv_min.y}, color},
             {max, uv_max, color},
             {{min.x, max.y}, {uv_min.x, uv_max.y}, color}},
            {0, 1, 2, 0, 2, 3});
        return *this;
    }
    Sketch& triangle(ImVec2 a, ImVec2 b, ImVec2 c, std::array<ImU32, 3> colors)
    {
        add({{a, {}, colors[0]}, {b, {}, colors[1]}, {c, {}, colors[2]}}, {0, 1, 2});
        return *this;
    }
    Image image(const Coverage& atlas = no_texture)
    {
        ImDrawList* lists[] = {&list_};
        data_.CmdLists = lists;
        data_.CmdListsCount = 1;
        return rasterize(data_, atlas, black);
    }

private:
    void add(std::initializer_list<ImDrawVert> vertices, std::initializer_list<int> indices)
    {
        ImDrawCmd command;
        command.ClipRect = clip_;
        command.VtxOffset = static_cast<unsigned>(list_.VtxBuffer.Size);
        command.IdxOffset = static_cast<unsigned>(list_.IdxBuffer.Size);
        command.ElemCount = static_cast<unsigned>(indices.size());
        for (const ImDrawVert& vertex : vertices) list_.VtxBuffer.push_back(vertex);
        for (const int index : indices) list_.IdxBuffer.push_back(static_cast<ImDrawIdx>(index));
        list_.CmdBuffer.push_back(command);
    }

    ImDrawData data_;
    ImDrawList list_{nullptr};
    ImVec4 clip_;
};

ImU32 pixel(const Image& image, int x, int y)
{
    const std::uint8_t* p = &image.rgba[static_cast<std::size_t>(4 * (y * image.width + x))];
    return IM_COL32(p[0], p[1], p[2], p[3]);
}

int count(const Image& image, ImU32 color)
{
    int pixels = 0;
    for (int y = 0; y < image.height; ++y)
        for (int x = 0; x < image.width; ++x) pixels += pixel(image, x, y) == color ? 1 : 0;
    return pixels;
}

TEST_CASE("raster: a rectangle covers the pixels whose centres it holds", "[visualizer]")
{
    const Image image = Sketch({8, 6}).rectangle({2, 1}, {5, 4}, red).image();
    CHECK(count(image, red) == 9);
    CHECK(pixel(image, 2, 1) == red);
    CHECK(pixel(image, 4, 3) == red);
    CHECK(pixel(image, 5, 3) == black);
    // 2.5 is the centre of pixel 2, which a left edge includes; 4.5 that of 4, a right one does
    // not.
    const Image halves = Sketch({8, 6}).rectangle({2.5F, 1}, {4.5F, 2}, red).image();
    CHECK(count(halves, red) == 2);
    CHECK(pixel(halves, 2, 1) == red);
    CHECK(pixel(halves, 4, 1) == black);
}

TEST_CASE("raster: the scale of the framebuffer multiplies pixels", "[visualizer]")
{
    const Image image = Sketch({8, 6}, 2).rectangle({2, 1}, {5, 4}, red).image();
    CHECK(image.width == 16);
    CHECK(image.height == 12);
    CHECK(count(image, red) == 36);
    CHECK(pixel(image, 4, 2) == red);
}

TEST_CASE("raster: blending rounds each channel to the nearest", "[visualizer]")
{
    const Image once = Sketch({1, 1}).rectangle({0, 0}, {1, 1}, half_white).image();
    CHECK(pixel(once, 0, 0) == IM_COL32(128, 128, 128, 255));
    const Image twice = Sketch({1, 1})
                            .rectangle({0, 0}, {1, 1}, half_white)
                            .rectangle({0, 0}, {1, 1}, IM_COL32(10, 200, 90, 77))
                            .image();
    const auto blended = [](int source) {
        return static_cast<int>(std::lround((source * 77 + 128 * (255 - 77)) / 255.0));
    };
    CHECK(pixel(twice, 0, 0) == IM_COL32(blended(10), blended(200), blended(90), 255));
}

TEST_CASE("raster: division by 255 is exact", "[visualizer]")
{
    int wrong = 0;
    for (std::uint32_t x = 0; x <= 255 * 255; ++x)
        wrong += over_255(x) == static_cast<std::uint32_t>(std::lround(x / 255.0)) ? 0 : 1;
    CHECK(wrong == 0);
}

TEST_CASE("raster: nothing is drawn outside the clip rectangle", "[visualizer]")
{
    const Image rectangle =
        Sketch({8, 8}).clip({3, 2, 6, 5}).rectangle({0, 0}, {8, 8}, red).image();
    CHECK(count(rectangle, red) == 9);
    CHECK(pixel(rectangle, 3, 2) == red);
    CHECK(pixel(rectangle, 5, 4) == red);
    const Image triangle = Sketch({8, 8})
                               .clip({3, 2, 6, 5})
                               .triangle({-20, -20}, {60, -20}, {-20, 60}, {red, red, red})
                               .image();
    CHECK(triangle == rectangle);
    const Image outside =
        Sketch({8, 8}).clip({-9, -9, -2, -2}).rectangle({-9, -9}, {8, 8}, red).image();
    CHECK(count(outside, black) == 64);
}

TEST_CASE("raster: triangles that share an edge leave no gap and do not overlap", "[visualizer]")
{
    const std::array<ImU32, 3> colors{half_white, half_white, half_white};
    const ImVec2 corners[] = {{3.3F, 2.7F}, {60.1F, 9.4F}, {51.8F, 57.2F}, {7.5F, 49.9F}};
    const ImVec2 middle{31.37F, 28.61F};
    Sketch sketch({64, 64});
    for (int i = 0; i < 4; ++i) sketch.triangle(corners[i], corners[(i + 1) % 4], middle, colors);
    const Image fan = sketch.image();
    CHECK(count(fan, black) + count(fan, IM_COL32(128, 128, 128, 255)) == 64 * 64);
    const Image two = Sketch({64, 64})
                          .triangle(corners[0], corners[1], corners[2], colors)
                          .triangle(corners[0], corners[2], corners[3], colors)
                          .image();
    CHECK(fan == two);
    const Image turned = Sketch({64, 64})
                             .triangle(corners[2], corners[1], corners[0], colors)
                             .triangle(corners[3], corners[2], corners[0], colors)
                             .image();
    CHECK(fan == turned);
}

TEST_CASE("raster: colours run evenly from corner to corner", "[visualizer]")
{
    const ImU32 white = IM_COL32_WHITE;
    const Image image = Sketch({256, 4})
                            .triangle({0, 0}, {256, 0}, {256, 4}, {black, white, white})
                            .triangle({0, 0}, {256, 4}, {0, 4}, {black, white, black})
                            .image();
    int wrong = 0;
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 256; ++x) {
            const auto value = static_cast<int>(pixel(image, x, y) & 0xff);
            wrong += std::abs(value - (x + 0.5) * 255 / 256) <= 1 ? 0 : 1;
        }
    CHECK(wrong == 0);
}

TEST_CASE("raster: a rectangle's fast path draws what two triangles draw", "[visualizer]")
{
    for (const float shift : {0.0F, 0.25F, 0.5F, 0.75F}) {
        const ImVec2 min{1 + shift, 2 + shift}, max{9 + shift, 7 - shift};
        const std::array<ImU32, 3> colors{half_white, half_white, half_white};
        const Image fast = Sketch({12, 12}).rectangle(min, max, half_white).image();
        const Image slow = Sketch({12, 12})
                               .triangle(min, {max.x, min.y}, max, colors)
                               .triangle(min, max, {min.x, max.y}, colors)
                               .image();
        CHECK(fast == slow);
    }
}

TEST_CASE("raster: texels are copied one to one, and mixed at other scales", "[visualizer]")
{
    const std::array<std::uint8_t, 4> texels{0, 255, 128, 64};
    const Coverage atlas{.width = 2, .height = 2, .texels = texels.data()};
    const Image same =
        Sketch({4, 4}).rectangle({1, 1}, {3, 3}, IM_COL32_WHITE, {0, 0}, {1, 1}).image(atlas);
    CHECK(pixel(same, 1, 1) == black);
    CHECK(pixel(same, 2, 1) == IM_COL32_WHITE);
    CHECK(pixel(same, 1, 2) == IM_COL32(128, 128, 128, 255));
    CHECK(pixel(same, 2, 2) == IM_COL32(64, 64, 64, 255));
    const Image doubled =
        Sketch({4, 4}).rectangle({0, 0}, {4, 4}, IM_COL32_WHITE, {0, 0}, {1, 1}).image(atlas);
    CHECK(pixel(doubled, 0, 0) == black);
    CHECK(pixel(doubled, 1, 0) == IM_COL32(64, 64, 64, 255));
    CHECK(pixel(doubled, 2, 0) == IM_COL32(191, 191, 191, 255));
    CHECK(pixel(doubled, 3, 0) == IM_COL32_WHITE);
}

TEST_CASE("raster: slivers and far corners do no harm", "[visualizer]")
{
    const std::array<ImU32, 3> colors{half_white, red, black};
    Sketch sketch({64, 64});
    sketch.triangle({-1e9F, -1e9F}, {1e9F, -1e9F}, {0, 1e9F}, colors);
    sketch.triangle({0, 0}, {64, 64}, {64, 64.004F}, colors);
    sketch.triangle({5, 5}, {5, 5}, {9, 9}, colors);
    sketch.rectangle({-1e7F, 3}, {1e7F, 3.004F}, red);
    const Image image = sketch.image();
    CHECK(image.rgba.size() == 64U * 64U * 4U);
    CHECK(image == sketch.image());
}

}  // namespace
}  // namespace gregor::visualizer
