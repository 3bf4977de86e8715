#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

/// What send() does when there is no memory, and when a load begins.
namespace gregor::lab {

using nlohmann::json;

namespace {

json with_producer(const std::string& load)
{
    json scenario = small_scenario();
    json& client = scenario["clients"][0];
    client["kind"] = "producer";
    client.erase("program");
    client["load"] = json::parse(load);
    scenario["horizon"] = "30s";
    return scenario;
}

}  // namespace

TEST_CASE("producer: send() fails max.block.ms after the buffer is full, whatever else happens",
          "[producer]")
{
    json scenario = with_producer(R"({ "rate": "100/s", "size": "1KB", "from": "1s" })");
    scenario["clients"][0]["config"] = {
        {"buffer.memory", "200KB"}, {"max.block.ms", "1s"}, {"linger.ms", 5}};
    // All answers are lost: nothing comes that would wake the producer.
    scenario["script"] = json::parse(R"j([ { "at": "2s", "do": {
        "link": { "from": "brokers", "to": "P", "effect": "cut" } } } ])j");
    const auto run = start_run(scenario);
    // Five batches of one record are under way; 120 KB take the records of 1.1 s.
    run->run_until(Time{} + milliseconds(3'900));
    CHECK(ask(*run, "size(failed(P)) == 0").is_true());
    run->run_until(Time{} + milliseconds(4'500));
    CHECK(ask(*run, "size(failed(P)) > 0").is_true());
}

TEST_CASE("producer: a load begins with its process, not before", "[producer]")
{
    json scenario = with_producer(R"({ "rate": "10/s", "size": "100B" })");
    scenario["script"] = json::parse(R"j([
        { "at": "20s", "do": { "client": { "name": "P", "act": "start" } } } ])j");
    const auto run = start_run(scenario);
    run->run_until(Time{} + seconds(29));
    CHECK(ask(*run, "size(sent(P)) > 80 and size(sent(P)) < 95").is_true());
}

}  // namespace gregor::lab
