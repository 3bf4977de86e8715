#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/failover_run.h"
#include "model/lab/conformance/failover_times.h"
#include "model/lab/diagnostic.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gregor::lab {

namespace {

using Json = nlohmann::json;

/// [leader, leader epoch, ISR, ELR], lists ascending: what the recordings list as a state.
Json state_of(const PartitionState& state)
{
    Json isr = Json::array(), elr = Json::array();
    for (const BrokerId each : state.isr) isr.push_back(each.value);
    for (const BrokerId each : state.eligible_leader_replicas) elr.push_back(each.value);
    return {state.leader.value, state.leader_epoch.value, isr, elr};
}

/// Changes of other fields alone (recovery) are not states of their own there.
Json states_until(const ObservedRun& observed, Duration end)
{
    Json states = Json::array();
    for (const PartitionState& each : observed.states) {
        if (each.at > end) break;
        const Json state = state_of(each);
        if (states.empty() || states.back() != state) states.push_back(state);
    }
    return states;
}

const Json& sequences_of(const Json& timeline)
{
    if (timeline.contains("state_sequences")) return timeline["state_sequences"];
    return timeline.at("summary").at("state_sequences");
}

/// Two replicas that are both behind rejoin in either order.
Json without_order_of_joining(const Json& states)
{
    Json kept = Json::array();
    for (const Json& state : states) {
        const auto grows = [&](const Json& before) {
            const auto old = before[2].get<std::set<std::int32_t>>();
            const auto now = state[2].get<std::set<std::int32_t>>();
            return before[0] == state[0] && before[1] == state[1] && now.size() > old.size() &&
                   std::ranges::includes(now, old);
        };
        const bool joins = kept.size() > 1 && grows(kept.back()) && kept.back().back() == true;
        if (joins) kept.erase(kept.size() - 1);
        kept.push_back(state);
        kept.back().push_back(kept.size() > 1 && (joins || grows(kept[kept.size() - 2])));
    }
    return kept;
}

enum class Likeness : std::uint8_t { other, but_for_joining, same };

/// What followed in the model after the recording had ended does not count.
Likeness likeness(const Json& sequences, const ObservedRun& observed, const RecordedRun& run)
{
    const Json all = states_until(observed, run.end * 1'000 + seconds(1'000));
    const std::size_t until_end = states_until(observed, run.end + seconds(1)).size();
    Likeness best = Likeness::other;
    for (const Json& sequence : sequences) {
        const Json& states = sequence.at("leader_epoch_isr_elr");
        if (all.size() < states.size() || until_end > states.size()) continue;
        const Json seen(
            Json::array_t(all.begin(), all.begin() + Json::difference_type(states.size())));
        if (seen == states) return Likeness::same;
        if (without_order_of_joining(seen) == without_order_of_joining(states)) {
            best = Likeness::but_for_joining;
        }
    }
    return best;
}

/// In every run, in no run, or it depends on load and phase.
enum class Losses : std::uint8_t { never, sometimes, always };

Losses recorded_losses(const Json& timeline)
{
    std::size_t with = 0, without = 0;
    for (const Json& run : timeline.at("runs")) {
        const Json producer = run.value("producer", Json());
        if (!producer.is_object()) return Losses::sometimes;
        ++(producer.value("acked_but_lost", 0) > 0 ? with : without);
    }
    // With acks=0 "acknowledged" means written to a socket, whose buffers the model has not.
    const bool unasked = timeline.at("producer_config").value("acks", "all") == "0";
    if (with > 0 && (without > 0 || unasked)) return Losses::sometimes;
    return with > 0 ? Losses::always : Losses::never;
}

/// A leader resumed after about replica.lag.time.max.ms, but within its session, removes followers
/// or not, by which of its threads runs first: its check of the ISR or what reads the fetches that
/// waited. A process of the model has no threads.
bool is_race_of_threads(const Json& timeline, const RecordedRun& run)
{
    const Json& cluster = timeline.at("cluster");
    const Duration lag = milliseconds(cluster.at("replica.lag.time.max.ms"));
    const Duration session = milliseconds(cluster.at("broker.session.timeout.ms"));
    const Json& leader = timeline.at("topic").at("replicas").front();
    for (const Happening& stop : run.actions) {
        if (stop.what != "stop" || leader != stop.node) continue;
        for (const Happening& resume : run.actions) {
            if (resume.what != "cont" || resume.node != stop.node) continue;
            if (resume.at - stop.at >= lag && resume.at - stop.at < session) return true;
        }
    }
    return false;
}

/// Some recording begins with all replicas in the ISR. Where none does, a broker was fenced when
/// the topic was created, for reasons that are not recorded.
bool begins_whole(const Json& timeline)
{
    auto replicas = timeline.at("topic").at("replicas").get<std::vector<std::int32_t>>();
    std::ranges::sort(replicas);
    return std::ranges::any_of(sequences_of(timeline), [&](const Json& sequence) {
        return sequence.at("leader_epoch_isr_elr")[0][2] == Json(replicas);
    });
}

using Tries = std::vector<std::vector<ObservedRun>>;

/// When a broker last sent a heartbeat before the failure is chance, and decides who is fenced
/// first. Phases that give the recorded order of the brokers' states are looked for; some, and as
/// many as it takes until each topic was once as recorded.
Tries tries_of(const SessionRun& session, const RecordedRun& run, bool in_recorded_order)
{
    constexpr std::uint64_t most_seeds = 40;
    constexpr std::size_t enough = 4;
    const Json scenario = scenario_of(session, run);
    std::set<std::size_t> as_recorded;  // topics
    Tries tries;
    for (std::uint64_t i = 0; i < most_seeds; ++i) {
        if (tries.size() >= enough && as_recorded.size() == session.topics.size()) break;
        auto observed = observe(scenario, run.begin, session.number + 100 * i);
        if (in_recorded_order && order_of(observed.front()) != run.order) continue;
        for (std::size_t topic = 0; topic < session.topics.size(); ++topic) {
            const Json& sequences = sequences_of(*session.topics[topic].timeline);
            const Likeness like = likeness(sequences, observed[topic], run);
            if (like == Likeness::same) as_recorded.insert(topic);
        }
        tries.push_back(std::move(observed));
    }
    return tries;
}

/// The cases of a file by session, which went through the same actions in one cluster.
class Sessions {
public:
    explicit Sessions(const std::vector<Json>& timelines) : outcomes_(timelines.size())
    {
        for (std::size_t i = 0; i < timelines.size(); ++i) {
            const Json& timeline = timelines[i];
            VectorOutcome& outcome = outcomes_[i];
            outcome.id = timeline.at("id").get<std::string>();
            outcome.passed = true;
            for (const Json& each : sequences_of(timeline)) {
                outcome.expected += (outcome.expected.empty() ? "" : " or ") +
                                    each.at("leader_epoch_isr_elr").dump();
            }
            const std::string session = outcome.id.substr(0, outcome.id.rfind('/'));
            for (const Json& run : timeline.at("runs")) {
                SessionRun& whole = runs_[{session, run.at("run").get<std::uint64_t>()}];
                whole.number = run.at("run").get<std::uint64_t>();
                whole.topics.push_back({&timeline, &run});
                indexes_[{session, whole.number}].push_back(i);
            }
        }
    }

    std::vector<VectorOutcome> judge()
    {
        for (const auto& [key, session] : runs_) judge_session(session, indexes_.at(key));
        return std::move(outcomes_);
    }

private:
    using Key = std::pair<std::string, std::uint64_t>;

    void fail(std::size_t index, std::uint64_t run, const std::string& what)
    {
        outcomes_[index].passed = false;
        outcomes_[index].got += "run " + std::to_string(run) + ": " + what + "; ";
    }
    void judge_session(const SessionRun& session, const std::vector<std::size_t>& indexes);
    void judge_topic(const SessionRun& session, std::size_t topic, std::size_t index,
                     const RecordedRun& run, const Tries& tries);

    std::vector<VectorOutcome> outcomes_;
    std::map<Key, SessionRun> runs_;
    std::map<Key, std::vector<std::size_t>> indexes_;
};

void Sessions::judge_session(const SessionRun& session, const std::vector<std::size_t>& indexes)
{
    RecordedRun run;
    Tries tries;
    try {
        run = recorded_run(session);
        tries = tries_of(session, run, true);
        if (tries.empty()) tries = tries_of(session, run, false);
    } catch (const BadInput& cannot) {
        for (const std::size_t index : indexes) {
            outcomes_[index].covered = false;
            outcomes_[index].got = cannot.what();
        }
        return;
    }
    for (std::size_t topic = 0; topic < indexes.size(); ++topic) {
        judge_topic(session, topic, indexes[topic], run, tries);
    }
}

/// The order of states must be a recorded one in one try, and in the others differ from one by the
/// order of joining at most. Everything else must hold in each.
void Sessions::judge_topic(const SessionRun& session, std::size_t topic, std::size_t index,
                           const RecordedRun& run, const Tries& tries)
{
    const Json& timeline = *session.topics[topic].timeline;
    const Json& recorded = *session.topics[topic].run;
    if (is_race_of_threads(timeline, run) || !begins_whole(timeline)) {
        outcomes_[index].covered = false;
        outcomes_[index].got = "depends on what is not an input; ";
    }
    const bool unclean =
        timeline.at("topic").at("config").value("unclean.leader.election.enable", "") == "true";
    const Losses losses = recorded_losses(timeline);
    bool any_same = false;
    for (const std::vector<ObservedRun>& topics : tries) {
        const ObservedRun& observed = topics[topic];
        const Likeness like = likeness(sequences_of(timeline), observed, run);
        any_same |= like == Likeness::same;
        const bool last = &topics == &tries.back();
        if (like == Likeness::other || (last && !any_same)) {
            fail(index, session.number, states_until(observed, run.end + seconds(60)).dump());
        }
        for (const std::string& what : observed.violated) {
            if (!unclean) fail(index, session.number, what);
        }
        if (observed.lost && losses == Losses::never) {
            fail(index, session.number, "acknowledged records are lost");
        }
        if (!observed.lost && losses == Losses::always) {
            fail(index, session.number, "no acknowledged record is lost");
        }
        if (!recorded.contains("intervals")) continue;
        for (const auto& what : check_intervals(timeline, recorded, run, observed)) {
            fail(index, session.number, what);
        }
    }
}

}  // namespace

/// Each recorded run of a session is repeated with its actions. The order of leaders, epochs, ISR
/// and ELR must be one of the recorded ones; loss must occur where it always did and must not where
/// it never did; in the timed recordings each interval must be where its rule says.
std::vector<VectorOutcome> conform_failover_timelines(std::string_view jsonl)
{
    const std::vector<Json> timelines = cases_of(jsonl);
    return Sessions(timelines).judge();
}

}  // namespace gregor::lab
