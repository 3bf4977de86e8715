#include "model/lab/cli/commands.h"
#include "model/lab/cli/console.h"
#include "model/lab/cli/job_pool.h"
#include "model/lab/cli/one_run.h"
#include "model/lab/cli/sweep_options.h"
#include "model/lab/scenario_edit.h"
#include "model/lab/shrink.h"
#include "model/lab/swarm.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// What a run of a drawn scenario came to. `violated`: names of what was, each with what happened.
struct Outcome {
    int code = exit_code::as_expected;
    std::string hash;
    std::int64_t events = 0;
    std::map<std::string, std::string> violated;
    std::string error;
    std::vector<std::string> vacuous;  ///< ids of assertions; stays in its process
};

/// Assertions go by the name of their invariant, so that those of different clients count together.
Outcome outcome_of(const RunOutcome& run, const Scenario& scenario)
{
    Outcome outcome;
    outcome.error = run.error;
    if (run.code == exit_code::defect || run.code == exit_code::interrupted)
        outcome.code = run.code;
    if (run.code == exit_code::interrupted || !run.leg.is_object()) return outcome;
    outcome.hash = run.leg.value("hash", "");
    outcome.events = run.leg.value("events", std::int64_t{0});
    for (const Json& each : run.leg["asserts"]) {
        if (each["vacuous"] == true) outcome.vacuous.push_back(each["id"].get<std::string>());
        if (each["holds"] == true || each["vacuous"] == true) continue;
        const auto assertion =
            std::ranges::find(scenario.asserts, each["id"].get<std::string>(), &Assertion::id);
        const std::string& name =
            assertion->invariant.empty() ? "no leader in the end" : assertion->invariant;
        outcome.violated.emplace(name, each.value("what", ""));
    }
    for (const Json& each : run.leg["invariants"]["violated"]) {
        outcome.violated.emplace(each["name"].get<std::string>(), each.value("what", ""));
    }
    if (!outcome.violated.empty()) outcome.code = exit_code::not_as_expected;
    return outcome;
}

std::string pack(const Outcome& outcome)
{
    const std::vector<std::uint8_t> bytes = Json::to_cbor({{"code", outcome.code},
                                                           {"hash", outcome.hash},
                                                           {"events", outcome.events},
                                                           {"violated", outcome.violated},
                                                           {"error", outcome.error}});
    return {bytes.begin(), bytes.end()};
}

Outcome unpack(const std::string& bytes)
{
    const Json json = Json::from_cbor(bytes);
    return {json.at("code").get<int>(),
            json.at("hash").get<std::string>(),
            json.at("events").get<std::int64_t>(),
            json.at("violated").get<std::map<std::string, std::string>>(),
            json.at("error").get<std::string>(),
            {}};
}

/// What a reader wants to see first: lost records, then whatever else.
std::string gravest(const Outcome& outcome)
{
    for (const char* name : {"DUR", "NOSKIP", "MATCH", "NODUP", "ORDER"}) {
        if (outcome.violated.contains(name)) return name;
    }
    return outcome.violated.empty() ? "" : outcome.violated.begin()->first;
}

class FaultSweep {
public:
    explicit FaultSweep(const SweepOptions& options)
        : options_(options),
          seeds_(options.seeds.empty() ? SeedRange{} : parse_seeds(options.seeds)),
          set_(parse_overrides(options.set))
    {
        check_choice(options_.resources, {"fixed", "simgrid"}, "--resources");
        if (!options_.over.empty()) {
            throw BadInput("gregor", {{"--over", "beside --faults",
                                       "one of the two: what is drawn differs anyway", ""}});
        }
        if (!options_.scenario.empty()) take_levels(read_scenario(options_.scenario));
        if (options_.scenario.empty() && !options_.leg.empty()) {
            throw BadInput("gregor", {{"--leg", "without a scenario", "a scenario with legs", ""}});
        }
        resolve(document(seeds_.first));  // a bad --set is told before anything runs
        check_writable(options_.json);
        check_writable(file_of(document(seeds_.first)));
    }

    int execute()
    {
        results_.resize(seeds_.last - seeds_.first + 1);
        run();
        for (std::size_t i = 0; i < results_.size(); ++i) note(i);
        if (options_.json != "-") print();
        if (!options_.json.empty()) write();
        return code_;
    }

private:
    /// Of a scenario that is given, its version of Kafka and its protocol levels hold here too.
    void take_levels(const ScenarioFile& file)
    {
        const std::vector<std::string> names = file.leg_names();
        const std::string leg = options_.leg.empty() ? names.front() : options_.leg;
        file.resolve(leg);  // says what is wrong with it, or that there is no such leg
        const Json& given = file.document();
        for (const char* key : {"kafka", "levels"}) {
            if (given.contains(key)) base_[key] = given[key];
        }
        for (const Json& each : given["legs"]) {
            if (each["name"] != leg || !each.contains("set")) continue;
            for (const auto& [path, value] : each["set"].items()) {
                if (path.starts_with("levels.") || path == "kafka") {
                    set_.insert(set_.begin(), {path, value});
                }
            }
        }
    }

    Json document(std::uint64_t seed) const
    {
        Json drawn = draw_scenario(seed);
        drawn.update(base_);
        Diagnostics diagnostics;
        for (const auto& [path, value] : set_) edit(drawn, path, value, "--set", diagnostics);
        if (!diagnostics.empty()) throw BadInput("gregor", diagnostics.all());
        return drawn;
    }

    static std::string name_of(const Json& document)
    {
        return document["id"].get<std::string>() + ".json";
    }

    std::string file_of(const Json& document) const
    {
        return (options_.folder.empty() ? "" : options_.folder + "/") + name_of(document);
    }

    static std::shared_ptr<const Scenario> resolve(const Json& document)
    {
        return std::make_shared<const Scenario>(
            ScenarioFile::parse(document.dump(), name_of(document)).resolve("swarm"));
    }

    Outcome run_document(const Json& document, std::uint64_t seed) const
    {
        RunRequest request;
        request.scenario = resolve(document);
        request.identity = {.file = name_of(document),
                            .scenario = request.scenario->id,
                            .leg = "swarm",
                            .point = {},
                            .overrides = {},
                            .seed = seed,
                            .resources = options_.resources};
        request.report = false;
        return outcome_of(run_once(request), *request.scenario);
    }

    std::string run_one(std::uint64_t seed) const
    {
        Outcome outcome;
        try {
            outcome = run_document(document(seed), seed);
        } catch (const std::exception& error) {
            outcome.code = exit_code::defect;
            outcome.error = error.what();
        }
        return pack(outcome);
    }

    void run()
    {
        ProgressBar bar("sweep --faults");
        JobPool pool{.workers = options_.jobs};
        if (options_.resources == "simgrid") pool.jobs_per_process = 1;
        pool.run(
            results_.size(), [&](std::size_t i) { return run_one(seeds_.first + i); },
            [&](std::size_t i, const std::string& result, const std::string& failure) {
                results_[i] = failure.empty()
                                  ? unpack(result)
                                  : Outcome{exit_code::defect, "", 0, {}, "gregor: " + failure, {}};
                found_ += results_[i]->violated.empty() ? 0 : 1;
                ++ended_;
                bar.show(
                    static_cast<double>(ended_) / static_cast<double>(results_.size()),
                    fmt::format("{} of {} runs, {:.0f} a minute, {} with a violation", ended_,
                                results_.size(),
                                static_cast<double>(ended_) * 60 / stopwatch_.seconds(), found_));
            });
        bar.clear();
        seconds_ = stopwatch_.seconds();
    }

    /// Counts a run; of those that are not as they should be, the first become files.
    void note(std::size_t i)
    {
        if (!results_[i]) {
            code_ = exit_code::worse(code_, exit_code::interrupted);
            return;
        }
        const Outcome& outcome = *results_[i];
        code_ = exit_code::worse(code_, outcome.code);
        events_ += outcome.events;
        for (const auto& [name, what] : outcome.violated) {
            Tally& tally =
                tallies_.try_emplace(name, Tally{0, seeds_.first + i, what}).first->second;
            ++tally.runs;
        }
        const bool wrong =
            outcome.code == exit_code::not_as_expected || outcome.code == exit_code::defect;
        if (wrong) keep(i);
    }

    void keep(std::size_t i)
    {
        const std::uint64_t seed = seeds_.first + i;
        if (files_.size() >= options_.keep) {
            ++not_kept_;
            return;
        }
        Json scenario = document(seed);
        const std::string shown = gravest(*results_[i]);
        if (!shown.empty() && options_.resources == "fixed") {
            const auto steps = scenario["script"].size();
            scenario = shrink(std::move(scenario), [&](const Json& less) {
                try {
                    return run_document(less, seed).violated.contains(shown);
                } catch (const BadInput&) {
                    return false;  // something in it was needed by name
                }
            });
            expect_what_can_be_judged(scenario, run_document(scenario, seed).vacuous);
            scenario["doc"] = fmt::format("{} Broken: {}. {} of {} steps are left.",
                                          scenario["doc"].get<std::string>(), shown,
                                          scenario["script"].size(), steps);
        }
        scenario["resources"] = options_.resources;
        const std::string file = file_of(scenario);
        write_whole_file(file, scenario.dump(2) + "\n");
        files_[i] = file;
    }

    /// Of what is left, some promises speak of nothing any more.
    static void expect_what_can_be_judged(Json& scenario, const std::vector<std::string>& vacuous)
    {
        Json holds = Json::array();
        for (const Json& id : scenario["legs"][0]["expect"]["holds"]) {
            if (std::ranges::find(vacuous, id.get<std::string>()) == vacuous.end()) {
                holds.push_back(id);
            }
        }
        scenario["legs"][0]["expect"]["holds"] = std::move(holds);
    }

    std::string command(std::size_t i) const
    {
        const auto file = files_.find(i);
        if (file != files_.end()) return "gregor run " + shell_word(file->second);
        std::string line = fmt::format("gregor sweep --faults --seeds {}", seeds_.first + i);
        for (const auto& [path, value] : set_) {
            line += " --set " + shell_word(fmt::format("{}={}", path, value.dump()));
        }
        return line;
    }

    void print() const
    {
        const auto count = [&](int code) {
            return std::ranges::count_if(
                results_, [&](const auto& each) { return each && each->code == code; });
        };
        fmt::print("{} of {} runs without a violation, {} with one, {} defects\n",
                   count(exit_code::as_expected), results_.size(),
                   count(exit_code::not_as_expected), count(exit_code::defect));
        if (!tallies_.empty()) {
            fmt::print("{:<26} {:>8} {:>12}  {}\n", "violated", "in runs", "first seed",
                       "what happened there");
        }
        for (const auto& [name, tally] : tallies_) {
            fmt::print("{:<26} {:>8} {:>12}  {}\n", name, tally.runs, tally.seed, tally.what);
        }
        fmt::print("{} events in {:.1f} s: {:.0f} runs a minute\n", events_, seconds_,
                   static_cast<double>(ended_) * 60 / seconds_);
        for (std::size_t i = 0; i < results_.size(); ++i) {
            if (!files_.contains(i)) continue;
            const Outcome& outcome = *results_[i];
            std::string names;
            for (const auto& [name, what] : outcome.violated) {
                names += (names.empty() ? "" : ", ") + name;
            }
            fmt::print("{}: {}: {}\n",
                       coloured(names.empty() ? "defect" : "not as expected", "red"),
                       names.empty() ? outcome.error : names, command(i));
        }
        if (not_kept_ > 0) {
            fmt::print("{} more have no file (--keep says how many get one)\n", not_kept_);
        }
    }

    void write() const
    {
        Json runs = Json::array();
        Json set = Json::object();
        for (const auto& [path, value] : set_) set[path] = value;
        for (std::size_t i = 0; i < results_.size(); ++i) {
            if (!results_[i]) continue;
            const Outcome& outcome = *results_[i];
            Json violated = Json::array();
            for (const auto& [name, what] : outcome.violated) violated.push_back(name);
            runs.push_back({{"seed", seeds_.first + i},
                            {"set", set},
                            {"leg", "swarm"},
                            {"hash", outcome.hash},
                            {"as_expected", outcome.code == exit_code::as_expected},
                            {"violated", std::move(violated)},
                            {"measures", Json::object()},
                            {"command", command(i)}});
            const auto file = files_.find(i);
            if (file != files_.end()) runs.back()["file"] = file->second;
            if (!outcome.error.empty()) runs.back()["error"] = outcome.error;
        }
        write_json(options_.json, {{"gregor", 1},
                                   {"scenario", "swarm"},
                                   {"resources", options_.resources},
                                   {"runs", std::move(runs)}});
    }

    struct Tally {
        std::size_t runs;
        std::uint64_t seed;
        std::string what;
    };

    const SweepOptions& options_;
    SeedRange seeds_;
    std::vector<Override> set_;
    Json base_ = Json::object();
    std::vector<std::optional<Outcome>> results_;
    std::map<std::string, Tally> tallies_;
    std::map<std::size_t, std::string> files_;
    std::size_t ended_ = 0, found_ = 0, not_kept_ = 0;
    std::int64_t events_ = 0;
    Stopwatch stopwatch_;
    double seconds_ = 0;
    int code_ = exit_code::as_expected;
};

}  // namespace

int sweep_faults(const SweepOptions& options)
{
    return FaultSweep(options).execute();
}

}  // namespace gregor::lab
