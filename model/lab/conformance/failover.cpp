#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/conformance/failover_run.h"
#include "model/lab/conformance/failover_times.h"
#include "model/lab/diagnostic.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

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

/// What followed in the model after the recording had ended does not count.
bool is_recorded(const Json& sequences, const ObservedRun& observed, const RecordedRun& run)
{
    const Json all = states_until(observed, run.end * 1'000 + seconds(1'000));
    const Json until_end = states_until(observed, run.end + seconds(1));
    return std::ranges::any_of(sequences, [&](const Json& sequence) {
        const Json& states = sequence.at("leader_epoch_isr_elr");
        return all.size() >= states.size() && until_end.size() <= states.size() &&
               std::equal(states.begin(), states.end(), all.begin());
    });
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
    if (with > 0 && without > 0) return Losses::sometimes;
    return with > 0 ? Losses::always : Losses::never;
}

void judge_run(const Json& timeline, const Json& run, VectorOutcome& outcome)
{
    const auto fail = [&](const std::string& what) {
        outcome.passed = false;
        outcome.got += "run " + run.at("run").dump() + ": " + what + "; ";
    };
    const RecordedRun recorded = recorded_run(timeline, run);
    const ObservedRun observed = observe(scenario_of(timeline, recorded), recorded.begin,
                                         run.at("run").get<std::uint64_t>());
    if (!is_recorded(sequences_of(timeline), observed, recorded)) {
        fail(states_until(observed, recorded.end * 1'000 + seconds(1'000)).dump());
    }
    for (const std::string& what : observed.violated) fail(what);
    const Losses losses = recorded_losses(timeline);
    if (observed.lost && losses == Losses::never) fail("acknowledged records are lost");
    if (!observed.lost && losses == Losses::always) fail("no acknowledged record is lost");
    if (!run.contains("intervals")) return;
    for (const std::string& what : check_intervals(timeline, run, recorded, observed)) fail(what);
}

}  // namespace

/// Each recorded run of a timeline is repeated with its actions. The order of leaders, epochs, ISR
/// and ELR must be one of the recorded ones; loss must occur where it always did and must not where
/// it never did; in the timed recordings each interval must be where its rule says.
std::vector<VectorOutcome> conform_failover_timelines(std::string_view jsonl)
{
    std::vector<VectorOutcome> outcomes;
    for (const Json& timeline : cases_of(jsonl)) {
        VectorOutcome& outcome = outcomes.emplace_back();
        outcome.id = timeline.at("id").get<std::string>();
        for (const Json& each : sequences_of(timeline)) {
            outcome.expected +=
                (outcome.expected.empty() ? "" : " or ") + each.at("leader_epoch_isr_elr").dump();
        }
        outcome.passed = true;
        try {
            for (const Json& run : timeline.at("runs")) judge_run(timeline, run, outcome);
        } catch (const BadInput& cannot) {
            outcome.covered = outcome.passed = false;
            outcome.got = cannot.what();
        }
    }
    return outcomes;
}

}  // namespace gregor::lab
