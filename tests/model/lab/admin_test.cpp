#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

/// What an administrator asks for in a run, and what becomes of it.
namespace gregor::lab {

using nlohmann::json;

namespace {

json with_script(const std::string& steps, const std::string& horizon = "30s")
{
    json scenario = small_scenario();
    scenario["script"] = json::parse(steps);
    scenario["horizon"] = horizon;
    return scenario;
}

json loaded_with_script(const std::string& steps, const std::string& horizon = "30s")
{
    json scenario = with_script(steps, horizon);
    json& client = scenario["clients"][0];
    client["kind"] = "producer";
    client.erase("program");
    client["load"] = json::parse(R"({ "rate": "50/s", "size": "1KB" })");
    return scenario;
}

Error answer_to(const json& scenario)
{
    const auto run = start_run(scenario);
    const Heard<event::AdminRequestAnswered> answers(*run);
    run->run();
    CHECK(run->invariants().violated().empty());
    REQUIRE(answers.all().size() == 1);
    return answers.all().front().error;
}

}  // namespace

TEST_CASE("admin: a topic that is created in a run takes records", "[lab][admin]")
{
    json scenario = with_script(R"j([
        { "at": "2s", "do": { "admin": { "op": "create-topic", "topic": "late", "partitions": 2,
          "rf": 3, "config": { "min.insync.replicas": 2 } } } },
        { "at": "4s", "do": { "client": { "name": "P", "act": "call",
          "call": { "send": { "tp": "late-1", "n": 7 } } } } } ])j");
    scenario["clients"][0]["topics"] = json::array({"t", "late"});
    const auto run = start_run(scenario);
    const Heard<event::TopicCreated> created(*run);
    run->run();
    CHECK(run->invariants().violated().empty());
    REQUIRE(created.all().size() == 1);
    CHECK(created.all()[0].name == "late");
    CHECK(created.all()[0].partitions == 2);
    CHECK(ask(*run, "leo(1, 'late-1') == 7 and leo(3, 'late-1') == 7").is_true());
    CHECK(ask(*run, "size(isr('late-1')) == 3 and size(readable('late')) == 7").is_true());
}

TEST_CASE("admin: what cannot be created is refused as Kafka refuses it", "[lab][admin]")
{
    const auto refusal = [](const std::string& arguments) {
        return answer_to(
            with_script(R"j([ { "at": "2s", "do": { "admin": )j" + arguments + "} } ]"));
    };
    CHECK(refusal(R"({ "op": "create-topic", "topic": "t", "partitions": 1 })") ==
          Error::topic_already_exists);
    CHECK(refusal(R"({ "op": "add-partitions", "topic": "t", "partitions": 1 })") ==
          Error::invalid_partitions);
    CHECK(refusal(R"({ "op": "add-partitions", "topic": "t", "partitions": 3,
                       "replicas": [[1, 2, 3]] })") == Error::invalid_replica_assignment);
    CHECK(refusal(R"({ "op": "add-partitions", "topic": "t", "partitions": 2,
                       "replicas": [[1, 2]] })") == Error::invalid_replica_assignment);
    CHECK(refusal(R"({ "op": "reassign", "tp": "t-0", "replicas": [1, 1] })") ==
          Error::invalid_replica_assignment);
    CHECK(refusal(R"({ "op": "reassign", "tp": "t-0" })") == Error::no_reassignment_in_progress);
    CHECK(refusal(R"({ "op": "elect", "tp": "t-0" })") == Error::election_not_needed);
    CHECK(refusal(R"({ "op": "delete-records", "tp": "t-0", "offset": 100 })") ==
          Error::offset_out_of_range);
}

TEST_CASE("admin: records of a compacted topic are not deleted", "[lab][admin]")
{
    json scenario = with_script(
        R"j([ { "at": "3s", "do": { "admin": { "op": "delete-records", "tp": "t-0" } } } ])j");
    scenario["topics"][0]["config"]["cleanup.policy"] = "compact";
    scenario["clients"][0]["program"][1]["send"]["key"] = "a";
    CHECK(answer_to(scenario) == Error::policy_violation);
}

TEST_CASE("admin: partitions are added, and a load without keys reaches them", "[lab][admin]")
{
    json scenario = loaded_with_script(R"j([
        { "at": "5s", "do": { "admin": { "op": "add-partitions", "topic": "t",
          "partitions": 3 } } } ])j");
    scenario["clients"][0]["config"]["metadata.max.age.ms"] = 2'000;
    const auto run = start_run(scenario);
    const Heard<event::PartitionsCreated> created(*run);
    run->run();
    REQUIRE(created.all().size() == 1);
    CHECK(created.all()[0].partitions == 3);
    CHECK(run->invariants().violated().empty());
    CHECK(ask(*run, "leo(1, 't-0') > 0 and leo(1, 't-1') > 0 and leo(1, 't-2') > 0").is_true());
    CHECK(ask(*run, "acked(P) subset readable('t')").is_true());
}

TEST_CASE("admin: a deleted topic is gone from brokers and metadata", "[lab][admin]")
{
    json scenario = with_script(R"j([
        { "at": "3s", "do": { "admin": { "op": "delete-topic", "topic": "t" } } },
        { "at": "5s", "do": { "admin": { "op": "create-topic", "topic": "t", "partitions": 1 } } }
        ])j",
                                "90s");
    const auto run = start_run(scenario);
    const Heard<event::ReplicaRemoved> removed(*run);
    run->run_until(Time{} + seconds(10));
    REQUIRE(removed.all().size() == 3);
    CHECK(removed.all()[0].log_end_offset == Offset{3});
    const TopicPartition partition = *run->names().partition_named("t-0");
    CHECK(run->kernel().process(NodeId{0}).broker()->replica(partition) == nullptr);
    CHECK(run->kernel().disk(NodeId{0}).used() > 0);
    run->run();
    CHECK(run->kernel().disk(NodeId{0}).used() == 0);  // a minute after
    CHECK(run->invariants().violated().empty());
    REQUIRE(run->script().problems().size() == 1);
    CHECK(run->script().problems()[0].find("not modelled") != std::string::npos);
}

TEST_CASE("admin: a partition moves to other brokers and leaves nothing behind", "[lab][admin]")
{
    json scenario = loaded_with_script(R"j([
        { "at": "5s", "do": { "admin": { "op": "reassign", "tp": "t-0",
          "replicas": [4, 3] } } } ])j");
    scenario["cluster"]["brokers"] = 4;
    const auto run = start_run(scenario);
    const Heard<event::ReplicaRemoved> removed(*run);
    run->run();
    CHECK(run->invariants().violated().empty());
    CHECK(ask(*run, "size(isr('t-0')) == 2 and leader('t-0') in [3, 4]").is_true());
    CHECK(ask(*run, "acked(P) subset readable('t')").is_true());
    CHECK(removed.all().size() == 2);
}

TEST_CASE("admin: records are deleted on the leader at once, on followers with the next fetch",
          "[lab][admin]")
{
    json scenario = loaded_with_script(R"j([
        { "at": "5s", "do": { "admin": { "op": "delete-records", "tp": "t-0", "offset": 100 } } },
        { "at": "7s", "do": { "admin": { "op": "delete-records", "tp": "t-0" } } } ])j");
    const auto run = start_run(scenario);
    const Heard<event::RecordsDeleted> deleted(*run);
    const TopicPartition partition = *run->names().partition_named("t-0");
    const auto log_start_on = [&](int node) {
        const gregor::Broker* broker = run->kernel().process(NodeId{node}).broker();
        return broker->replica(partition)->log.log_start_offset();
    };
    run->run_until(Time{} + seconds(6));
    for (const int node : {0, 1, 2}) CHECK(log_start_on(node) == Offset{100});
    CHECK(ask(*run, "size(log(1,'t-0') minus readable('t')) >= 100").is_true());
    run->run();
    REQUIRE(deleted.all().size() == 2);
    const Offset last = deleted.all()[1].log_start_offset;
    CHECK(last > Offset{200});
    for (const int node : {0, 1, 2}) CHECK(log_start_on(node) == last);
    CHECK(run->invariants().violated().empty());
}

TEST_CASE("damage: a flipped byte is found by followers and consumers, never handed out",
          "[lab][admin]")
{
    json scenario = loaded_with_script(R"j([
        { "at": "5s", "do": { "node": { "id": 3, "act": "crash" } } },
        { "at": "14s", "do": { "disk": { "id": 1, "flip": { "tp": "t-0", "offset": 300 } } } },
        { "at": "9s", "do": { "node": { "id": 3, "act": "restart", "starts-in": "1s" } } },
        { "at": "16s", "do": { "client": { "name": "C", "act": "start" } } } ])j",
                                       "60s");
    scenario["clients"].push_back(json::parse(R"j({ "name": "C", "kind": "consumer",
        "config": { "auto.offset.reset": "earliest" } })j"));
    const auto run = start_run(scenario);
    const Heard<event::ReplicaFetchFailed> failed(*run);
    const Heard<event::PollFailed> thrown(*run);
    const Heard<event::RecordsDelivered> delivered(*run);
    run->run();
    REQUIRE(!failed.all().empty());
    CHECK(failed.all().back().error == Error::corrupt_message);
    CHECK(ask(*run, "isr('t-0') == [1, 2]").is_true());
    REQUIRE(thrown.all().size() == 1);
    Offset last{-1};
    for (const auto& each : delivered.all()) last = each.base_offset + each.record_count;
    CHECK(last <= Offset{300});
    CHECK(last > Offset{200});
}

}  // namespace gregor::lab
