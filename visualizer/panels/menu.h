#pragma once

#include "visualizer/frame.h"

#include <optional>
#include <span>
#include <string_view>

namespace gregor::visualizer {

/// One line of a list that hangs from a button. Its number is also its key.
struct MenuItem {
    Icon icon = Icon::none;
    Token token = Token::text_mid;
    std::string_view label, note;
    bool is_enabled = true;
};

inline constexpr float menu_width = 372;

/// The place of a list of so many lines, its upper right corner given.
Box menu_box(ImVec2 upper_right, std::size_t lines);
/// Returns the line that was clicked.
std::optional<std::size_t> draw_menu(const Frame& frame, const Box& box,
                                     std::span<const MenuItem> items);

}  // namespace gregor::visualizer
