#include "model/lab/conformance/failover_run.h"

#include "engine/fixed_resources.h"
#include "model/broker/lifecycle.h"
#include "model/config.h"
#include "model/lab/run_leg.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

constexpr Duration earliest_begin = seconds(20);
constexpr Duration production_before = seconds(10);
constexpr Duration after_the_recording = seconds(20);
/// From the process's registration to its unfencing in the model.
constexpr Duration start_to_unfenced = Lifecycle::default_log_loading + milliseconds(50);

Duration time_of(const Json& milliseconds_since)
{
    return milliseconds(milliseconds_since.get<std::int64_t>());
}

std::string text_of(Duration time)
{
    return std::to_string(time.nanoseconds / 1'000) + "us";
}

std::optional<Duration> next_unfenced(const Json& run, std::int32_t broker, Duration after)
{
    for (const Json& each : run.at("brokers")) {
        if (each.at("event") != "unfenced" || each.at("broker") != broker) continue;
        if (time_of(each.at("t")) > after) return time_of(each.at("t"));
    }
    return std::nullopt;
}

void add_restart(const Json& run, std::int32_t node, Duration from, RecordedRun& made)
{
    if (node > 100) {
        made.actions.push_back({from, "start_controller", node});
    } else if (const auto unfenced = next_unfenced(run, node, from)) {
        made.actions.push_back({std::max(from, *unfenced - start_to_unfenced), "start", node});
    }
}

/// The recorded active controller is the model's first one, and the other way round.
std::int32_t controller_in_model(const Json& run, std::int32_t id)
{
    const std::int32_t active = run.value("active_before", 101);
    if (id == active) return 101;
    return id == 101 ? active : id;
}

/// A tick of the preferred election moves the leader and nothing else.
bool is_tick(const Json& before, const Json& state, std::int32_t preferred)
{
    const auto members = [](const Json& each) {
        return each.at("isr").get<std::set<std::int32_t>>();
    };
    return state.at("leader") == preferred && before.at("leader") != preferred &&
           before.at("leader") != -1 && members(before) == members(state);
}

bool has_member(const Json& state, std::int32_t broker)
{
    return state.at("isr").get<std::set<std::int32_t>>().contains(broker);
}

/// How many recorded states contradict preferred elections at `phase` after the first action and
/// every `interval` from then on.
std::int64_t contradictions(const Json& run, std::int32_t preferred, Duration phase,
                            Duration interval)
{
    constexpr Duration margin = milliseconds(300);
    const auto since_tick = [&](Duration at) {
        return Duration{((at - phase).nanoseconds % interval.nanoseconds + interval.nanoseconds) %
                        interval.nanoseconds};
    };
    std::int64_t wrong = 0;
    const Json& states = run.at("metadata");
    for (std::size_t i = 1; i < states.size(); ++i) {
        const Duration at = time_of(states[i].at("t"));
        const Json& before = states[i - 1];
        if (is_tick(before, states[i], preferred)) {
            if (since_tick(at) > milliseconds(100)) ++wrong;
        } else if (i > 1 && before.at("leader") != preferred && has_member(before, preferred)) {
            const Duration since = time_of(before.at("t"));
            if (since_tick(at + margin) <= at - since + margin * 2) ++wrong;
        }
    }
    return wrong;
}

/// When the actions begin, so that the ticks of the preferred election, which run from the
/// controller's activation, fall where they fell.
Duration begin_of(const Json& timeline, const Json& run)
{
    const std::int64_t every =
        timeline.at("cluster").value("leader.imbalance.check.interval.seconds", 300);
    const Duration interval = seconds(every);
    if (interval > earliest_begin) return earliest_begin;
    const auto preferred = timeline.at("topic").at("replicas").front().get<std::int32_t>();
    Duration best{};
    std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
    for (Duration phase{}; phase < interval; phase = phase + milliseconds(100)) {
        const std::int64_t wrong = contradictions(run, preferred, phase, interval);
        if (wrong >= fewest) continue;
        fewest = wrong;
        best = phase;
    }
    return earliest_begin + interval - best;
}

void add_roll(const Json& run, RecordedRun& made)
{
    for (const Json& each : run.at("rolling_restart")) {
        const auto broker = each.at("broker").get<std::int32_t>();
        made.actions.push_back({time_of(each.at("sigterm_t")), "term", broker});
        add_restart(run, broker, time_of(each.at("exited_t")), made);
    }
}

Json action_of(const Happening& action)
{
    const char* act = action.what == "kill"   ? "crash"
                      : action.what == "term" ? "stop"
                      : action.what == "stop" ? "pause"
                      : action.what == "cont" ? "resume"
                                              : "restart";
    Json node{{"id", action.node}, {"act", act}};
    if (action.what == "start") node["starts-in"] = "0s";
    return {{"node", node}};
}

Json cluster_of(const Json& recorded)
{
    Json brokers = Json::array();
    for (const Json& id : recorded.at("brokers")) {
        Json broker{{"id", id}};
        const std::string name = std::to_string(id.get<std::int32_t>());
        if (recorded.contains("broker.rack")) broker["rack"] = recorded["broker.rack"].at(name);
        brokers.push_back(broker);
    }
    Json defaults = Json::object();
    for (const auto& [key, value] : recorded.items()) {
        if (value.is_number() && find_config(ConfigScope::broker, key) != nullptr) {
            defaults[key] = value;
        }
    }
    return {{"brokers", brokers},
            {"controllers", recorded.at("controllers").size()},
            {"defaults", defaults},
            {"link", {{"latency", "0.2ms"}, {"jitter", "0.1ms"}}}};
}

Json topic_of(const Json& recorded)
{
    return {{"name", "t"},
            {"partitions", 1},
            {"replicas", Json::array({recorded.at("replicas")})},
            {"config", recorded.at("config")}};
}

Json clients_of(const Json& timeline, const RecordedRun& run)
{
    const Json& recorded = timeline.at("producer_load");
    Json load{{"rate", recorded.at("records_per_s").dump() + "/s"},
              {"size", recorded.at("value_bytes").dump() + "B"},
              {"from", text_of(run.begin + run.production_from)}};
    const Json records = recorded.value("max_records", Json());
    if (records.is_number()) load["records"] = records;
    Json clients = Json::array({{{"name", "P"},
                                 {"kind", "producer"},
                                 {"config", timeline.at("producer_config")},
                                 {"load", load}}});
    if (!timeline.value("consumer_config", Json()).is_null()) {
        clients.push_back(
            {{"name", "C"}, {"kind", "consumer"}, {"config", {{"auto.offset.reset", "earliest"}}}});
    }
    return clients;
}

BrokerList ascending(BrokerList list)
{
    std::ranges::sort(list);
    return list;
}

/// Notes what there is to compare.
class Witness final : public RunListener {
public:
    Witness(ObservedRun& observed, Duration begin) : observed_(observed), begin_(begin) {}

    bool wants_messages() const override { return true; }
    void on_message(const StepOf& step, const Message& message) override
    {
        now_ = step.at - Time{} - begin_;
        if (const auto* heartbeat = std::get_if<BrokerHeartbeatRequest>(&message.body)) {
            note("heartbeat", heartbeat->broker.value, step.node.value);
        }
    }
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t) override
    {
        now_ = step.at - Time{} - begin_;
        node_ = step.node.value;
        for (const Event& event : events) std::visit(*this, event);
    }

    void operator()(const event::PartitionChanged& event)
    {
        if (event.partition.topic != TopicId{0}) return;
        observed_.states.push_back({now_, event.leader, event.leader_epoch, ascending(event.isr),
                                    ascending(event.eligible_leader_replicas)});
    }
    void operator()(const event::BrokerRegistered& event)
    {
        note("registered", event.broker.value);
    }
    void operator()(const event::BrokerUnfenced& event) { note("unfenced", event.broker.value); }
    void operator()(const event::BrokerFenced& event) { note("fenced", event.broker.value); }
    void operator()(const event::RegistrationRefused& event)
    {
        note("refused", event.broker.value);
    }
    void operator()(const event::BrokerSessionExpired& event)
    {
        note("expired", event.broker.value, event.silent_ms);
    }
    void operator()(const event::BrokerInControlledShutdown& event)
    {
        note("in_controlled_shutdown", event.broker.value);
    }
    void operator()(const event::BecameLeader& event)
    {
        if (event.partition.topic == TopicId{0}) note("leader", node_ + 1);
    }
    void operator()(const event::IsrShrinkRequested& event)
    {
        if (event.partition.topic == TopicId{0}) note("shrink", node_ + 1, event.lag_ms);
    }
    void operator()(const event::QuorumRoleChanged& event)
    {
        if (event.role == "Prospective") note("prospective", node_, event.epoch.value);
        if (event.role == "Leader") note("raft_leader", node_, event.epoch.value);
    }
    void operator()(const event::ControllerActivated& event)
    {
        note("controller_active", node_, event.epoch.value);
    }
    void operator()(const event::RecordsAcknowledged&) { observed_.acknowledged.push_back(now_); }
    void operator()(const event::RecordsDelivered&) { observed_.delivered.push_back(now_); }
    template <class Other>
    void operator()(const Other&)
    {
    }

private:
    void note(std::string_view what, std::int32_t node, std::int64_t value = 0)
    {
        observed_.happenings.push_back({now_, std::string(what), node, value});
    }

    ObservedRun& observed_;
    Duration begin_, now_;
    std::int32_t node_ = -1;
};

}  // namespace

RecordedRun recorded_run(const Json& timeline, const Json& run)
{
    RecordedRun made;
    made.begin = begin_of(timeline, run);
    made.production_from = Duration{} - production_before;
    const std::string id = timeline.at("id");
    const std::string producer = id.substr(id.rfind('/') + 1);
    for (const Json& action : run.at("actions")) {
        const Duration at = time_of(action[0]);
        made.end = std::max(made.end, at);
        if (action[1] == "call:roll") add_roll(run, made);
        if (action[1] == "prod" && action[2] == producer) made.production_from = at;
        if (!action[2].is_number()) continue;
        auto node = action[2].get<std::int32_t>();
        if (node > 100) node = controller_in_model(run, node);
        if (action[1] == "start") {
            add_restart(run, node, at, made);
        } else if (action[1] != "exited") {
            made.actions.push_back({at, action[1], node});
        }
    }
    for (const char* list : {"brokers", "metadata"}) {
        for (const Json& each : run.at(list)) {
            if (each.at("t").is_number()) made.end = std::max(made.end, time_of(each.at("t")));
        }
    }
    return made;
}

Json scenario_of(const Json& timeline, const RecordedRun& run)
{
    Json script = Json::array();
    for (const Happening& action : run.actions) {
        script.push_back({{"at", text_of(run.begin + action.at)}, {"do", action_of(action)}});
    }
    return {{"gregor", 1},
            {"id", "recorded"},
            {"resources", "fixed"},
            {"cluster", cluster_of(timeline.at("cluster"))},
            {"topics", Json::array({topic_of(timeline.at("topic"))})},
            {"clients", clients_of(timeline, run)},
            {"script", script},
            {"horizon", text_of(run.begin + run.end + after_the_recording)},
            {"asserts", Json::array({{{"id", "kept"}, {"inv", "DUR"}, {"client", "P"}}})},
            {"legs", Json::array({{{"name", "only"}, {"expect", Json::object()}}})}};
}

ObservedRun observe(const Json& scenario, Duration begin, std::uint64_t seed)
{
    auto resolved = std::make_shared<const Scenario>(
        ScenarioFile::parse(scenario.dump(), "recorded").resolve("only"));
    ObservedRun observed;
    PartitionState first;
    for (const std::int32_t id : resolved->topics.front().replicas.front()) {
        first.isr.push_back(BrokerId{id});
    }
    first.leader = first.isr.front();
    first.leader_epoch = LeaderEpoch{0};
    first.at = Duration{} - begin;
    first.isr = ascending(first.isr);
    observed.states.push_back(first);
    Witness witness(observed, begin);
    const LegResult result = run_leg(std::move(resolved), seed,
                                     {.resources =
                                          [](std::span<const LinkSpec> links) {
                                              return std::make_unique<FixedResources>(links);
                                          },
                                      .listeners = {&witness}});
    for (const AssertionResult& each : result.asserts) {
        observed.lost |= each.outcome.verdict == AssertionOutcome::Verdict::violated;
    }
    for (const Violation& each : result.violated) observed.violated.push_back(each.what);
    return observed;
}

}  // namespace gregor::lab
