#pragma once

#include "model/lab/simulation.h"

#include <cstdint>
#include <functional>

namespace gregor::python {

/// Ctrl-C came while something that gives no part of an answer was under way; Python sees
/// KeyboardInterrupt.
struct Interrupted {};

/// Whether Python wants to be interrupted. Takes the interpreter's lock for it; only the main
/// thread of Python is ever told.
bool interruption_wanted();

/// Called with the instant reached and the end of the run, in nanoseconds.
using Progress = std::function<void(std::int64_t now, std::int64_t end)>;

/// Stops a run when Python is interrupted, and says now and then how far it is.
class Watcher final : public lab::RunListener {
public:
    /// `progress` is kept by reference: a copy of it would need the interpreter's lock.
    Watcher(lab::Simulation& simulation, const Progress& progress)
        : simulation_(simulation), progress_(progress)
    {
    }
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override;
    bool interrupted() const { return interrupted_; }

private:
    lab::Simulation& simulation_;
    const Progress& progress_;
    std::uint64_t steps_ = 0;
    bool interrupted_ = false;
};

}  // namespace gregor::python
