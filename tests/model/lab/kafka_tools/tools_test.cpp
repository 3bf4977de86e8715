#include "model/lab/kafka_tools/tools.h"

#include "model/lab/kafka_tools/argparse.h"
#include "model/lab/kafka_tools/java_text.h"
#include "model/lab/kafka_tools/option_table.h"

#include <catch2/catch.hpp>

/// Kafka's commands against states made by hand; recorded ones are in tests/vectors/golden/cli.
namespace gregor::lab::kafka_tools {
namespace {

ClusterState three_brokers()
{
    ClusterState state;
    for (const std::int32_t id : {1, 2, 3}) {
        ClusterState::Broker& broker = state.brokers.emplace_back();
        broker.id = id;
        broker.port = 9091 + id;
        broker.log_dirs = {{"/logs"}};
    }
    ClusterState::Topic& topic = state.topics["orders"];
    topic.partitions.push_back(
        {.leader = 1, .replicas = {1, 2}, .isr = {1, 2}, .start = 0, .end = 10});
    return state;
}

ToolResult run(ClusterState& state, const std::string& tool, const std::string& words,
               const std::string& file = "")
{
    Invocation invocation{.tool = tool, .arguments = {"--bootstrap-server", "localhost:9092"}};
    for (const std::string& word : split(words, ' ')) invocation.arguments.push_back(word);
    invocation.files["f"] = file;
    return run_tool(invocation, state);
}

}  // namespace

TEST_CASE("kafka-topics: --alter adds partitions where the controller puts them", "[lab]")
{
    ClusterState state = three_brokers();
    CHECK(run(state, "topics", "--alter --topic orders --partitions 3").changes);
    const auto& partitions = state.topics.at("orders").partitions;
    REQUIRE(partitions.size() == 3);
    CHECK(partitions[2].replicas.size() == 2);
    CHECK(partitions[2].leader == partitions[2].replicas.front());
}

TEST_CASE("kafka-reassign-partitions: a throttle is set even where nothing moves (KIP-73)", "[lab]")
{
    ClusterState state = three_brokers();
    const std::string file =
        R"({"partitions":[{"topic":"orders","partition":0,"replicas":[1,2]}]})";
    const ToolResult result = run(state, "reassign-partitions",
                                  "--execute --reassignment-json-file f --throttle 5000", file);
    CHECK(result.exit_code == 0);
    CHECK(result.changes);
    CHECK(state.configs.at("brokers 1").at("leader.replication.throttled.rate") == "5000");
    CHECK(state.topics.at("orders").configs.at("leader.replication.throttled.replicas") ==
          "0:1,0:2");
    CHECK(run(state, "reassign-partitions", "--verify --reassignment-json-file f", file).changes);
    CHECK(state.topics.at("orders").configs.empty());
    CHECK_FALSE(
        run(state, "reassign-partitions", "--verify --reassignment-json-file f", file).changes);
}

TEST_CASE("kafka-reassign-partitions: a move begins as the controller begins it", "[lab]")
{
    ClusterState state = three_brokers();
    const std::string file = R"({"partitions":[{"topic":"orders","partition":0,"replicas":[3]}]})";
    run(state, "reassign-partitions", "--execute --reassignment-json-file f", file);
    const auto& partition = state.topics.at("orders").partitions.front();
    CHECK(partition.replicas == std::vector<std::int32_t>{3, 1, 2});
    CHECK(partition.adding == std::vector<std::int32_t>{3});
    CHECK(partition.removing == std::vector<std::int32_t>{1, 2});
    run(state, "reassign-partitions", "--cancel --reassignment-json-file f", file);
    CHECK(partition.replicas == std::vector<std::int32_t>{1, 2});
}

TEST_CASE("kafka tools: a file with a field of another type is not modelled, and no crash", "[lab]")
{
    ClusterState state = three_brokers();
    const auto refused = [&](const std::string& tool, const std::string& words,
                             const std::string& file) {
        CAPTURE(tool, file);
        CHECK_THROWS_AS(run(state, tool, words, file), NotModelled);
    };
    refused("delete-records", "--offset-json-file f",
            R"({"partitions":[{"topic":"orders","partition":0,"offset":"x"}]})");
    refused("delete-records", "--offset-json-file f", R"({"partitions":7})");
    refused("reassign-partitions", "--execute --reassignment-json-file f",
            R"({"partitions":[{"topic":"orders","partition":0,"replicas":["a"]}]})");
    refused("reassign-partitions", "--generate --broker-list 1 --topics-to-move-json-file f",
            R"({"topics":[{"topic":5}]})");
    refused("consumer-groups", "--reset-offsets --group g --from-file f --dry-run",
            "\norders,0,1\n");
}

TEST_CASE("kafka-configs: the name of a broker is a number that fits", "[lab]")
{
    ClusterState state = three_brokers();
    const ToolResult result =
        run(state, "configs", "--describe --entity-type brokers --entity-name 99999999999");
    CHECK(result.exit_code == 1);
    CHECK(result.err ==
          "The entity name for brokers must be a valid integer broker id, but it is: "
          "99999999999\n");
}

TEST_CASE("kafka-configs: numbers as Java reads them", "[lab]")
{
    ClusterState state = three_brokers();
    const std::string topic = "--alter --entity-type topics --entity-name orders --add-config ";
    CHECK(run(state, "configs", topic + "retention.ms=+2").exit_code == 0);
    CHECK(run(state, "configs", topic + "retention.ms=30s").exit_code == 1);
    const std::string user = "--alter --entity-type users --entity-name u --add-config ";
    CHECK(run(state, "configs", user + "producer_byte_rate=0x10").exit_code == 1);
    CHECK(run(state, "configs", user + "producer_byte_rate=1e7").exit_code == 0);
    CHECK(state.configs.at("quotas users=u").at("producer_byte_rate") == "1.0E7");
}

TEST_CASE("kafka-configs: what a broker reads at its start cannot be changed", "[lab]")
{
    ClusterState state = three_brokers();
    const auto alter = [&](const std::string& entity, const std::string& setting) {
        return run(state, "configs",
                   "--alter --entity-type brokers " + entity + " --add-config " + setting);
    };
    CHECK(alter("--entity-name 1", "num.io.threads=4").exit_code == 0);
    CHECK(alter("--entity-name 1", "num.partitions=4")
              .err.find("Cannot update these configs dynamically: [num.partitions]") !=
          std::string::npos);
    CHECK(alter("--entity-name 1", "ssl.keystore.type=JKS").exit_code == 0);
    CHECK(alter("--entity-default", "ssl.keystore.type=JKS")
              .err.find("broker id must be specified: [ssl.keystore.type]") != std::string::npos);
}

TEST_CASE("kafka-log-dirs: each directory lists its own partitions, a failed one none", "[lab]")
{
    ClusterState state = three_brokers();
    state.brokers[0].log_dirs = {{"/a"}, {"/b", true}};
    auto& partition = state.topics.at("orders").partitions.front();
    partition.sizes = {{1, 70}, {2, 70}};
    CHECK(run(state, "log-dirs", "--describe --broker-list 1")
              .out.find(R"({"partitions":[{"partition":"orders-0","size":70,"offsetLag":0,)"
                        R"("isFuture":false}],"error":null,"logDir":"/a"})") != std::string::npos);
    partition.log_dirs[1] = 1;
    CHECK(
        run(state, "log-dirs", "--describe --broker-list 1")
            .out.find(R"({"partitions":[],"error":)"
                      R"("org.apache.kafka.common.errors.KafkaStorageException","logDir":"/b"})") !=
        std::string::npos);
}

TEST_CASE("kafka-acls: needs an authorizer; what is there is not added again", "[lab]")
{
    ClusterState state = three_brokers();
    const std::string add = "--add --allow-principal User:a --operation Read --topic t";
    CHECK(run(state, "acls", "--list").exit_code == 1);
    state.acls.emplace();
    CHECK(run(state, "acls", add).changes);
    const ToolResult again = run(state, "acls", add);
    CHECK_FALSE(again.changes);
    CHECK(again.out.find("already exists.") != std::string::npos);
    // A prefix applies to names that begin with it.
    CHECK(run(state, "acls",
              "--add --deny-principal User:b --topic pay- "
              "--resource-pattern-type prefixed")
              .exit_code == 0);
    CHECK(run(state, "acls", "--list --topic pay-in").out.empty());
    CHECK(run(state, "acls", "--list --topic pay-in --resource-pattern-type match")
              .out.find("name=pay-, patternType=PREFIXED") != std::string::npos);
}

TEST_CASE("argparse4j: lines are filled with blanks, the odd ones in the middle", "[lab]")
{
    CHECK(justified("kafka-cluster: error: argument --bootstrap-controller/-C: not allowed with "
                    "argument --bootstrap-server/-b") ==
          "kafka-cluster: error: argument --bootstrap-controller/-C:  not allowed with\n"
          "argument --bootstrap-server/-b");
    CHECK(justified("kafka-cluster: error: one of the arguments --bootstrap-server/-b "
                    "--bootstrap-controller/-C is required") ==
          "kafka-cluster:  error:  one  of   the  arguments  --bootstrap-server/-b  --\n"
          "bootstrap-controller/-C is required");
}

TEST_CASE("argparse4j: accepts what the help pages list", "[lab]")
{
    const auto message = [](std::initializer_list<const char*> words) -> std::string {
        const std::vector<std::string> arguments(words.begin(), words.end());
        try {
            parse_argparse("cluster", arguments, {{"--id", "Integer"}});
        } catch (const WrongArguments& wrong) {
            return wrong.message;
        }
        return "";
    };
    CHECK(message({}) == "too few arguments");
    CHECK(message({"cluster-id", "-b", "x:1"}).empty());
    CHECK(message({"cluster-id"}) ==
          "one of the arguments --bootstrap-server/-b --bootstrap-controller/-C is required");
    CHECK(message({"cluster-id", "-b", "x:1", "-C", "y:1"}) ==
          "argument --bootstrap-controller/-C: not allowed with argument --bootstrap-server/-b");
    CHECK(message({"unregister", "-b", "x:1"}) == "argument --id/-i is required");
    CHECK(message({"unregister", "-b", "x:1", "--id=z"}) ==
          "argument --id/-i: could not convert 'z' to Integer (For input string: \"z\")");
    CHECK(message({"unregister", "-b"}) == "argument --bootstrap-server/-b: expected one argument");
}

TEST_CASE("java: a duration beyond its range is refused in Java's words", "[lab]")
{
    CHECK(java_duration("P1DT2H3.5S") == ((24 + 2) * 3600 + 3) * 1000 + 500);
    CHECK(java_duration("-PT1S") == -1000);
    const auto why = [](const std::string& text) -> std::string {
        try {
            java_duration(text);
        } catch (const JavaException& failed) {
            return failed.message;
        }
        return "";
    };
    CHECK(why("P99999999999999999999D") == "Text cannot be parsed to a Duration: days");
    CHECK(why("P106751991167300DT999999999999999H") ==
          "Text cannot be parsed to a Duration: overflow");
    CHECK(why("P") == "Text cannot be parsed to a Duration");
    CHECK_THROWS_AS(java_duration("P106751991167300D"), NotModelled);
}

}  // namespace gregor::lab::kafka_tools
