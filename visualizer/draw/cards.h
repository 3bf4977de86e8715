#pragma once

#include "visualizer/draw/controls.h"

#include <cstdint>
#include <string_view>

namespace gregor::visualizer {

inline constexpr float card_radius = 10;

/// A client or a controller of its own: icon tile and two lines. 158 × 44, or 138 × 44.
struct SmallCard {
    std::string_view title, detail;
    Icon icon = Icon::none;
    Token role = Token::orange;
    bool is_faulty = false;
    bool is_selected = false;
};

/// The frame of a broker: title strip with icon, name, an optional pill and a state icon.
/// 176 wide; 112 high with one row of replicas.
struct BrokerCard {
    std::string_view title;
    std::string_view role;  ///< pill in the title strip, such as "controller"; may be empty
    Icon state = Icon::check_circle;  ///< at the right of the strip
    bool is_faulty = false;           ///< fenced, crashed or cut off
    bool is_selected = false;
};
inline constexpr float title_strip_height = 32;

enum class ReplicaState : std::uint8_t { leader, in_sync, out_of_sync, stale_leader };

/// A share of something with its name and number, in one row.
struct LoadBar {
    std::string_view label, value;
    float share = 0;  ///< 0 to 1
    bool is_high = false;
    bool is_idle = false;  ///< grey: the broker does not work
};

void draw_small_card(const Painter& painter, const Box& box, const SmallCard& card);
/// Returns the box below the title strip.
Box draw_broker_card(const Painter& painter, const Box& box, const BrokerCard& card);
/// 36 × 18, wider if need be.
void draw_replica_chip(const Painter& painter, const Box& box, ReplicaState state,
                       std::string_view name, bool is_selected = false);
/// The state of a replica as in the chip, alone: star, dot, ring or faded star.
void draw_replica_sign(const Painter& painter, ImVec2 center, ReplicaState state);
/// `row` is the broker's width; 18 high.
void draw_load_bar(const Painter& painter, const Box& row, const LoadBar& bar);
/// A consumer group around its members, the label on its upper edge.
void draw_hull(const Painter& painter, const Box& box, std::string_view label);
/// Round badge where an edge is cut; radius 12.
void draw_cut_badge(const Painter& painter, ImVec2 center);
/// The ground of the cluster panel. `pitch` in points.
void draw_dot_grid(const Painter& painter, const Box& box, float pitch = 22);

}  // namespace gregor::visualizer
