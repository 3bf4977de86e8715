#include "visualizer/draw/theme.h"

#include <algorithm>
#include <cmath>

namespace gregor::visualizer {
namespace {

/// 0xRRGGBB, as the design writes colours, to an opaque ImU32.
constexpr ImU32 rgb(std::uint32_t hex)
{
    return IM_COL32((hex >> 16) & 0xff, (hex >> 8) & 0xff, hex & 0xff, 0xff);
}

int channel(ImU32 color, int shift)
{
    return static_cast<int>((color >> shift) & 0xff);
}

/// The channel's value as an amount of light.
double linear(int byte)
{
    const double value = byte / 255.0;
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

struct Entry {
    Token token;
    std::uint32_t dark, light;
};

constexpr Entry entries[] = {
    {Token::bg, 0x0D1117, 0xE6EAEF},       {Token::topbar, 0x11161D, 0xF4F6F8},
    {Token::panel, 0x151B23, 0xFFFFFF},    {Token::raised, 0x1C2430, 0xF7F9FB},
    {Token::raised2, 0x243040, 0xE9EEF4},  {Token::line, 0x2B3542, 0xD0D7DF},
    {Token::line2, 0x3A4657, 0xA9B4C1},    {Token::text_hi, 0xE8EDF4, 0x10161D},
    {Token::text_mid, 0xAAB5C3, 0x3D4854}, {Token::text_low, 0x808C9A, 0x5F6B78},
    {Token::orange, 0xE69F00, 0x925F00},   {Token::sky, 0x56B4E9, 0x1272AB},
    {Token::blue, 0x0072B2, 0x0072B2},     {Token::green, 0x1DB68A, 0x007A59},
    {Token::yellow, 0xF0E442, 0x7A6A00},   {Token::vermilion, 0xE8682A, 0xBF4A05},
    {Token::purple, 0xD58BB4, 0x9C4778},   {Token::on_blue, 0xF4F8FC, 0xFFFFFF},
    {Token::star, 0xF0E442, 0xFFE84A},     {Token::mark, 0xF2F5F9, 0x10161D},
    {Token::on_mark, 0x10161D, 0xFFFFFF},  {Token::tooltip, 0x0A0E13, 0xFFFFFF},
    {Token::shadow, 0x000000, 0x1B2733},
};
static_assert(std::size(entries) == token_count);

Theme make_theme(std::string_view name, std::uint32_t Entry::*hex, float shadow_strength)
{
    Theme theme{.name = name, .shadow_strength = shadow_strength};
    for (const Entry& entry : entries)
        theme.colors[static_cast<std::size_t>(entry.token)] = rgb(entry.*hex);
    return theme;
}

}  // namespace

const Theme& dark_theme()
{
    static const Theme theme = make_theme("dark", &Entry::dark, 1.0F);
    return theme;
}

const Theme& light_theme()
{
    static const Theme theme = make_theme("light", &Entry::light, 0.35F);
    return theme;
}

ImU32 mix(ImU32 a, ImU32 b, float t)
{
    const int share = static_cast<int>(std::lround(std::clamp(t, 0.0F, 1.0F) * 256.0F));
    ImU32 mixed = 0;
    for (int shift = 0; shift < 32; shift += 8) {
        const int value =
            (channel(a, shift) * (256 - share) + channel(b, shift) * share + 128) / 256;
        mixed |= static_cast<ImU32>(value) << shift;
    }
    return mixed;
}

ImU32 with_alpha(ImU32 color, float factor)
{
    const float alpha = static_cast<float>(channel(color, IM_COL32_A_SHIFT)) * factor;
    const auto rounded = static_cast<ImU32>(std::lround(std::clamp(alpha, 0.0F, 255.0F)));
    return (color & ~IM_COL32_A_MASK) | rounded << IM_COL32_A_SHIFT;
}

ImU32 tint(const Theme& theme, Token token, float alpha)
{
    return with_alpha(theme[token], alpha);
}

ImU32 on_tint(const Theme& theme, Token token, float towards_text)
{
    return mix(theme[token], theme[Token::text_hi], towards_text);
}

ImU32 seen_on(const Theme& theme, ImU32 ground, Token token)
{
    constexpr double enough = 1.9;
    if (contrast(theme[token], ground) >= enough) return theme[token];
    return mix(theme[token], theme[Token::on_blue], 0.6F);
}

ImU32 laid_on(ImU32 ground, ImU32 color)
{
    const float alpha = static_cast<float>(channel(color, IM_COL32_A_SHIFT)) / 255.0F;
    return mix(ground, color | IM_COL32_A_MASK, alpha);
}

double luminance(ImU32 color)
{
    return 0.2126 * linear(channel(color, IM_COL32_R_SHIFT)) +
           0.7152 * linear(channel(color, IM_COL32_G_SHIFT)) +
           0.0722 * linear(channel(color, IM_COL32_B_SHIFT));
}

double contrast(ImU32 a, ImU32 b)
{
    const auto [darker, lighter] = std::minmax({luminance(a), luminance(b)});
    return (lighter + 0.05) / (darker + 0.05);
}

}  // namespace gregor::visualizer
