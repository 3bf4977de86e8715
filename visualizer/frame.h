#pragma once

#include "model/lab/course.h"
#include "model/lab/snapshot.h"
#include "visualizer/draw/painter.h"
#include "visualizer/view_state.h"

namespace gregor::visualizer {

/// Mouse and keys of one frame; positions in points.
struct Input {
    ImVec2 mouse{-1, -1};
    bool down = false;     ///< the left button is held
    bool pressed = false;  ///< it went down in this frame
    bool double_clicked = false;
    bool middle_down = false;  ///< the middle button is held
    float wheel = 0;
    bool shift = false, ctrl = false;
};

/// What TextBox::panel is for what lies over all panels.
inline constexpr int overlay_panel = 64;

/// What a panel draws from: the run at the playhead, its whole course, what the user chose. Panels
/// only draw and only read; what the user does goes into the view.
struct Frame {
    const lab::Snapshot& snapshot;
    const lab::Course& course;
    ViewState& view;
    Painter painter;
    Input input;

    Time now() const { return snapshot.at; }
    /// Notes that a box stands for something: hovering rings it everywhere, a click selects it, a
    /// double click focuses it. Returns whether the mouse is in the box.
    bool point_at(const Box& box, const Subject& subject);
    /// Draws an icon button; returns whether it was pressed. `is_active`: it is in force.
    bool press_icon(ImVec2 center, Icon icon, bool is_active = false) const;
    bool is_ringed(const Subject& subject) const
    {
        return subject == view.selected || subject == view.hovered;
    }
    /// A quarter for what has nothing to do with the focus, else 1.
    float relevance(const Subject& subject) const;
};

}  // namespace gregor::visualizer
