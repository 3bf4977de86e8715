#include "model/lab/conformance/failover_run.h"

#include "engine/fixed_resources.h"
#include "model/broker/lifecycle.h"
#include "model/config.h"
#include "model/lab/run_leg.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

constexpr Duration earliest_begin = seconds(20);
constexpr Duration production_before = seconds(10);
constexpr Duration after_the_recording = seconds(20);
/// In the model a restarted broker is unfenced this long after it registered; before that it has
/// caught up on the metadata.
constexpr Duration registered_to_unfenced = Lifecycle::default_log_loading + milliseconds(50);
constexpr Duration registered_to_caught_up = milliseconds(500);

/// What is done to the cluster. A driver's call to create a topic changes none of the others.
constexpr std::array<std::string_view, 9> known_actions{
    "kill", "term", "stop", "cont", "start", "exited", "prod", "call:roll", "call:create"};

using Order = std::vector<std::pair<std::string, std::int32_t>>;

Duration time_of(const Json& milliseconds_since)
{
    return milliseconds(milliseconds_since.get<std::int64_t>());
}

std::string text_of(Duration time)
{
    return std::to_string(time.nanoseconds / 1'000) + "us";
}

std::optional<Duration> next_of(const Json& run, std::string_view what, std::int32_t broker,
                                Duration after)
{
    for (const Json& each : run.at("brokers")) {
        if (each.at("event") != what || each.at("broker") != broker) continue;
        if (time_of(each.at("t")) > after) return time_of(each.at("t"));
    }
    return std::nullopt;
}

/// A slow start is one whose heartbeats get lost until the recorded unfencing: each is given up
/// after one heartbeat interval and repeated after another, and the process begins so much earlier
/// that the last one is in time.
void add_restart(const SessionRun& session, std::int32_t node, Duration from, RecordedRun& made)
{
    if (node > 100) {
        made.actions.push_back({from, "start_controller", node});
        return;
    }
    const Json& run = *session.topics.front().run;
    const auto registered = next_of(run, "registered", node, from);
    if (!registered) return;
    auto unfenced = next_of(run, "unfenced", node, *registered);
    if (!unfenced) unfenced = *registered + seconds(60);  // the recording ended before
    const Json& cluster = session.topics.front().timeline->at("cluster");
    const Duration interval = time_of(cluster.at("broker.heartbeat.interval.ms"));
    Duration begin = *unfenced - registered_to_unfenced;
    while (begin - interval >= *registered && begin - interval * 2 > from) {
        begin = begin - interval * 2;
    }
    begin = std::max(begin, from);
    made.actions.push_back({begin, "start", node});
    const Duration lost = *unfenced - interval - begin - registered_to_caught_up;
    if (lost <= Duration{}) return;
    made.actions.push_back(
        {begin + registered_to_caught_up, "lose_heartbeats", node, lost.nanoseconds});
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
Duration begin_of(const SessionRun& session)
{
    const std::int64_t every = session.topics.front().timeline->at("cluster").value(
        "leader.imbalance.check.interval.seconds", 300);
    const Duration interval = seconds(every);
    if (interval > earliest_begin) return earliest_begin;
    Duration best{};
    std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
    for (Duration phase{}; phase < interval; phase = phase + milliseconds(100)) {
        std::int64_t wrong = 0;
        for (const SessionRun::Topic& topic : session.topics) {
            const Json& replicas = topic.timeline->at("topic").at("replicas");
            wrong += contradictions(*topic.run, replicas.front(), phase, interval);
        }
        if (wrong >= fewest) continue;
        fewest = wrong;
        best = phase;
    }
    return earliest_begin + interval - best;
}

void add_roll(const SessionRun& session, RecordedRun& made)
{
    for (const Json& each : session.topics.front().run->at("rolling_restart")) {
        const auto broker = each.at("broker").get<std::int32_t>();
        made.actions.push_back({time_of(each.at("sigterm_t")), "term", broker});
        add_restart(session, broker, time_of(each.at("exited_t")), made);
    }
}

Json action_of(const Happening& action)
{
    if (action.what == "lose_heartbeats") {
        return {
            {"msg",
             {{"match", {{"api", "BrokerHeartbeat"}, {"dir", "request"}, {"from", action.node}}},
              {"act", "drop"}}}};
    }
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

Json topic_of(const Json& recorded, const std::string& name)
{
    return {{"name", name},
            {"partitions", 1},
            {"replicas", Json::array({recorded.at("replicas")})},
            {"config", recorded.at("config")}};
}

std::string case_of(const Json& timeline)
{
    const auto id = timeline.at("id").get<std::string>();
    return id.substr(id.rfind('/') + 1);
}

/// Before the actions, or when the recording says that this producer began.
Duration production_begin(const SessionRun::Topic& topic)
{
    for (const Json& action : topic.run->at("actions")) {
        const bool own = action[1] == "prod" && action[2] == case_of(*topic.timeline);
        if (own) return time_of(action[0]);
    }
    return Duration{} - production_before;
}

void add_clients(const SessionRun::Topic& topic, const std::string& name, const RecordedRun& run,
                 Json& clients)
{
    const Json& timeline = *topic.timeline;
    const Json& recorded = timeline.at("producer_load");
    Json load{{"rate", recorded.at("records_per_s").dump() + "/s"},
              {"size", recorded.at("value_bytes").dump() + "B"},
              {"from", text_of(run.begin + production_begin(topic))}};
    const Json records = recorded.value("max_records", Json());
    if (records.is_number()) load["records"] = records;
    clients.push_back({{"name", "P" + name},
                       {"kind", "producer"},
                       {"topics", Json::array({name})},
                       {"config", timeline.at("producer_config")},
                       {"load", load}});
    if (timeline.value("consumer_config", Json()).is_null()) return;
    clients.push_back({{"name", "C" + name},
                       {"kind", "consumer"},
                       {"topics", Json::array({name})},
                       {"config", {{"auto.offset.reset", "earliest"}}}});
}

/// Brokers that went through a controlled shutdown, so led something, but none of these topics: of
/// a session not every topic is a case.
std::set<std::int32_t> leaders_of_others(const SessionRun& session, const RecordedRun& run)
{
    std::set<std::int32_t> leaders;
    for (const auto& [what, broker] : run.order) {
        if (what == "in_controlled_shutdown") leaders.insert(broker);
    }
    for (const SessionRun::Topic& topic : session.topics) {
        leaders.erase(topic.timeline->at("topic").at("replicas").front().get<std::int32_t>());
    }
    return leaders;
}

BrokerList ascending(BrokerList list)
{
    std::ranges::sort(list);
    return list;
}

/// Notes what there is to compare.
class Witness final : public RunListener {
public:
    Witness(std::vector<ObservedRun>& observed, Duration begin) : observed_(observed), begin_(begin)
    {
    }

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
        if (!of_topic(event.partition)) return;
        of_topic(event.partition)
            ->states.push_back({now_, event.leader, event.leader_epoch, ascending(event.isr),
                                ascending(event.eligible_leader_replicas)});
    }
    void operator()(const event::BrokerRegistered& e) { note("registered", e.broker.value); }
    void operator()(const event::BrokerUnfenced& e) { note("unfenced", e.broker.value); }
    void operator()(const event::BrokerFenced& e) { note("fenced", e.broker.value); }
    void operator()(const event::RegistrationRefused& e) { note("refused", e.broker.value); }
    void operator()(const event::BrokerSessionExpired& e)
    {
        note("expired", e.broker.value, e.silent_ms);
    }
    void operator()(const event::BrokerInControlledShutdown& e)
    {
        note("in_controlled_shutdown", e.broker.value);
    }
    void operator()(const event::BecameLeader& e)
    {
        if (auto* topic = of_topic(e.partition)) note_of(*topic, "leader", node_ + 1, 0);
    }
    void operator()(const event::IsrShrinkRequested& e)
    {
        if (auto* topic = of_topic(e.partition)) note_of(*topic, "shrink", node_ + 1, e.lag_ms);
    }
    void operator()(const event::QuorumRoleChanged& e)
    {
        if (e.role == "Prospective") note("prospective", node_, e.epoch.value);
        if (e.role == "Leader") note("raft_leader", node_, e.epoch.value);
    }
    void operator()(const event::ControllerActivated& e)
    {
        note("controller_active", node_, e.epoch.value);
    }
    void operator()(const event::RecordsAcknowledged& e)
    {
        if (auto* topic = of_topic(e.partition)) topic->acknowledged.push_back(now_);
    }
    void operator()(const event::RecordsDelivered& e)
    {
        if (auto* topic = of_topic(e.partition)) topic->delivered.push_back(now_);
    }
    template <class Other>
    void operator()(const Other&)
    {
    }

private:
    ObservedRun* of_topic(TopicPartition partition)
    {
        const auto index = static_cast<std::size_t>(partition.topic.value);
        return index < observed_.size() ? &observed_[index] : nullptr;
    }
    void note_of(ObservedRun& topic, std::string_view what, std::int32_t node, std::int64_t value)
    {
        topic.happenings.push_back({now_, std::string(what), node, value});
    }
    void note(std::string_view what, std::int32_t node, std::int64_t value = 0)
    {
        for (ObservedRun& each : observed_) note_of(each, what, node, value);
    }

    std::vector<ObservedRun>& observed_;
    Duration begin_, now_;
    std::int32_t node_ = -1;
};

PartitionState at_creation(const Topic& topic, Duration begin)
{
    PartitionState first;
    for (const std::int32_t id : topic.replicas.front()) first.isr.push_back(BrokerId{id});
    first.leader = first.isr.front();
    first.leader_epoch = LeaderEpoch{0};
    first.at = Duration{} - begin;
    first.isr = ascending(first.isr);
    return first;
}

/// Keeps what changes the state of a broker: a fenced one may be fenced again, to no effect.
class OrderOfBrokers {
public:
    void add(const std::string& what, std::int32_t broker)
    {
        const bool known = what == "registered" || what == "unfenced" || what == "fenced" ||
                           what == "in_controlled_shutdown";
        if (!known || (what == "fenced" && fenced_.contains(broker))) return;
        if (what == "unfenced") fenced_.erase(broker);
        if (what == "registered" || what == "fenced") fenced_.insert(broker);
        order_.emplace_back(what, broker);
    }
    const Order& order() const { return order_; }

private:
    std::set<std::int32_t> fenced_;
    Order order_;
};

}  // namespace

Order order_of(const ObservedRun& observed)
{
    OrderOfBrokers order;
    for (const Happening& each : observed.happenings) order.add(each.what, each.node);
    return order.order();
}

RecordedRun recorded_run(const SessionRun& session)
{
    const Json& run = *session.topics.front().run;
    RecordedRun made;
    made.begin = begin_of(session);
    for (const Json& action : run.at("actions")) {
        const Duration at = time_of(action[0]);
        made.end = std::max(made.end, at);
        if (action[1] == "call:roll") add_roll(session, made);
        if (std::ranges::find(known_actions, action[1]) == known_actions.end()) {
            throw BadInput("recorded",
                           {{"/actions", action[1].dump(), "an action of a script", ""}});
        }
        if (!action[2].is_number()) continue;
        auto node = action[2].get<std::int32_t>();
        if (node > 100) node = controller_in_model(run, node);
        if (action[1] == "start") {
            add_restart(session, node, at, made);
        } else if (action[1] != "exited") {
            made.actions.push_back({at, action[1], node});
        }
    }
    OrderOfBrokers order;
    for (const Json& each : run.at("brokers")) {
        made.end = std::max(made.end, time_of(each.at("t")));
        if (each.contains("broker")) order.add(each.at("event"), each.at("broker"));
    }
    made.order = order.order();
    for (const SessionRun::Topic& topic : session.topics) {
        for (const Json& each : topic.run->at("metadata")) {
            if (each.at("t").is_number()) made.end = std::max(made.end, time_of(each.at("t")));
        }
    }
    return made;
}

Json scenario_of(const SessionRun& session, const RecordedRun& run)
{
    Json script = Json::array();
    for (const Happening& action : run.actions) {
        script.push_back({{"at", text_of(run.begin + action.at)}, {"do", action_of(action)}});
        if (action.value > 0) script.back()["for"] = text_of(Duration{action.value});
    }
    Json topics = Json::array(), clients = Json::array(), asserts = Json::array();
    for (const SessionRun::Topic& topic : session.topics) {
        const std::string name = "t" + std::to_string(topics.size());
        topics.push_back(topic_of(topic.timeline->at("topic"), name));
        add_clients(topic, name, run, clients);
        asserts.push_back({{"id", name}, {"inv", "DUR"}, {"client", "P" + name}});
    }
    for (const std::int32_t broker : leaders_of_others(session, run)) {
        const std::string name = "t" + std::to_string(topics.size());
        topics.push_back(topic_of({{"replicas", {broker}}, {"config", Json::object()}}, name));
    }
    return {{"gregor", 1},
            {"id", "recorded"},
            {"resources", "fixed"},
            {"cluster", cluster_of(session.topics.front().timeline->at("cluster"))},
            {"topics", topics},
            {"clients", clients},
            {"script", script},
            {"horizon", text_of(run.begin + run.end + after_the_recording)},
            {"asserts", asserts},
            {"legs", Json::array({{{"name", "only"}, {"expect", Json::object()}}})}};
}

std::vector<ObservedRun> observe(const Json& scenario, Duration begin, std::uint64_t seed)
{
    auto resolved = std::make_shared<const Scenario>(
        ScenarioFile::parse(scenario.dump(), "recorded").resolve("only"));
    std::vector<ObservedRun> observed;
    for (const Topic& topic : resolved->topics) {
        observed.emplace_back().states.push_back(at_creation(topic, begin));
    }
    Witness witness(observed, begin);
    const auto fixed = [](std::span<const LinkSpec> links) {
        return std::make_unique<FixedResources>(links);
    };
    const LegResult result =
        run_leg(std::move(resolved), seed, {.resources = fixed, .listeners = {&witness}});
    for (std::size_t i = 0; i < observed.size(); ++i) {
        if (i < result.asserts.size()) {
            const AssertionOutcome& kept = result.asserts[i].outcome;
            observed[i].lost = kept.verdict == AssertionOutcome::Verdict::violated;
        }
        for (const Violation& each : result.violated) {
            const std::string topic = "topic " + std::to_string(i) + " ";
            if (each.what.find(topic) != std::string::npos)
                observed[i].violated.push_back(each.what);
        }
    }
    return observed;
}

}  // namespace gregor::lab
