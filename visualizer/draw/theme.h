#pragma once

#include <imgui.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gregor::visualizer {

/// What a colour means. Colours say role or state, never which broker, producer or partition it is.
enum class Token : std::uint8_t {
    bg,         ///< window, wells, bar tracks
    topbar,     ///< top bar
    panel,      ///< panels
    raised,     ///< cards, buttons
    raised2,    ///< title strip of cards
    line,       ///< borders, grid
    line2,      ///< stronger borders
    text_hi,    ///< names, values
    text_mid,   ///< ordinary text
    text_low,   ///< labels, units
    orange,     ///< producers, even epoch, high load
    sky,        ///< replication, selection, odd epoch
    blue,       ///< committed cells, leader chip; a fill, never text
    green,      ///< in sync, high watermark, acknowledgement, holds
    yellow,     ///< leader star, controller, why
    vermilion,  ///< faults, out of sync, diverged, dropped
    purple,     ///< consumers, groups, lag
    on_blue,    ///< text on blue
    star,       ///< leader star on blue
    mark,       ///< playhead, log end, ring of what is selected: the strongest contrast
    on_mark,    ///< text on mark
    tooltip,    ///< ground of tooltips
    shadow,     ///< under cards
};
inline constexpr std::size_t token_count = static_cast<std::size_t>(Token::shadow) + 1;

struct Theme {
    std::string_view name;
    std::array<ImU32, token_count> colors{};
    float shadow_strength = 1.0F;  ///< factor on the opacity of shadows

    ImU32 operator[](Token token) const { return colors[static_cast<std::size_t>(token)]; }
};

const Theme& dark_theme();
/// For projectors and print: the same tokens on white.
const Theme& light_theme();

/// Share t of `b` in `a`, alpha included; t from 0 to 1.
ImU32 mix(ImU32 a, ImU32 b, float t);
/// The colour with its alpha multiplied by a factor from 0 to 1.
ImU32 with_alpha(ImU32 color, float factor);
/// A wash of the token for grounds; 14 to 22 % reads as a tint.
ImU32 tint(const Theme& theme, Token token, float alpha = 0.16F);
/// For text on a tint of the same token: the token moved towards the strongest text.
ImU32 on_tint(const Theme& theme, Token token, float towards_text = 0.35F);
/// The token if it stands out from an opaque ground, or else a lighter relative of it: for marks on
/// fills, which are no text.
ImU32 seen_on(const Theme& theme, ImU32 ground, Token token);
/// What is seen when `color` lies on an opaque ground.
ImU32 laid_on(ImU32 ground, ImU32 color);

/// Relative luminance as WCAG 2 defines it, 0 to 1; alpha is ignored.
double luminance(ImU32 color);
/// Contrast as WCAG 2 defines it, 1 to 21; alpha is ignored.
double contrast(ImU32 a, ImU32 b);

}  // namespace gregor::visualizer
