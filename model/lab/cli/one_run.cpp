#include "model/lab/cli/one_run.h"

#include "engine/check.h"
#include "engine/recorded_resources.h"
#include "engine/simgrid_resources.h"
#include "model/lab/cli/console.h"
#include "model/lab/opened_recording.h"
#include "model/lab/own_resources.h"
#include "model/lab/report.h"
#include "model/lab/story.h"
#include "model/lab/verdict.h"
#include "model/lab/whole_file.h"

#include <fmt/format.h>

#include <optional>

namespace gregor::lab {

namespace {

/// Stops the run when somebody pressed Ctrl-C, and says now and then how far it is.
class Watcher final : public RunListener {
public:
    Watcher(Simulation& simulation, const RunRequest& request)
        : simulation_(simulation), request_(request)
    {
    }
    void on_step(const StepOf& step, std::span<const Event>, std::uint64_t) override
    {
        if (interrupted()) simulation_.stop();
        constexpr std::uint64_t steps_between = 4096;
        if (++steps_ % steps_between == 0 && request_.progress) {
            request_.progress(step.at, simulation_.end());
        }
    }

private:
    Simulation& simulation_;
    const RunRequest& request_;
    std::uint64_t steps_ = 0;
};

/// One run with everything that listens to it.
class Run {
public:
    explicit Run(const RunRequest& request) : request_(request)
    {
        const Topology topology = build_topology(*request.scenario);
        auto resources = make_resources(request.identity.resources, topology.links());
        if (!request.recording.empty()) {
            resources =
                std::make_unique<RecordingResources>(std::move(resources), topology.links());
        }
        simulation_.emplace(request.scenario, request.identity.seed, std::move(resources));
        watcher_.emplace(*simulation_, request);
        simulation_->add(*watcher_);
        if (request.report) {
            story_.emplace(*simulation_);
            simulation_->add(*story_);
        }
        if (!request.recording.empty()) simulation_->add(writer_);
    }

    RunOutcome execute()
    {
        RunOutcome outcome;
        const bool whole = simulation_->run();
        if (whole) simulation_->finish();
        if (!request_.recording.empty()) {
            std::string bytes = writer_.encode(request_.identity, request_.text, *simulation_);
            if (request_.recording == "-") {
                outcome.recording = std::move(bytes);
            } else {
                write_whole_file(request_.recording, bytes);
            }
        }
        outcome.code = exit_code::interrupted;
        judge(whole, outcome);
        if (story_) {
            outcome.report = report_text(*simulation_, *story_, request_.identity, outcome.leg);
        }
        if (!whole) {
            outcome.error = fmt::format("gregor: interrupted at {:.3f} s, after event {}",
                                        static_cast<double>(simulation_->now().nanoseconds) / 1e9,
                                        simulation_->event_number());
        }
        return outcome;
    }

    /// Where the run stood when a check failed.
    std::string where() const
    {
        return fmt::format("seed {}, time {:.9f} s, event {}", request_.identity.seed,
                           static_cast<double>(simulation_->now().nanoseconds) / 1e9,
                           simulation_->event_number());
    }

private:
    void judge(bool whole, RunOutcome& outcome)
    {
        LegResult result = judge_leg(*simulation_);
        result.wall_seconds = stopwatch_.seconds();
        result.interrupted = !whole;
        outcome.leg = to_json(result);
        outcome.leg["seed"] = request_.identity.seed;
        if (!request_.identity.point.empty()) outcome.leg["set"] = request_.identity.point;
        if (!whole) {
            outcome.leg["as_expected"] = false;
            outcome.leg["interrupted"] = true;
            return;
        }
        outcome.code = result.as_expected ? exit_code::as_expected : exit_code::not_as_expected;
    }

    const RunRequest& request_;
    Stopwatch stopwatch_;
    std::optional<Simulation> simulation_;
    std::optional<Watcher> watcher_;
    std::optional<StoryTeller> story_;
    RecordingWriter writer_;
};

}  // namespace

RunOutcome run_once(const RunRequest& request)
{
    std::optional<Run> run;
    try {
        run.emplace(request);
        return run->execute();
    } catch (const CheckFailed& failed) {
        RunOutcome outcome;
        outcome.code = exit_code::defect;
        outcome.error = fmt::format(
            "gregor: a defect of Gregor itself: {}\n  at {}\n  again with: {}", failed.what(),
            run ? run->where() : "the beginning", request.identity.command());
        return outcome;
    }
}

std::unique_ptr<Resources> make_resources(const std::string& name, std::span<const LinkSpec> links)
{
    if (name == "fixed") return fixed_resources(links);
    if (name == "simgrid") return make_simgrid_resources(links);
    throw BadInput("--resources", {{"/resources", name, "simgrid or fixed", ""}});
}

std::string RunOutcome::pack() const
{
    const nlohmann::json json{{"code", code},
                              {"leg", leg},
                              {"report", report},
                              {"recording", nlohmann::json::binary(std::vector<std::uint8_t>(
                                                recording.begin(), recording.end()))},
                              {"error", error}};
    const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(json);
    return {bytes.begin(), bytes.end()};
}

RunOutcome RunOutcome::unpack(const std::string& bytes)
{
    const nlohmann::json json = nlohmann::json::from_cbor(bytes);
    RunOutcome outcome;
    outcome.code = json.at("code").get<int>();
    outcome.leg = json.at("leg");
    outcome.report = json.at("report").get<std::string>();
    const auto& recording = json.at("recording").get_binary();
    outcome.recording.assign(recording.begin(), recording.end());
    outcome.error = json.at("error").get<std::string>();
    return outcome;
}

}  // namespace gregor::lab
