#include "model/config.h"

#include "model/config_update.h"
#include "model/units.h"
#include "tests/support/config_defaults.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <map>

namespace gregor {
namespace {

std::string parsed(ConfigScope scope, std::string_view name, std::string_view text)
{
    const ConfigDefinition* definition = find_config(scope, name);
    REQUIRE(definition != nullptr);
    const auto result = parse_config_value(*definition, text);
    const auto* value = std::get_if<std::string>(&result);
    return value != nullptr ? *value : "refused";
}

}  // namespace

TEST_CASE("units: times are exact and need a unit", "[model]")
{
    CHECK(parse_duration("1.5s") == seconds(1) + milliseconds(500));
    CHECK(parse_duration("250ms") == milliseconds(250));
    CHECK(parse_duration("2h") == seconds(7200));
    CHECK(parse_duration("-3s") == seconds(-3));
    CHECK(parse_duration("0.0000000015s") == nanoseconds(2));
    for (const char* bad : {"", "s", "1", "1.s", ".5s", "1 s s", "1x", "99999999999999999999s",
                            "300000000000s", "1e3s", "--1s"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_duration(bad));
    }
}

TEST_CASE("units: sizes are decimal or binary, rates keep their fraction", "[model]")
{
    CHECK(parse_bytes("16KiB") == 16'384);
    CHECK(parse_bytes("1KB") == 1'000);
    CHECK(parse_bytes("1.5MiB") == 1'572'864);
    CHECK_FALSE(parse_bytes("16"));
    CHECK(parse_bytes_per_second("20MB/s") == 20'000'000);
    CHECK(parse_bytes_per_second("10Gbit/s") == 1'250'000'000);
    CHECK(parse_rate("100/s") == Rate{100, seconds(1)});
    CHECK(parse_rate("0.5/s") == Rate{5, seconds(10)});
    CHECK_FALSE(parse_rate("-1/s"));
}

TEST_CASE("units: a time is written in its largest whole unit", "[model]")
{
    CHECK(to_text(milliseconds(1500)) == "1500ms");
    CHECK(to_text(seconds(60)) == "1min");
    CHECK(to_text(seconds(0)) == "0s");
}

TEST_CASE("config: the structs begin with the defaults of the table", "[model]")
{
    BrokerConfig broker = BrokerConfig::from(defaults_of(ConfigScope::broker));
    broker.log_values.clear();
    CHECK(broker == BrokerConfig{});
    CHECK(ConsumerConfig::from(defaults_of(ConfigScope::consumer)) == ConsumerConfig{});
    ProducerConfig producer = ProducerConfig::from(defaults_of(ConfigScope::producer));
    producer.enable_idempotence.reset();
    CHECK(producer == ProducerConfig{});
}

TEST_CASE("config: every default is a value the table itself allows", "[model]")
{
    for (const ConfigScope scope :
         {ConfigScope::broker, ConfigScope::topic, ConfigScope::group, ConfigScope::producer,
          ConfigScope::consumer, ConfigScope::admin}) {
        for (const ConfigDefinition* each : configs_of(scope)) {
            CAPTURE(each->name);
            CHECK(find_config(scope, each->name) == each);
            CHECK_FALSE((each->modelled && each->doc.empty()));
            if (each->default_value.empty()) continue;
            CHECK(parsed(scope, each->name, each->default_value) != "refused");
        }
    }
}

TEST_CASE("config: all names of Kafka 4.3.1 are known", "[model]")
{
    CHECK(configs_of(ConfigScope::producer).size() == 113);
    CHECK(configs_of(ConfigScope::consumer).size() == 116);
    CHECK(configs_of(ConfigScope::admin).size() == 91);
    CHECK(configs_of(ConfigScope::broker).size() == 360 + 2);  // two older ones
    CHECK(configs_of(ConfigScope::topic).size() == 34);
    CHECK(configs_of(ConfigScope::group).size() == 17);
    CHECK(find_config(ConfigScope::producer, "ack") == nullptr);
}

TEST_CASE("config: a bare number has Kafka's own unit, a text is converted to it", "[model]")
{
    CHECK(parsed(ConfigScope::broker, "replica.lag.time.max.ms", "30000") == "30000");
    CHECK(parsed(ConfigScope::broker, "replica.lag.time.max.ms", "30s") == "30000");
    CHECK(parsed(ConfigScope::producer, "batch.size", "16KiB") == "16384");
    CHECK(parsed(ConfigScope::broker, "leader.imbalance.check.interval.seconds", "5m") == "300");
    CHECK(parsed(ConfigScope::producer, "linger.ms", "1.5ms") == "refused");
    CHECK(parsed(ConfigScope::producer, "linger.ms", "16KiB") == "refused");
    CHECK(parsed(ConfigScope::producer, "retries", "10s") == "refused");
}

TEST_CASE("config: values out of range are refused", "[model]")
{
    CHECK(parsed(ConfigScope::producer, "acks", "2") == "refused");
    CHECK(parsed(ConfigScope::producer, "acks", "all") == "all");
    CHECK(parsed(ConfigScope::topic, "min.insync.replicas", "0") == "refused");
    CHECK(parsed(ConfigScope::topic, "segment.bytes", "1KiB") == "refused");
    CHECK(parsed(ConfigScope::topic, "internal.segment.bytes", "1KiB") == "1024");
    CHECK(parsed(ConfigScope::producer, "batch.size", "4GiB") == "refused");
    CHECK(parsed(ConfigScope::topic, "cleanup.policy", "compact, delete") == "compact,delete");
    CHECK(parsed(ConfigScope::topic, "cleanup.policy", "shrink") == "refused");
    CHECK(parsed(ConfigScope::consumer, "auto.offset.reset", "by_duration:PT1H") ==
          "by_duration:PT1H");
    CHECK(parsed(ConfigScope::consumer, "group.protocol", "Consumer") == "Consumer");
    CHECK(parsed(ConfigScope::producer, "transactional.id", "") == "refused");
    CHECK(parsed(ConfigScope::topic, "min.cleanable.dirty.ratio", "0.25") == "0.25");
    CHECK(parsed(ConfigScope::topic, "min.cleanable.dirty.ratio", "1.01") == "refused");
    CHECK(parsed(ConfigScope::topic, "min.cleanable.dirty.ratio", "half") == "refused");
}

TEST_CASE("config: idempotence is on unless another setting rules it out", "[model]")
{
    CHECK(ProducerConfig::from({}).idempotent());
    CHECK_FALSE(ProducerConfig::from({{"acks", "1"}}).idempotent());
    CHECK_FALSE(ProducerConfig::from({{"retries", "0"}}).idempotent());
    CHECK_FALSE(
        ProducerConfig::from({{"max.in.flight.requests.per.connection", "6"}}).idempotent());
    CHECK_FALSE(ProducerConfig::from({{"enable.idempotence", "false"}}).idempotent());
}

TEST_CASE("config: settings that Kafka refuses together are found", "[model]")
{
    const auto conflicts = [](ConfigScope scope, const ConfigMap& values) {
        std::vector<std::string> names;
        for (const auto& each : find_config_conflicts(scope, values)) names.push_back(each.name);
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(conflicts(ConfigScope::producer, {}).empty());
    CHECK(conflicts(ConfigScope::producer, {{"enable.idempotence", "true"}, {"acks", "1"}}) ==
          Names{"acks"});
    CHECK(conflicts(ConfigScope::producer, {{"delivery.timeout.ms", "1000"}}) ==
          Names{"delivery.timeout.ms"});
    CHECK(conflicts(ConfigScope::broker, {{"replica.lag.time.max.ms", "400"}}) ==
          Names{"replica.fetch.wait.max.ms"});
    CHECK(conflicts(ConfigScope::consumer,
                    {{"group.protocol", "consumer"}, {"session.timeout.ms", "10000"}}) ==
          Names{"session.timeout.ms"});
}

TEST_CASE("config: delivery.timeout.ms is raised to what it must cover when not set", "[model]")
{
    const auto config = ProducerConfig::from({{"request.timeout.ms", "200000"}});
    CHECK(config.delivery_timeout_ms == milliseconds(200'005));
}

TEST_CASE("config: assignors are known by short and by class name", "[model]")
{
    const auto config =
        ConsumerConfig::from({{"partition.assignment.strategy",
                               "org.apache.kafka.clients.consumer.CooperativeStickyAssignor,range"},
                              {"auto.offset.reset", "by_duration:P1DT2H"}});
    CHECK(config.partition_assignment_strategy ==
          std::vector<std::string>{"cooperative-sticky", "range"});
    CHECK(config.auto_offset_reset_by_duration == seconds(26 * 3600));
}

TEST_CASE("config: brokers take those settings while they run that Kafka 4.3.1 lists", "[model]")
{
    const char* source = std::getenv("GREGOR_SOURCE_DIR");
    std::ifstream file(std::string(source == nullptr ? "." : source) +
                       "/tests/model/broker_update_modes.json");
    REQUIRE(file.good());
    const auto listed = nlohmann::json::parse(file);
    std::map<std::string, ConfigUpdate> modes;
    for (const std::string name : listed.at("per-broker")) modes[name] = ConfigUpdate::per_broker;
    for (const std::string name : listed.at("cluster-wide")) {
        modes[name] = ConfigUpdate::cluster_wide;
    }
    REQUIRE(modes.size() == 99);
    std::size_t met = 0;
    for (const ConfigDefinition* each : configs_of(ConfigScope::broker)) {
        CAPTURE(each->name);
        const auto mode = modes.find(std::string(each->name));
        met += mode == modes.end() ? 0 : 1;
        CHECK(update_of(each->name) ==
              (mode == modes.end() ? ConfigUpdate::read_only : mode->second));
    }
    CHECK(met == modes.size());
}

}  // namespace gregor
