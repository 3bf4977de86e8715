// The rules are those of the classes KafkaRaftClient, ReplicationControlManager and Partition.
#include "model/lab/conformance/failover_times.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;
using Measured = std::optional<Duration>;

/// Of a commit and of what a loaded core adds to a timer.
constexpr Duration noise = milliseconds(50);
/// Metadata refresh, reconnection and backoffs of a client (up to 1 s), then the follower that was
/// too early and waits replica.fetch.backoff.ms (1 s).
constexpr Duration client_finds_leader = milliseconds(2'300);
/// Between two voters that are asked and an answer; a split vote costs an election timeout more.
constexpr Duration longest_election = milliseconds(2'300);

struct Window {
    Duration low, high;
    bool holds(Duration value) const { return value >= low && value <= high; }
};

/// One run with what its rules speak of.
struct Look {
    const ObservedRun& observed;
    Duration session, heartbeat, lag, fetch_wait = milliseconds(500);
    Duration quorum_fetch_timeout = milliseconds(2'000);
    std::int32_t broker = -1;      ///< that was killed, stopped or asked to end
    std::int32_t controller = -1;  ///< the same
    std::string fault;             ///< of the broker: kill, stop, term
    Duration begin, controller_begin;
    std::optional<Duration> resumed;
    bool leads = false;  ///< the broker led the partition
    bool waits_for_isr = false;
    std::size_t min_isr = 1;

    Measured first(std::string_view what, Duration from, std::int32_t node = -1) const
    {
        for (const Happening& each : observed.happenings) {
            if (each.what != what || each.at < from) continue;
            if (node < 0 || each.node == node) return each.at;
        }
        return std::nullopt;
    }
    Measured fenced() const { return first("fenced", begin, broker); }
    Measured unfenced() const { return first("unfenced", begin, broker); }

    template <class Condition>
    Measured first_state(Duration from, Condition&& condition) const
    {
        for (const PartitionState& each : observed.states) {
            if (each.at >= from && condition(each)) return each.at;
        }
        return std::nullopt;
    }
    Measured out_of_isr() const
    {
        return first_state(begin, [&](const PartitionState& state) {
            return !contains(state.isr, BrokerId{broker});
        });
    }
    Measured back_in_isr() const
    {
        const Measured out = out_of_isr();
        if (!out) return out;
        return first_state(*out, [&](const PartitionState& state) {
            return contains(state.isr, BrokerId{broker});
        });
    }
    Measured new_leader() const
    {
        if (!leads) return std::nullopt;
        return first_state(begin, [&](const PartitionState& state) {
            return state.leader != no_broker && state.leader != BrokerId{broker};
        });
    }
    /// From when on a producer can be acknowledged again.
    Measured available() const
    {
        if (broker < 0) return controller_begin;
        if (leads && fault == "stop") return resumed;  // its connection stands, nothing refreshes
        if (leads && !waits_for_isr) return new_leader();
        if (!waits_for_isr) return begin;
        return first_state(begin, [&](const PartitionState& state) {
            const bool all_live = !contains(state.isr, BrokerId{broker}) || state.at > unfenced();
            return state.leader != no_broker && all_live && state.isr.size() >= min_isr;
        });
    }
    Measured longest_gap(const std::vector<Duration>& times) const
    {
        Duration longest{};
        for (std::size_t i = 1; i < times.size(); ++i) {
            if (times[i] > std::min(begin, controller_begin)) {
                longest = std::max(longest, times[i] - times[i - 1]);
            }
        }
        return longest;
    }
};

Measured difference(Measured later, Measured earlier)
{
    if (!later || !earlier) return std::nullopt;
    return *later - *earlier;
}

// --- what the model did
// ---------------------------------------------------------------------------

Measured last_heartbeat_to_fenced(const Look& look)
{
    const Measured fenced = look.fenced();
    Measured last;
    for (const Happening& each : look.observed.happenings) {
        if (each.what != "heartbeat" || each.node != look.broker) continue;
        if (fenced && each.at <= *fenced) last = each.at;
    }
    return difference(fenced, last);
}
Measured to_fenced(const Look& look)
{
    return difference(look.fenced(), look.begin);
}
Measured to_new_leader(const Look& look)
{
    return difference(look.new_leader(), look.begin);
}
Measured to_out_of_isr(const Look& look)
{
    return difference(look.out_of_isr(), look.begin);
}
Measured leader_to_role(const Look& look)
{
    const Measured committed = look.new_leader();
    return committed ? difference(look.first("leader", *committed - noise), committed) : committed;
}
Measured to_first_acknowledgement(const Look& look)
{
    const Measured from = look.available();
    if (!from) return from;
    for (const Duration each : look.observed.acknowledged) {
        if (each >= *from) return each - *from;
    }
    return std::nullopt;
}
Measured acknowledgement_gap(const Look& look)
{
    return look.longest_gap(look.observed.acknowledged);
}
Measured consumer_gap(const Look& look)
{
    return look.longest_gap(look.observed.delivered);
}
Measured unfenced_to_isr(const Look& look)
{
    return difference(look.back_in_isr(), look.unfenced());
}
Measured resumed_to_unfenced(const Look& look)
{
    return difference(look.unfenced(), look.resumed);
}
Measured resumed_to_isr(const Look& look)
{
    return difference(look.back_in_isr(), look.resumed);
}
Measured to_shutdown(const Look& look)
{
    return difference(look.first("in_controlled_shutdown", look.begin), look.begin);
}
Measured shutdown_to_fenced(const Look& look)
{
    return difference(look.fenced(), look.first("in_controlled_shutdown", look.begin));
}
Measured caught_up_to_shrink(const Look& look)
{
    for (const Happening& each : look.observed.happenings) {
        if (each.what == "shrink" && each.at > look.begin) return milliseconds(each.value);
    }
    return std::nullopt;
}
Measured shrink_to_committed(const Look& look)
{
    const Measured asked = look.first("shrink", look.begin);
    return asked ? difference(look.out_of_isr(), asked) : asked;
}
Measured active_again(const Look& look)
{
    return look.first("controller_active", look.controller_begin);
}
Measured to_active(const Look& look)
{
    return difference(active_again(look), look.controller_begin);
}
Measured to_prospective(const Look& look)
{
    return difference(look.first("prospective", look.controller_begin), look.controller_begin);
}
Measured election(const Look& look)
{
    return difference(look.first("raft_leader", look.controller_begin),
                      look.first("prospective", look.controller_begin));
}
Measured active_to_fenced(const Look& look)
{
    return difference(look.fenced(), active_again(look));
}
Measured to_heartbeat_at_active(const Look& look)
{
    const Measured active = active_again(look);
    return active ? difference(look.first("heartbeat", *active), look.controller_begin) : active;
}

// --- from when to when it may be
// ------------------------------------------------------------------

Window silent_window(const Look& look)
{
    if (look.fault == "term") return {{}, noise * 2};  // the last heartbeat asks for it
    return {look.session, look.session + look.session / 8 + noise};
}
Window fenced_window(const Look& look)
{
    if (look.fault == "term") return {look.heartbeat, look.heartbeat * 3 + milliseconds(500)};
    const Duration failover =
        look.controller < 0 ? Duration{} : look.quorum_fetch_timeout + longest_election;
    return {look.session - look.heartbeat, look.session + look.session / 8 + noise + failover};
}
Window leader_window(const Look& look)
{
    if (look.fault == "term") return {{}, noise * 2};
    const Duration fenced = to_fenced(look).value_or(Duration{-1});
    return {fenced, fenced};  // one batch of records
}
/// Fenced or too far behind, whichever comes first.
Window out_window(const Look& look)
{
    const Window fenced = fenced_window(look);
    const Duration lag = look.lag * 3 / 2 + noise * 2;
    return {std::min(fenced.low, look.lag - look.fetch_wait), std::min(fenced.high, lag)};
}
Window role_window(const Look&)
{
    return {{}, milliseconds(200)};
}
Window acknowledgement_window(const Look& look)
{
    const bool resumes = look.leads && look.fault == "stop";
    return {{}, resumes ? milliseconds(300) : client_finds_leader};
}
Window gap_window(const Look& look)
{
    const Measured from = look.available();
    if (!from) return {{}, {}};
    const Duration unavailable = look.broker < 0 ? Duration{} : *from - look.begin;
    return {unavailable - noise, unavailable + client_finds_leader + noise};
}
/// A consumer is behind the producer by a fetch.
Window consumer_gap_window(const Look& look)
{
    const Window gap = gap_window(look);
    return {gap.low - look.fetch_wait, gap.high + look.fetch_wait};
}
Window in_isr_window(const Look&)
{
    return {{}, milliseconds(250)};
}
Window unfenced_again_window(const Look&)
{
    return {{}, noise * 2};
}
/// Its first fetch comes before it is unfenced and waits at the leader; without a record in any of
/// the leader's partitions the next one, which joins, comes after the longest wait.
Window resumed_in_isr_window(const Look& look)
{
    return {{}, look.fetch_wait + noise * 2};
}
Window at_once_window(const Look&)
{
    return {{}, noise * 2};
}
/// Granted once every other active broker has reported the offset in a heartbeat of its own.
Window shutdown_window(const Look& look)
{
    return {look.heartbeat - milliseconds(300), look.heartbeat * 3 + milliseconds(500)};
}
Window shrink_window(const Look& look)
{
    return {look.lag, look.lag * 3 / 2 + noise};
}
/// Since its last fetch answer, and parked fetches are answered at least every fetch wait.
Window prospective_window(const Look& look)
{
    return {look.quorum_fetch_timeout - look.fetch_wait, look.quorum_fetch_timeout + noise};
}
Window election_window(const Look&)
{
    return {{}, longest_election};
}
Window active_window(const Look& look)
{
    const Window stands = prospective_window(look);
    return {stands.low, stands.high + longest_election};
}
/// A closed connection makes the channel look for the active controller all the time.
Window switched_window(const Look& look)
{
    const Duration active = to_active(look).value_or(Duration{-1});
    return {active, active + milliseconds(450)};
}
/// Its session begins anew with the controller.
Window fresh_session_window(const Look& look)
{
    return {look.session - noise, look.session + look.session / 8 + milliseconds(300)};
}

struct Rule {
    std::string_view interval;
    Measured (*measure)(const Look&);
    Window (*window)(const Look&);
    bool of_recorded = true;  ///< the window does not depend on what the model did
};

constexpr std::array rules{
    Rule{"last heartbeat sent -> fenced", last_heartbeat_to_fenced, silent_window},
    Rule{"kill -> fenced", to_fenced, fenced_window},
    Rule{"stop -> fenced", to_fenced, fenced_window},
    Rule{"term -> fenced", to_fenced, fenced_window},
    Rule{"kill of broker 1 -> fenced", to_fenced, fenced_window},
    Rule{"kill -> new leader committed", to_new_leader, leader_window, false},
    Rule{"stop -> new leader committed", to_new_leader, leader_window, false},
    Rule{"term -> new leader committed", to_new_leader, leader_window, false},
    Rule{"kill -> out of the ISR (committed)", to_out_of_isr, out_window},
    Rule{"stop -> out of the ISR (committed)", to_out_of_isr, out_window},
    Rule{"new leader committed -> new leader logged its role", leader_to_role, role_window},
    Rule{"leader / ISR change committed -> first acknowledgement", to_first_acknowledgement,
         acknowledgement_window, false},
    Rule{"cont -> first acknowledgement", to_first_acknowledgement, acknowledgement_window},
    Rule{"longest acknowledgement gap", acknowledgement_gap, gap_window, false},
    Rule{"longest consumer gap", consumer_gap, consumer_gap_window, false},
    Rule{"unfenced -> in ISR", unfenced_to_isr, in_isr_window},
    Rule{"cont -> unfenced", resumed_to_unfenced, unfenced_again_window},
    Rule{"cont -> in ISR", resumed_to_isr, resumed_in_isr_window},
    Rule{"term -> in_controlled_shutdown", to_shutdown, at_once_window},
    Rule{"in_controlled_shutdown -> fenced", shutdown_to_fenced, shutdown_window},
    Rule{"isr_shrink_by_lag: since last caught up", caught_up_to_shrink, shrink_window},
    Rule{"shrink logged -> committed", shrink_to_committed, at_once_window},
    Rule{"kill of the active controller -> LEADER_CHANGE written", to_active, active_window},
    Rule{"stop of the active controller -> LEADER_CHANGE written", to_active, active_window},
    Rule{"kill -> first voter Prospective", to_prospective, prospective_window},
    Rule{"stop -> first voter Prospective", to_prospective, prospective_window},
    Rule{"first Prospective -> Leader", election, election_window},
    Rule{"kill -> heartbeat channel of a broker switched, first", to_heartbeat_at_active,
         switched_window, false},
    Rule{"LEADER_CHANGE -> broker 1 fenced", active_to_fenced, fresh_session_window},
};

Look look_of(const Json& timeline, const RecordedRun& run, const ObservedRun& observed)
{
    const Json& cluster = timeline.at("cluster");
    Look look{.observed = observed,
              .session = milliseconds(cluster.at("broker.session.timeout.ms")),
              .heartbeat = milliseconds(cluster.at("broker.heartbeat.interval.ms")),
              .lag = milliseconds(cluster.at("replica.lag.time.max.ms"))};
    for (const Happening& action : run.actions) {
        const bool fault = action.what == "kill" || action.what == "stop" || action.what == "term";
        if (fault && action.node > 100 && look.controller < 0) {
            look.controller = action.node;
            look.controller_begin = action.at;
        } else if (fault && action.node < 100 && look.broker < 0) {
            look.broker = action.node;
            look.begin = action.at;
            look.fault = action.what;
        } else if (action.what == "cont" && action.node == look.broker) {
            look.resumed = action.at;
        }
    }
    if (look.broker < 0) look.begin = look.controller_begin;
    const Json& topic = timeline.at("topic");
    look.leads = topic.at("replicas").front() == look.broker;
    look.waits_for_isr = timeline.at("producer_config").value("acks", "all") == "all";
    look.min_isr = std::stoul(topic.at("config").value("min.insync.replicas", "1"));
    return look;
}

std::string text_of(Duration time)
{
    return std::to_string(to_milliseconds(time));
}

}  // namespace

std::vector<std::string> check_intervals(const Json& timeline, const Json& recorded,
                                         const RecordedRun& run, const ObservedRun& observed)
{
    std::vector<std::string> wrong;
    const Look look = look_of(timeline, run, observed);
    for (const auto& [name, value] : recorded.at("intervals").items()) {
        const auto rule = std::ranges::find(rules, name, &Rule::interval);
        if (rule == rules.end() || value.is_null()) continue;
        const Window window = rule->window(look);
        const std::string room = text_of(window.low) + " to " + text_of(window.high) + " ms";
        if (rule->of_recorded && !window.holds(milliseconds(value.get<std::int64_t>()))) {
            wrong.push_back(name + ": recorded " + value.dump() + ", the rule says " + room);
        }
        const Measured measured = rule->measure(look);
        if (!measured) {
            // Two clocks race for the ISR: the lag limit and the session.
            if (name == "isr_shrink_by_lag: since last caught up") continue;
            if (name == "shrink logged -> committed") continue;
            wrong.push_back(name + ": did not happen");
        } else if (!window.holds(*measured)) {
            wrong.push_back(name + ": " + text_of(*measured) + " ms, not " + room);
        }
    }
    return wrong;
}

}  // namespace gregor::lab
