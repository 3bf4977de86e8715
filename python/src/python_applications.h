#pragma once

#include "model/lab/application_calls.h"
#include "model/lab/simulation.h"

#include <pybind11/pybind11.h>

#include <memory>
#include <optional>
#include <string>

namespace gregor::python {

/// Why a run with applications ended before its end.
struct ApplicationFailure {
    std::string client;
    Time at;
    std::uint64_t event = 0;
    pybind11::object error;  ///< the exception
};

/// Calls the applications of a run through one Python function, `call(kind, client, time, event,
/// life, timer, records, partitions, error, sent, assigned)`, which gives a list of effects, each a
/// tuple. `assigned()` lists the partitions while that call lasts. Made and destroyed with the
/// interpreter's lock held; takes it for each call.
class PythonApplications final : public lab::ApplicationHost {
public:
    PythonApplications(pybind11::object function, std::shared_ptr<const lab::Scenario> scenario)
        : function_(std::move(function)),
          assigned_(pybind11::cpp_function([this] { return assigned(); })),
          scenario_(std::move(scenario))
    {
    }
    /// The run to stop when an application raises.
    void serve(lab::Simulation& simulation) { simulation_ = &simulation; }

    lab::ApplicationEffects call(std::uint64_t number,
                                 const lab::ApplicationOccasion& occasion) override;
    const lab::ApplicationCalls& calls() const override { return calls_; }
    const std::optional<ApplicationFailure>& failure() const { return failure_; }

private:
    lab::ApplicationEffects ask(const lab::ApplicationOccasion& occasion) const;
    pybind11::list assigned() const;

    pybind11::object function_;
    pybind11::object assigned_;
    const lab::ApplicationOccasion* occasion_ = nullptr;  ///< of the call under way
    std::shared_ptr<const lab::Scenario> scenario_;
    lab::Simulation* simulation_ = nullptr;
    lab::ApplicationCalls calls_;
    std::optional<ApplicationFailure> failure_;
};

/// Null for None.
std::shared_ptr<PythonApplications> python_applications(
    const pybind11::object& function, const std::shared_ptr<const lab::Scenario>& scenario);

}  // namespace gregor::python
