#pragma once

#include "model/lab/opened_recording.h"
#include "model/lab/snapshot.h"
#include "python/src/interruption.h"
#include "python/src/python_applications.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace gregor::python {

/// A run on `fixed` in this process, as far as somebody wants it. Everything that runs may be
/// called without the interpreter's lock.
class LiveRun {
public:
    /// `applications`: the Python function that calls them, or None. Throws BadInput.
    LiveRun(const lab::ScenarioFile& file, const std::string& leg, const std::string& point,
            const std::string& overrides, std::uint64_t seed, const pybind11::object& applications);

    std::int64_t now() const { return simulation_->now().nanoseconds; }
    std::int64_t end() const { return simulation_->end().nanoseconds; }
    std::uint64_t event_number() const { return simulation_->event_number(); }
    std::uint64_t hash() const { return simulation_->hash(); }
    bool finished() const { return simulation_->now() >= simulation_->end(); }
    bool interrupted() const { return interrupted_; }

    /// Every event up to an instant. False: interrupted, or an application raised.
    bool run_until(std::int64_t nanoseconds, const Progress& progress);
    /// The next step with all that it reports; up to that of event `number` if it is given.
    bool step(std::uint64_t number);
    /// Until a condition of the scenario language holds after a step, at most to an instant. True
    /// when it holds. The condition must be one that the scenario accepts.
    bool run_until_true(const std::string& condition, std::int64_t at_most);
    /// A copy that goes on by itself. Not with applications: they cannot be copied.
    std::unique_ptr<LiveRun> fork() const;

    std::shared_ptr<const lab::Snapshot> snapshot() const;
    /// Judged as if the run ended here. JSON.
    std::string leg() const;
    std::string recording() const;
    /// (client, nanoseconds, event, exception), or None.
    pybind11::object failure() const;

private:
    LiveRun(const LiveRun& other, std::unique_ptr<lab::Simulation> simulation);

    lab::RunIdentity identity_;
    std::string text_;
    std::shared_ptr<PythonApplications> applications_;
    lab::RecordingWriter writer_;
    std::unique_ptr<lab::Simulation> simulation_;
    bool interrupted_ = false;
    bool ended_ = false;  // finish() decided what was undecided
};

}  // namespace gregor::python
