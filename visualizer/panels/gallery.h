#pragma once

#include "visualizer/draw/painter.h"
#include "visualizer/frame.h"

#include <optional>
#include <string>
#include <vector>

namespace gregor::visualizer {

/// A scenario of the library, as the gallery shows it.
struct GalleryEntry {
    std::string file, folder, title, teaches;
    std::vector<std::string> legs;
    std::size_t brokers = 0;
    double seconds = 0;  ///< horizon, simulated
};

/// Every scenario below a folder, by folder and title; those that cannot be read are left out.
std::vector<GalleryEntry> read_gallery(const std::string& folder);

struct GalleryChoice {
    std::string file, leg;
    std::string beside;  ///< leg to show side by side with it; empty: none
};

/// The library as cards with what each scenario teaches; a click on a leg chooses it. `scroll` in
/// points, kept by the caller.
std::optional<GalleryChoice> draw_gallery(const Painter& painter, ImVec2 size, const Input& input,
                                          const std::vector<GalleryEntry>& entries, float& scroll);

}  // namespace gregor::visualizer
