#include "model/config.h"

#include <catch2/catch.hpp>

namespace gregor {
namespace {

/// What Kafka says of the value, "" when it takes it.
std::string refusal(ConfigScope scope, std::string_view name, std::string_view text)
{
    const ConfigDefinition* definition = find_config(scope, name);
    REQUIRE(definition != nullptr);
    const auto result = parse_config_value(*definition, text);
    const auto* error = std::get_if<ConfigError>(&result);
    return error == nullptr ? "" : error->kafka;
}

std::string topic(std::string_view name, std::string_view text)
{
    return refusal(ConfigScope::topic, name, text);
}

std::string invalid(const std::string& value, const std::string& name, const std::string& rule)
{
    return "Invalid value " + value + " for configuration " + name + ": " + rule;
}

std::vector<std::string> words_of(const std::vector<ConfigConflict>& conflicts)
{
    std::vector<std::string> words;
    for (const ConfigConflict& each : conflicts) {
        words.push_back(each.name + ": " + each.error.kafka);
    }
    return words;
}

using Words = std::vector<std::string>;

}  // namespace

// The sentences are those of class ConfigDef in 4.3.1, heard from it.

TEST_CASE("config: a number out of range is refused in Kafka's words", "[model]")
{
    CHECK(topic("segment.ms", "0") == invalid("0", "segment.ms", "Value must be at least 1"));
    CHECK(topic("segment.bytes", "0") ==
          invalid("0", "segment.bytes", "Value must be at least 1048576"));
    CHECK(topic("segment.bytes", "2KiB") ==
          invalid("2048", "segment.bytes", "Value must be at least 1048576"));
    CHECK(topic("retention.ms", "-2") ==
          invalid("-2", "retention.ms", "Value must be at least -1"));
    CHECK(topic("retention.bytes", "-2").empty());
    CHECK(topic("compression.lz4.level", "18") ==
          invalid("18", "compression.lz4.level", "Value must be no more than 17"));
    CHECK(topic("compression.gzip.level", "0") ==
          invalid("0", "compression.gzip.level", "Value must be between 1 and 9 or equal to -1"));
    CHECK(topic("segment.ms", " 5 ").empty());
}

TEST_CASE("config: what is no number of the type is refused in Kafka's words", "[model]")
{
    CHECK(topic("segment.ms", "abc") == invalid("abc", "segment.ms", "Not a number of type LONG"));
    CHECK(topic("segment.ms", "") == invalid("", "segment.ms", "Not a number of type LONG"));
    CHECK(topic("segment.bytes", "2147483648") ==
          invalid("2147483648", "segment.bytes", "Not a number of type INT"));
    CHECK(
        refusal(ConfigScope::broker, "transaction.state.log.replication.factor", "32768") ==
        invalid("32768", "transaction.state.log.replication.factor", "Not a number of type SHORT"));
    CHECK(topic("min.cleanable.dirty.ratio", "x") ==
          invalid("x", "min.cleanable.dirty.ratio", "Not a number of type DOUBLE"));
    CHECK(topic("preallocate", "maybe") ==
          invalid("maybe", "preallocate", "Expected value to be either true or false"));
}

TEST_CASE("config: a real is judged exactly and written as Java does", "[model]")
{
    const auto ratio = [](std::string_view text) {
        return topic("min.cleanable.dirty.ratio", text);
    };
    const auto refused = [](const std::string& value, const std::string& rule) {
        return invalid(value, "min.cleanable.dirty.ratio", rule);
    };
    for (const char* fine : {"0", "1", "0.5", ".5", "1e-1", "1.0", "0.0000001"}) {
        CAPTURE(fine);
        CHECK(ratio(fine).empty());
    }
    CHECK(ratio("2") == refused("2.0", "Value must be no more than 1"));
    CHECK(ratio("1.0000000001") == refused("1.0000000001", "Value must be no more than 1"));
    CHECK(ratio("20000000") == refused("2.0E7", "Value must be no more than 1"));
    CHECK(ratio("12345.678901") == refused("12345.678901", "Value must be no more than 1"));
    CHECK(ratio("-1e-5") == refused("-1.0E-5", "Value must be at least 0"));
    CHECK(refusal(ConfigScope::broker, "remote.log.manager.task.retry.jitter", "0.7") ==
          invalid("0.7", "remote.log.manager.task.retry.jitter", "Value must be no more than 0.5"));
    CHECK(real_in_millionths("1e-1") == 100'000);
    CHECK(real_in_millionths("0.9999999") == 1'000'000);
}

TEST_CASE("config: an unknown word is refused in Kafka's words", "[model]")
{
    const std::string policies = "String must be one of: compact, delete";
    CHECK(topic("cleanup.policy", "shrink") == invalid("shrink", "cleanup.policy", policies));
    CHECK(topic("cleanup.policy", "compact,foo") == invalid("foo", "cleanup.policy", policies));
    CHECK(topic("cleanup.policy", "delete,") ==
          "Configuration 'cleanup.policy' values must not be empty.");
    CHECK(topic("cleanup.policy", "").empty());
    CHECK(topic("cleanup.policy", "delete, compact").empty());
    CHECK(topic("message.timestamp.type", "createtime") ==
          invalid("createtime", "message.timestamp.type",
                  "String must be one of: CreateTime, LogAppendTime"));
    CHECK(refusal(ConfigScope::consumer, "group.protocol", "x") ==
          invalid("x", "group.protocol",
                  "String must be one of (case insensitive): CONSUMER, CLASSIC"));
    CHECK(refusal(ConfigScope::consumer, "group.instance.id", "") ==
          invalid("", "group.instance.id", "String must be non-empty"));
}

TEST_CASE("config: replicas to throttle are pairs of numbers or all", "[model]")
{
    constexpr auto name = "leader.replication.throttled.replicas";
    for (const char* fine : {"*", "", "0:1", "0:1,1:2"}) CHECK(topic(name, fine).empty());
    CHECK(topic(name, "0:1,x") ==
          invalid("[0:1, x]", name,
                  std::string(name) + " must be the literal '*' or a list of replicas in the "
                                      "following format: [partitionId]:[brokerId],"
                                      "[partitionId]:[brokerId],..."));
    CHECK_FALSE(topic(name, "*,0:1").empty());
}

TEST_CASE("config: a broker asks more of its logs' settings at start", "[model]")
{
    const auto broker = [](const ConfigMap& values) {
        return words_of(find_config_conflicts(ConfigScope::broker, values));
    };
    const std::string retention =
        "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal "
        "to 1";
    CHECK(broker({{"log.retention.ms", "0"}}) == Words{"log.retention.ms: " + retention});
    CHECK(broker({{"log.retention.hours", "0"}}) == Words{"log.retention.hours: " + retention});
    CHECK(broker({{"log.retention.hours", "0"}, {"log.retention.minutes", "-5"}}).empty());
    CHECK(broker({{"log.roll.ms", "0"}}) ==
          Words{"log.roll.ms: requirement failed: log.roll.ms must be greater than or equal to 1"});
    CHECK(broker({{"log.roll.jitter.ms", "-1"}}) ==
          Words{"log.roll.jitter.ms: requirement failed: log.roll.jitter.ms must be greater than "
                "or equal to 0"});
    CHECK(broker({{"log.flush.scheduler.interval.ms", "-3"}}) ==
          Words{"log.flush.scheduler.interval.ms: Invalid value -3 for configuration flush.ms: "
                "Value must be at least 0"});
    const std::string dedupe =
        "log.cleaner.dedupe.buffer.size: requirement failed: "
        "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner "
        "thread.";
    CHECK(broker({{"log.cleaner.dedupe.buffer.size", "1048576"}}) == Words{dedupe});
    CHECK(broker({{"log.cleaner.dedupe.buffer.size", "1048577"}}).empty());
    CHECK(broker({{"log.cleaner.dedupe.buffer.size", "2097153"}, {"log.cleaner.threads", "2"}}) ==
          Words{dedupe});
    CHECK(broker({{"log.cleaner.min.compaction.lag.ms", "100"},
                  {"log.cleaner.max.compaction.lag.ms", "99"}}) ==
          Words{"log.cleaner.min.compaction.lag.ms: conflict topic config setting "
                "min.compaction.lag.ms (100) > max.compaction.lag.ms (99)"});
}

TEST_CASE("config: a topic's settings are judged together with its broker's", "[model]")
{
    const auto conflicts = [](const ConfigMap& own, const ConfigMap& broker) {
        return words_of(find_topic_conflicts(own, broker));
    };
    const std::string lags =
        "conflict topic config setting min.compaction.lag.ms (100) > "
        "max.compaction.lag.ms (99)";
    CHECK(conflicts({{"min.compaction.lag.ms", "100"}, {"max.compaction.lag.ms", "99"}}, {}) ==
          Words{"min.compaction.lag.ms: " + lags});
    CHECK(conflicts({{"max.compaction.lag.ms", "99"}},
                    {{"log.cleaner.min.compaction.lag.ms", "100"}}) ==
          Words{"max.compaction.lag.ms: " + lags});
    CHECK(conflicts({{"min.compaction.lag.ms", "100"}, {"max.compaction.lag.ms", "100"}}, {})
              .empty());
    CHECK(conflicts({{"local.retention.ms", "200"}, {"retention.ms", "100"}}, {}).empty());
    CHECK(conflicts({{"remote.storage.enable", "true"}}, {}).size() == 1);
    const ConfigMap tiered{{"remote.log.storage.system.enable", "true"}};
    CHECK(conflicts({{"remote.storage.enable", "true"}}, tiered).empty());
    CHECK(conflicts({{"remote.storage.enable", "true"},
                     {"local.retention.ms", "200"},
                     {"retention.ms", "100"}},
                    tiered) ==
          Words{"local.retention.ms: Invalid value 200 for configuration local.retention.ms: Value "
                "must not be more than retention.ms property value: 100"});
    CHECK(
        conflicts({{"remote.storage.enable", "true"}, {"cleanup.policy", "compact,delete"}}, tiered)
            .size() == 1);
}

}  // namespace gregor
