#include "visualizer/draw/png_file.h"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace gregor::visualizer {
namespace {

namespace fs = std::filesystem;

Image gradient(int width, int height)
{
    Image image{.width = width, .height = height, .rgba = {}};
    for (int i = 0; i < width * height; ++i)
        for (const int byte : {i, i * 7, i * 31, 255 - i % 3})
            image.rgba.push_back(static_cast<std::uint8_t>(byte));
    return image;
}

std::string bytes_of(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST_CASE("png: what was written is read back", "[visualizer]")
{
    const fs::path path = fs::temp_directory_path() / "gregor_png_test.png";
    const Image image = gradient(61, 17);
    write_png(image, path);
    CHECK(read_png(path) == image);
    const std::string first = bytes_of(path);
    write_png(image, path);
    CHECK(bytes_of(path) == first);
    CHECK_FALSE(fs::exists(path.string() + ".unfinished"));
    fs::remove(path);
}

TEST_CASE("png: errors are one sentence with the path", "[visualizer]")
{
    const fs::path nowhere = "/nonexistent/folder/a.png";
    CHECK_THROWS_WITH(write_png(gradient(2, 2), nowhere),
                      "Cannot write /nonexistent/folder/a.png.");
    CHECK_THROWS_AS(read_png(nowhere), std::runtime_error);
}

}  // namespace
}  // namespace gregor::visualizer
