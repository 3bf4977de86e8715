#pragma once

#include "visualizer/panels/hint.h"
#include "visualizer/panels/timeline_layout.h"

namespace gregor::visualizer {

/// What marks of a kind are called: "election".
std::string_view mark_word(lab::Course::MarkKind kind);
/// What a mark of the course is called: "election orders-0".
std::string mark_text(const lab::Course::Mark& mark);

/// Colour of a fault: orange for what slows, vermilion for what breaks.
Token fault_token(lab::Course::FaultKind kind);

Icon fault_icon(lab::Course::FaultKind kind);
/// The draft of a fault, if there is one: a dashed box where it would be.
void draw_draft(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis);
/// Hatched boxes with icon and label.
void draw_faults(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis, Hint& hint);
/// The faults' bands through events and plots.
void draw_fault_bands(const Frame& frame, const TimelineLayout& layout, const TimeAxis& axis);
/// Glyphs with labels. Marks that would lie on each other stand side by side, each with a tick
/// where it belongs; beyond three of them a number tells how many there are.
void draw_marks(Frame& frame, const TimelineLayout& layout, const TimeAxis& axis, Hint& hint);

}  // namespace gregor::visualizer
