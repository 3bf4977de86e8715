#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

/// Records that a consumer's deserializer refuses.
namespace gregor::lab {

using nlohmann::json;

namespace {

/// Two records in a format of their own among 10 a second for 10 seconds.
json with_legacy_records(const std::string& on_poison)
{
    json scenario = small_scenario();
    scenario["clients"] = json::parse(R"j([
        { "name": "P", "kind": "producer", "writes": "json", "load": { "rate": "10/s", "size": "100B", "to": "10s" } },
        { "name": "L", "kind": "producer", "writes": "xml",
          "load": { "rate": "2/s", "size": "100B", "from": "5s", "to": "6s" } },
        { "name": "C", "kind": "consumer", "reads": [ "json", "avro" ],
          "config": { "auto.offset.reset": "earliest" }, "work": { "service": "1ms" } } ])j");
    scenario["clients"][2]["work"]["on-poison"] = on_poison;
    scenario["horizon"] = "15s";
    return scenario;
}

struct Outcome {
    std::vector<Offset> thrown{};
    std::int64_t processed = 0;
};
Outcome outcome_of(const json& scenario)
{
    const auto run = start_run(scenario);
    const Heard<event::PollFailed> heard(*run);
    const Heard<event::RecordsProcessed> processed(*run);
    run->run();
    Outcome outcome;
    for (const event::PollFailed& each : heard.all()) {
        CHECK(each.exception == "RecordDeserializationException");
        outcome.thrown.push_back(each.offset);
    }
    for (const auto& each : processed.all()) outcome.processed += each.record_count;
    return outcome;
}

}  // namespace

TEST_CASE("consumer: a record that cannot be deserialized ends one that does not expect it",
          "[consumer]")
{
    const Outcome outcome = outcome_of(with_legacy_records("fail"));
    CHECK(outcome.thrown.size() == 1);
    CHECK(outcome.processed < 60);
}

TEST_CASE("consumer: to poll again after a poison record is to get it again", "[consumer]")
{
    const Outcome outcome = outcome_of(with_legacy_records("retry"));
    REQUIRE(outcome.thrown.size() >= 8);
    CHECK(outcome.thrown.front() == outcome.thrown.back());
    CHECK(outcome.processed < 60);
}

TEST_CASE("consumer: seek behind a poison record goes on", "[consumer]")
{
    const Outcome outcome = outcome_of(with_legacy_records("skip"));
    REQUIRE(outcome.thrown.size() == 2);
    CHECK(outcome.thrown[0] < outcome.thrown[1]);
    CHECK(outcome.processed == 100);
}

TEST_CASE("consumer: a deserializer that takes every format reads everything", "[consumer]")
{
    json scenario = with_legacy_records("fail");
    scenario["clients"][2].erase("reads");
    const Outcome outcome = outcome_of(scenario);
    CHECK(outcome.thrown.empty());
    CHECK(outcome.processed == 102);
}

}  // namespace gregor::lab
