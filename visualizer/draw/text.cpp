#include "visualizer/draw/text.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {
namespace {

constexpr std::string_view ellipsis = "\u2026";

bool continues_a_letter(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

float Painter::snap(float points) const
{
    return std::floor(points * scale + 0.5F) / scale;
}

Painter make_painter(ImDrawList& list, const Theme& theme, const Fonts& fonts)
{
    list._FringeScale = 1.0F / fonts.scale();
    return {.list = &list, .theme = &theme, .fonts = &fonts, .scale = fonts.scale()};
}

float text_width(const Painter& painter, std::string_view text, TextStyle style)
{
    if (text.empty()) return 0;
    const ImFont* font = (*painter.fonts)[style];
    const char* const begin = text.data();
    return font
        ->CalcTextSizeA(font->FontSize / painter.scale, 1e6F, 0.0F, begin, begin + text.size())
        .x;
}

std::string fit_text(const Painter& painter, std::string_view text, TextStyle style, float width)
{
    if (text_width(painter, text, style) <= width) return std::string(text);
    while (!text.empty()) {
        do {
            const bool inside_letter = continues_a_letter(text.back());
            text.remove_suffix(1);
            if (!inside_letter) break;
        } while (!text.empty());
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        std::string shortened = std::string(text).append(ellipsis);
        if (!text.empty() && text_width(painter, shortened, style) <= width) return shortened;
    }
    return "";
}

std::vector<std::string> wrap_text(const Painter& painter, std::string_view text, TextStyle style,
                                   float width, std::size_t most)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        if (lines.size() + 1 == most) {
            lines.push_back(fit_text(painter, text, style, width));
            break;
        }
        std::size_t taken = std::min(text.find(' '), text.size());
        while (taken < text.size()) {
            const std::size_t longer = std::min(text.find(' ', taken + 1), text.size());
            if (text_width(painter, text.substr(0, longer), style) > width) break;
            taken = longer;
        }
        lines.push_back(fit_text(painter, text.substr(0, taken), style, width));
        text.remove_prefix(taken);
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    }
    return lines;
}

Box draw_text(const Painter& painter, ImVec2 at, const Text& text)
{
    const std::string shown = text.max_width > 0
                                  ? fit_text(painter, text.text, text.style, text.max_width)
                                  : std::string(text.text);
    ImFont* const font = (*painter.fonts)[text.style];
    const float size = font->FontSize / painter.scale;
    const float width = text_width(painter, shown, text.style);
    const float before = text.align == Align::left     ? 0.0F
                         : text.align == Align::center ? width / 2
                                                       : width;
    // ImGui draws text at whole points.
    const ImVec2 corner{std::floor(at.x - before + 0.5F), std::floor(at.y - size / 2 + 0.5F)};
    const Box box = box_at(corner, width, size);
    if (shown.empty()) return box;
    painter.list->AddText(font, size, corner, text.color, shown.data(),
                          shown.data() + shown.size());
    if (painter.texts != nullptr)
        painter.texts->push_back({.min = box.min,
                                  .max = box.max,
                                  .text = shown,
                                  .clip = painter.list->_CmdHeader.ClipRect,
                                  .panel = painter.panel});
    return box;
}

void draw_icon(const Painter& painter, ImVec2 center, Icon icon, float size, ImU32 color)
{
    if (icon == Icon::none || !painter.fonts->has_icons()) return;
    const auto code_point = static_cast<ImWchar>(icon);
    const ImFont* const font = (*painter.fonts)[{Face::icons, size}];
    const ImFontGlyph* const glyph = font->FindGlyphNoFallback(code_point);
    if (glyph == nullptr) return;
    const float points = 1.0F / painter.scale;
    const ImVec2 middle{(glyph->X0 + glyph->X1) / 2 * points, (glyph->Y0 + glyph->Y1) / 2 * points};
    const ImVec2 corner{std::floor(center.x - middle.x + 0.5F),
                        std::floor(center.y - middle.y + 0.5F)};
    font->RenderChar(painter.list, font->FontSize * points, corner, color, code_point);
}

}  // namespace gregor::visualizer
