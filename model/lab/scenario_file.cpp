#include "model/lab/scenario_file.h"

#include "model/lab/scenario_edit.h"
#include "model/lab/scenario_reader.h"
#include "model/lab/scenario_shapes.h"
#include "model/lab/scenario_text.h"
#include "model/lab/whole_file.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace gregor::lab {
namespace {

/// Parts of a file in which a text that begins with $ is a parameter.
constexpr std::array<const char*, 13> parts_with_parameters{
    "cluster", "topics",   "clients", "levels",    "script",   "settle", "horizon",
    "asserts", "measures", "seeds",   "resources", "platform", "kafka"};

std::size_t leg_index(const Json& document, std::string_view name, const std::string& file)
{
    const Json& legs = document["legs"];
    std::vector<std::string> names;
    for (std::size_t i = 0; i < legs.size(); ++i) {
        names.push_back(read_text(legs[i], "name"));
        if (names.back() == name) return i;
    }
    std::string all;
    for (const std::string& each : names) all += (all.empty() ? "" : ", ") + each;
    const std::vector<std::string_view> known(names.begin(), names.end());
    throw BadInput(file, {{"/legs", "no leg " + excerpt(Json(std::string(name))), all,
                           nearest_word(name, known)}});
}

/// What every resolution takes for granted: legs with names, parameters, a sweep.
void check_outline(const Json& document, Diagnostics& diagnostics)
{
    if (!document.is_object()) return check_shape(document, scenario_shape(), "", diagnostics);
    const Json outline = [&] {
        Json copy = Json::object();
        for (const char* key : {"gregor", "id", "params", "sweep", "legs"}) {
            if (document.contains(key)) copy[key] = document[key];
        }
        return copy;
    }();
    Diagnostics found;
    check_shape(outline, scenario_shape(), "", found);
    for (const Diagnostic& each : found.all()) {
        // Parts left out here are not missing; they are checked with their parameters put in.
        const bool top_level = std::ranges::count(each.path, '/') == 1;
        const bool left_out = top_level && document.contains(each.path.substr(1));
        const bool required = each.found == "nothing";
        if (!(left_out && required)) diagnostics.add(each);
    }
}

void check_legs(const Json& document, Diagnostics& diagnostics)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < document["legs"].size(); ++i) {
        const std::string name = read_text(document["legs"][i], "name");
        const std::string path = child_path(child_path("/legs", i), "name");
        if (std::ranges::find(names, name) != names.end()) {
            diagnostics.add({path, excerpt(Json(name)) + " twice", "a name of its own", ""});
        }
        names.push_back(name);
    }
}

void check_sweep(const Json& document, Diagnostics& diagnostics)
{
    if (!document.contains("sweep")) return;
    const Json& over = document["sweep"]["over"];
    const Json parameters = document.value("params", Json::object());
    std::vector<std::string_view> known;
    for (auto& [name, value] : parameters.items()) known.push_back(name);
    std::size_t runs = 1;
    std::size_t length = 0;
    for (auto& [name, values] : over.items()) {
        const std::string path = child_path("/sweep/over", name);
        if (!parameters.contains(name)) {
            diagnostics.add({path, excerpt(Json(name)), "a parameter declared in params",
                             nearest_word(name, known)});
        }
        const bool zip = read_text(document["sweep"], "mode") == "zip";
        if (zip && length != 0 && values.size() != length) {
            diagnostics.add({path, std::to_string(values.size()) + " values",
                             std::to_string(length) + ", as many as the others (mode zip)", ""});
        }
        length = values.size();
        runs = std::min<std::size_t>(runs * std::max<std::size_t>(values.size(), 1), 1u << 30);
        if (zip) runs = length;
    }
    constexpr std::size_t most = 100'000;
    if (runs > most) {
        diagnostics.add({"/sweep/over", "more than 100000 runs", "at most 100000 runs", ""});
    }
}

void read_seeds(const Json& document, Scenario& scenario)
{
    if (!document.contains("seeds")) return;
    const Json& seeds = document["seeds"];
    if (seeds.is_number()) {
        scenario.seed_count = seeds.get<std::int64_t>();
        return;
    }
    read_number(seeds, "from", scenario.first_seed);
    read_number(seeds, "count", scenario.seed_count);
}

void read_head(const Json& document, Scenario& scenario, Loading& loading)
{
    scenario.id = read_text(document, "id");
    scenario.title = read_text(document, "title");
    scenario.doc = read_text(document, "doc");
    scenario.teaches = read_text(document, "teaches");
    if (document.contains("kafka")) scenario.kafka = read_text(document, "kafka");
    if (document.contains("resources")) scenario.resources = read_text(document, "resources");
    scenario.platform = document.value("platform", Json());
    if (!scenario.platform.is_null() && !scenario.platform.is_string() &&
        !scenario.platform.is_object()) {
        loading.refuse("/platform", scenario.platform, "a path or a platform");
    }
    const Json parameters = document.value("params", Json::object());
    for (const auto& [name, value] : parameters.items()) {
        loading.parameters[name] = from_json(value);
    }
    scenario.parameters = loading.parameters;
    read_seeds(document, scenario);
    if (document.contains("settle")) scenario.settle = read_duration(document["settle"]);
    scenario.horizon = read_time(document["horizon"]);
}

void read_body(const Json& document, Scenario& scenario, Loading& loading)
{
    static const Json none = Json::array();
    static const Json no_keys = Json::object();
    const auto part = [&](const char* key, const Json& otherwise) -> const Json& {
        const auto at = document.find(key);
        return at == document.end() ? otherwise : *at;
    };
    for (const auto& [name, value] : part("measures", no_keys).items()) {
        loading.measure_names.push_back(name);
    }
    read_cluster(document["cluster"], scenario, loading);
    read_topics(document["topics"], scenario, loading);
    read_clients(part("clients", none), scenario, loading);
    read_levels(part("levels", no_keys), scenario, loading);
    read_script(document["script"], scenario, loading);
    read_asserts(document["asserts"], scenario, loading);
    read_measures(part("measures", no_keys), scenario, loading);
    read_lesson(part("lesson", no_keys), scenario, loading);
}

/// Everything about one leg and one point; the scenario is complete when there are no diagnostics.
Scenario read_scenario(const Json& document, std::size_t leg, Diagnostics& diagnostics)
{
    Scenario scenario;
    check_shape(document, scenario_shape(), "", diagnostics);
    if (!diagnostics.empty()) return scenario;
    Loading loading{.diagnostics = diagnostics,
                    .parameters = {},
                    .client_names = {},
                    .measure_names = {},
                    .uses = {}};
    read_head(document, scenario, loading);
    read_body(document, scenario, loading);
    scenario.leg = read_text(document["legs"][leg], "name");
    read_expectation(document["legs"][leg]["expect"],
                     child_path(child_path("/legs", leg), "expect"), scenario, loading);
    check_scenario(scenario, loading);
    if (document.contains("calls") && diagnostics.empty()) {
        read_calls(document["calls"], scenario, loading);
    }
    return scenario;
}

void throw_if_any(const std::string& file, const Diagnostics& diagnostics)
{
    if (!diagnostics.empty()) throw BadInput(file, diagnostics.all());
}

}  // namespace

ScenarioFile ScenarioFile::parse(std::string text, std::string file_name)
{
    ScenarioFile file;
    file.text_ = std::move(text);
    file.file_name_ = std::move(file_name);
    Diagnostics diagnostics;
    file.document_ = parse_json(file.text_, largest, diagnostics);
    throw_if_any(file.file_name_, diagnostics);
    check_outline(file.document_, diagnostics);
    throw_if_any(file.file_name_, diagnostics);
    check_legs(file.document_, diagnostics);
    check_sweep(file.document_, diagnostics);
    throw_if_any(file.file_name_, diagnostics);
    return file;
}

ScenarioFile ScenarioFile::read(const std::string& file_name)
{
    return parse(read_whole_file(file_name, largest), file_name);
}

Json ScenarioFile::resolved_document(std::string_view leg, const SweepPoint& point,
                                     const std::vector<Override>& overrides,
                                     Diagnostics& diagnostics) const
{
    Json document = document_;
    const std::size_t index = leg_index(document_, leg, file_name_);
    const std::string source = child_path(child_path("/legs", index), "set");
    const Json set = document_["legs"][index].value("set", Json::object());
    for (const auto& [path, value] : set.items()) edit(document, path, value, source, diagnostics);
    for (const auto& [name, value] : point) {
        edit(document, "params." + name, value, "/sweep/over", diagnostics);
        if (value.is_null()) document["params"][name] = nullptr;
    }
    for (const auto& [path, value] : overrides) edit(document, path, value, "--set", diagnostics);
    // A parameter set to null stays declared: it then leaves alone what it stands for.
    Json parameters = document_.value("params", Json::object());
    for (auto& [name, value] : parameters.items()) value = nullptr;
    parameters.update(document.value("params", Json::object()));
    document["params"] = parameters;
    for (const char* part : parts_with_parameters) {
        if (!document.contains(part)) continue;
        substitute(document[part], parameters, std::string("/") + part, diagnostics);
    }
    Json& expect = document["legs"][index]["expect"];
    substitute(expect, parameters, child_path(child_path("/legs", index), "expect"), diagnostics);
    return document;
}

Scenario ScenarioFile::resolve(std::string_view leg, const SweepPoint& point,
                               const std::vector<Override>& overrides) const
{
    Diagnostics diagnostics;
    const std::size_t index = leg_index(document_, leg, file_name_);
    const Json document = resolved_document(leg, point, overrides, diagnostics);
    throw_if_any(file_name_, diagnostics);
    Scenario scenario = read_scenario(document, index, diagnostics);
    throw_if_any(file_name_, diagnostics);
    return scenario;
}

Scenario ScenarioFile::resolve(std::string_view leg, std::size_t point,
                               const std::vector<Override>& overrides) const
{
    const auto points = sweep_points();
    if (point >= points.size()) {
        throw BadInput(file_name_, {{"/sweep", "point " + std::to_string(point),
                                     "0 to " + std::to_string(points.size() - 1), ""}});
    }
    return resolve(leg, points[point], overrides);
}

std::vector<Diagnostic> ScenarioFile::check() const
{
    constexpr std::size_t most_points = 1'000;
    Diagnostics all;
    auto points = sweep_points();
    if (points.size() > most_points) points.resize(most_points);
    for (const std::string& leg : leg_names()) {
        const std::size_t index = leg_index(document_, leg, file_name_);
        for (const SweepPoint& point : points) {
            Diagnostics diagnostics;
            const Json document = resolved_document(leg, point, {}, diagnostics);
            if (diagnostics.empty()) read_scenario(document, index, diagnostics);
            for (const Diagnostic& each : diagnostics.all()) all.add(each);
            if (all.full()) return all.all();
        }
    }
    return all.all();
}

std::vector<std::string> ScenarioFile::leg_names() const
{
    std::vector<std::string> names;
    for (const Json& leg : document_["legs"]) names.push_back(read_text(leg, "name"));
    return names;
}

std::vector<SweepPoint> ScenarioFile::sweep_points() const
{
    std::vector<SweepPoint> points{{}};
    if (!document_.contains("sweep")) return points;
    const Json& over = document_["sweep"]["over"];
    const bool zip = read_text(document_["sweep"], "mode") == "zip";
    if (zip && !over.empty()) points.resize(over.begin()->size());
    for (const auto& [name, values] : over.items()) {
        if (zip) {
            for (std::size_t i = 0; i < points.size(); ++i) points[i][name] = values[i];
            continue;
        }
        std::vector<SweepPoint> product;
        for (const SweepPoint& point : points) {
            for (const Json& value : values) {
                product.push_back(point);
                product.back()[name] = value;
            }
        }
        points = std::move(product);
    }
    return points;
}

Override parse_override(std::string_view text)
{
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0) {
        throw BadInput("--set", {{"", excerpt(Json(std::string(text))), "PATH=VALUE", ""}});
    }
    const std::string path(text.substr(0, sign));
    const std::string value(text.substr(sign + 1));
    Diagnostics ignored;
    Json json = parse_json(value, ScenarioFile::largest, ignored);
    if (!ignored.empty()) json = value;
    return {path, std::move(json)};
}

}  // namespace gregor::lab
