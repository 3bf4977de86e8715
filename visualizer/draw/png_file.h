#pragma once

#include "visualizer/draw/image.h"

#include <filesystem>

namespace gregor::visualizer {

/// Writes an image as PNG, without a date: the same image gives the same file. The file appears
/// whole or not at all. Throws std::runtime_error with one sentence.
void write_png(const Image& image, const std::filesystem::path& path);

/// Reads any PNG as eight bits of red, green, blue and alpha. Throws std::runtime_error.
Image read_png(const std::filesystem::path& path);

}  // namespace gregor::visualizer
