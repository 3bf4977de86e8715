#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/cli/job_pool.h"
#include "model/lab/cli/one_run.h"
#include "model/lab/verdict.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

struct RunOptions {
    std::string scenario, output, seed, resources, leg, json;
    std::vector<std::string> set;
};

/// Points of the sweep, without the parameters that --set gives a value.
std::vector<SweepPoint> points_to_run(const ScenarioFile& file,
                                      const std::vector<Override>& overrides)
{
    std::vector<SweepPoint> points;
    for (SweepPoint point : file.sweep_points()) {
        for (const auto& [path, value] : overrides) {
            if (path.starts_with("params.")) point.erase(path.substr(7));
        }
        if (std::ranges::find(points, point) == points.end()) points.push_back(std::move(point));
    }
    return points;
}

/// "x.gregor" for one run, else "x.<leg>.<n>.gregor".
std::string recording_name(const std::string& output, const std::string& leg, std::size_t n,
                           bool only)
{
    if (output.empty() || output == "-" || only) return output;
    std::string base = output;
    if (base.ends_with(".gregor")) base.resize(base.size() - 7);
    std::string safe;
    for (const char c : leg) safe += c == '/' || static_cast<unsigned char>(c) < 32 ? '_' : c;
    return fmt::format("{}.{}.{}.gregor", base, safe, n);
}

/// Every run that the options ask for. Throws BadInput with every mistake; writes nothing.
std::vector<RunRequest> requests_of(const RunOptions& options, const ScenarioFile& file)
{
    const std::vector<Override> overrides = parse_overrides(options.set);
    std::vector<std::string> legs = file.leg_names();
    if (!options.leg.empty()) legs = {options.leg};
    if (!options.resources.empty()) {
        check_choice(options.resources, {"simgrid", "fixed"}, "--resources");
    }
    std::vector<RunRequest> requests;
    for (const std::string& leg : legs) {
        for (const SweepPoint& point : points_to_run(file, overrides)) {
            const auto scenario =
                std::make_shared<const Scenario>(file.resolve(leg, point, overrides));
            std::uint64_t seed = scenario->first_seed;
            std::int64_t count = scenario->seed_count;
            if (!options.seed.empty()) {
                seed = parse_seed(options.seed, "--seed");
                count = 1;
            }
            constexpr std::size_t most = 100'000;
            if (requests.size() + static_cast<std::size_t>(count) > most) {
                throw BadInput(file.file_name(), {{"/seeds", "more than 100000 runs",
                                                   "at most 100000, or gregor sweep", ""}});
            }
            for (std::int64_t i = 0; i < count; ++i) {
                RunRequest& request = requests.emplace_back();
                request.scenario = scenario;
                request.text = file.text();
                request.identity.file = file.file_name();
                request.identity.scenario = scenario->id;
                request.identity.leg = leg;
                request.identity.point = point;
                request.identity.overrides = overrides;
                request.identity.seed = seed + static_cast<std::uint64_t>(i);
                request.identity.resources =
                    options.resources.empty() ? scenario->resources : options.resources;
            }
        }
    }
    if (requests.size() > 1 && requests.front().scenario->calls != nullptr) {
        throw BadInput(file.file_name(), {{"/calls", fmt::format("{} runs", requests.size()),
                                           "one: the calls are of one seed and leg", ""}});
    }
    std::map<std::string, std::size_t> numbers;
    for (RunRequest& request : requests) {
        const std::string& leg = request.identity.leg;
        request.recording =
            recording_name(options.output, leg, ++numbers[leg], requests.size() == 1);
    }
    return requests;
}

/// One line for a run of which there are many.
std::string brief(const RunRequest& request, const RunOutcome& outcome)
{
    const bool good = outcome.code == exit_code::as_expected;
    std::string line = fmt::format(
        "{}  leg {}, seed {}",
        good ? coloured("as expected    ", "green") : coloured("NOT AS EXPECTED", "red"),
        request.identity.leg, request.identity.seed);
    for (const auto& [name, value] : request.identity.point) {
        line += fmt::format(", {} = {}", name, value.dump());
    }
    if (outcome.leg.is_object()) line += ", hash " + outcome.leg.value("hash", "");
    return line + "\n    " + request.identity.command();
}

class RunCommand {
public:
    explicit RunCommand(RunOptions options)
        : options_(std::move(options)), file_(read_scenario(options_.scenario))
    {
    }

    int execute()
    {
        requests_ = requests_of(options_, file_);
        outcomes_.resize(requests_.size());
        for (const RunRequest& request : requests_) check_writable(request.recording);
        check_writable(options_.json);
        if (requests_.size() > 1 && options_.output == "-") {
            throw BadInput("gregor", {{"-o", "- with several runs", "a file name, or --leg", ""}});
        }
        std::set<std::string> printed;
        for (const RunRequest& request : requests_) {
            print_warnings(file_.file_name(), *request.scenario, printed);
        }
        const bool silent = options_.json == "-" || options_.output == "-";
        for (RunRequest& request : requests_) {
            request.report = !silent && requests_.size() <= most_reports;
        }
        if (requests_.size() == 1) {
            run_here(silent);
        } else {
            run_in_children(silent);
        }
        int code = exit_code::as_expected;
        for (const auto& outcome : outcomes_) {
            code = exit_code::worse(code, outcome ? outcome->code : exit_code::interrupted);
        }
        code = exit_code::worse(code, judge_sweeps(silent));
        if (!options_.json.empty() && code != exit_code::defect) write();
        return code;
    }

private:
    static constexpr std::size_t most_reports = 6;

    void run_here(bool silent)
    {
        ProgressBar bar(requests_[0].scenario->id);
        requests_[0].progress = [&](Time now, Time end) {
            bar.show(static_cast<double>(now.nanoseconds) / static_cast<double>(end.nanoseconds),
                     fmt::format("{} s simulated", now.nanoseconds / 1'000'000'000));
        };
        outcomes_[0] = run_once(requests_[0]);
        bar.clear();
        if (!outcomes_[0]->recording.empty()) write_whole_file("-", outcomes_[0]->recording);
        show(0, silent);
    }

    void run_in_children(bool silent)
    {
        ProgressBar bar(requests_[0].scenario->id);
        std::size_t ended = 0;
        std::size_t shown = 0;
        const JobPool pool{.jobs_per_process = 1};
        pool.run(
            requests_.size(), [&](std::size_t i) { return run_once(requests_[i]).pack(); },
            [&](std::size_t i, const std::string& result, const std::string& failure) {
                outcomes_[i] = failure.empty() ? RunOutcome::unpack(result) : failed(i, failure);
                ++ended;
                bar.show(static_cast<double>(ended) / static_cast<double>(requests_.size()),
                         fmt::format("{} of {} runs", ended, requests_.size()));
                for (; shown < outcomes_.size() && outcomes_[shown]; ++shown) {
                    bar.clear();
                    show(shown, silent);
                }
            });
        bar.clear();
        for (; shown < outcomes_.size(); ++shown) {
            if (outcomes_[shown]) show(shown, silent);
        }
    }

    /// What legs expect of all their runs together.
    int judge_sweeps(bool silent)
    {
        int code = exit_code::as_expected;
        std::map<std::string, std::vector<std::vector<SweepValue>>> values;
        std::map<std::string, std::shared_ptr<const Scenario>> scenarios;
        for (std::size_t i = 0; i < requests_.size(); ++i) {
            if (!outcomes_[i] || !outcomes_[i]->leg.contains("sweep_values")) continue;
            values[requests_[i].identity.leg].push_back(sweep_values_of(outcomes_[i]->leg));
            scenarios[requests_[i].identity.leg] = requests_[i].scenario;
        }
        for (const auto& [leg, runs] : values) {
            if (runs.size() < 2) continue;
            const auto unmet = judge_sweep(scenarios[leg]->expect, runs);
            over_sweep_.push_back({{"leg", leg}, {"runs", runs.size()}, {"unmet", unmet}});
            for (const std::string& each : unmet) {
                code = exit_code::not_as_expected;
                if (!silent) fmt::print("Over the sweep, leg {}: {}\n", leg, each);
            }
            if (unmet.empty() && !silent) {
                fmt::print("Over the sweep, leg {}: as expected in {} runs\n", leg, runs.size());
            }
        }
        return code;
    }

    RunOutcome failed(std::size_t i, const std::string& reason) const
    {
        RunOutcome outcome;
        outcome.code = exit_code::defect;
        outcome.error =
            fmt::format("gregor: {}\n  again with: {}", reason, requests_[i].identity.command());
        return outcome;
    }

    void show(std::size_t i, bool silent)
    {
        const RunOutcome& outcome = *outcomes_[i];
        if (!outcome.error.empty()) print_error(outcome.error);
        if (silent || outcome.leg.is_null()) return;
        if (requests_[i].report) {
            fmt::print("{}{}", i == 0 ? "" : "\n", outcome.report);
        } else {
            fmt::print("{}\n", brief(requests_[i], outcome));
        }
        if (!requests_[i].recording.empty() && requests_[i].recording != "-") {
            fmt::print("  Recording: {}\n", requests_[i].recording);
        }
        std::fflush(stdout);
    }

    void write() const
    {
        Json legs = Json::array();
        for (const auto& outcome : outcomes_) {
            if (outcome && outcome->leg.is_object()) legs.push_back(outcome->leg);
        }
        const Json hash = legs.empty() ? Json() : legs.back().value("hash", Json());
        write_json(options_.json, {{"gregor", 1},
                                   {"scenario", requests_[0].identity.scenario},
                                   {"seed", requests_[0].identity.seed},
                                   {"resources", requests_[0].identity.resources},
                                   {"hash", hash},
                                   {"legs", legs},
                                   {"over_sweep", over_sweep_}});
    }

    RunOptions options_;
    ScenarioFile file_;
    std::vector<RunRequest> requests_;
    std::vector<std::optional<RunOutcome>> outcomes_;
    Json over_sweep_ = Json::array();
};

}  // namespace

void add_run(CLI::App& app, Command& command)
{
    CLI::App* run = app.add_subcommand("run", "Run a scenario and explain what happened");
    auto options = std::make_shared<RunOptions>();
    run->add_option("scenario", options->scenario, "scenario file, - for standard input")
        ->required();
    run->add_option("-o,--output", options->output,
                    "write a recording; several runs: FILE.<leg>.<n>.gregor");
    run->add_option("--seed", options->seed, "seed of all randomness");
    run->add_option("--resources", options->resources,
                    "how transfers take time: simgrid (fair sharing) or fixed (closed forms)");
    run->add_option("--leg", options->leg, "only this leg");
    run->add_option("--set", options->set, "PATH=VALUE, like clients.P.config.acks=1")
        ->allow_extra_args(false);
    run->add_option("--json", options->json, "write results as data, - for standard output");
    run->callback(
        [options, &command] { command = [options] { return RunCommand(*options).execute(); }; });
}

}  // namespace gregor::lab
