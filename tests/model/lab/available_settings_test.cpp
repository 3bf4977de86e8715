#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <string>

/// Settings that this version cannot play are refused, not passed over.
namespace gregor::lab {

namespace {

nlohmann::json consumer_with(const std::string& key, const std::string& value)
{
    nlohmann::json scenario = small_scenario();
    scenario["clients"].push_back(
        {{"name", "C"}, {"kind", "consumer"}, {"config", {{"group.id", "g"}, {key, value}}}});
    return scenario;
}

nlohmann::json set(const std::string& key, const nlohmann::json& value)
{
    nlohmann::json scenario = small_scenario();
    scenario["script"] = nlohmann::json::array(
        {{{"at", "1s"},
          {"do", {{"set", {{"scope", "broker/1"}, {"key", key}, {"value", value}}}}}}});
    return scenario;
}

}  // namespace

TEST_CASE("available settings: other assignors are refused", "[lab]")
{
    using Catch::Contains;
    CHECK_NOTHROW(resolved(consumer_with("group.protocol", "consumer")));
    CHECK_NOTHROW(resolved(consumer_with("group.instance.id", "one")));
    CHECK_THROWS_WITH(resolved(consumer_with("partition.assignment.strategy", "com.example.Own")),
                      Contains("range, roundrobin, sticky and cooperative-sticky"));
    for (const char* known : {"cooperative-sticky", "sticky", "cooperative-sticky, range",
                              "org.apache.kafka.clients.consumer.StickyAssignor"}) {
        CHECK_NOTHROW(resolved(consumer_with("partition.assignment.strategy", known)));
    }
    CHECK_NOTHROW(resolved(consumer_with("group.protocol", "CLASSIC")));
}

TEST_CASE("available settings: only what Kafka can change in a running broker changes", "[lab]")
{
    CHECK_NOTHROW(resolved(set("message.max.bytes", 2'000'000)));
    CHECK_NOTHROW(resolved(set("min.insync.replicas", 1)));
    for (const char* key : {"broker.heartbeat.interval.ms", "controller.quorum.fetch.timeout.ms",
                            "group.initial.rebalance.delay.ms", "replica.lag.time.max.ms"}) {
        CHECK_THROWS_WITH(resolved(set(key, 5'000)), Catch::Contains("cannot change in a broker"));
    }
}

TEST_CASE("available settings: auto.offset.reset by_duration begins at the first young record",
          "[consumer]")
{
    nlohmann::json scenario = small_scenario();
    nlohmann::json& producer = scenario["clients"][0];
    producer["kind"] = "producer";
    producer.erase("program");
    producer["config"]["linger.ms"] = 0;
    producer["load"] = nlohmann::json::parse(R"j({ "rate": "10/s", "size": "1KB", "to": "10s" })j");
    scenario["clients"].push_back({{"name", "C"},
                                   {"kind", "consumer"},
                                   {"config", {{"auto.offset.reset", "by_duration:PT3S"}}}});
    scenario["script"] = nlohmann::json::parse(
        R"j([{ "at": "8s", "do": { "client": { "name": "C", "act": "start" } } }])j");
    scenario["measures"] = {{"read", "size(delivered(C))"}};
    scenario["horizon"] = "15s";
    const auto run_of = whole_run(scenario);
    const std::string read = to_text(ask(*run_of, "size(delivered(C))"));
    INFO(read);
    // 100 records, one each tenth of a second; it reads from those of 5 s on.
    CHECK(std::stoll(read) >= 48);
    CHECK(std::stoll(read) <= 53);
}

}  // namespace gregor::lab
