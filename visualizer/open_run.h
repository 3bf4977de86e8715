#pragma once

#include "model/lab/branch.h"
#include "visualizer/playback.h"
#include "visualizer/task.h"

#include <string>
#include <vector>

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

/// Opens a recording with its whole course. A scenario is run first: on `fixed` in this process, on
/// SimGrid by the program `gregor` beside this one, in a child process, since SimGrid allows one
/// run in a process. Throws lab::BadInput for what cannot be opened, RunRefused when a scenario did
/// not run, and what `progress` throws.
Playback open_run(const RunChoice& choice, const OnProgress& progress);
/// Runs a branch on the resources of the run that it branched from.
Playback open_branch(const lab::Branch& branch, const OnProgress& progress);

/// Starts this program once more, on the bytes of a recording and with these arguments; waits, and
/// gives its exit code. Ends it when `progress` throws.
int run_self_on(const std::string& recording, const std::vector<std::string>& arguments,
                const std::string& what, const OnProgress& progress);

}  // namespace gregor::visualizer
