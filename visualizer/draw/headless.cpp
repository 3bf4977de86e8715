#include "visualizer/draw/headless.h"

#include "visualizer/draw/raster.h"

namespace gregor::visualizer {

void apply_common_settings(float scale)
{
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.LogFilename = nullptr;
    io.FontGlobalScale = 1.0F / scale;
    ImGuiStyle& style = ImGui::GetStyle();
    style.AntiAliasedLinesUseTex = false;      // its width is in texels, wrong at other scales
    style.CircleTessellationMaxError = 0.05F;  // points: small circles stay round
    style.CurveTessellationTol = 0.5F;
}

Headless::Headless(const HeadlessOptions& options)
    : options_(options), context_(ImGui::CreateContext())
{
    ImGui::SetCurrentContext(context_);
    apply_common_settings(options_.scale);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(options_.width), static_cast<float>(options_.height)};
    io.DisplayFramebufferScale = {options_.scale, options_.scale};
    io.DeltaTime = 1.0F / 60.0F;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    fonts_ = Fonts::load(*io.Fonts, options_.scale, options_.font_folder);
}

Headless::~Headless()
{
    ImGui::DestroyContext(context_);
}

Image Headless::frame(const std::function<void()>& draw)
{
    ImGui::SetCurrentContext(context_);
    ImGui::NewFrame();
    draw();
    ImGui::Render();
    return rasterize(*ImGui::GetDrawData(), coverage_of(*ImGui::GetIO().Fonts),
                     (*options_.theme)[Token::bg]);
}

}  // namespace gregor::visualizer
