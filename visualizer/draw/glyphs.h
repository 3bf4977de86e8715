#pragma once

#include "visualizer/draw/shapes.h"

#include <cstdint>

namespace gregor::visualizer {

/// What a message carries; each kind has a shape as well as a colour.
enum class MessageKind : std::uint8_t {
    produce,          ///< orange circle
    replica_fetch,    ///< sky diamond
    consumer_fetch,   ///< purple square
    acknowledgement,  ///< green triangle
    control,          ///< yellow hexagon
    dropped,          ///< vermilion cross with rays
};

/// What happened in the cluster, as marked on the timeline.
enum class EventGlyph : std::uint8_t {
    election,     ///< yellow star
    rebalance,    ///< purple ring
    isr_grows,    ///< green triangle up
    isr_shrinks,  ///< vermilion triangle down
    truncation,   ///< sky diamond
    join,         ///< purple square
};

Token token_of(MessageKind kind);
Token token_of(EventGlyph glyph);

/// Filled shapes around a centre; `radius` in points.
void fill_circle(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void draw_ring(const Painter& painter, ImVec2 center, float radius, ImU32 color,
               float width = 1.5F);
void fill_diamond(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void fill_square(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void fill_hexagon(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void fill_triangle_up(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void fill_triangle_down(const Painter& painter, ImVec2 center, float radius, ImU32 color);
void fill_star(const Painter& painter, ImVec2 center, float radius, ImU32 color);
/// Three circles of 7 % around a shape of this radius; reaches `glow_reach` points beyond it.
void draw_glow(const Painter& painter, ImVec2 center, float radius, ImU32 color);
inline constexpr float glow_reach = 6.9F;

/// A message: glow, shape and, when it is hovered or selected, a white ring.
void draw_message(const Painter& painter, ImVec2 center, MessageKind kind, bool is_ringed = false);
/// As draw_message without glow and rays: for legends.
void draw_message_sign(const Painter& painter, ImVec2 center, MessageKind kind);
/// The tail of a message that has done this share of its way: the last 16 % of its way, fading out.
void draw_comet_tail(const Painter& painter, const Bezier& edge, float share_done, Token token);
void draw_event(const Painter& painter, ImVec2 center, EventGlyph glyph);

}  // namespace gregor::visualizer
