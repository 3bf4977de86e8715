#pragma once

#include "model/lab/opened_recording.h"
#include "model/lab/scenario_file.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <string>

namespace gregor::lab {

/// The same run with one more line of script: a scenario that anyone can run.
struct Branch {
    ScenarioFile file;
    RunIdentity identity;
};

/// `line`: a step of the scenario language, such as
/// {"at": "20.5s", "do": {"node": {"id": 2, "act": "crash"}}}. It becomes the last of the script,
/// so what happens before it fires is the same, event by event. Throws BadInput, with the path of
/// the line in the new script, when the scenario would not take it.
Branch branch_of(const OpenedRecording& parent, const nlohmann::json& line);

/// The first event at which two recordings differ, or that one of them lacks; 0 when none.
std::uint64_t first_difference(const OpenedRecording& a, const OpenedRecording& b);

/// Runs it in this process on `fixed`, whatever resources the identity names, and gives the bytes
/// of the recording. `go_on` is asked now and then, with the instant reached; when it answers false
/// the recording ends there. Throws BadInput for a leg or setting that the file does not have.
std::string record_on_fixed(
    const ScenarioFile& file, RunIdentity identity,
    const std::function<bool(Time now, Time end)>& go_on = [](Time, Time) { return true; });

}  // namespace gregor::lab
