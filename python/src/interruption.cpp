#include "python/src/interruption.h"

#include <pybind11/pybind11.h>

namespace gregor::python {

bool interruption_wanted()
{
    const pybind11::gil_scoped_acquire lock;
    if (PyErr_CheckSignals() == 0) return false;
    PyErr_Clear();  // said in our own way, when the run stands
    return true;
}

void Watcher::on_step(const StepOf& step, std::span<const Event>, std::uint64_t)
{
    constexpr std::uint64_t steps_between = 8192;
    if (++steps_ % steps_between != 0) return;
    if (interruption_wanted()) {
        interrupted_ = true;
        simulation_.stop();
    }
    if (progress_) progress_(step.at.nanoseconds, simulation_.end().nanoseconds);
}

}  // namespace gregor::python
