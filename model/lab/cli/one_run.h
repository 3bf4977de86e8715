#pragma once

#include "model/lab/run_identity.h"
#include "model/lab/simulation.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

namespace gregor::lab {

/// One leg at one point with one seed, and what is wanted of it.
struct RunRequest {
    RunIdentity identity;
    std::shared_ptr<const Scenario> scenario;
    std::string text;       ///< of the scenario's file
    std::string recording;  ///< file to write; empty: none
    bool report = true;     ///< whether somebody reads it
    std::function<void(Time now, Time end)> progress;
};

struct RunOutcome {
    int code = 0;        ///< an exit code
    nlohmann::json leg;  ///< the entry in `legs` of --json; null when there is none
    std::string report;
    std::string recording;  ///< bytes for standard output, when that was asked for
    std::string error;      ///< for standard error

    /// To and from a child process.
    std::string pack() const;
    static RunOutcome unpack(const std::string& bytes);
};

/// Runs it in this process. Throws BadInput when the recording cannot be written. A run on SimGrid
/// has to be the only one of its process.
RunOutcome run_once(const RunRequest& request);

/// By name, "fixed" or "simgrid"; throws BadInput for another one.
std::unique_ptr<Resources> make_resources(const std::string& name, std::span<const LinkSpec> links);

}  // namespace gregor::lab
