#pragma once

#include "visualizer/frame.h"

#include <optional>

namespace gregor::visualizer {

/// The last caption of the lesson up to the playhead, at the foot of a panel. Nothing without one.
void draw_caption(const Frame& frame, const Box& panel);
/// The question that holds the clock, with its choices; once answered, what the run says. A click
/// on a choice answers, a click beside lets the clock go on.
void draw_question(Frame& frame, ImVec2 size);
/// The first question after `from` and up to `to` that nobody has answered.
std::optional<std::size_t> question_between(const lab::Course& course, const ViewState& view,
                                            Time from, Time to);

}  // namespace gregor::visualizer
