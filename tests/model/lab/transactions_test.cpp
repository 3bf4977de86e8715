#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

/// One scripted transactional producer, and a reader of committed records.
json transactional_scenario(const json& program)
{
    json scenario = small_scenario();
    scenario["clients"] = json::parse(R"j([
        { "name": "T", "kind": "script", "config": { "transactional.id": "t", "linger.ms": 0 } },
        { "name": "R", "kind": "consumer", "work": { "service": "0s" },
          "config": { "isolation.level": "read_committed", "auto.offset.reset": "earliest" } } ])j");
    scenario["clients"][0]["program"] = program;
    scenario["horizon"] = "20s";
    return scenario;
}

json program_that(const std::string& end)
{
    json program = json::parse(R"j([ { "init-txn": {} }, { "wait": "4s" }, { "begin": {} },
        { "send": { "tp": "t-0", "n": 3 } }, { "wait": "1s" } ])j");
    program.push_back(json{{"end", end}});
    return program;
}

std::vector<std::string> states(const Heard<event::TransactionStateChanged>& heard)
{
    std::vector<std::string> names;
    for (const auto& each : heard.all()) names.emplace_back(each.state);
    return names;
}

TEST_CASE("transactions: a commit writes its states, one marker, and shows the records", "[lab]")
{
    auto run = start_run(transactional_scenario(program_that("commit")));
    Heard<event::TransactionStateChanged> changes(*run);
    Heard<event::TransactionMarkerWritten> markers(*run);
    Heard<event::TransactionEnded> ended(*run);
    run->run();
    run->finish();
    CHECK(states(changes) ==
          std::vector<std::string>{"Empty", "Ongoing", "PrepareCommit", "CompleteCommit"});
    REQUIRE(markers.all().size() == 1);
    CHECK(markers.all()[0].commit);
    CHECK(markers.all()[0].offset == Offset{3});
    // With transaction.version 2 the end raises the epoch (KIP-890).
    CHECK(markers.all()[0].producer_epoch == ProducerEpoch{1});
    REQUIRE(ended.all().size() == 1);
    CHECK(ended.all()[0].exception == "none");
    CHECK(run->history().client(ClientId{1}).delivered_count == 3);
}

TEST_CASE("transactions: a reader of committed records is not given an aborted one", "[lab]")
{
    auto run = start_run(transactional_scenario(program_that("abort")));
    run->run();
    run->finish();
    CHECK(run->history().client(ClientId{0}).acknowledged.size() == 3);
    CHECK(run->history().client(ClientId{1}).delivered_count == 0);
}

TEST_CASE("transactions: before version 2 the client adds its partitions, the epoch stays", "[lab]")
{
    json scenario = transactional_scenario(program_that("commit"));
    scenario["levels"] = json{{"txn-version", 0}};
    auto run = start_run(scenario);
    Heard<event::TransactionMarkerWritten> markers(*run);
    run->run();
    run->finish();
    REQUIRE(markers.all().size() == 1);
    CHECK(markers.all()[0].producer_epoch == ProducerEpoch{0});
    CHECK(run->history().client(ClientId{1}).delivered_count == 3);
}

TEST_CASE("transactions: one that its producer left is aborted after its timeout", "[lab]")
{
    json program = program_that("commit");
    program.erase(5);
    json scenario = transactional_scenario(program);
    scenario["clients"][0]["config"]["transaction.timeout.ms"] = "2s";
    auto run = start_run(scenario);
    Heard<event::TransactionMarkerWritten> markers(*run);
    run->run();
    run->finish();
    REQUIRE(markers.all().size() == 1);
    CHECK_FALSE(markers.all()[0].commit);
}

}  // namespace
}  // namespace gregor::lab
