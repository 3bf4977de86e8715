#pragma once

#include "visualizer/draw/fonts.h"
#include "visualizer/draw/theme.h"

#include <imgui.h>

#include <string>
#include <vector>

namespace gregor::visualizer {

/// An upright rectangle in points, right and bottom excluded.
struct Box {
    ImVec2 min, max;

    float width() const { return max.x - min.x; }
    float height() const { return max.y - min.y; }
    ImVec2 center() const { return {(min.x + max.x) / 2, (min.y + max.y) / 2}; }
    /// Smaller by `margin` points on every side; negative grows.
    Box inset(float margin) const
    {
        return {{min.x + margin, min.y + margin}, {max.x - margin, max.y - margin}};
    }
    bool contains(ImVec2 point) const
    {
        return point.x >= min.x && point.x < max.x && point.y >= min.y && point.y < max.y;
    }
};

/// The box with its top left corner at `at`.
inline Box box_at(ImVec2 at, float width, float height)
{
    return {at, {at.x + width, at.y + height}};
}

/// A text as it was drawn, for tests that look for overlaps and for text outside its panel.
struct TextBox {
    ImVec2 min, max;   ///< points: the line's height, the text's width
    std::string text;  ///< with the ellipsis, if it was shortened
    ImVec4 clip;       ///< clip rectangle that was in force
    int panel = 0;     ///< as the painter had it
};

/// What every drawing function needs. A value: copy it to change the panel or to fade.
/// All positions and sizes are in points; the functions depend on nothing but their arguments.
struct Painter {
    ImDrawList* list = nullptr;
    const Theme* theme = nullptr;
    const Fonts* fonts = nullptr;
    float scale = 1.0F;    ///< pixels a point
    float opacity = 1.0F;  ///< factor on every colour that comes from `color`
    int panel = 0;         ///< noted in each TextBox
    std::vector<TextBox>* texts = nullptr;

    ImU32 color(Token token, float alpha = 1.0F) const
    {
        return with_alpha((*theme)[token], alpha * opacity);
    }
    ImU32 faded(ImU32 color) const { return with_alpha(color, opacity); }
    /// For text on a tint of the token.
    ImU32 on_tint(Token token, float towards_text = 0.35F) const
    {
        return faded(visualizer::on_tint(*theme, token, towards_text));
    }
    /// An opaque ground with a wash of the token on it.
    ImU32 washed(Token ground, Token wash, float alpha) const
    {
        return faded(mix((*theme)[ground], (*theme)[wash], alpha));
    }
    /// The nearest position that falls on a pixel.
    float snap(float points) const;
    ImVec2 snap(ImVec2 point) const { return {snap(point.x), snap(point.y)}; }
};

/// A painter on a draw list of this frame; makes smoothed edges one pixel wide at every scale.
Painter make_painter(ImDrawList& list, const Theme& theme, const Fonts& fonts);

}  // namespace gregor::visualizer
