#include "model/lab/bench/benches.h"
#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/cli/job_pool.h"
#include "model/lab/cli/one_run.h"
#include "model/lab/opened_recording.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <memory>
#include <optional>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

RunRequest request_of(const BenchTools::ScenarioRun& run)
{
    const std::string name = project_folder("scenarios") + "/" + run.scenario + ".json";
    const ScenarioFile file = ScenarioFile::read(name);
    RunRequest request;
    request.identity.file = name;
    request.identity.leg = file.leg_names().front();
    request.identity.point = file.sweep_points().front();
    request.identity.overrides = run.overrides;
    request.identity.resources = run.resources;
    request.scenario = std::make_shared<const Scenario>(
        file.resolve(request.identity.leg, request.identity.point, run.overrides));
    request.identity.scenario = request.scenario->id;
    request.text = file.text();
    request.report = false;
    return request;
}

/// One job in a child process; empty when that failed.
std::optional<std::string> in_child(const std::function<std::string()>& job)
{
    std::optional<std::string> answer;
    JobPool{.workers = 1}.run(
        1, [&](std::size_t) { return job(); },
        [&](std::size_t, std::string result, const std::string& failure) {
            if (failure.empty()) answer = std::move(result);
        });
    return answer;
}

RunOutcome run_in_child(const RunRequest& request)
{
    const auto packed = in_child([&] { return run_once(request).pack(); });
    return packed ? RunOutcome::unpack(*packed) : RunOutcome{.code = exit_code::defect};
}

BenchTools::Speed run_scenario(const BenchTools::ScenarioRun& run)
{
    const RunOutcome outcome = run_in_child(request_of(run));
    if (!outcome.leg.is_object()) return {};
    return {outcome.leg.value("sim_seconds", 0.0), outcome.leg.value("wall_seconds", 0.0),
            outcome.leg.value("measures", Json::object())};
}

double sweep_rate(const BenchTools::ScenarioRun& run, std::uint64_t seeds)
{
    const RunRequest request = request_of(run);
    const Stopwatch stopwatch;
    std::uint64_t done = 0;
    JobPool{}.run(
        seeds,
        [&](std::size_t i) {
            RunRequest one = request;
            one.identity.seed = i + 1;
            return run_once(one).pack();
        },
        [&](std::size_t, const std::string&, const std::string& failure) {
            done += failure.empty() ? 1 : 0;
        });
    return static_cast<double>(done) * 60 / stopwatch.seconds();
}

std::string record(const BenchTools::ScenarioRun& run)
{
    RunRequest request = request_of(run);
    request.recording = "-";
    return run_in_child(request).recording;
}

double peak_memory(const std::string& recording)
{
    const auto answer = in_child([&] {
        const OpenedRecording opened = OpenedRecording::from_bytes(recording, "recording");
        struct rusage used {};
        getrusage(RUSAGE_SELF, &used);
        constexpr double kibibytes_in_mebibyte = 1024;
        return std::to_string(static_cast<double>(used.ru_maxrss) / kibibytes_in_mebibyte);
    });
    return answer ? std::stod(*answer) : 0;
}

std::vector<const Bench*> chosen(const std::vector<std::string>& names)
{
    std::vector<const Bench*> list;
    std::vector<std::string_view> known;
    for (const Bench& each : benches()) known.push_back(each.name);
    for (const std::string& name : names) check_choice(name, known, "bench");
    for (const Bench& each : benches()) {
        if (names.empty() || std::ranges::find(names, each.name) != names.end()) {
            list.push_back(&each);
        }
    }
    return list;
}

void print(const Bench& bench, const BenchFigure& figure)
{
    const bool loop = figure.ratio && figure.reference != "real time";
    const double judged = loop ? *figure.ratio : figure.value;
    const bool reached = bench.higher_is_better ? judged >= bench.wanted : judged <= bench.wanted;
    fmt::print("{:<26} {:>14.6g} {:<12} {:<14} {} {:>6g}  {}{}\n", bench.name, figure.value,
               bench.unit, loop ? fmt::format("ratio {:.3f}", *figure.ratio) : "",
               bench.higher_is_better ? "at least" : "at most ", bench.wanted,
               reached ? "reached" : coloured("not reached", "red"),
               figure.note.empty() ? "" : " (" + figure.note + ")");
    std::fflush(stdout);
}

int run_benches(const std::vector<std::string>& names, bool quick, const std::string& json_file)
{
    const std::vector<const Bench*> list = chosen(names);
    const BenchTools tools{quick, run_scenario, sweep_rate, record, peak_memory};
    const Json machine = machine_facts();
    const bool silent = json_file == "-";
    if (!silent) {
        fmt::print("{}, {} cores, {}{}\n", machine["cpu"].get<std::string>(),
                   machine["cores"].get<int>(), machine["compiler"].get<std::string>(),
                   quick ? ", quick" : "");
    }
    Json figures = Json::array();
    for (const Bench* bench : list) {
        if (interrupted()) return exit_code::interrupted;
        const BenchFigure figure = bench->run(tools);
        if (!silent) print(*bench, figure);
        figures.push_back({{"name", bench->name},
                           {"value", figure.value},
                           {"unit", bench->unit},
                           {"better", bench->higher_is_better ? "higher" : "lower"},
                           {"reference", nullptr},
                           {"ratio", nullptr}});
        if (!figure.reference.empty()) figures.back()["reference"] = figure.reference;
        if (figure.ratio) figures.back()["ratio"] = *figure.ratio;
        if (!figure.note.empty()) figures.back()["note"] = figure.note;
    }
    if (!json_file.empty()) {
        write_json(json_file, {{"gregor", 1}, {"machine", machine}, {"benches", figures}});
    }
    return exit_code::as_expected;
}

}  // namespace

void add_bench(CLI::App& app, Command& command)
{
    CLI::App* bench =
        app.add_subcommand("bench", "The benchmarks of docs/internals/performance.md");
    auto names = std::make_shared<std::vector<std::string>>();
    auto quick = std::make_shared<bool>(false);
    auto json = std::make_shared<std::string>();
    bench->add_option("names", *names, "which ones (default: all)");
    bench->add_flag("--quick", *quick, "a short form of each, below 5 s");
    bench->add_option("--json", *json, "write results as data, - for standard output");
    bench->callback(
        [=, &command] { command = [=] { return run_benches(*names, *quick, *json); }; });
}

}  // namespace gregor::lab
