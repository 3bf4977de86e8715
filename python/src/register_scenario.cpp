#include "model/lab/available.h"
#include "model/lab/scenario_file.h"
#include "model/lab/schema.h"
#include "model/lab/simulation.h"
#include "model/lab/value.h"
#include "python/src/json_text.h"
#include "python/src/registers.h"

#include <pybind11/stl.h>

namespace gregor::python {

namespace py = pybind11;
using lab::ScenarioFile;

namespace {

using DiagnosticTuple = std::tuple<std::string, std::string, std::string, std::string>;

std::vector<DiagnosticTuple> check(const ScenarioFile& file)
{
    std::vector<DiagnosticTuple> all;
    for (const lab::Diagnostic& each : file.check()) {
        all.emplace_back(each.path, each.found, each.allowed, each.nearest);
    }
    return all;
}

std::string points(const ScenarioFile& file)
{
    nlohmann::json all = nlohmann::json::array();
    for (const lab::SweepPoint& each : file.sweep_points()) all.push_back(nlohmann::json(each));
    return json_text(all);
}

/// What a caller wants to know of one leg before it runs.
std::string outline(const ScenarioFile& file, const std::string& leg, const std::string& point,
                    const std::string& overrides)
{
    const lab::Scenario scenario = file.resolve(leg, point_of(point), overrides_of(overrides));
    nlohmann::json clients = nlohmann::json::array();
    for (const lab::Client& each : scenario.clients) clients.push_back(each.name);
    return json_text({{"id", scenario.id},
                      {"first_seed", scenario.first_seed},
                      {"seed_count", scenario.seed_count},
                      {"resources", scenario.resources},
                      {"horizon_ns", scenario.horizon.nanoseconds},
                      {"settle_ns", scenario.settle.nanoseconds},
                      {"clients", clients},
                      {"warnings", lab::find_without_effect(scenario)}});
}

std::optional<std::int64_t> parse_duration_ns(const std::string& text)
{
    const lab::Value value = lab::from_json(nlohmann::json(text));
    if (value.duration() == nullptr) return std::nullopt;
    return value.duration()->nanoseconds;
}

}  // namespace

void register_scenario(py::module_& module)
{
    py::class_<ScenarioFile>(module, "ScenarioFile")
        .def_static("parse", &ScenarioFile::parse, py::arg("text"), py::arg("file_name"))
        .def_static("read", &ScenarioFile::read, py::arg("file_name"))
        .def_property_readonly("text", &ScenarioFile::text)
        .def_property_readonly("file_name", &ScenarioFile::file_name)
        .def("check", &check, py::call_guard<py::gil_scoped_release>())
        .def("legs", &ScenarioFile::leg_names)
        .def("points", &points)
        .def("outline", &outline, py::arg("leg"), py::arg("point"), py::arg("overrides"));
    module.def("parse_duration", &parse_duration_ns, py::arg("text"));
    module.def(
        "nearest_word",
        [](const std::string& word, const std::vector<std::string>& known) {
            const std::vector<std::string_view> views(known.begin(), known.end());
            return lab::nearest_word(word, views);
        },
        py::arg("word"), py::arg("known"));
    module.attr("model_version") = lab::model_version;
}

}  // namespace gregor::python
