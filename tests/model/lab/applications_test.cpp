#include "model/lab/applications.h"

#include "model/lab/opened_recording.h"
#include "model/lab/own_resources.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>

using namespace gregor;
using namespace gregor::lab;

namespace {

constexpr const char* text = R"({
  "gregor": 1, "id": "applications", "title": "t", "teaches": "t", "doc": "d",
  "cluster": {"brokers": 1, "controllers": 1, "link": {"latency": "1ms"},
              "defaults": {"group.initial.rebalance.delay.ms": 0}},
  "topics": [{"name": "t", "partitions": 2, "rf": 1}],
  "clients": [
    {"name": "P", "kind": "producer", "load": {"rate": "100/s", "size": "100B", "to": "1s"}},
    {"name": "C", "kind": "consumer", "application": "Reader",
     "config": {"group.id": "g", "auto.offset.reset": "earliest", "enable.auto.commit": false}}],
  "script": [], "horizon": "3s", "asserts": [],
  "legs": [{"name": "only", "expect": {}}]
})";

constexpr const char* producing = R"({
  "gregor": 1, "id": "applications", "title": "t", "teaches": "t", "doc": "d",
  "cluster": {"brokers": 1, "controllers": 1},
  "topics": [{"name": "t", "partitions": 2, "rf": 1}],
  "clients": [{"name": "P", "kind": "producer", "application": "Sender"}],
  "script": [], "horizon": "3s", "asserts": [],
  "legs": [{"name": "only", "expect": {}}]
})";

/// Works 2 ms on what it gets, and commits it.
class Reader final : public ApplicationHost {
public:
    ApplicationEffects call(std::uint64_t, const ApplicationOccasion& occasion) override
    {
        occasions.push_back(occasion);
        ApplicationEffects& effects = calls_.emplace_back();
        if (occasion.kind == ApplicationOccasion::Kind::start) {
            effects.emplace_back(application::SetTimer{7, milliseconds(500)});
        }
        if (occasion.kind != ApplicationOccasion::Kind::records) return effects;
        effects.emplace_back(application::Work{milliseconds(2)});
        application::Commit commit;
        for (const auto& each : occasion.records) {
            effects.emplace_back(
                application::Processed{each.partition, each.base_offset, each.count});
            commit.offsets.push_back({each.partition, each.base_offset + each.count});
        }
        effects.emplace_back(commit);
        return effects;
    }
    const ApplicationCalls& calls() const override { return calls_; }
    std::vector<ApplicationOccasion> occasions;

private:
    ApplicationCalls calls_;
};

/// One run, with its recording.
struct Ran {
    std::shared_ptr<Reader> host = std::make_shared<Reader>();
    std::string recording;
    std::uint64_t hash{};
};

Ran run()
{
    Ran ran;
    const ScenarioFile file = ScenarioFile::parse(text, "applications.json");
    const auto scenario = std::make_shared<const Scenario>(file.resolve("only"));
    const Topology topology = build_topology(*scenario);
    Simulation simulation(scenario, 1, recording_fixed_resources(topology.links()), ran.host);
    RecordingWriter writer;
    simulation.add(writer);
    simulation.run();
    ran.hash = simulation.hash();
    RunIdentity identity;
    identity.file = "applications.json";
    identity.scenario = scenario->id;
    identity.leg = "only";
    identity.resources = "fixed";
    ran.recording = writer.encode(identity, file.text(), simulation);
    return ran;
}

std::int64_t records_in(const std::vector<ApplicationOccasion>& occasions)
{
    std::int64_t count = 0;
    for (const ApplicationOccasion& occasion : occasions) {
        if (occasion.kind != ApplicationOccasion::Kind::records) continue;
        for (const auto& each : occasion.records) count += each.count;
    }
    return count;
}

}  // namespace

TEST_CASE("applications: each record is told once, timers at their time")
{
    const Ran ran = run();
    CHECK(records_in(ran.host->occasions) == 100);
    const auto timer = std::ranges::find(ran.host->occasions, ApplicationOccasion::Kind::timer,
                                         &ApplicationOccasion::kind);
    REQUIRE(timer != ran.host->occasions.end());
    CHECK(timer->timer == 7);
    CHECK(timer->at >= Time{} + milliseconds(500));
    CHECK(timer->at <= Time{} + milliseconds(510));
}

TEST_CASE("applications: a recording re-executes without them, at every keyframe")
{
    const Ran ran = run();
    OpenedRecording opened = OpenedRecording::from_bytes(ran.recording, "x.gregor");
    CHECK_FALSE(opened.difference());
    CHECK(opened.final_hash() == ran.hash);
    const std::uint64_t middle = opened.seek(Time{} + milliseconds(900)).hash();
    opened.seek(Time{} + milliseconds(100));
    CHECK(opened.seek(Time{} + milliseconds(900)).hash() == middle);
}

TEST_CASE("applications: a scenario with them does not run without them")
{
    const ScenarioFile file = ScenarioFile::parse(text, "applications.json");
    const auto scenario = std::make_shared<const Scenario>(file.resolve("only"));
    const Topology topology = build_topology(*scenario);
    CHECK_THROWS_AS(Simulation(scenario, 1, fixed_resources(topology.links())), BadInput);
}

TEST_CASE("applications: calls survive being written, and what is none is refused")
{
    const ScenarioFile file = ScenarioFile::parse(text, "applications.json");
    const Scenario scenario = file.resolve("only");
    const TopicPartition first{TopicId{0}, 0};
    const ApplicationCalls calls{
        {},
        {application::Work{milliseconds(3)}, application::Commit{{{first, Offset{5}}}, false}},
        {application::Processed{first, Offset{1}, 4}, application::SetTimer{1, seconds(1)},
         application::CancelTimer{1}, application::Stop{}}};
    CHECK(decode_application_calls(encode(calls), scenario, "x") == calls);
    CHECK(encode(ApplicationCalls{}).empty());
    CHECK_THROWS_AS(decode_application_calls("nonsense", scenario, "x"), BadInput);
    const ApplicationCalls elsewhere{{application::Processed{{TopicId{9}, 0}, Offset{1}, 1}}};
    CHECK_THROWS_AS(decode_application_calls(encode(elsewhere), scenario, "x"), BadInput);
    const ApplicationCalls sends{{application::Send{first, 1, {}, {}, {}}}};
    CHECK_THROWS_AS(decode_application_calls(encode(sends), scenario, "x"), BadInput);
}

TEST_CASE("applications: effects survive as JSON, bytes that are no text too")
{
    const TopicPartition first{TopicId{0}, 0};
    application::Send send{first, 2, "\xff\x01", "value", {{"h", "\xfe"}, {"none", std::nullopt}}};
    const ApplicationCalls calls{
        {send, application::Send{first, 1, std::nullopt, std::nullopt, {}}},
        {application::Seek{first, Offset{-2}}, application::Pause{{first}, false}}};
    const nlohmann::json json = nlohmann::json::parse(to_json(calls).dump());
    CHECK(application_calls(json) == calls);
    CHECK(json[0][0][4] == nlohmann::json::array({255, 1}));
    const Scenario scenario = ScenarioFile::parse(producing, "x").resolve("only");
    CHECK(decode_application_calls(encode({calls[0]}), scenario, "x") ==
          ApplicationCalls{calls[0]});
}

TEST_CASE("applications: a scenario that carries the calls of a run makes that run alone")
{
    const Ran ran = run();
    const auto document = [&](std::uint64_t hash, const ApplicationCalls& calls) {
        nlohmann::json json = nlohmann::json::parse(text);
        json["calls"] = {{"model", model_version},
                         {"seed", 1},
                         {"hash", hash_text(hash)},
                         {"effects", to_json(calls)}};
        return json.dump();
    };
    const auto hash_of = [](const std::string& file, std::uint64_t seed) {
        const auto scenario = std::make_shared<const Scenario>(
            ScenarioFile::parse(file, "applications.json").resolve("only"));
        const Topology topology = build_topology(*scenario);
        Simulation simulation(scenario, seed, fixed_resources(topology.links()));
        simulation.run();
        simulation.finish();
        return simulation.hash();
    };
    CHECK(hash_of(document(ran.hash, ran.host->calls()), 1) == ran.hash);
    CHECK_THROWS_AS(hash_of(document(ran.hash, ran.host->calls()), 2), BadInput);
    CHECK_THROWS_AS(hash_of(document(ran.hash + 1, ran.host->calls()), 1), BadInput);
    ApplicationCalls fewer = ran.host->calls();
    fewer.pop_back();
    CHECK_THROWS_AS(hash_of(document(ran.hash, fewer), 1), BadInput);
    ApplicationCalls more = ran.host->calls();
    more.emplace_back();
    CHECK_THROWS_AS(hash_of(document(ran.hash, more), 1), BadInput);
}

TEST_CASE("applications: they are told what records hold and where the client stands")
{
    const Ran ran = run();
    for (const ApplicationOccasion& occasion : ran.host->occasions) {
        if (occasion.kind != ApplicationOccasion::Kind::records) continue;
        CHECK(occasion.assignment.size() == 2);
        for (const auto& each : occasion.records) {
            std::int64_t told = 0;
            for (const auto& content : each.contents) {
                told += content.count;
                CHECK(content.value_size == 100);
                CHECK(content.created == Time{} + milliseconds(10) * content.first_sequence);
                CHECK(content.shift_ms == 0);
            }
            CHECK(told == each.count);
        }
    }
}

TEST_CASE("applications: a recording with fewer calls names the event from which it differs")
{
    const Ran ran = run();
    Recording recording = gregor::decode(ran.recording);
    recording.external.clear();
    const OpenedRecording opened = OpenedRecording::from_bytes(gregor::encode(recording), "x");
    REQUIRE(opened.difference());
    CHECK(opened.difference()->event > 0);
    CHECK(opened.difference()->what.find("call 1") != std::string::npos);
}
