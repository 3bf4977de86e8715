#include "model/lab/client_measures.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

namespace gregor::lab {
namespace {

using nlohmann::json;

TEST_CASE("run view: metadata comes from the active controller", "[lab]")
{
    const auto run_of = whole_run(small_scenario());
    CHECK(ask(*run_of, "isr('t-0') == [1, 2, 3]").is_true());
    CHECK(ask(*run_of, "leader('t-0') == 1").is_true());
    CHECK(ask(*run_of, "epoch('t-0') == 0").is_true());
    CHECK(ask(*run_of, "controller() == 101").is_true());
    CHECK(ask(*run_of, "not fenced(2)").is_true());
    CHECK(ask(*run_of, "online(3)").is_true());
}

TEST_CASE("run view: records are numbered in the order of send()", "[lab]")
{
    const auto run_of = whole_run(small_scenario());
    CHECK(equals(ask(*run_of, "sent(P)"), IntervalSet::of(0, 3)));
    CHECK(equals(ask(*run_of, "acked(P)"), IntervalSet::of(0, 3)));
    CHECK(equals(ask(*run_of, "readable('t')"), IntervalSet::of(0, 3)));
    CHECK(equals(ask(*run_of, "log(2, 't-0')"), IntervalSet::of(0, 3)));
    CHECK(ask(*run_of, "acked(P) subset readable('t')").is_true());
    CHECK(ask(*run_of, "size(failed(P) union unknown(P)) == 0").is_true());
}

TEST_CASE("run view: offsets and sizes of replicas", "[lab]")
{
    const auto run_of = whole_run(small_scenario());
    CHECK(ask(*run_of, "leo(1, 't-0') == 3 and hw(1, 't-0') == 3 and lso('t-0') == 3").is_true());
    CHECK(ask(*run_of, "leo(3, 't-0') == 3 and hw(3, 't-0') == 3").is_true());
    CHECK(ask(*run_of, "bytes(1, 't-0') > 0").is_true());
}

TEST_CASE("run view: what several clients wrote is read by client", "[lab]")
{
    json scenario = small_scenario();
    json other = scenario["clients"][0];
    other["name"] = "Q";
    other["program"][1]["send"]["n"] = 2;
    scenario["clients"].push_back(other);
    const auto run_of = whole_run(scenario);
    CHECK(ask(*run_of, "readable('t')").is_null());
    CHECK(equals(ask(*run_of, "readable('t', client=Q)"), IntervalSet::of(0, 2)));
    CHECK(ask(*run_of, "acked(P) subset readable('t')").is_true());
    CHECK(ask(*run_of, "leo(1, 't-0') == 5").is_true());
}

TEST_CASE("run view: nothing can be read where no leader serves", "[lab]")
{
    json scenario = small_scenario();
    scenario["script"] = json::parse(R"j([
        { "at": "2s", "do": { "node": { "id": 1, "act": "crash" } } }])j");
    scenario["horizon"] = "4s";  // before its session is over
    const auto run_of = whole_run(scenario);
    CHECK(ask(*run_of, "leader('t-0') == 1 and not online(1)").is_true());
    CHECK(ask(*run_of, "size(readable('t')) == 0").is_true());
}

TEST_CASE("run view: a group's offsets, owner and deliveries", "[lab]")
{
    json scenario = small_scenario();
    scenario["clients"].push_back(json::parse(R"j({ "name": "C", "kind": "consumer",
        "config": { "group.id": "g", "auto.offset.reset": "earliest" } })j"));
    scenario["clients"][0]["program"][0]["wait"] = "8s";
    scenario["horizon"] = "20s";
    scenario["measures"] = json::parse(R"j({ "got": "delivered(C)",
                                            "times": "count(RecordsDelivered, client='C')" })j");
    const auto run_of = whole_run(scenario);
    CHECK(ask(*run_of, "owner('g', 't-0') == 'C'").is_true());
    CHECK(ask(*run_of, "generation('g') == 1").is_true());
    CHECK(ask(*run_of, "committed('g', 't-0') == 3 and lag('g', 't-0') == 0").is_true());
    const LegResult result = judge_leg(*run_of);
    CHECK(equals(result.measures.at("got"), IntervalSet::of(0, 3)));
    REQUIRE(as_real(result.measures.at("times")));
    CHECK(*as_real(result.measures.at("times")) >= 1);
}

TEST_CASE("run view: latency counts from send() to the acknowledgement", "[lab]")
{
    const auto run_of = whole_run(small_scenario());
    CHECK(ask(*run_of, "size(latency(P)) == 3").is_true());
    CHECK(ask(*run_of, "min(latency(P)) >= 4ms and p99(latency(P)) < 200ms").is_true());
    CHECK(ask(*run_of, "size(latency(P, from=2s)) == 0").is_true());
    CHECK(ask(*run_of, "stall(P) == max(latency(P))").is_true());
    CHECK(ask(*run_of, "rate(P, from=0s, to=3s) == 1").is_true());
}

TEST_CASE("client measures: a record without answer counts up to now", "[lab]")
{
    History history;
    const ClientId client{0};
    const TopicPartition partition{TopicId{0}, 0};
    const Time start = Time{} + seconds(1);
    history.record(start, event::RecordsSent{client, partition, 0, 0, 10, start, milliseconds(10)});
    history.record(start + milliseconds(100),
                   event::RecordsAcknowledged{client, partition, 0, 4, Offset{0}});
    const Time now = start + seconds(2);
    const ValueList all = latency_list(history, client, {}, now);
    REQUIRE(all.size() == 10);
    CHECK(equals(all.front(), Value(milliseconds(70))));
    CHECK(equals(all.back(), Value(milliseconds(1960))));
    CHECK(waiting_records(history.client(client)) == IntervalSet::of(4, 10));
    CHECK(longest_stall(history, client, {}, now) == milliseconds(1900));
    const Window early{start, start + milliseconds(25)};
    CHECK(latencies(history, client, early, now).count() == 3);
}

}  // namespace
}  // namespace gregor::lab
