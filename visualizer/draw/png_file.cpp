#include "visualizer/draw/png_file.h"

#include <fmt/format.h>
#include <png.h>

#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

namespace gregor::visualizer {
namespace {

namespace fs = std::filesystem;

/// libpng's description of a picture; freed even when we throw.
struct Description {
    png_image png{};

    Description() { png.version = PNG_IMAGE_VERSION; }
    Description(const Description&) = delete;
    Description& operator=(const Description&) = delete;
    ~Description() { png_image_free(&png); }

    [[noreturn]] void fail(const char* what, const fs::path& path) const
    {
        throw std::runtime_error(fmt::format("{} {}: {}.", what, path.string(), png.message));
    }
};

}  // namespace

std::vector<std::uint8_t> png_bytes(const Image& image)
{
    Description description;
    png_image& png = description.png;
    png.width = static_cast<png_uint_32>(image.width);
    png.height = static_cast<png_uint_32>(image.height);
    png.format = PNG_FORMAT_RGBA;
    png.flags = PNG_IMAGE_FLAG_FAST;  // flat colours compress well without filters
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
    std::vector<std::uint8_t> bytes(size);
    const int row = 4 * image.width;
    if (png_image_write_to_memory(&png, bytes.data(), &size, 0, image.rgba.data(), row, nullptr) ==
        0)
        description.fail("Cannot encode", "a picture");
    bytes.resize(size);
    return bytes;
}

void write_png(const Image& image, const fs::path& path)
{
    const std::vector<std::uint8_t> bytes = png_bytes(image);
    fs::path unfinished = path;
    unfinished += ".unfinished";
    std::ofstream file(unfinished, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error;
    if (file) fs::rename(unfinished, path, error);
    if (!file || error) {
        fs::remove(unfinished, error);
        throw std::runtime_error(fmt::format("Cannot write {}.", path.string()));
    }
}

Image read_png(const fs::path& path)
{
    Description description;
    png_image& png = description.png;
    if (png_image_begin_read_from_file(&png, path.c_str()) == 0)
        description.fail("Cannot read", path);
    png.format = PNG_FORMAT_RGBA;
    Image image{.width = static_cast<int>(png.width),
                .height = static_cast<int>(png.height),
                .rgba = std::vector<std::uint8_t>(PNG_IMAGE_SIZE(png))};
    if (png_image_finish_read(&png, nullptr, image.rgba.data(), 0, nullptr) == 0)
        description.fail("Cannot read", path);
    return image;
}

}  // namespace gregor::visualizer
