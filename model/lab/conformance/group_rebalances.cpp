// Consumers of one group that come, go, hang and crash, as a recording has them: the callbacks that
// each of them saw, against those of the model.
#include "engine/fixed_resources.h"
#include "model/lab/conformance/areas.h"
#include "model/lab/conformance/cases.h"
#include "model/lab/run_leg.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace gregor::lab {

namespace {

using nlohmann::json;

/// Ids of members and of topics are random, and their order decides who gets which partitions; and
/// the machine of the recordings was busy: answers took their time. A case agrees when it does so
/// for one of these seeds, one order of its topics, and one latency of the network.
constexpr std::uint64_t seeds_tried = 16;
constexpr std::array<const char*, 2> latencies{"0.1ms", "150ms"};
constexpr std::int64_t begin_ms = 20'000;  // the cluster is there before the first consumer

/// What an application was told, in order: [kind, partitions], and of an assignment the generation.
using Callbacks = std::map<std::string, json>;

std::string ms(std::int64_t count)
{
    return std::to_string(count) + "ms";
}

/// What a script can say. Other calls of an application (subscribe, unsubscribe, enforceRebalance,
/// pause, close with options), patterns, slow callbacks, administrators that remove members, and
/// members of both protocols in one group are not covered.
bool is_covered(const json& recorded)
{
    constexpr std::array<std::string_view, 6> known{"start", "close",  "crash",
                                                    "hang",  "resume", "partitions"};
    if (recorded.value("both", false)) return false;
    return std::ranges::all_of(recorded.at("actions"), [&](const json& action) {
        const std::string what = action[1];
        if (std::ranges::find(known, what) == known.end()) return false;
        if (action.size() < 4 || what == "partitions") return true;
        return std::ranges::all_of(action[3].items(),
                                   [](const auto& option) { return option.key() == "cfg"; });
    });
}

bool is_kip848(const json& recorded)
{
    return recorded.value("proto", "") == "consumer";
}

/// Those of the golden/groups README; recordings that shift their actions have the defaults.
json broker_settings(const json& recorded)
{
    json settings{{"offsets.topic.num.partitions", 4},
                  {"group.min.session.timeout.ms", 100},
                  {"group.consumer.min.session.timeout.ms", 100},
                  {"group.consumer.min.heartbeat.interval.ms", 100}};
    if (is_kip848(recorded)) {
        settings["group.consumer.session.timeout.ms"] = recorded.at("session_timeout_ms");
        settings["group.consumer.heartbeat.interval.ms"] = recorded.at("heartbeat_interval_ms");
    }
    if (recorded.contains("phase_shift_ms")) return settings;
    const bool b = recorded.value("cluster", "a") == "b";
    settings["group.initial.rebalance.delay.ms"] = b ? 1'500 : 0;
    settings["group.consumer.assignment.interval.ms"] = b ? 0 : 1'000;
    return settings;
}

json client_settings(const json& recorded, const json& own)
{
    json settings{{"group.id", "g"}, {"auto.offset.reset", "earliest"}};
    if (is_kip848(recorded)) {
        settings["group.protocol"] = "consumer";
    } else {
        std::string assignors;
        for (const json& each : recorded.at("assignor")) {
            assignors += (assignors.empty() ? "" : ",") + each.get<std::string>();
        }
        settings["partition.assignment.strategy"] = assignors;
        settings["session.timeout.ms"] = recorded.at("session_timeout_ms");
        settings["heartbeat.interval.ms"] = recorded.at("heartbeat_interval_ms");
    }
    if (!recorded.contains("phase_shift_ms")) {
        settings["metadata.max.age.ms"] = 1'000;
        settings["fetch.max.wait.ms"] = 100;
    }
    if (recorded.contains("cfg")) settings.update(recorded.at("cfg"));
    settings.update(own);
    return settings;
}

/// What the recording leaves open.
struct Chance {
    std::uint64_t seed{};
    const char* latency{};
    /// Kafka's coordinator deals topics in the order of their random ids, the model's by their
    /// names: names of the model in the same or the other order.
    bool reversed{};
};

std::map<std::string, std::string> names_of_topics(const json& recorded, const Chance& chance)
{
    std::map<std::string, std::string> names;
    const std::size_t count = recorded.at("topics").size();
    for (const auto& [name, partitions] : recorded.at("topics").items()) {
        const std::size_t place = chance.reversed ? count - 1 - names.size() : names.size();
        names.emplace(name, "t" + std::to_string(100 + place));
    }
    return names;
}

json action_of(const json& action, const std::map<std::string, std::string>& topic_names)
{
    static const std::map<std::string, std::string> acts{{"start", "start"},
                                                         {"close", "stop"},
                                                         {"crash", "crash"},
                                                         {"hang", "pause"},
                                                         {"resume", "resume"}};
    if (action[1] == "partitions") {
        return {{"admin",
                 {{"op", "add-partitions"},
                  {"topic", topic_names.at(action[3].at("topic"))},
                  {"partitions", action[3].at("count")}}}};
    }
    return {{"client", {{"name", action[2]}, {"act", acts.at(action[1])}}}};
}

using Times = std::vector<std::int64_t>;  // of the actions, in ms

Times written_times(const json& recorded, std::int64_t shift_ms)
{
    Times times;
    for (const json& action : recorded.at("actions")) {
        const std::int64_t at = action[0];
        times.push_back(at >= 1'000 ? at + shift_ms : at);
    }
    return times;
}

/// When a run did what is written; the machine may have been late.
Times own_times(const json& recorded, const json& run)
{
    Times times;
    std::map<json, std::size_t> seen;
    for (const json& action : recorded.at("actions")) {
        const bool administers = action[1] == "partitions";
        const json wanted =
            administers ? json{"-", "partitions added"} : json{action[2], action[1]};
        std::size_t nth = ++seen[wanted];
        times.push_back(action[0]);
        for (const json& event : run.at("events")) {
            const bool same =
                event[2] == (administers ? "admin" : "app") && json{event[1], event[3]} == wanted;
            if (same && --nth == 0) times.back() = event[0];
        }
    }
    return times;
}

json scenario_of(const json& recorded, const Times& times, const Chance& chance)
{
    json topics = json::array(), clients = json::array(), script = json::array();
    json names = json::array();
    const std::map<std::string, std::string> topic_names = names_of_topics(recorded, chance);
    for (const auto& [recorded_name, partitions] : recorded.at("topics").items()) {
        const std::string& name = topic_names.at(recorded_name);
        topics.push_back({{"name", name}, {"partitions", partitions}, {"rf", 1}});
        names.push_back(name);
        clients.push_back({{"name", "P-" + name},
                           {"kind", "producer"},
                           {"topics", {name}},
                           {"load", {{"rate", "12/s"}, {"size", "100B"}, {"from", "10s"}}}});
    }
    std::set<std::string> members;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const json& action = recorded.at("actions")[i];
        script.push_back({{"at", ms(begin_ms + times[i])}, {"do", action_of(action, topic_names)}});
        if (action[1] != "start" || !members.insert(action[2]).second) continue;
        const json options = action.size() > 3 ? action[3] : json::object();
        clients.push_back(
            {{"name", action[2]},
             {"kind", "consumer"},
             {"topics", names},
             {"config", client_settings(recorded, options.value("cfg", json::object()))}});
    }
    return {{"gregor", 1},
            {"id", "recorded"},
            {"resources", "fixed"},
            {"cluster",
             {{"brokers", 1},
              {"controllers", 1},
              {"defaults", broker_settings(recorded)},
              {"link", {{"latency", chance.latency}}}}},
            {"topics", topics},
            {"clients", clients},
            {"script", script},
            {"horizon", ms(begin_ms + recorded.at("end").get<std::int64_t>())},
            {"asserts", json::array()},
            {"legs", json::array({{{"name", "only"}, {"expect", json::object()}}})}};
}

/// Notes the callbacks. An assignment is told with what is new in it.
class Witness final : public RunListener {
public:
    Witness(const Scenario& scenario, const std::map<std::string, std::string>& topic_names)
        : scenario_(scenario)
    {
        for (const auto& [recorded, name] : topic_names) recorded_names_[name] = recorded;
    }

    const Callbacks& callbacks() const { return callbacks_; }

    void on_step(const StepOf&, std::span<const Event> events, std::uint64_t) override
    {
        for (const Event& event : events) std::visit(*this, event);
    }
    void operator()(const event::PartitionsAssigned& e)
    {
        std::set<TopicPartition>& owned = owned_[e.client];
        std::vector<TopicPartition> added;
        for (const TopicPartition each : e.partitions) {
            if (owned.insert(each).second) added.push_back(each);
        }
        note(e.client, {"assigned", names_of(added), e.generation});
    }
    void operator()(const event::PartitionsRevoked& e)
    {
        for (const TopicPartition each : e.partitions) owned_[e.client].erase(each);
        note(e.client, {e.lost ? "lost" : "revoked", names_of(e.partitions)});
    }
    template <class Other>
    void operator()(const Other&)
    {
    }

private:
    json names_of(const std::vector<TopicPartition>& partitions) const
    {
        std::set<std::pair<std::string, std::int32_t>> sorted;
        for (const TopicPartition each : partitions) {
            const auto topic = static_cast<std::size_t>(each.topic.value);
            sorted.emplace(recorded_names_.at(scenario_.topics[topic].name), each.partition);
        }
        json names = json::array();
        for (const auto& [topic, number] : sorted) {
            names.push_back(topic + "-" + std::to_string(number));
        }
        return names;
    }
    void note(ClientId client, json callback)
    {
        const auto index = static_cast<std::size_t>(client.value);
        json& told = callbacks_[scenario_.clients[index].name];
        if (told.is_null()) told = json::array();
        told.push_back(std::move(callback));
    }

    const Scenario& scenario_;
    std::map<std::string, std::string> recorded_names_;
    std::map<ClientId, std::set<TopicPartition>> owned_;
    Callbacks callbacks_;
};

Callbacks callbacks_of(const json& recorded, const Times& times, const Chance& chance)
{
    const json scenario = scenario_of(recorded, times, chance);
    auto resolved = std::make_shared<const Scenario>(
        ScenarioFile::parse(scenario.dump(), "recorded").resolve("only"));
    Witness witness(*resolved, names_of_topics(recorded, chance));
    const auto fixed = [](std::span<const LinkSpec> links) {
        return std::make_unique<FixedResources>(links);
    };
    run_leg(resolved, chance.seed, {.resources = fixed, .listeners = {&witness}});
    return witness.callbacks();
}

/// The generation of a revocation is not compared: the model's event does not say it.
Callbacks recorded_callbacks(const json& run)
{
    Callbacks all;
    for (const json& event : run.at("events")) {
        const std::string kind = event[2];
        if (kind != "assigned" && kind != "revoked" && kind != "lost") continue;
        json& told = all[event[1]];
        if (told.is_null()) told = json::array();
        json partitions = event[3];
        std::sort(partitions.begin(), partitions.end());
        json callback = {kind, partitions};
        if (kind == "assigned") callback.push_back(event[4]);
        told.push_back(std::move(callback));
    }
    return all;
}

/// How many callbacks agree before the first difference, over all members.
std::size_t agreement(const Callbacks& wanted, const Callbacks& got)
{
    std::size_t same = 0;
    for (const auto& [member, told] : wanted) {
        const auto mine = got.find(member);
        if (mine == got.end()) continue;
        const std::size_t both = std::min(told.size(), mine->second.size());
        for (std::size_t i = 0; i < both && told[i] == mine->second[i]; ++i) ++same;
    }
    return same;
}

/// A scenario and the runs that it may have come out as. On a quiet machine each run was done as it
/// is written, shifted. On a busy one calls were late: both what is written and what each run did
/// are tried.
struct Variant {
    Times times;
    std::vector<Callbacks> wanted;
};
std::vector<Variant> variants_of(const json& recorded)
{
    std::vector<Variant> variants;
    Variant as_written{written_times(recorded, 0), {}};
    const json& runs = recorded.at("runs");
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Callbacks wanted = recorded_callbacks(runs[i]);
        if (recorded.contains("phase_shift_ms")) {
            const std::int64_t shift = recorded.at("phase_shift_ms")[i];
            variants.push_back({written_times(recorded, shift), {wanted}});
        } else {
            variants.push_back({own_times(recorded, runs[i]), {wanted}});
            as_written.wanted.push_back(wanted);
        }
    }
    if (!as_written.wanted.empty()) variants.push_back(std::move(as_written));
    return variants;
}

std::vector<Chance> chances_of(const json& recorded)
{
    std::vector<Chance> all;
    for (const char* latency : latencies) {
        for (std::uint64_t seed = 1; seed <= seeds_tried; ++seed) {
            all.push_back({seed, latency, false});
            if (is_kip848(recorded)) all.push_back({seed, latency, true});
        }
    }
    return all;
}

VectorOutcome judge(const json& recorded)
{
    VectorOutcome outcome{.id = recorded.at("id")};
    outcome.covered = is_covered(recorded);
    if (!outcome.covered) return outcome;
    const std::vector<Variant> variants = variants_of(recorded);
    std::optional<std::size_t> best;
    for (const Chance& chance : chances_of(recorded)) {
        for (const Variant& variant : variants) {
            const Callbacks got = callbacks_of(recorded, variant.times, chance);
            for (const Callbacks& each : variant.wanted) {
                const std::size_t same = agreement(each, got);
                outcome.passed = each == got;
                if (!outcome.passed && best && same <= *best) continue;
                best = same;
                outcome.expected = json(each).dump();
                outcome.got = json(got).dump();
                if (outcome.passed) return outcome;
            }
        }
    }
    return outcome;
}

}  // namespace

std::vector<VectorOutcome> conform_group_rebalances(std::string_view text)
{
    std::vector<VectorOutcome> outcomes;
    for (const json& recorded : cases_of(text)) outcomes.push_back(judge(recorded));
    return outcomes;
}

}  // namespace gregor::lab
