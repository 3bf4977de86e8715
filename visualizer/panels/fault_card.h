#pragma once

#include "visualizer/frame.h"
#include "visualizer/panels/menu.h"

#include <vector>

namespace gregor::visualizer {

/// The kinds of faults that can be injected now, in the order of FaultDraft::kinds.
std::vector<MenuItem> fault_items(const lab::Snapshot& snapshot);
/// A draft of this kind at the playhead: for what is selected, if it can befall that; none when
/// there is nothing that it can befall.
std::optional<FaultDraft> begin_draft(FaultDraft::Kind kind, const lab::Snapshot& snapshot,
                                      const Subject& selected);
/// How long the next choice lasts: 5 s, 10 s, 30 s, for good, and again.
std::optional<Duration> next_duration(const std::optional<Duration>& lasts);

/// The draft as a card: on whom, for how long, the line of script that it becomes; buttons that
/// accept it or give it up. `upper_right`: its corner. Writes into the view.
void draw_fault_card(Frame& frame, ImVec2 upper_right);
Box fault_card_box(ImVec2 upper_right);

}  // namespace gregor::visualizer
