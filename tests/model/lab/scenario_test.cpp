#include "model/lab/scenario_file.h"

#include <catch2/catch.hpp>

#include <cstdlib>

namespace gregor::lab {
namespace {

using Json = nlohmann::json;

/// A scenario in which everything can be named; tests change one thing of it.
Json base()
{
    return Json::parse(R"json({
        "gregor": 1, "id": "base",
        "params": { "bounce": "2s", "rate": null, "lag": "10s" },
        "cluster": { "brokers": 3, "controllers": 3,
                     "defaults": { "replica.lag.time.max.ms": "$lag" } },
        "topics": [ { "name": "orders", "partitions": 2, "rf": 3,
                      "config": { "min.insync.replicas": 2 } } ],
        "clients": [
            { "name": "P", "kind": "producer", "config": { "acks": "all", "linger.ms": 5 },
              "load": { "rate": "100/s", "size": "1KB" } },
            { "name": "C", "kind": "consumer", "config": { "group.id": "g" },
              "work": { "service": "1ms" } },
            { "name": "S", "kind": "script",
              "program": [ { "send": { "tp": "orders-0" } }, { "wait": "1s" } ] } ],
        "script": [
            { "name": "killed", "at": "5s", "do": { "node": { "id": 1, "act": "crash" } } },
            { "name": "back", "after": "killed", "delay": "$bounce",
              "do": { "node": { "id": 1, "act": "restart" } } },
            { "when": "epoch('orders-0') == 1", "within": "15s", "do": { "mark": "moved" } },
            { "at": 6, "do": { "disk": { "id": 2, "rate": "$rate" } } } ],
        "settle": "10s", "horizon": "60s",
        "asserts": [ { "id": "dur", "inv": "DUR", "client": "P" },
                     { "id": "isr", "eventually": "isr('orders-0') == [1,2,3]", "after": "back" } ],
        "measures": { "lost": "acked(P) minus readable('orders')" },
        "legs": [ { "name": "all", "expect": { "holds": ["dur", "isr"] } },
                  { "name": "one", "set": { "clients.P.config.acks": 1 },
                    "expect": { "violates": ["dur"], "witness": { "lost": [1] } } } ] })json");
}

ScenarioFile file_of(const Json& json)
{
    return ScenarioFile::parse(json.dump(), "base.json");
}

/// Every mistake as "path: found ..., allowed ...", whichever function finds it.
std::vector<std::string> mistakes_in(const std::string& text)
{
    std::vector<std::string> lines;
    try {
        for (const Diagnostic& each : ScenarioFile::parse(text, "x").check()) {
            lines.push_back(each.text());
        }
    } catch (const BadInput& bad) {
        for (const Diagnostic& each : bad.diagnostics()) lines.push_back(each.text());
    }
    return lines;
}

std::vector<std::string> mistakes_with(const std::string& pointer, const std::string& value)
{
    Json json = base();
    json[Json::json_pointer(pointer)] = Json::parse(value);
    return mistakes_in(json.dump());
}

/// The only mistake after one thing is changed.
std::string mistake(const std::string& pointer, const std::string& value)
{
    const auto lines = mistakes_with(pointer, value);
    CAPTURE(pointer, value, lines);
    CHECK(lines.size() == 1);
    return lines.empty() ? "none" : lines.front();
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("scenario: a good file has no mistakes and reads as typed values", "[lab]")
{
    const ScenarioFile file = file_of(base());
    CHECK(file.check().empty());
    CHECK(file.leg_names() == std::vector<std::string>{"all", "one"});
    const Scenario scenario = file.resolve("all");
    CHECK(scenario.horizon == Time{seconds(60).nanoseconds});
    CHECK(scenario.cluster.brokers.size() == 3);
    CHECK(scenario.topics[0].config.at("min.insync.replicas") == "2");
    CHECK(scenario.clients[0].load->rate == Rate{100, seconds(1)});
    CHECK(scenario.clients[0].load->size == 1000);
    CHECK(scenario.script[2].trigger.within == seconds(15));
    CHECK(std::get<action::Node>(scenario.script[1].actions[0]).starts_in == seconds(4));
    CHECK(scenario.expect.holds.size() == 2);
    CHECK(scenario.measures[0].expression.reads() ==
          (reads::client | reads::log | reads::metadata));
}

TEST_CASE("scenario: a leg changes settings, parameters are put in, null leaves alone", "[lab]")
{
    const ScenarioFile file = file_of(base());
    CHECK(file.resolve("all").clients[0].config.at("acks") == "all");
    CHECK(file.resolve("one").clients[0].config.at("acks") == "1");
    CHECK(file.resolve("all").cluster.defaults.at("replica.lag.time.max.ms") == "10000");
    CHECK(file.resolve("all").script[1].trigger.delay == seconds(2));
    const auto disk = std::get<action::Disk>(file.resolve("all").script[3].actions[0]);
    CHECK_FALSE(disk.bytes_per_second);
}

TEST_CASE("scenario: overrides win over the leg and name things in lists", "[lab]")
{
    const ScenarioFile file = file_of(base());
    const std::vector<Override> overrides{parse_override("clients.P.config.acks=0"),
                                          parse_override("topics.orders.config.retention.ms=1h"),
                                          parse_override("params.rate=5MB/s"),
                                          parse_override("script.killed.at=7s"),
                                          parse_override("cluster.link.latency=2ms"),
                                          parse_override("levels.truncation=hw"),
                                          parse_override("topics[0].partitions=4"),
                                          parse_override("clients.P.config.linger.ms=null")};
    const Scenario scenario = file.resolve("one", SweepPoint{}, overrides);
    CHECK(scenario.clients[0].config == ConfigMap{{"acks", "0"}});
    CHECK(scenario.topics[0].config.at("retention.ms") == "3600000");
    CHECK(std::get<action::Disk>(scenario.script[3].actions[0]).bytes_per_second == 5'000'000);
    CHECK(scenario.script[0].trigger.at == Time{seconds(7).nanoseconds});
    CHECK(scenario.cluster.link.latency == milliseconds(2));
    CHECK(scenario.levels.at(0).value == "hw");
    CHECK(scenario.topics[0].partitions == 4);
}

TEST_CASE("scenario: a path that leads nowhere is refused with the nearest name", "[lab]")
{
    const auto refused = [](const std::string& override_text) {
        try {
            (void)file_of(base()).resolve("all", SweepPoint{}, {parse_override(override_text)});
        } catch (const BadInput& bad) {
            return bad.diagnostics().front().text();
        }
        return std::string("accepted");
    };
    CHECK(contains(refused("params.bounc=1s"), "did you mean bounce?"));
    CHECK(contains(refused("clients.Q.load.rate=1"), "/clients.Q.load.rate"));
    CHECK(contains(refused("id=other"), "allowed the path"));
    CHECK(contains(refused("horizon.x=1"), "allowed the path"));
    CHECK(contains(refused("clustr.brokers=1"), "did you mean cluster?"));
    CHECK_THROWS_AS(parse_override("no sign"), BadInput);
}

TEST_CASE("scenario: a sweep gives points by product or zip", "[lab]")
{
    Json json = base();
    json["sweep"] = Json::parse(R"({"over": {"lag": ["10s", "30s"], "bounce": [1, 2, 3]}})");
    CHECK(file_of(json).sweep_points().size() == 6);
    const Scenario last = file_of(json).resolve("all", std::size_t{5});
    CHECK(last.cluster.defaults.at("replica.lag.time.max.ms") == "30000");
    CHECK(last.script[1].trigger.delay == seconds(3));
    CHECK_THROWS_AS(file_of(json).resolve("all", std::size_t{6}), BadInput);
    json["sweep"]["mode"] = "zip";
    CHECK(mistakes_in(json.dump()).size() == 1);
    json["sweep"]["over"]["bounce"] = {1, 2};
    CHECK(file_of(json).sweep_points().size() == 2);
    CHECK(contains(mistake("/sweep", R"({"over": {"leg": [1]}})"), "did you mean lag?"));
}

TEST_CASE("scenario: unknown keys anywhere get the nearest right word", "[lab]")
{
    CHECK(contains(mistake("/asserst", "[]"), "did you mean asserts?"));
    CHECK(contains(mistake("/cluster/broker", "3"), "did you mean brokers?"));
    CHECK(contains(mistake("/clients/0/confg", "{}"), "did you mean config?"));
    CHECK(contains(mistake("/script/0/do/node/akt", "1"), "did you mean act?"));
    CHECK(contains(mistake("/legs/0/expect/hold", "[]"), "did you mean holds?"));
    CHECK(contains(mistake("/clients/0/config/ack", "1"), "did you mean acks?"));
    CHECK(contains(mistake("/levels", R"({"truncaton": "hw"})"), "did you mean truncation?"));
    CHECK(contains(mistake("/levels", R"({"truncation": "kip10"})"), "did you mean kip101?"));
}

TEST_CASE("scenario: wrong types, units and ranges are refused", "[lab]")
{
    CHECK(contains(mistake("/horizon", "\"60 parsecs\""), "/horizon: found \"60 parsecs\""));
    CHECK(contains(mistake("/horizon", "0"), "at least 1ns"));
    CHECK(contains(mistake("/horizon", "1e30"), "/horizon"));
    CHECK(contains(mistake("/settle", "-1"), "/settle"));
    CHECK(contains(mistake("/topics/0/partitions", "1.5"), "whole number from 1 to 10000"));
    CHECK(contains(mistake("/clients/0/load/size", "\"1s\""), "16KiB"));
    CHECK(contains(mistake("/clients/0/load/rate", "0"), "a rate above 0"));
    CHECK(contains(mistake("/clients/0/config/acks", "2"), "all, -1, 0, 1"));
    CHECK(contains(mistake("/clients/0/config/linger.ms", "\"1MB\""), "whole number"));
    CHECK(contains(mistake("/clients/0/kind", "\"produce\""), "did you mean producer?"));
    CHECK(contains(mistake("/cluster/link", R"({"loss": 2})"), "from 0 to 1"));
    CHECK(contains(mistake("/script/0/do", "[]"), "at least 1"));
    CHECK(contains(mistake("/gregor", "2"), "/gregor"));
}

TEST_CASE("scenario: counts are limited, and the limit is said", "[lab]")
{
    CHECK(contains(mistake("/cluster/brokers", "1000000000"), "from 1 to 1000"));
    CHECK(contains(mistake("/cluster/brokers", "0"), "from 1 to 1000"));
    CHECK(contains(mistake("/cluster/brokers", "18446744073709551615"), "from 1 to 1000"));
    CHECK(contains(mistake("/topics/0/partitions", "10001"), "10000"));
    Json json = base();
    for (int i = 0; i < 11; ++i) {
        json["topics"].push_back({{"name", "t" + std::to_string(i)}, {"partitions", 10'000}});
    }
    const auto lines = mistakes_in(json.dump());
    REQUIRE(lines.size() == 1);
    CHECK(contains(lines[0], "at most 100000"));
}

TEST_CASE("scenario: things that do not exist are refused", "[lab]")
{
    CHECK(contains(mistake("/script/0/do/node/id", "4"), "brokers 1 to 3, controllers 101 to 103"));
    CHECK(contains(mistake("/script/0/do/node/id", "\"leader('order-0')\""), "orders-0?"));
    CHECK(contains(mistake("/topics/0/rf", "4"), "1 to 3, the number of brokers"));
    CHECK(contains(mistake("/topics/0", R"({"name": "orders", "partitions": 2,
                                            "replicas": [[1, 9], [1, 2]]})"),
                   "/topics/0/replicas/0/1: found broker 9"));
    CHECK(contains(mistake("/asserts/0/client", "\"Q\""), "a client of the scenario"));
    CHECK(contains(mistake("/asserts/1/after", "\"bakc\""), "did you mean back?"));
    CHECK(contains(mistake("/script/1/after", "\"kiled\""), "did you mean killed?"));
    CHECK(contains(mistake("/measures/x", "\"lag('h', 'orders-0')\""), "did you mean g?"));
    CHECK(contains(mistake("/measures/x", "\"hw(1, 'orders-2')\""), "orders-0 to orders-1"));
    CHECK(contains(mistake("/measures/x", "\"hw(7, 'orders-1')\""), "brokers 1 to 3"));
    CHECK(contains(mistake("/legs/0/expect/holds", "[\"du\"]"), "did you mean dur?"));
    CHECK(contains(mistake("/legs/0/expect/measures", R"({"lose": {"eq": 1}})"), "lose"));
    CHECK(contains(mistake("/script/0/do/node", R"({"id": 1, "act": "crsh"})"), "mean crash?"));
    CHECK(contains(mistake("/clients/2/program/0/send/tp", "\"order-0\""), "orders-0?"));
    CHECK(mistakes_with("/clients/2/program/0/send/tp", "\"orders\"").empty());
}

TEST_CASE("scenario: names must be unique", "[lab]")
{
    CHECK(contains(mistake("/clients/1/name", "\"S\""), "also at /clients/1/name"));
    CHECK(contains(mistake("/script/2/do/mark", "\"back\""), "also at /script/1/name"));
    CHECK(contains(mistakes_with("/asserts/1/id", "\"dur\"").back(), "also at /asserts/0/id"));
    CHECK(contains(mistakes_with("/legs/1/name", "\"all\"").front(), "twice"));
    CHECK(contains(mistakes_in(R"({"gregor": 1, "gregor": 1})").front(), "/gregor: found the key"));
}

TEST_CASE("scenario: triggers that can never fire are refused", "[lab]")
{
    CHECK(contains(mistake("/script/0/at", "\"61s\""), "at most the horizon"));
    CHECK(contains(mistake("/script/1/delay", "\"56s\""), "a trigger at 61s or later"));
    CHECK(contains(mistake("/script/1/after", "\"back\""), "the step itself"));
    CHECK(contains(mistake("/script/2/when", "\"1 == 2\""), "can become true"));
    CHECK(contains(mistake("/script/2/when", "\"epoch('orders-0')\""), "a condition"));
    Json json = base();
    json["script"][2].erase("within");
    CHECK(contains(mistakes_in(json.dump()).front(), "every when needs a deadline"));
    json = base();
    json["script"][0] = Json::parse(R"({"name": "killed", "after": "back", "do": {"mark": "a"}})");
    const auto lines = mistakes_in(json.dump());
    REQUIRE_FALSE(lines.empty());
    CHECK(contains(lines.front(), "a step that does not wait for this one"));
}

TEST_CASE("scenario: a long chain of steps is followed without recursion", "[lab]")
{
    Json json = base();
    json["script"] = Json::array();
    constexpr int length = 20'000;
    for (int i = length; i-- > 0;) {
        Json step{{"name", "s" + std::to_string(i)},
                  {"do", {{"node", {{"id", 1}, {"act", "pause"}}}}}};
        if (i == 0) step["at"] = 0;
        if (i > 0) step["after"] = "s" + std::to_string(i - 1);
        json["script"].push_back(std::move(step));
    }
    json["asserts"] = Json::array();
    json["legs"] = Json::parse(R"([{"name": "a", "expect": {}}])");
    CHECK(mistakes_in(json.dump()).empty());
}

TEST_CASE("scenario: held messages are released, or the rule says how often it applies", "[lab]")
{
    const std::string hold = R"({"msg": {"match": {"api": "Fetch"}, "act": {"hold": "h"}}})";
    const std::string once =
        R"({"msg": {"match": {"api": "Fetch"}, "act": {"hold": "h"}, "times": 1}})";
    CHECK(contains(mistake("/script/0/do", hold), "without release"));
    CHECK(mistakes_with("/script/0/do", once).empty());
    CHECK(mistakes_with("/script/0/do", "[" + hold + R"(, {"release": "h"}])").empty());
    CHECK(contains(mistake("/script/0/do", "[" + once + R"(, {"release": "j"}])"), "hold"));
    CHECK(contains(mistake("/script/2/when", "\"held('h')\""), "hold in the script"));
    CHECK(
        contains(mistake("/script/0/do", R"({"msg": {"match": {"api": "Fetsh"}, "act": "drop"}})"),
                 "did you mean Fetch?"));
    CHECK(contains(mistake("/script/0/do",
                           R"({"msg": {"match": {"api": "Fetch"}, "act": {"error": "NOPE"}}})"),
                   "Kafka's name of an error"));
}

TEST_CASE("scenario: what Kafka or the model refuses together is refused", "[lab]")
{
    CHECK(contains(mistake("/clients/0/config/delivery.timeout.ms", "1000"), "linger.ms"));
    CHECK(contains(mistake("/cluster/control_plane", "\"zk\""), "kraft"));
    CHECK(contains(mistake("/clients/1/load", R"({"rate": 1})"), "only for kind producer"));
    CHECK(contains(mistake("/asserts/0", R"({"id": "dur", "inv": "LAT", "client": "P",
                                             "max": "1s"})"),
                   "required by LAT"));
    CHECK(contains(mistake("/asserts/0/percentile", "99"), "nothing, with inv DUR"));
    CHECK(contains(mistake("/legs/0/expect/measures", R"({"lost": {"near": 1}})"), "rel and abs"));
    CHECK(contains(mistake("/script/0/do", R"({"set": {"scope": "broker/1", "key": "x.y",
                                                      "value": 1}})"),
                   "unknown setting"));
}

TEST_CASE("scenario: all mistakes are told at once, up to a limit", "[lab]")
{
    Json json = base();
    json["horizon"] = 0;
    json["clientz"] = 1;
    json["cluster"]["brokers"] = "three";
    CHECK(mistakes_in(json.dump()).size() == 3);
    for (int i = 0; i < 100; ++i) json["x" + std::to_string(i)] = 1;
    CHECK(mistakes_in(json.dump()).size() == Diagnostics::most);
}

TEST_CASE("scenario: bytes that are not JSON are refused with their place", "[lab]")
{
    const auto first = [](const std::string& text) {
        const auto lines = mistakes_in(text);
        return lines.empty() ? std::string("none") : lines.front();
    };
    CHECK(contains(first("{\n \"gregor\": 1,\n]"), "line 3, column 1 (byte 16)"));
    CHECK(contains(first(""), "byte 0"));
    CHECK(contains(first("{\"gregor\": 1e999}"), "fit"));
    CHECK(contains(first("{\"gregor\": NaN}"), "line 1"));
    CHECK(contains(first("\"\xff\xfe\""), "line 1"));
    CHECK(contains(first("[]"), "an object"));
    CHECK(contains(first(std::string(10'000, '[')), "nested deeper than 64"));
    CHECK(contains(first("{\"a\":" + std::string(10'000, '[')), "nested deeper than 64"));
    CHECK(contains(first(std::string(ScenarioFile::largest + 1, ' ')), "at most 16777216 bytes"));
    CHECK_THROWS_AS(ScenarioFile::read("/no/such/file"), BadInput);
}

TEST_CASE("scenario: a file cut at any byte is refused in a clear way", "[lab]")
{
    const std::string text = base().dump();
    for (std::size_t length = 0; length < text.size(); ++length) {
        CAPTURE(length);
        const auto lines = mistakes_in(text.substr(0, length));
        REQUIRE(lines.size() == 1);
        REQUIRE(contains(lines[0], "(byte "));
    }
}

TEST_CASE("scenario: the worked examples of the language are accepted", "[lab]")
{
    const char* root = std::getenv("GREGOR_SOURCE_DIR");
    const std::string folder =
        std::string(root == nullptr ? "." : root) + "/tests/fuzz/corpus/check/";
    for (const char* name : {"limping_follower.json", "leader_crash.json", "smallest.json"}) {
        CAPTURE(name);
        const ScenarioFile file = ScenarioFile::read(folder + name);
        CHECK(file.check().empty());
        for (const std::string& leg : file.leg_names()) {
            for (const SweepPoint& point : file.sweep_points()) (void)file.resolve(leg, point);
        }
    }
    // Their grammar is right; they ask for what comes later.
    for (const char* name : {"hanging_transaction.json", "every_action.json"}) {
        CAPTURE(name);
        for (const Diagnostic& each : ScenarioFile::read(folder + name).check()) {
            CAPTURE(each.text());
            CHECK(contains(each.allowed, "not in this version"));
        }
    }
    const ScenarioFile kip101 = ScenarioFile::read(folder + "kip101.json");
    const auto mistakes = kip101.check();
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].path == "/cluster/control_plane");
    const Scenario scenario = kip101.resolve("with KIP-101", SweepPoint{},
                                             {parse_override("cluster.control_plane=kraft")});
    CHECK(scenario.levels.at(0).value == "kip101");
    const auto& hold = std::get<action::Message>(scenario.script[1].actions[1]);
    CHECK(hold.hold == "resync");
    CHECK(hold.detach);
    CHECK(hold.times == 1);
}

TEST_CASE("scenario: bounds say what they admit", "[lab]")
{
    const auto bound = [](const std::string& text) {
        Json json = base();
        json["legs"][0]["expect"]["measures"] = {{"lost", Json::parse(text)}};
        return file_of(json).resolve("all").expect.measures.at("lost");
    };
    CHECK(bound(R"({"between": ["3s", "7s"]})").admits(seconds(7)));
    CHECK_FALSE(bound(R"({"between": ["3s", "7s"]})").admits(seconds(8)));
    CHECK(bound(R"({"near": 0.75, "rel": 0.1})").admits(0.7));
    CHECK_FALSE(bound(R"({"near": 0.75, "rel": 0.1})").admits(0.65));
    CHECK(bound(R"({"near": "1s", "abs": "10ms"})").admits(milliseconds(1009)));
    CHECK(bound(R"({"eq": [1, 2]})").admits(IntervalSet::of(1, 3)));
    CHECK(bound(R"({"lt": 5})").text() == "less than 5");
}

}  // namespace gregor::lab
