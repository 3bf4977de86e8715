#pragma once

#include "visualizer/frame.h"
#include "visualizer/playback.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gregor::visualizer {

/// What the top bar shows of the playhead and the run.
struct Transport {
    bool playing = false;
    double speed = 0.25;  ///< simulated seconds for each second of the wall clock; negative: back
    std::uint64_t event = 0, event_count = 0;
    Time now, end;
    std::string title;
    std::string scenario;   ///< its id, before the title; may be empty
    bool verified = false;  ///< re-execution gave the recorded hashes
    Origin origin{};
    bool can_inject = false;  ///< otherwise there is no button for faults
};

/// What was clicked in the top bar in this frame.
struct TransportCommands {
    bool toggle_play = false;
    int step = 0;  ///< -1: to the event before; 1: to the next
    bool to_begin = false, to_end = false;
    bool faster = false, slower = false;
    bool bookmark = false, exports = false, inject = false;
    std::string_view hint;  ///< what the button under the pointer does, and its key
};

/// Logo, lab and title, state of the replay; transport; clock, speed, event number; actions. What
/// does not fit gives way in this order: words on buttons, the scenario's id, words on the pill,
/// the number of events, the end of the title.
void draw_top_bar(Frame& frame, const Box& box, const Transport& transport,
                  TransportCommands& commands);

}  // namespace gregor::visualizer
