#include "engine/simgrid_resources.h"

#include "engine/check.h"

#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

// How SimGrid is driven, and why its numbers are exact to the nanosecond:
//
// * No actor, no timer. The kernel's events run in a plain loop that never touches SimGrid. We ask
//   the network model when the next flow ends if nothing changes, run the events before that
//   instant, and let SimGrid go on to it. A flow that starts, is given up, or a changed rate moves
//   SimGrid's clock to that instant first. No end can lie in between: it would have been reported.
// * Instant t of the kernel is date t + 0.5 ns of SimGrid, so rounding down a date is rounding to
//   the nearest nanosecond, and errors of floating point (1e-5 ns after a minute) do no harm.
// * The unit is a billionth of a byte, and a size is the whole number of nanoseconds that the
//   transmission takes alone, times the rate of its bottleneck. So a flow that shares nothing ends
//   as many nanoseconds after its start as the other implementations say, however long the run.
namespace gregor {

namespace {

namespace s4u = simgrid::s4u;
namespace kernel = simgrid::kernel;

constexpr double units_per_byte = 1e9;
constexpr double nanoseconds_per_second = 1e9;

double date_of(Time at)
{
    return (static_cast<double>(at.nanoseconds) + 0.5) / nanoseconds_per_second;
}

Time time_of(double date)
{
    return {static_cast<std::int64_t>(std::floor(date * nanoseconds_per_second))};
}

/// SimGrid takes over some signals and the terminate handler; they belong to the program.
class HandlerGuard {
public:
    HandlerGuard()
    {
        for (std::size_t i = 0; i < signals.size(); ++i) {
            sigaction(signals[i], nullptr, &before_[i]);
        }
        sigaltstack(nullptr, &stack_before_);
    }
    ~HandlerGuard()
    {
        for (std::size_t i = 0; i < signals.size(); ++i) {
            sigaction(signals[i], &before_[i], nullptr);
        }
        sigaltstack(&stack_before_, nullptr);
        std::set_terminate(terminate_before_);
    }
    HandlerGuard(const HandlerGuard&) = delete;
    HandlerGuard& operator=(const HandlerGuard&) = delete;

private:
    static constexpr std::array signals{SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    std::array<struct sigaction, signals.size()> before_{};
    stack_t stack_before_{};
    std::terminate_handler terminate_before_ = std::get_terminate();
};

/// A platform whose one route is whatever was chosen last. SimGrid asks for a route once, when a
/// flow starts; so any list of links can be used without a pair of hosts for each.
class ChosenRouteZone final : public kernel::routing::NetZoneImpl {
public:
    ChosenRouteZone() : NetZoneImpl("platform") {}

    s4u::Link* add_link(const LinkSpec& spec)
    {
        s4u::Link* link =
            get_iface()->create_link(std::to_string(links_.size()),
                                     static_cast<double>(spec.bytes_per_second) * units_per_byte);
        link->set_latency(0.0)->seal();
        links_.push_back(get_link_list_impl({s4u::LinkInRoute(link)}, false).front());
        return link;
    }
    void choose(std::span<const LinkId> route)
    {
        chosen_.clear();
        for (const LinkId link : route) chosen_.push_back(links_[link]);
    }
    void get_local_route(const kernel::routing::NetPoint*, const kernel::routing::NetPoint*,
                         kernel::routing::Route* into, double*) override
    {
        into->link_list_.assign(chosen_.begin(), chosen_.end());
    }

private:
    std::vector<kernel::resource::StandardLinkImpl*> links_;
    std::vector<kernel::resource::StandardLinkImpl*> chosen_;
};

class SimgridResources final : public Resources {
public:
    explicit SimgridResources(std::span<const LinkSpec> links);
    ~SimgridResources() override;
    SimgridResources(const SimgridResources&) = delete;
    SimgridResources& operator=(const SimgridResources&) = delete;

    std::optional<Time> start(std::uint64_t number, Time now, std::span<const LinkId> route,
                              std::int64_t bytes) override;
    void cancel(std::uint64_t number, Time now) override;
    void set_rate(LinkId link, std::int64_t bytes_per_second, Time now) override;
    bool drives() const override { return true; }
    void drive(Driven& driven, Time until) override;
    std::unique_ptr<Resources> clone() const override { return nullptr; }

private:
    struct Flow {
        std::uint64_t number;
        s4u::CommPtr communication;
    };

    Time next_end();
    void advance_to(Time now);
    void run_until(double date);
    void report_ends(Driven& driven, Time at);
    void finished(const s4u::Activity& activity);

    s4u::Engine* engine_;  // never destroyed: SimGrid cannot do that and go on
    ChosenRouteZone* zone_;
    s4u::Host* from_;
    s4u::Host* to_;
    kernel::resource::Model* model_ = nullptr;
    std::vector<s4u::Link*> links_;
    std::vector<std::int64_t> rates_;
    std::vector<Flow> flows_;
    std::vector<Flow> ended_;  // ended in the present step of SimGrid; released after it
    Time next_end_ = never;
    double until_next_end_ = -1.0;
    bool changed_ = false;  // next_end_ is out of date
};

s4u::Engine* make_engine()
{
    static bool made = false;
    GREGOR_CHECK(!made);
    made = true;
    const HandlerGuard guard;
    xbt_log_control_set("root.thresh:critical");
    auto* engine = new s4u::Engine("gregor");
    for (const char* setting :
         {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:1e20",
          "network/optim:Full", "maxmin/precision:1e-9", "debug/clean-atexit:no",
          "debug/verbose-exit:no"}) {
        s4u::Engine::set_config(setting);
    }
    return engine;
}

SimgridResources::SimgridResources(std::span<const LinkSpec> links)
    : engine_(make_engine()), zone_(new ChosenRouteZone)
{
    from_ = zone_->get_iface()->create_host("from", 1e9);
    to_ = zone_->get_iface()->create_host("to", 1e9);
    for (const LinkSpec& link : links) {
        GREGOR_CHECK(link.bytes_per_second >= 1);
        links_.push_back(zone_->add_link(link));
        rates_.push_back(link.bytes_per_second);
    }
    zone_->get_iface()->seal();
    for (kernel::resource::Model* model : engine_->get_all_models()) {
        if (model->get_name().starts_with("Network")) model_ = model;
    }
    GREGOR_CHECK(model_ != nullptr);
    s4u::Activity::on_completion_cb([this](const s4u::Activity& activity) { finished(activity); });
}

/// SimGrid prints a complaint about a flow that is released before its end.
SimgridResources::~SimgridResources()
{
    for (const Flow& flow : flows_) flow.communication->cancel();
    run_until(s4u::Engine::get_clock());
}

std::optional<Time> SimgridResources::start(std::uint64_t number, Time now,
                                            std::span<const LinkId> route, std::int64_t bytes)
{
    if (route.empty()) return now;  // within one host
    std::int64_t rate = rates_[route.front()];
    for (const LinkId link : route) rate = std::min(rate, rates_[link]);
    const Duration alone = transmission_time(bytes, rate);
    if (alone.nanoseconds == 0) return now;
    std::int64_t units = 0;
    GREGOR_CHECK(!__builtin_mul_overflow(alone.nanoseconds, rate, &units));  // 9 GB at most
    advance_to(now);
    zone_->choose(route);
    s4u::CommPtr communication = s4u::Comm::sendto_init(from_, to_);
    communication->set_payload_size(static_cast<std::uint64_t>(units));
    communication->start();
    flows_.push_back(Flow{number, std::move(communication)});
    changed_ = true;
    return std::nullopt;
}

void SimgridResources::cancel(std::uint64_t number, Time now)
{
    const auto flow = std::find_if(flows_.begin(), flows_.end(),
                                   [&](const Flow& each) { return each.number == number; });
    if (flow == flows_.end()) return;
    advance_to(now);
    // SimGrid takes the flow off its links when it runs next, and needs it until then.
    const s4u::CommPtr communication = std::move(flow->communication);
    *flow = std::move(flows_.back());
    flows_.pop_back();
    communication->cancel();
    run_until(s4u::Engine::get_clock());
}

void SimgridResources::run_until(double date)
{
    engine_->run_until(date);
    changed_ = true;
}

void SimgridResources::set_rate(LinkId link, std::int64_t bytes_per_second, Time now)
{
    GREGOR_CHECK(bytes_per_second >= 1);
    advance_to(now);
    rates_[link] = bytes_per_second;
    links_[link]->set_bandwidth(static_cast<double>(bytes_per_second) * units_per_byte);
    changed_ = true;
}

void SimgridResources::drive(Driven& driven, Time until)
{
    while (!driven.stopping()) {
        const Time event = driven.next_event();
        const Time end = next_end();
        if (std::min(event, end) > until) return;
        if (end <= event && end != never) {
            report_ends(driven, end);
        } else if (event != never) {
            driven.step();
        } else {
            return;  // nothing is left
        }
    }
}

/// When the next flow ends if nothing changes.
Time SimgridResources::next_end()
{
    if (changed_) {
        changed_ = false;
        const double now = s4u::Engine::get_clock();
        until_next_end_ = flows_.empty() ? -1.0 : model_->next_occurring_event(now);
        next_end_ = until_next_end_ < 0.0 ? never : time_of(now + until_next_end_);
    }
    return next_end_;
}

/// Brings SimGrid to the instant at which something is going to change.
/// Precondition: every end up to `now` was reported.
void SimgridResources::advance_to(Time now)
{
    const double date = date_of(now);
    if (date > s4u::Engine::get_clock()) run_until(date);
    GREGOR_CHECK(ended_.empty());
}

/// Reports every flow that ends within the nanosecond `at`, the earliest in which one does.
void SimgridResources::report_ends(Driven& driven, Time at)
{
    while (next_end() == at) {
        // SimGrid stops at the first end; the date it is allowed to reach lies just behind, so
        // that rounding cannot keep it from getting there.
        const double end = s4u::Engine::get_clock() + until_next_end_;
        run_until(end + std::max(1e-12, end * 1e-15));
        for (const Flow& flow : ended_) driven.completed(flow.number, at);
        ended_.clear();
    }
}

/// SimGrid still uses the activity while it tells us: it is released by report_ends.
void SimgridResources::finished(const s4u::Activity& activity)
{
    if (activity.get_state() != s4u::Activity::State::FINISHED) return;
    const auto flow = std::find_if(flows_.begin(), flows_.end(), [&](const Flow& each) {
        return each.communication.get() == &activity;
    });
    GREGOR_CHECK(flow != flows_.end());
    ended_.push_back(std::move(*flow));
    *flow = std::move(flows_.back());
    flows_.pop_back();
}

}  // namespace

std::unique_ptr<Resources> make_simgrid_resources(std::span<const LinkSpec> links)
{
    return std::make_unique<SimgridResources>(links);
}

}  // namespace gregor
