#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <algorithm>

/// A broker that comes back before its old session is over.
namespace gregor::lab {

using nlohmann::json;

namespace {

json restarted(const std::string& how)
{
    json scenario = small_scenario();
    scenario["clients"][0]["kind"] = "producer";
    scenario["clients"][0].erase("program");
    scenario["clients"][0]["load"] = json::parse(R"({ "rate": "100/s", "size": "1KB" })");
    scenario["script"] =
        json::array({json::parse(R"j({ "at": "5s", "do": { "node": { "id": 1, "act": ")j" + how +
                                 R"j(" } } })j"),
                     json::parse(R"j({ "at": "5100ms",
                           "do": { "node": { "id": 1, "act": "restart", "starts-in": "1s" } } })j")});
    scenario["horizon"] = "30s";
    return scenario;
}

}  // namespace

TEST_CASE("restart: a broker takes no role before its new incarnation is registered", "[broker]")
{
    for (const std::string how : {"crash", "power-off"}) {
        INFO(how);
        const auto run_of = start_run(restarted(how));
        run_of->run_until(Time{} + seconds(11));
        const gregor::Broker* broker = run_of->kernel().process(NodeId{0}).broker();
        REQUIRE(broker != nullptr);
        // The old session lasts until 13 to 14 s: refused, so it neither leads nor follows.
        CHECK(broker->lifecycle().epoch() == no_broker_epoch);
        CHECK(std::none_of(broker->replicas().begin(), broker->replicas().end(),
                           [](const Replica& each) { return each.leader != no_broker; }));
        CHECK_FALSE(broker->lifecycle().may_serve());
        run_of->run();
        CHECK(run_of->invariants().violated().empty());
        CHECK(ask(*run_of, "leader('t-0') == 2 and epoch('t-0') == 1").is_true());
        CHECK(ask(*run_of, "isr('t-0') == [1, 2, 3]").is_true());
    }
}

}  // namespace gregor::lab
