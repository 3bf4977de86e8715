#include "model/lab/own_resources.h"
#include "model/lab/run_leg.h"
#include "model/lab/verdict.h"
#include "python/src/json_text.h"
#include "python/src/live_run.h"
#include "python/src/registers.h"

#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <chrono>
#include <memory>
#include <set>

namespace gregor::python {

namespace py = pybind11;
using lab::ScenarioFile;

namespace {

Progress progress_of(const py::object& callback)
{
    if (callback.is_none()) return {};
    return [callback](std::int64_t now, std::int64_t end) {
        const py::gil_scoped_acquire lock;
        try {
            callback(now, end);
        } catch (py::error_already_set& error) {
            error.discard_as_unraisable("progress of a run");
        }
    };
}

bool run_until(LiveRun& run, std::int64_t nanoseconds, const py::object& callback)
{
    const Progress progress = progress_of(callback);
    const py::gil_scoped_release unlocked;
    return run.run_until(nanoseconds, progress);
}

/// Assertions that do not hold and invariants that were broken, each once, as `gregor sweep` lists
/// them.
std::set<std::string> violated_by(const lab::LegResult& result)
{
    std::set<std::string> names;
    for (const lab::AssertionResult& each : result.asserts) {
        if (!each.holds()) names.insert(each.outcome.id);
    }
    for (const lab::Violation& each : result.violated) names.insert(each.name);
    return names;
}

/// Of a sweep: many seeds of one leg, the entries as JSON. Ends early when interrupted.
std::vector<std::string> run_seeds(const ScenarioFile& file, const std::string& leg,
                                   const std::string& point, const std::string& overrides,
                                   const std::vector<std::uint64_t>& seeds)
{
    lab::RunIdentity identity;
    identity.file = file.file_name();
    identity.leg = leg;
    identity.point = point_of(point);
    identity.overrides = overrides_of(overrides);
    identity.resources = "fixed";
    const auto scenario = std::make_shared<const lab::Scenario>(
        file.resolve(leg, identity.point, identity.overrides));
    bool stopped = false;
    const lab::LegOptions options{.resources = lab::fixed_resources, .stop = [&stopped] {
                                      return stopped = stopped || interruption_wanted();
                                  }};
    std::vector<std::string> entries;
    const py::gil_scoped_release unlocked;
    for (const std::uint64_t seed : seeds) {
        const lab::LegResult result = lab::run_leg(scenario, seed, options);
        if (result.interrupted) break;
        identity.seed = seed;
        nlohmann::json measures = nlohmann::json::object();
        for (const auto& [name, value] : result.measures) measures[name] = to_json(value);
        entries.push_back(json_text({{"seed", seed},
                                     {"hash", lab::hash_text(result.hash)},
                                     {"events", result.events},
                                     {"as_expected", result.as_expected},
                                     {"verdict", result.verdict()},
                                     {"reasons", result.reasons},
                                     {"violated", violated_by(result)},
                                     {"measures", measures},
                                     {"command", identity.command()}}));
    }
    return entries;
}

/// The command line that makes a run again.
std::string command_line(const std::string& file, const std::string& leg, const std::string& point,
                         const std::string& overrides, std::uint64_t seed,
                         const std::string& resources)
{
    lab::RunIdentity identity;
    identity.file = file;
    identity.leg = leg;
    identity.point = point_of(point);
    identity.overrides = overrides_of(overrides);
    identity.seed = seed;
    identity.resources = resources;
    return identity.command();
}

}  // namespace

void register_run(py::module_& module)
{
    py::class_<LiveRun>(module, "LiveRun")
        .def(py::init<const ScenarioFile&, const std::string&, const std::string&,
                      const std::string&, std::uint64_t, const py::object&>(),
             py::arg("file"), py::arg("leg"), py::arg("point"), py::arg("overrides"),
             py::arg("seed"), py::arg("applications"))
        .def_property_readonly("now", &LiveRun::now)
        .def_property_readonly("end", &LiveRun::end)
        .def_property_readonly("event", &LiveRun::event_number)
        .def_property_readonly("hash", &LiveRun::hash)
        .def_property_readonly("finished", &LiveRun::finished)
        .def_property_readonly("interrupted", &LiveRun::interrupted)
        .def("run_until", &run_until, py::arg("nanoseconds"), py::arg("progress"))
        .def("step", &LiveRun::step, py::arg("number"), py::call_guard<py::gil_scoped_release>())
        .def("run_until_true", &LiveRun::run_until_true, py::arg("condition"), py::arg("at_most"),
             py::call_guard<py::gil_scoped_release>())
        .def("fork", &LiveRun::fork)
        .def("snapshot", &LiveRun::snapshot)
        .def("leg", &LiveRun::leg)
        .def("recording", [](const LiveRun& run) { return py::bytes(run.recording()); })
        .def("failure", &LiveRun::failure);
    module.def("run_seeds", &run_seeds, py::arg("file"), py::arg("leg"), py::arg("point"),
               py::arg("overrides"), py::arg("seeds"));
    module.def("command_line", &command_line, py::arg("file"), py::arg("leg"), py::arg("point"),
               py::arg("overrides"), py::arg("seed"), py::arg("resources"));
}

}  // namespace gregor::python
