#pragma once

#include "model/lab/scenario_file.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gregor::lab {

/// Which run it is: everything that, together with the scenario's text, decides what happens.
struct RunIdentity {
    std::string file;      ///< of the scenario, as it was named
    std::string scenario;  ///< its id
    std::string leg;
    SweepPoint point;
    std::vector<Override> overrides;
    std::uint64_t seed = 1;
    std::string resources = "simgrid";

    /// What follows the verb on a command line that runs it again: file, leg, seed, resources,
    /// --set.
    std::vector<std::string> arguments() const;
    /// The command line that runs it again.
    std::string command(std::string_view verb = "run") const;
};

/// What the header section of a recording says beside that.
struct RecordingHeader {
    RunIdentity identity;
    int model = 0;          ///< model version
    Time end;               ///< how far the run came
    bool complete = false;  ///< false: it was interrupted there

    std::string encode() const;
    /// Throws BadInput naming `file_name`.
    static RecordingHeader decode(const std::string& text, const std::string& file_name);
};

/// A word as a shell takes it, in quotes if it needs them.
std::string shell_word(std::string_view word);
/// 16 hex digits.
std::string hash_text(std::uint64_t hash);

}  // namespace gregor::lab
