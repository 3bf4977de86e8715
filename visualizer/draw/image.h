#pragma once

#include <cstdint>
#include <vector>

namespace gregor::visualizer {

/// A picture in memory: rows from the top, four bytes a pixel (red, green, blue, alpha), alpha not
/// multiplied in. `rgba.size() == width * height * 4`.
struct Image {
    int width = 0, height = 0;  ///< pixels
    std::vector<std::uint8_t> rgba;

    bool operator==(const Image&) const = default;
};

}  // namespace gregor::visualizer
