#pragma once

#include "visualizer/draw/fonts.h"
#include "visualizer/draw/image.h"
#include "visualizer/draw/theme.h"

#include <imgui.h>

#include <filesystem>
#include <functional>

namespace gregor::visualizer {

struct HeadlessOptions {
    int width = 1600, height = 1000;  ///< points
    float scale = 1.0F;               ///< pixels a point
    const Theme* theme = &dark_theme();
    std::filesystem::path font_folder = "/usr/share/fonts";
};

/// Settings that both a window and a headless picture need to look alike: no anti-aliased line
/// texture, global font scale for the framebuffer scale, no files of ImGui's own.
void apply_common_settings(float scale);

/// An ImGui context without a window: draws frames into images, always the same. Owns the context
/// and makes it current; one at a time.
class Headless {
public:
    explicit Headless(const HeadlessOptions& options = {});
    ~Headless();
    Headless(const Headless&) = delete;
    Headless& operator=(const Headless&) = delete;

    const Fonts& fonts() const { return fonts_; }
    const HeadlessOptions& options() const { return options_; }

    /// One frame of 1/60 s. `draw` is called between ImGui::NewFrame and ImGui::Render.
    Image frame(const std::function<void()>& draw);

private:
    HeadlessOptions options_;
    ImGuiContext* context_;
    Fonts fonts_;
};

}  // namespace gregor::visualizer
