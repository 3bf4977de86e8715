#include "visualizer/draw/fonts.h"

#include <fmt/format.h>
#include <imgui_freetype.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>
#include <system_error>

namespace gregor::visualizer {
namespace {

namespace fs = std::filesystem;

/// A face, where it comes from, and the nominal sizes it is drawn at.
struct Source {
    Face face;
    std::string_view file, fallback, package;
    std::vector<float> sizes;
};

const std::vector<Source>& sources()
{
    static const std::vector<Source> all{
        {Face::text, "Inter-Regular.otf", "DejaVuSans.ttf", "fonts-inter", {11, 12, 13}},
        {Face::text_medium, "Inter-Medium.otf", "DejaVuSans.ttf", "fonts-inter", {11, 12, 13}},
        {Face::text_semibold,
         "Inter-SemiBold.otf",
         "DejaVuSans-Bold.ttf",
         "fonts-inter",
         {11, 12, 13, 15, 16, 18}},
        {Face::mono,
         "JetBrainsMono-Regular.ttf",
         "DejaVuSansMono.ttf",
         "fonts-jetbrains-mono",
         {9, 10, 11, 12}},
        {Face::mono_medium,
         "JetBrainsMono-Medium.ttf",
         "DejaVuSansMono.ttf",
         "fonts-jetbrains-mono",
         {10, 11, 12, 20}},
        {Face::icons, "forkawesome-webfont.ttf", "", "fonts-fork-awesome", {9, 10, 11, 12, 13, 14}},
    };
    return all;
}

/// Every font file below a folder by its name; of equal names the first path in order.
std::map<std::string, fs::path, std::less<>> files_below(const fs::path& folder)
{
    std::map<std::string, fs::path, std::less<>> found;
    std::error_code error;
    constexpr auto options = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(folder, options, error), end; it != end && !error;
         it.increment(error)) {
        const fs::path& path = it->path();
        const auto [place, is_new] = found.try_emplace(path.filename().string(), path);
        if (!is_new) place->second = std::min(place->second, path);
    }
    return found;
}

/// Latin, Greek for units, punctuation, arrows, mathematics, boxes and shapes.
constexpr std::array<ImWchar, 15> text_ranges{0x0020, 0x017F, 0x0391, 0x03C9, 0x2010,
                                              0x2044, 0x2070, 0x209C, 0x2190, 0x21FF,
                                              0x2200, 0x22FF, 0x25A0, 0x25FF, 0};

/// Pairs of first and last code point, for the icons alone.
const std::vector<ImWchar>& icon_ranges()
{
    static const std::vector<ImWchar> ranges = [] {
        std::vector<ImWchar> pairs;
        for (const Icon icon : all_icons) {
            pairs.push_back(static_cast<ImWchar>(icon));
            pairs.push_back(static_cast<ImWchar>(icon));
        }
        pairs.push_back(0);
        return pairs;
    }();
    return ranges;
}

float pixels(Face face, float nominal, float scale)
{
    constexpr float line_height = 1.18F;
    return std::round(nominal * scale * (face == Face::icons ? 1.0F : line_height));
}

ImFont* add_font(ImFontAtlas& atlas, const fs::path& path, Face face, float size)
{
    ImFontConfig config;
    config.OversampleH = config.OversampleV = 1;
    config.PixelSnapH = true;
    if (path.empty()) {
        config.SizePixels = size;
        return atlas.AddFontDefault(&config);
    }
    const ImWchar* ranges = face == Face::icons ? icon_ranges().data() : text_ranges.data();
    return atlas.AddFontFromFileTTF(path.c_str(), size, &config, ranges);
}

bool has_every_icon(const ImFont& font)
{
    return std::all_of(all_icons.begin(), all_icons.end(), [&](Icon icon) {
        return font.FindGlyphNoFallback(static_cast<ImWchar>(icon)) != nullptr;
    });
}

}  // namespace

Fonts Fonts::load(ImFontAtlas& atlas, float scale, const fs::path& folder)
{
    Fonts fonts;
    fonts.scale_ = scale;
    atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
    atlas.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    atlas.TexGlyphPadding = 1;
    const auto files = files_below(folder);
    const auto path_of = [&](std::string_view name) {
        const auto it = files.find(name);
        return it == files.end() ? fs::path() : it->second;
    };
    for (const Source& source : sources()) {
        fs::path path = path_of(source.file);
        if (path.empty()) {
            fonts.missing_.push_back(fmt::format("Font file {} is missing: apt-get install {}",
                                                 source.file, source.package));
            path = path_of(source.fallback);
            if (source.face == Face::icons) fonts.has_icons_ = false;
        }
        for (const float size : source.sizes)
            fonts.loaded_.push_back(
                {.style = {.face = source.face, .size = size},
                 .font = add_font(atlas, path, source.face, pixels(source.face, size, scale))});
    }
    atlas.Build();
    if (fonts.has_icons_ && !has_every_icon(*fonts[{Face::icons, 12}])) {
        fonts.missing_.emplace_back(
            "The icon font lacks icons: apt-get install fonts-fork-awesome");
    }
    return fonts;
}

ImFont* Fonts::operator[](TextStyle style) const
{
    const auto distance = [&](const Loaded& loaded) {
        return std::abs(loaded.style.size - style.size) +
               (loaded.style.face == style.face ? 0.0F : 1000.0F);
    };
    return std::min_element(
               loaded_.begin(), loaded_.end(),
               [&](const Loaded& a, const Loaded& b) { return distance(a) < distance(b); })
        ->font;
}

}  // namespace gregor::visualizer
