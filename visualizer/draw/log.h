#pragma once

#include "visualizer/draw/controls.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace gregor::visualizer {

/// What one replica knows about one offset.
enum class CellState : std::uint8_t {
    committed_leader,
    committed_follower,
    committed_out_of_sync,
    uncommitted,  ///< at or above the high watermark, below the log's end
    diverged,     ///< will be truncated
    unwritten,    ///< at or above the log's end
};

inline constexpr float cell_pitch = 25, cell_width = 23, cell_height = 21, row_pitch = 24,
                       cell_radius = 3;

struct LogCell {
    CellState state = CellState::unwritten;
    std::string_view offset;    ///< digits; three fit into the usual width
    int epoch = -1;             ///< leader epoch it was written in; -1: none known
    bool epoch_begins = false;  ///< the cell before it has another epoch
    float width = cell_width;
    bool is_selected = false;
    bool is_dimmed = false;  ///< compacted away, or not visible to the reader shown
};

/// The committed offset of a group below a partition's rows.
struct GroupOffset {
    std::string_view label;      ///< "billing-1 @55"
    float x = 0;                 ///< at this offset's left end
    float high_watermark_x = 0;  ///< the bar ends here; its length is the lag
};

/// The whole of a log at a glance. Positions are shares of the box's width, 0 to 1.
struct Overview {
    std::span<const float> segment_ends;  ///< ascending; the last is the log's end
    float high_watermark = 0;
    float view_from = 0, view_to = 0;
};

/// Ground of a cell as it is seen on a panel, for the given theme; for legends and tests too.
ImU32 cell_ground(const Theme& theme, CellState state);

/// The cell whose top left corner is `at`; stays within its width × cell_height.
void draw_log_cell(const Painter& painter, ImVec2 at, const LogCell& cell);
/// Green line with a dot on top; `x` is its middle.
void draw_high_watermark(const Painter& painter, float x, float top, float bottom);
/// A triangle pointing down at the log's end; `tip` is its lower corner. 10 × 7.
void draw_log_end(const Painter& painter, ImVec2 tip, bool is_in_sync);
/// A triangle pointing up, its label at the left, its lag as a bar at the right; `y` is the middle.
void draw_group_offset(const Painter& painter, float y, const GroupOffset& group);
void draw_overview(const Painter& painter, const Box& box, const Overview& overview);
/// Ground of the selected partition's block: a wash and a bar at the left.
void draw_selected_block(const Painter& painter, const Box& box);

}  // namespace gregor::visualizer
