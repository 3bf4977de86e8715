#include "model/lab/available.h"
#include "model/lab/levels.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

/// Every mistake that `gregor check` tells, each a line.
std::vector<std::string> mistakes_in(const json& scenario)
{
    std::vector<std::string> lines;
    for (const Diagnostic& each : ScenarioFile::parse(scenario.dump(), "x").check()) {
        lines.push_back(each.text());
    }
    return lines;
}

std::string mistake_with(const std::string& pointer, const std::string& value)
{
    json scenario = small_scenario();
    scenario[json::json_pointer(pointer)] = json::parse(value);
    const auto lines = mistakes_in(scenario);
    CAPTURE(pointer, value, lines);
    CHECK(lines.size() == 1);
    CHECK_THROWS_AS(ScenarioFile::parse(scenario.dump(), "x").resolve("only"), BadInput);
    return lines.empty() ? "none" : lines.front();
}

std::vector<std::string> warnings_with(const std::string& pointer, const std::string& value)
{
    json scenario = small_scenario();
    scenario[json::json_pointer(pointer)] = json::parse(value);
    return find_without_effect(*resolved(scenario));
}

}  // namespace

TEST_CASE("cluster: a topic without numbers takes those of the cluster", "[lab]")
{
    json scenario = small_scenario();
    scenario["cluster"]["defaults"] = {{"default.replication.factor", 2}, {"num.partitions", 3}};
    scenario["topics"].push_back({{"name", "u"}});
    const auto simulation = whole_run(scenario);
    CHECK(ask(*simulation, "size(isr('u-2')) == 2").is_true());
    CHECK(simulation->scenario().topics[1].partitions == 3);
    scenario["cluster"]["defaults"]["default.replication.factor"] = 4;
    const auto lines = mistakes_in(scenario);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with("/topics/1/rf: found 4 replicas"));
}

TEST_CASE("cluster: a topic that Kafka would not create is refused", "[lab]")
{
    json scenario = small_scenario();
    scenario["topics"].push_back({{"name", "u"}, {"replicas", {{1, 2}, {3}}}});
    const auto lines = mistakes_in(scenario);
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].starts_with("/topics/1: found topic u, refused with INVALID_REPLICA_ASSIGN"));
}

TEST_CASE("cluster: a level holds for the nodes that it names", "[lab]")
{
    json scenario = small_scenario();
    scenario["levels"] = json::parse(R"j({ "pre-vote": { "controllers": false },
        "check-quorum": { "102": false }, "truncation": { "1,2": "hw" } })j");
    const auto of = [scenario = resolved(scenario)](std::int32_t id) {
        return profile_of(*scenario, BrokerId{id});
    };
    CHECK_FALSE(of(101).pre_vote);
    CHECK(of(1).pre_vote);
    CHECK(of(101).check_quorum);
    CHECK_FALSE(of(102).check_quorum);
    CHECK(of(2).truncation == TruncationProtocol::high_watermark);
    CHECK(of(3).truncation == TruncationProtocol::fetch);
    CHECK(whole_run(scenario)->script().problems().empty());
}

TEST_CASE("cluster: a version of Kafka sets the levels as it had them, unless they are named",
          "[lab]")
{
    const auto in = [](const std::string& version, const char* levels = "{}") {
        json scenario = small_scenario();
        scenario["kafka"] = version;
        scenario["levels"] = json::parse(levels);
        return profile_of(*resolved(scenario), BrokerId{1});
    };
    CHECK(in("0.10.2").truncation == TruncationProtocol::high_watermark);
    CHECK(in("0.11").truncation == TruncationProtocol::kip101);
    CHECK(in("1.1").truncation == TruncationProtocol::kip101);
    CHECK(in("2.0.0").truncation == TruncationProtocol::kip279);
    CHECK(in("2.6").truncation == TruncationProtocol::kip279);
    CHECK(in("2.7").truncation == TruncationProtocol::fetch);
    CHECK(in("2.0").isr_join_rule == IsrJoinRule::high_watermark);
    CHECK(in("2.1").isr_join_rule == IsrJoinRule::epoch_start);
    CHECK_FALSE(in("2.0.1").fetch_epoch_fencing);
    CHECK_FALSE(in("3.6").strict_min_isr);
    CHECK(in("3.7").strict_min_isr);
    CHECK_FALSE(in("4.0").eligible_leader_replicas);
    CHECK(in("4.0").pre_vote);
    CHECK(in("4.3.1").eligible_leader_replicas);
    CHECK(in("2.4", R"({ "pre-vote": true })").pre_vote);
    CHECK_FALSE(in("4.3", R"({ "pre-vote": false })").pre_vote);
    for (const char* bad : {"", "4.4", "0.7", "5", "2.x", "2..1", ".4", "2.4.", "2.4.0.0.1"}) {
        CHECK(mistake_with("/kafka", json(bad).dump()).find("\"0.8\" to \"4.3\"") !=
              std::string::npos);
    }
}

TEST_CASE("cluster: a service time is drawn between two", "[lab]")
{
    json scenario = small_scenario();
    scenario["clients"].push_back(json::parse(R"j({ "name": "C", "kind": "consumer",
        "config": { "auto.offset.reset": "earliest" },
        "work": { "service": { "uniform": ["10ms", "500ms"] } } })j"));
    const auto a = whole_run(scenario);
    CHECK(whole_run(scenario)->hash() == a->hash());
    CHECK(a->scenario().clients[1].work->service.high == milliseconds(500).nanoseconds);
    scenario["clients"][1]["work"]["service"] = "10ms";
    CHECK(whole_run(scenario)->hash() != a->hash());
}

TEST_CASE("scenario: one entry may stand for many topics", "[lab]")
{
    json scenario = small_scenario();
    scenario["topics"].push_back({{"name", "orders"}, {"count", 12}, {"partitions", 2}, {"rf", 3}});
    const auto run = whole_run(scenario);
    CHECK(ask(*run, "size(isr('orders12-1')) == 3").is_true());
    CHECK(run->scenario().topics.size() == 13);
    scenario["topics"].push_back({{"name", "orders7"}});
    CHECK(mistake_with("/topics", scenario["topics"].dump()).find("orders7") != std::string::npos);
}

TEST_CASE("available: what would do nothing is refused, by check as by a run", "[lab]")
{
    const auto is_later = [](const std::string& line) {
        return line.find("not in this version") != std::string::npos;
    };
    CHECK(is_later(mistake_with("/platform", R"("star")")));
    CHECK(is_later(mistake_with("/clients/1", R"({ "name": "A", "kind": "admin" })")));
    CHECK(is_later(mistake_with("/clients/1", R"({ "name": "A", "kind": "processor" })")));
    CHECK(is_later(mistake_with("/clients/0/program/0", R"({ "poll": {} })")));
    CHECK(is_later(mistake_with("/levels", R"({ "partitioner": "hash" })")));
    CHECK(is_later(mistake_with("/levels", R"({ "truncation": { "controllers": "hw" } })")));
    CHECK(is_later(mistake_with("/levels", R"({ "elr": { "1": false } })")));
    CHECK(is_later(mistake_with("/asserts/0", R"({ "id": "a", "inv": "EO" })")));
    const auto step = [&](const char* action) {
        return mistake_with("/script/0", R"({ "at": "1s", "do": )" + std::string(action) + "}");
    };
    CHECK(is_later(step(R"({ "node": { "id": 1, "act": { "freeze": "handlers" } } })")));
    CHECK(is_later(step(R"({ "node": { "id": 101, "act": { "freeze": "fetchers" } } })")));
    CHECK(is_later(step(R"({ "set": { "scope": "client/P", "key": "acks", "value": 1 } })")));
    CHECK(is_later(step(R"({ "link": { "from": 1, "to": 2, "effect": { "rate": "1MB/s" } } })")));
    CHECK(step(R"({ "msg": { "match": { "api": "AlterConfigs" }, "act": "drop" } })")
              .find("nobody sends") != std::string::npos);
    CHECK(mistakes_in(small_scenario()).empty());
}

TEST_CASE("available: settings without effect are told, each with its place", "[lab]")
{
    CHECK(warnings_with("/topics/0/config/preallocate", "true") ==
          std::vector<std::string>{"/topics/0/config: preallocate has no effect in this version"});
    CHECK(warnings_with("/topics/0/config/retention.ms", "1000").empty());
    CHECK(warnings_with("/cluster/defaults", R"({ "log.preallocate": true })").size() == 1);
    CHECK(warnings_with("/clients/0/config/connections.max.idle.ms", "9000").size() == 1);
    CHECK(warnings_with("/cluster/brokers", R"([ { "config": {
        "broker.session.timeout.ms": 9000 } }, {}, {} ])") ==
          std::vector<std::string>{
              "/cluster/brokers/0/config: broker.session.timeout.ms has no effect on one broker: "
              "controllers read what cluster.defaults says"});
    CHECK(find_without_effect(*resolved(small_scenario())).empty());
}

}  // namespace gregor::lab
