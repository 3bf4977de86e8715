#pragma once

#include "visualizer/draw/icons.h"

#include <imgui.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace gregor::visualizer {

enum class Face : std::uint8_t { text, text_medium, text_semibold, mono, mono_medium, icons };

/// A face at a nominal size in points, as a designer would state it. ImGui's own size is the height
/// of a line.
struct TextStyle {
    Face face = Face::text;
    float size = 12.0F;

    bool operator==(const TextStyle&) const = default;
};

/// The fonts of one scale. Lives as long as the ImGui context whose atlas holds them.
class Fonts {
public:
    /// Puts every style that the visualizer draws into the atlas, at `scale` pixels a point, and
    /// builds it. Font files are looked up by name below `folder`. A missing one is replaced by
    /// DejaVu or by ImGui's own font, and `missing` says what to install.
    static Fonts load(ImFontAtlas& atlas, float scale,
                      const std::filesystem::path& folder = "/usr/share/fonts");

    /// The font loaded for this style, or for the nearest size of its face.
    ImFont* operator[](TextStyle style) const;
    /// Height of its lines, in points.
    float line_height(TextStyle style) const { return (*this)[style]->FontSize / scale_; }
    float scale() const { return scale_; }
    /// False when the icon font was not found: icons are then left out.
    bool has_icons() const { return has_icons_; }
    /// One sentence for each missing font, naming the Debian package.
    const std::vector<std::string>& missing() const { return missing_; }

private:
    struct Loaded {
        TextStyle style;
        ImFont* font = nullptr;
    };

    float scale_ = 1.0F;
    bool has_icons_ = true;
    std::vector<Loaded> loaded_;
    std::vector<std::string> missing_;
};

}  // namespace gregor::visualizer
