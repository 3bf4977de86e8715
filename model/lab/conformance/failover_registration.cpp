// A broker that ended and is started again at once (class ClusterControlManager).
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/failover_run.h"
#include "model/lab/diagnostic.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;
using Order = std::vector<std::pair<std::string, std::int32_t>>;

constexpr Duration begin = seconds(20);
constexpr Duration retry_interval = milliseconds(2'000);
/// Of an answer, on the loaded machine.
constexpr Duration answer_time = milliseconds(200);

std::string text_of(Duration time)
{
    return std::to_string(time.nanoseconds / 1'000) + "us";
}

Duration time_of(const Json& time)
{
    return milliseconds(time.get<std::int64_t>());
}

/// When registration was asked for, when it succeeded, and what is known of the old life.
struct Registration {
    Duration last_heartbeat;
    std::vector<Duration> refused;
    Duration registered;
    Order order;
};

/// A broker that leads nothing is let go at once; the others go through a controlled shutdown.
bool led_something(const Json& vector)
{
    return std::ranges::any_of(
        vector.at("records"), [](const Json& each) { return each[1] == "in_controlled_shutdown"; });
}

bool was_killed(const Json& vector)
{
    return vector.at("how") == "kill9";
}

/// A fence record of a killed broker comes at the next look, unless it has registered before.
void drop_fencing(const Json& vector, Order& order)
{
    if (was_killed(vector)) std::erase(order, std::pair<std::string, std::int32_t>("fenced", 1));
}

Registration recorded_registration(const Json& vector)
{
    Registration made{.last_heartbeat = time_of(vector.at("last_heartbeat_sent_t")),
                      .refused = {},
                      .registered = {},
                      .order = {}};
    Duration sent;
    for (const Json& each : vector.at("registration_attempts")) {
        if (each[1] == "sent") sent = time_of(each[0]);
        if (each[1] == "refused") made.refused.push_back(sent);
    }
    bool fenced = false;
    for (const Json& each : vector.at("records")) {
        const std::string what = each[1];
        if (what == "registered") made.registered = sent;
        if (what == "other" || (what == "fenced" && fenced)) continue;
        fenced = what == "fenced" || what == "registered";
        made.order.emplace_back(what, 1);
    }
    drop_fencing(vector, made.order);
    return made;
}

Json scenario_for(const Json& vector)
{
    const Json replicas = led_something(vector) || was_killed(vector) ? Json{1, 2} : Json{2, 1};
    const Json end{{"id", 1}, {"act", was_killed(vector) ? "crash" : "stop"}};
    const Json again{{"id", 1}, {"act", "restart"}, {"starts-in", "0s"}};
    const Duration first = time_of(vector.at("registration_attempts")[0][0]);
    const Duration last = time_of(vector.at("records").back()[0]);
    return {
        {"gregor", 1},
        {"id", "registration"},
        {"resources", "fixed"},
        {"cluster",
         {{"brokers", 2},
          {"controllers", 1},
          {"defaults", {{"broker.session.timeout.ms", vector.at("session_timeout_ms")}}},
          {"link", {{"latency", "0.2ms"}, {"jitter", "0.1ms"}}}}},
        {"topics",
         Json::array({{{"name", "t"}, {"partitions", 1}, {"replicas", Json::array({replicas})}}})},
        {"clients", Json::array()},
        {"script", Json::array({{{"at", text_of(begin)}, {"do", {{"node", end}}}},
                                {{"at", text_of(begin + first)}, {"do", {{"node", again}}}}})},
        {"horizon", text_of(begin + last + seconds(20))},
        {"asserts", Json::array()},
        {"legs", Json::array({{{"name", "only"}, {"expect", Json::object()}}})}};
}

Registration observed_registration(const Json& vector, std::uint64_t seed)
{
    const ObservedRun run = observe(scenario_for(vector), begin, seed).front();
    Registration made;
    const Duration restarted = time_of(vector.at("registration_attempts")[0][0]);
    for (const Happening& each : run.happenings) {
        if (each.node != 1) continue;
        if (each.what == "heartbeat" && each.at < restarted) made.last_heartbeat = each.at;
        if (each.what == "refused") made.refused.push_back(each.at);
        if (each.what == "registered") made.registered = each.at;
    }
    made.order = order_of(run);
    drop_fencing(vector, made.order);
    return made;
}

/// "A broker that restarts within its session must wait for its old session to expire, also after a
/// clean stop", asking every 2000 ms.
std::string broken_rule(const Registration& registration, Duration session)
{
    const Duration expiry = registration.last_heartbeat + session;
    Duration before{};
    for (const Duration each : registration.refused) {
        if (each > expiry) return "refused after the session had expired";
        if (before > Duration{} && each - before < retry_interval) return "asked again too early";
        before = each;
    }
    if (registration.registered < expiry) return "registered before the session had expired";
    const Duration latest = before + retry_interval + answer_time;
    if (before > Duration{} && registration.registered > latest) return "asked again too late";
    return "";
}

std::string text_of(const Registration& registration)
{
    std::string text = std::to_string(registration.refused.size()) + " refused, last heartbeat " +
                       std::to_string(to_milliseconds(registration.last_heartbeat)) +
                       ", registered " + std::to_string(to_milliseconds(registration.registered));
    for (const auto& [what, broker] : registration.order) text += " " + what;
    return text;
}

}  // namespace

std::vector<VectorOutcome> conform_reregistration(std::string_view jsonl)
{
    std::vector<VectorOutcome> outcomes;
    for (const Json& vector : cases_of(jsonl)) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = vector.at("id").get<std::string>();
        try {
            const Duration session = time_of(vector.at("session_timeout_ms"));
            const Registration recorded = recorded_registration(vector);
            const Registration observed = observed_registration(vector, vector.at("run"));
            const std::string wrong =
                broken_rule(recorded, session) + broken_rule(observed, session);
            outcome.expected = text_of(recorded);
            outcome.got = text_of(observed) + (wrong.empty() ? "" : ": " + wrong);
            outcome.passed = wrong.empty() && observed.order == recorded.order;
        } catch (const BadInput& cannot) {
            outcome.covered = false;
            outcome.got = cannot.what();
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
