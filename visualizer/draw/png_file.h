#pragma once

#include "visualizer/draw/image.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace gregor::visualizer {

/// An image as PNG, without a date: the same image gives the same bytes.
std::vector<std::uint8_t> png_bytes(const Image& image);
/// Writes an image as PNG. The file appears whole or not at all. Throws std::runtime_error with one
/// sentence.
void write_png(const Image& image, const std::filesystem::path& path);

/// Reads any PNG as eight bits of red, green, blue and alpha. Throws std::runtime_error.
Image read_png(const std::filesystem::path& path);

}  // namespace gregor::visualizer
