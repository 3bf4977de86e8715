#include "model/lab/applications.h"

#include "engine/fixed_resources.h"
#include "engine/recorded_resources.h"
#include "model/lab/opened_recording.h"

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
    Simulation simulation(scenario, 1,
                          std::make_unique<RecordingResources>(
                              std::make_unique<FixedResources>(topology.links()), topology.links()),
                          ran.host);
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
    CHECK_THROWS_AS(Simulation(scenario, 1, std::make_unique<FixedResources>(topology.links())),
                    BadInput);
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
    const ApplicationCalls sends{{application::Send{first, 1, {}}}};
    CHECK_THROWS_AS(decode_application_calls(encode(sends), scenario, "x"), BadInput);
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
