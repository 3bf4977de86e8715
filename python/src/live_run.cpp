#include "python/src/live_run.h"

#include "model/lab/expression.h"
#include "model/lab/own_resources.h"
#include "model/lab/verdict.h"
#include "python/src/json_text.h"

#include <chrono>

namespace gregor::python {

namespace py = pybind11;
using lab::Simulation;

namespace {

/// Stops the run where it is to stop.
class Stop final : public lab::RunListener {
public:
    using When = std::function<bool(const StepOf& step, std::span<const Event> events)>;
    Stop(Simulation& simulation, When when) : simulation_(simulation), when_(std::move(when))
    {
        simulation_.add(*this);
    }
    ~Stop() override { simulation_.remove(*this); }
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
    {
        if (stopped || !when_(step, events)) return;
        stopped = true;
        simulation_.stop();
    }
    bool stopped = false;

private:
    Simulation& simulation_;
    When when_;
};

}  // namespace

LiveRun::LiveRun(const lab::ScenarioFile& file, const std::string& leg, const std::string& point,
                 const std::string& overrides, std::uint64_t seed, const py::object& applications)
    : text_(file.text())
{
    identity_.file = file.file_name();
    identity_.leg = leg;
    identity_.point = point_of(point);
    identity_.overrides = overrides_of(overrides);
    identity_.seed = seed;
    identity_.resources = "fixed";
    const auto scenario = std::make_shared<const lab::Scenario>(
        file.resolve(leg, identity_.point, identity_.overrides));
    identity_.scenario = scenario->id;
    applications_ = python_applications(applications, scenario);
    const Topology topology = lab::build_topology(*scenario);
    simulation_ = std::make_unique<Simulation>(
        scenario, seed, lab::recording_fixed_resources(topology.links()), applications_);
    if (applications_) applications_->serve(*simulation_);
    simulation_->add(writer_);
}

LiveRun::LiveRun(const LiveRun& other, std::unique_ptr<Simulation> simulation)
    : identity_(other.identity_),
      text_(other.text_),
      writer_(other.writer_),
      simulation_(std::move(simulation)),
      ended_(other.ended_)
{
    simulation_->add(writer_);
}

bool LiveRun::run_until(std::int64_t nanoseconds, const Progress& progress)
{
    Watcher watcher(*simulation_, progress);
    simulation_->add(watcher);
    const bool whole = simulation_->run_until(Time{nanoseconds});
    simulation_->remove(watcher);
    interrupted_ = watcher.interrupted();
    if (whole && finished() && !ended_) {
        simulation_->finish();
        ended_ = true;
    }
    return whole;
}

bool LiveRun::step(std::uint64_t number)
{
    const Stop stop(*simulation_, [number](const auto& step, auto events) {
        return step.number + events.size() >= number;
    });
    static const Progress silent;
    return run_until(end(), silent) || stop.stopped;
}

bool LiveRun::run_until_true(const std::string& condition, std::int64_t at_most)
{
    std::vector<lab::ExpressionError> errors;
    const auto expression =
        lab::Expression::parse(condition, simulation_->scenario().parameters, errors);
    if (!expression) throw lab::BadInput("condition", {{condition, "no expression", "one", ""}});
    const auto holds = [&] {
        const auto view = simulation_->script().view(simulation_->kernel(), simulation_->history(),
                                                     simulation_->names());
        return expression->evaluate(view).is_true();
    };
    if (holds()) return true;
    const Stop stop(*simulation_, [&](const auto&, auto) { return holds(); });
    static const Progress silent;
    run_until(at_most, silent);
    return stop.stopped || (!interrupted_ && holds());
}

std::unique_ptr<LiveRun> LiveRun::fork() const
{
    return std::unique_ptr<LiveRun>(
        new LiveRun(*this, std::make_unique<Simulation>(*simulation_, simulation_->state(),
                                                        simulation_->resources().clone())));
}

std::shared_ptr<const lab::Snapshot> LiveRun::snapshot() const
{
    return std::make_shared<const lab::Snapshot>(lab::Snapshot::of(*simulation_));
}

std::string LiveRun::leg() const
{
    const lab::LegResult result = [&] {
        if (ended_) return lab::judge_leg(*simulation_);
        Simulation judged(*simulation_, simulation_->state(), simulation_->resources().clone());
        judged.finish();
        return lab::judge_leg(judged);
    }();
    nlohmann::json entry = to_json(result);
    entry["interrupted"] = !finished();
    entry["as_expected"] = result.as_expected && finished();
    entry["command"] = identity_.command();
    if (!identity_.point.empty()) entry["set"] = identity_.point;
    return json_text(entry);
}

std::string LiveRun::recording() const
{
    return writer_.encode(identity_, text_, *simulation_);
}

py::object LiveRun::failure() const
{
    if (!applications_ || !applications_->failure()) return py::none();
    const ApplicationFailure& failure = *applications_->failure();
    return py::make_tuple(failure.client, failure.at.nanoseconds, failure.event, failure.error);
}

}  // namespace gregor::python
