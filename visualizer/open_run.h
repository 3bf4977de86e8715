#pragma once

#include "visualizer/playback.h"

#include <functional>
#include <string>

namespace gregor::visualizer {

/// Which run to look at.
struct RunChoice {
    std::string file;       ///< a recording, or a scenario that is run first
    std::string leg;        ///< of a scenario; empty: the first
    std::string resources;  ///< of a scenario's run; empty: what its file says
};

/// Opens a recording with its whole course. A scenario is run by the program `gregor` beside this
/// one, in a child process, since SimGrid allows one run in a process. Throws lab::BadInput for
/// what cannot be opened; its exit code is 2.
Playback open_run(const RunChoice& choice,
                  const std::function<void(const std::string& what, double share)>& progress);

}  // namespace gregor::visualizer
