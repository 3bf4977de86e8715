#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/cli/job_pool.h"
#include "model/lab/cli/one_run.h"
#include "model/lab/cli/sweep_options.h"
#include "model/lab/shape.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>

namespace gregor::lab {

SeedRange parse_seeds(const std::string& text)
{
    const std::size_t dots = text.find("..");
    if (dots == std::string::npos) {
        const std::uint64_t seed = parse_seed(text, "--seeds");
        return {seed, seed};
    }
    const SeedRange range{parse_seed(text.substr(0, dots), "--seeds"),
                          parse_seed(text.substr(dots + 2), "--seeds")};
    constexpr std::uint64_t most = 100'000'000;
    if (range.last < range.first || range.last - range.first >= most) {
        throw BadInput("gregor", {{"--seeds", excerpt(nlohmann::json(text)),
                                   "FIRST..LAST with up to 100000000 seeds", ""}});
    }
    return range;
}

namespace {

using Json = nlohmann::json;

/// "NAME=V1,V2": a value of a parameter (or of any path, as --set takes it) for each run.
std::vector<Override> parse_over(const std::string& text)
{
    const auto [name, values] = [&] {
        const std::size_t equals = text.find('=');
        if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
            throw BadInput("gregor", {{"--over", excerpt(Json(text)), "NAME=V1,V2,...", ""}});
        }
        return std::pair{text.substr(0, equals), text.substr(equals + 1)};
    }();
    const bool is_path = name.find('.') != std::string::npos;
    std::vector<Override> overrides;
    std::size_t begin = 0;
    while (begin <= values.size()) {
        const std::size_t comma = std::min(values.find(',', begin), values.size());
        overrides.push_back(parse_override((is_path ? name : "params." + name) + "=" +
                                           values.substr(begin, comma - begin)));
        begin = comma + 1;
    }
    return overrides;
}

/// One run of the sweep: which leg and values, and which seed.
struct SweepRun {
    std::size_t variant{};
    std::uint64_t seed{};
};
struct Variant {
    RunIdentity identity;
    std::shared_ptr<const Scenario> scenario;
    Json set;
};

class Sweep {
public:
    explicit Sweep(const SweepOptions& options)
        : options_(options), file_(read_scenario(options.scenario))
    {
    }

    int execute()
    {
        check_choice(options_.resources, {"fixed", "simgrid"}, "--resources");
        make_variants();
        seeds_ = options_.seeds.empty() ? SeedRange{} : parse_seeds(options_.seeds);
        for (std::size_t i = 0; i < variants_.size(); ++i) {
            for (std::uint64_t seed = seeds_.first; seed <= seeds_.last; ++seed) {
                runs_.push_back({i, seed});
            }
        }
        check_writable(options_.json);
        std::set<std::string> printed;
        for (const Variant& each : variants_) {
            print_warnings(file_.file_name(), *each.scenario, printed);
        }
        results_.resize(runs_.size());
        run();
        if (options_.json != "-") print_table();
        if (!options_.json.empty()) write();
        return code_;
    }

private:
    void make_variants()
    {
        std::vector<std::string> legs = file_.leg_names();
        if (!options_.leg.empty()) legs = {options_.leg};
        const std::vector<Override> fixed = parse_overrides(options_.set);
        std::vector<std::vector<Override>> choices{fixed};
        for (const std::string& over : options_.over) {
            std::vector<std::vector<Override>> product;
            for (const auto& before : choices) {
                for (const Override& value : parse_over(over)) {
                    product.push_back(before);
                    product.back().push_back(value);
                }
            }
            choices = std::move(product);
        }
        for (const std::string& leg : legs) {
            for (const auto& overrides : choices) {
                for (const SweepPoint& point : points(overrides)) add(leg, point, overrides);
            }
        }
    }

    /// The file's own sweep, unless its parameters are given here.
    std::vector<SweepPoint> points(const std::vector<Override>& overrides) const
    {
        std::vector<SweepPoint> all;
        for (SweepPoint point : file_.sweep_points()) {
            for (const auto& [path, value] : overrides) {
                if (path.starts_with("params.")) point.erase(path.substr(7));
            }
            if (std::ranges::find(all, point) == all.end()) all.push_back(std::move(point));
        }
        return all;
    }

    void add(const std::string& leg, const SweepPoint& point,
             const std::vector<Override>& overrides)
    {
        Variant& variant = variants_.emplace_back();
        variant.scenario = std::make_shared<const Scenario>(file_.resolve(leg, point, overrides));
        variant.identity = {.file = file_.file_name(),
                            .scenario = variant.scenario->id,
                            .leg = leg,
                            .point = point,
                            .overrides = overrides,
                            .resources = options_.resources};
        for (const Client& client : variant.scenario->clients) {
            if (client.application.empty()) continue;
            throw BadInput(file_.file_name(),
                           {{"/clients", "an application outside the simulation: " + client.name,
                             "gregor.sweep(..., applications={...}) in Python", ""}});
        }
        variant.set = Json::object();
        for (const auto& [name, value] : point) variant.set["params." + name] = value;
        for (const auto& [path, value] : overrides) variant.set[path] = value;
    }

    RunIdentity identity_of(std::size_t i) const
    {
        RunIdentity identity = variants_[runs_[i].variant].identity;
        identity.seed = runs_[i].seed;
        return identity;
    }

    std::string run_one(std::size_t i) const
    {
        RunRequest request;
        request.identity = identity_of(i);
        request.scenario = variants_[runs_[i].variant].scenario;
        request.report = false;
        try {
            return run_once(request).pack();
        } catch (const std::exception& error) {
            RunOutcome outcome;
            outcome.code = exit_code::defect;
            outcome.error = fmt::format("gregor: {}\n  again with: {}", error.what(),
                                        request.identity.command());
            return outcome.pack();
        }
    }

    void run()
    {
        ProgressBar bar("sweep " + variants_.front().scenario->id);
        std::size_t ended = 0;
        JobPool pool{.workers = options_.jobs};
        if (options_.resources == "simgrid") pool.jobs_per_process = 1;
        pool.run(
            runs_.size(), [&](std::size_t i) { return run_one(i); },
            [&](std::size_t i, const std::string& result, const std::string& failure) {
                RunOutcome outcome;
                if (failure.empty()) {
                    outcome = RunOutcome::unpack(result);
                } else {
                    outcome.code = exit_code::defect;
                    outcome.error = "gregor: " + failure;
                }
                results_[i] = std::move(outcome);
                ++ended;
                bar.show(static_cast<double>(ended) / static_cast<double>(runs_.size()),
                         fmt::format("{} of {} runs, {:.0f} a minute", ended, runs_.size(),
                                     static_cast<double>(ended) * 60 / stopwatch_.seconds()));
            });
        bar.clear();
        seconds_ = stopwatch_.seconds();
    }

    struct Row {
        std::size_t runs = 0, expected = 0, unexpected = 0, defects = 0, not_run = 0;
        std::map<std::string, std::size_t> violated;
    };

    static std::vector<std::string> violated_by(const RunOutcome& outcome)
    {
        std::vector<std::string> names;
        if (!outcome.leg.is_object()) return names;
        for (const Json& each : outcome.leg.value("asserts", Json::array())) {
            if (each.contains("holds") && each["holds"] == false) {
                names.push_back(each.value("id", "?"));
            }
        }
        const Json invariants = outcome.leg.value("invariants", Json::object());
        for (const Json& each : invariants.value("violated", Json::array())) {
            names.push_back(each.value("name", "?"));
        }
        std::ranges::sort(names);
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return names;
    }

    void print_table()
    {
        std::vector<Row> rows(variants_.size());
        std::vector<std::size_t> failing;
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            Row& row = rows[runs_[i].variant];
            ++row.runs;
            if (!results_[i]) {
                ++row.not_run;
                code_ = exit_code::worse(code_, exit_code::interrupted);
                continue;
            }
            const RunOutcome& outcome = *results_[i];
            code_ = exit_code::worse(code_, outcome.code);
            if (outcome.code == exit_code::as_expected) ++row.expected;
            if (outcome.code == exit_code::not_as_expected) ++row.unexpected;
            if (outcome.code == exit_code::defect) ++row.defects;
            if (outcome.code == exit_code::interrupted) {
                ++row.not_run;
                continue;
            }
            for (const std::string& name : violated_by(outcome)) ++row.violated[name];
            if (outcome.code != exit_code::as_expected) failing.push_back(i);
        }
        fmt::print("{:<28} {:>8} {:>12} {:>10} {:>8}  {}\n", "leg", "runs", "as expected", "not",
                   "defects", "violated (in how many runs)");
        for (std::size_t i = 0; i < rows.size(); ++i) print_row(variants_[i], rows[i]);
        fmt::print("{} runs in {:.1f} s: {:.0f} a minute\n", runs_.size(), seconds_,
                   static_cast<double>(runs_.size()) * 60 / seconds_);
        for (const std::size_t i : failing) {
            fmt::print("{}: {}\n", coloured("not as expected", "red"), identity_of(i).command());
            if (!results_[i]->error.empty()) print_error(results_[i]->error);
        }
    }

    static void print_row(const Variant& variant, const Row& row)
    {
        std::string name = variant.identity.leg;
        for (const auto& [path, value] : variant.set.items()) {
            name += fmt::format(" {}={}", path, value.dump());
        }
        std::string violated;
        for (const auto& [id, count] : row.violated) {
            violated += fmt::format("{}{} ({})", violated.empty() ? "" : ", ", id, count);
        }
        fmt::print("{:<28} {:>8} {:>12} {:>10} {:>8}  {}{}\n", name, row.runs, row.expected,
                   row.unexpected, row.defects, violated.empty() ? "-" : violated,
                   row.not_run == 0 ? "" : fmt::format("; {} not run", row.not_run));
    }

    void write()
    {
        Json runs = Json::array();
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            if (!results_[i]) {
                code_ = exit_code::worse(code_, exit_code::interrupted);
                continue;
            }
            const RunOutcome& outcome = *results_[i];
            code_ = exit_code::worse(code_, outcome.code);
            const Json leg = outcome.leg.is_object() ? outcome.leg : Json::object();
            runs.push_back({{"seed", runs_[i].seed},
                            {"set", variants_[runs_[i].variant].set},
                            {"leg", variants_[runs_[i].variant].identity.leg},
                            {"hash", leg.value("hash", Json())},
                            {"as_expected", outcome.code == exit_code::as_expected},
                            {"violated", violated_by(outcome)},
                            {"measures", leg.value("measures", Json::object())},
                            {"command", identity_of(i).command()}});
            if (!outcome.error.empty()) runs.back()["error"] = outcome.error;
        }
        write_json(options_.json, {{"gregor", 1},
                                   {"scenario", variants_.front().identity.scenario},
                                   {"resources", options_.resources},
                                   {"runs", runs}});
    }

    const SweepOptions& options_;
    ScenarioFile file_;
    SeedRange seeds_;
    std::vector<Variant> variants_;
    std::vector<SweepRun> runs_;
    std::vector<std::optional<RunOutcome>> results_;
    Stopwatch stopwatch_;
    double seconds_ = 0;
    int code_ = exit_code::as_expected;
};

}  // namespace

void add_sweep(CLI::App& app, Command& command)
{
    CLI::App* sweep = app.add_subcommand("sweep", "Many runs of one scenario, on every core");
    auto options = std::make_shared<SweepOptions>();
    sweep->add_option("scenario", options->scenario,
                      "scenario file; with --faults only its levels count, and it may be left out");
    sweep->add_option("--seeds", options->seeds, "FIRST..LAST");
    sweep->add_option("--over", options->over, "NAME=V1,V2: a run for each value")
        ->allow_extra_args(false);
    sweep->add_option("--leg", options->leg, "only this leg");
    sweep->add_option("--set", options->set, "PATH=VALUE")->allow_extra_args(false);
    sweep->add_option("--resources", options->resources, "fixed or simgrid")->capture_default_str();
    sweep->add_option("--jobs", options->jobs, "processes at once (default: one for each core)");
    sweep->add_option("--json", options->json, "write results as data, - for standard output");
    sweep->add_flag("--faults", options->faults,
                    "draw cluster, topics, clients and faults from each seed");
    sweep->add_option("--out", options->folder,
                      "with --faults: folder for scenarios that show a violation (default: here)");
    sweep->add_option("--keep", options->keep, "with --faults: so many of them become files")
        ->capture_default_str();
    sweep->callback([options, &command] {
        command = [options] {
            if (options->faults) return sweep_faults(*options);
            if (options->scenario.empty()) {
                throw BadInput("gregor", {{"sweep", "no scenario", "a scenario, or --faults", ""}});
            }
            if (options->seeds.empty() && options->over.empty()) {
                throw BadInput("gregor", {{"sweep", "neither --seeds nor --over",
                                           "--seeds FIRST..LAST or --over NAME=V1,V2", ""}});
            }
            return Sweep(*options).execute();
        };
    });
}

}  // namespace gregor::lab
