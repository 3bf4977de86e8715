#include "tests/visualizer/specimen.h"

#include "visualizer/draw/png_file.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace gregor::visualizer {
namespace {

std::filesystem::path beside_the_tests(const std::string& name)
{
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

bool overlap(const TextBox& a, const TextBox& b)
{
    constexpr float leading = 2;  // points of a line's height that no letter fills
    return a.min.x < b.max.x && b.min.x < a.max.x && a.min.y + leading < b.max.y - leading &&
           b.min.y + leading < a.max.y - leading;
}

TEST_CASE("specimen: the same sheet is the same bytes, and no text overlaps", "[visualizer]")
{
    std::vector<TextBox> texts;
    const Image sheet = specimen_image({}, &texts);
    CHECK(sheet == specimen_image({}));
    REQUIRE(texts.size() > 100);
    for (std::size_t i = 0; i < texts.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            CAPTURE(texts[i].text, texts[j].text);
            CHECK_FALSE(overlap(texts[i], texts[j]));
        }
    write_png(sheet, beside_the_tests("specimen.png"));
}

TEST_CASE("specimen: other themes and scales", "[visualizer]")
{
    const Image light = specimen_image({.theme = &light_theme()});
    write_png(light, beside_the_tests("specimen_light.png"));
    const Image fine = specimen_image({.scale = 2});
    CHECK(fine.width == 3200);
    CHECK(fine.height == 2000);
    write_png(fine, beside_the_tests("specimen_2x.png"));
}

}  // namespace
}  // namespace gregor::visualizer
