#pragma once

#include "visualizer/draw/glyphs.h"
#include "visualizer/draw/text.h"

#include <optional>
#include <string_view>

namespace gregor::visualizer {

/// A small rounded mark: icon, then text, in the token's colour on a wash of it.
struct Pill {
    std::string_view text;
    Token token = Token::text_mid;
    Icon icon = Icon::none;
    float height = 18;  ///< points
    TextStyle style = {Face::text_medium, 11};
    bool is_outlined = false;
    Token ground = Token::panel;  ///< what lies under it
};

/// A panel's frame and header.
struct PanelHeader {
    Icon icon = Icon::none;
    std::string_view title, subtitle;
};
inline constexpr float header_height = 36, panel_radius = 8;

struct Button {
    std::string_view label;
    Icon icon = Icon::none;
    std::optional<Token> token;  ///< washed in this colour; otherwise grey
    bool is_hovered = false;
    bool is_enabled = true;
};

/// A dark box with a leader line to what it explains.
struct Tooltip {
    std::string_view title;   ///< kind and route
    std::string_view detail;  ///< a line of numbers, in mono
    Token token = Token::sky;
    std::optional<MessageKind> kind;  ///< its shape stands before the title
    std::optional<ImVec2> points_at;
};

/// The panel without its contents; returns the box below the header.
Box draw_panel(const Painter& painter, const Box& box, const PanelHeader& header);
/// Middle of the n-th icon button from the right in a panel's header.
ImVec2 header_button(const Box& panel, int from_right);

float pill_width(const Painter& painter, const Pill& pill);
/// `left` is the middle of its left side. Returns its box.
Box draw_pill(const Painter& painter, ImVec2 left, const Pill& pill);

void draw_button(const Painter& painter, const Box& box, const Button& button);
/// An icon alone; a ground appears when it is hovered or in force. 24 × 24.
void draw_icon_button(const Painter& painter, ImVec2 center, Icon icon, bool is_hovered = false,
                      bool is_active = false);
/// The large round play or pause button; radius 16.
void draw_play_button(const Painter& painter, ImVec2 center, bool is_playing,
                      bool is_hovered = false);
/// 22 × 12 around the centre.
void draw_toggle(const Painter& painter, ImVec2 center, bool is_on);
/// Two lines in a box as wide as they are, with `corner` at its top left. Returns the box.
Box draw_tooltip(const Painter& painter, ImVec2 corner, const Tooltip& tooltip);
/// The white ring of what is hovered or selected.
void draw_selection(const Painter& painter, const Box& box, float radius, float width = 2);
/// A filled part of a track: loads, lags. `share` from 0 to 1.
void draw_bar(const Painter& painter, const Box& track, float share, ImU32 color);

}  // namespace gregor::visualizer
