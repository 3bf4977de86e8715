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

/// The run of a scenario ended without a recording, and has told why.
struct RunRefused {
    int code = 0;  ///< exit code of `gregor run`
};

/// Opens a recording with its whole course. A scenario is run by the program `gregor` beside this
/// one, in a child process, since SimGrid allows one run in a process. Throws lab::BadInput for
/// what cannot be opened, RunRefused when a scenario did not run.
Playback open_run(const RunChoice& choice,
                  const std::function<void(const std::string& what, double share)>& progress);

}  // namespace gregor::visualizer
