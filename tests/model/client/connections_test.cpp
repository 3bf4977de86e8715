#include "model/client/connections.h"

#include <catch2/catch.hpp>

using namespace gregor;

TEST_CASE("connections: without a broker to ask, back to the bootstrap servers", "[client]")
{
    // KIP-899: metadata.recovery.strategy=rebootstrap.
    Connections::Settings settings;
    settings.client = ClientId{0};
    settings.layout = ClusterLayout{3, 1, false};
    settings.reconnect = ExponentialBackoff(milliseconds(50), seconds(1));
    settings.request_timeout = seconds(30);
    settings.setup_timeout = seconds(10);
    settings.random = Random(1);
    Connections connections(settings);
    Effects effects;
    const Time now = Time{} + seconds(1);
    const std::vector<BrokerId> known{BrokerId{2}};
    CHECK_FALSE(connections.least_loaded(now, known, effects));
    REQUIRE(effects.actions().size() == 1);  // it connects to the only one known
    connections.lost(now, {NodeId{1}, channel::client, false});
    CHECK_FALSE(connections.least_loaded(now, known, effects));
    REQUIRE(effects.actions().size() == 2);
    CHECK(std::get<Effects::Send>(effects.actions()[1]).to != NodeId{1});
}
