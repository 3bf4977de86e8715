#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <string>

/// A setting that Kafka refuses is refused with its place in the scenario and Kafka's sentence.
namespace gregor::lab {

namespace {

using nlohmann::json;

std::string refusal(const json& scenario)
{
    try {
        resolved(scenario);
    } catch (const BadInput& bad) {
        std::string all;
        for (const Diagnostic& each : bad.diagnostics()) all += each.text() + "\n";
        return all;
    }
    return "";
}

json with_topic(const json& config)
{
    json scenario = small_scenario();
    scenario["topics"][0]["config"] = config;
    return scenario;
}

json with_defaults(const json& config)
{
    json scenario = small_scenario();
    scenario["cluster"]["defaults"] = config;
    return scenario;
}

json with_step(const json& action)
{
    json scenario = small_scenario();
    scenario["script"] = json::array({{{"at", "1s"}, {"do", action}}});
    return scenario;
}

json set(const std::string& scope, const std::string& key, const json& value)
{
    return {{"set", {{"scope", scope}, {"key", key}, {"value", value}}}};
}

bool says(const std::string& text, const std::string& place, const std::string& kafka)
{
    UNSCOPED_INFO(text);
    return text.starts_with(place + ": found ") &&
           text.find("Kafka says: " + kafka + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("settings: a value that Kafka refuses is refused in its words wherever it is", "[lab]")
{
    const std::string zero =
        "Invalid value 0 for configuration segment.ms: Value must be at least 1";
    CHECK(says(refusal(with_topic({{"segment.ms", 0}})), "/topics/0/config/segment.ms", zero));
    CHECK(says(refusal(with_step(set("topic/t", "segment.ms", 0))),
               "/script/0/do/set/key/segment.ms", zero));
    CHECK(says(refusal(with_step({{"admin",
                                   {{"op", "create-topic"},
                                    {"topic", "u"},
                                    {"partitions", 1},
                                    {"config", {{"segment.ms", 0}}}}}})),
               "/script/0/do/admin/config/segment.ms", zero));
    CHECK(says(refusal(with_defaults({{"log.cleanup.policy", "shrink"}})),
               "/cluster/defaults/log.cleanup.policy",
               "Invalid value shrink for configuration log.cleanup.policy: String must be one of: "
               "compact, delete"));
    CHECK(says(refusal(with_step(set("broker/1", "log.segment.bytes", 0))),
               "/script/0/do/set/key/log.segment.bytes",
               "Invalid value 0 for configuration log.segment.bytes: Value must be at least "
               "1048576"));
}

TEST_CASE("settings: values that do not go together are refused wherever they are", "[lab]")
{
    const std::string lags =
        "conflict topic config setting min.compaction.lag.ms (100) > "
        "max.compaction.lag.ms (99)";
    const std::string retention =
        "requirement failed: log.retention.ms must be unlimited (-1) or, "
        "greater than or equal to 1";
    CHECK(says(refusal(with_topic({{"min.compaction.lag.ms", 100}, {"max.compaction.lag.ms", 99}})),
               "/topics/0/config/min.compaction.lag.ms", lags));
    json by_step = with_step(set("topic/t", "max.compaction.lag.ms", 99));
    by_step["topics"][0]["config"]["min.compaction.lag.ms"] = 100;
    CHECK(says(refusal(by_step), "/script/0/do/set/max.compaction.lag.ms", lags));
    CHECK(says(refusal(with_defaults({{"log.retention.ms", 0}})),
               "/cluster/defaults/log.retention.ms", retention));
    CHECK(says(refusal(with_step(set("broker/1", "log.retention.ms", 0))),
               "/script/0/do/set/log.retention.ms", retention));
    json one_broker = small_scenario();
    one_broker["cluster"]["brokers"] =
        json::array({{{"config", {{"log.roll.ms", 0}}}}, json::object(), json::object()});
    CHECK(says(refusal(one_broker), "/cluster/brokers/0/config/log.roll.ms",
               "requirement failed: log.roll.ms must be greater than or equal to 1"));
}

TEST_CASE("settings: a conflict is told once, where it was written", "[lab]")
{
    json scenario = with_step(set("broker/1", "log.segment.bytes", 2'000'000));
    scenario["cluster"]["defaults"]["log.retention.ms"] = 0;
    const std::string text = refusal(scenario);
    CHECK(text.find("/cluster/defaults/log.retention.ms") == 0);
    CHECK(text.find('\n') == text.size() - 1);
}

}  // namespace gregor::lab
