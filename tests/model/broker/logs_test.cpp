#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <map>
#include <span>
#include <string_view>

/// What brokers do with their logs in a run.
namespace gregor::lab {

using nlohmann::json;

namespace {

/// 100 records of 1 KB a second, each a batch of its own.
json loaded(const std::string& topic_config, const std::string& keys = "null")
{
    json scenario = small_scenario();
    scenario["clients"][0]["kind"] = "producer";
    scenario["clients"][0].erase("program");
    scenario["clients"][0]["config"]["linger.ms"] = 0;
    scenario["clients"][0]["load"] = json::parse(R"({ "rate": "100/s", "size": "1KB" })");
    if (keys != "null") scenario["clients"][0]["load"]["keys"] = json::parse(keys);
    scenario["topics"][0]["config"] = json::parse(topic_config);
    return scenario;
}

/// How often each kind of event happened.
class Counts : public RunListener {
public:
    explicit Counts(Simulation& run) { run.add(*this); }
    void on_step(const StepOf& step, std::span<const Event> events, std::uint64_t hash) override
    {
        static_cast<void>(step);
        static_cast<void>(hash);
        for (const Event& each : events) ++counts_[kind_of(each)];
    }
    int of(std::string_view kind) const
    {
        const auto at = counts_.find(kind);
        return at == counts_.end() ? 0 : at->second;
    }

private:
    std::map<std::string_view, int> counts_;
};

const Replica& replica_on(const Simulation& run, int broker)
{
    const TopicPartition partition = *run.names().partition_named("t-0");
    return *run.kernel().process(NodeId{broker - 1}).broker()->replica(partition);
}

}  // namespace

TEST_CASE(
    "logs: retention by size deletes segments on every replica, and frees them a minute later",
    "[broker][log]")
{
    json scenario = loaded(R"({ "segment.bytes": 1048576, "retention.bytes": 2097152 })");
    scenario["cluster"]["defaults"]["log.retention.check.interval.ms"] = 10'000;
    scenario["horizon"] = "180s";
    const auto run_of = start_run(scenario);
    Simulation& run = *run_of;
    const Counts counts(run);
    run.run_until(Time{} + seconds(85));
    for (const int broker : {1, 2, 3}) {
        const UnifiedLog& log = replica_on(run, broker).log;
        CHECK(log.log_start_offset() > Offset{0});
        CHECK(log.log_start_offset() == log.segments().front()->base());
        CHECK(log.size_in_bytes() < 2 * 2'097'152);
        // Of 8.5 MB none has come back: the first check was at 30 s, the delay is 60 s.
        CHECK(run.kernel().disk(NodeId{broker - 1}).used() > 8'000'000);
    }
    run.run();
    CHECK(run.kernel().disk(NodeId{0}).used() < 12'000'000);  // of 18 MB written
    CHECK(run.invariants().violated().empty());
    CHECK(counts.of("SegmentsDeleted") > 20);
}

TEST_CASE("logs: a follower that comes back behind the leader's log start begins there",
          "[broker][log]")
{
    json scenario = loaded(R"({ "segment.bytes": 1048576, "retention.bytes": 1048576 })");
    scenario["cluster"]["defaults"]["log.retention.check.interval.ms"] = 5'000;
    scenario["script"] = json::parse(R"j([
        { "at": "5s", "do": { "node": { "id": 3, "act": "crash" } } },
        { "at": "80s", "do": { "node": { "id": 3, "act": "restart", "starts-in": "1s" } } } ])j");
    scenario["horizon"] = "120s";
    const auto run_of = start_run(scenario);
    run_of->run();
    CHECK(ask(*run_of, "isr('t-0') == [1, 2, 3]").is_true());
    CHECK(replica_on(*run_of, 3).log.segments().front()->base() > Offset{3'000});
    CHECK(run_of->invariants().violated().empty());
}

TEST_CASE("logs: what a power loss left torn is cut off at the start and fetched again",
          "[broker][log]")
{
    json scenario = loaded("{}");
    scenario["script"] = json::parse(R"j([
        { "at": "40s", "do": { "node": { "id": 1, "act": "power-off" } } },
        { "at": "41s", "do": { "node": { "id": 1, "act": "restart", "starts-in": "1s" } } } ])j");
    scenario["horizon"] = "80s";
    const auto run_of = start_run(scenario);
    const Counts counts(*run_of);
    run_of->run();
    CHECK(counts.of("LogRecovered") >= 1);
    CHECK(ask(*run_of, "isr('t-0') == [1, 2, 3] and acked(P) subset readable('t')").is_true());
    CHECK(run_of->invariants().violated().empty());
}

TEST_CASE("logs: retention and power losses leave the disk with what the logs hold",
          "[broker][log]")
{
    json scenario = loaded(R"({ "segment.bytes": 1048576, "retention.bytes": 1048576,
                                "file.delete.delay.ms": 1000 })");
    scenario["topics"][0]["partitions"] = 4;
    scenario["topics"][0]["replicas"] = json::parse("[[1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 3, 2]]");
    scenario["clients"][0]["load"]["to"] = "70s";
    scenario["cluster"]["defaults"]["log.retention.check.interval.ms"] = 3'000;
    const std::string rate = GENERATE("", "20MB/s");
    CAPTURE(rate);
    if (!rate.empty()) scenario["cluster"]["disk"] = json{{"rate", rate}};
    scenario["script"] = json::parse(R"j([
        { "at": "33s", "do": { "node": { "id": 2, "act": "power-off" } } },
        { "at": "35s", "do": { "node": { "id": 2, "act": "restart", "starts-in": "1s" } } },
        { "at": "55s", "do": { "node": { "id": 3, "act": "power-off" } } },
        { "at": "57s", "do": { "node": { "id": 3, "act": "restart", "starts-in": "1s" } } } ])j");
    scenario["horizon"] = "120s";
    const auto run_of = start_run(scenario);
    run_of->run();
    CHECK(run_of->invariants().violated().empty());
    for (const int broker : {1, 2, 3}) {
        CAPTURE(broker);
        const auto& replicas = run_of->kernel().process(NodeId{broker - 1}).broker()->replicas();
        std::int64_t bytes = 0;
        for (const Replica& each : replicas) bytes += each.log.size_in_bytes();
        const std::int64_t used = run_of->kernel().disk(NodeId{broker - 1}).used();
        CHECK(bytes > 4'000'000);
        // The node's controller keeps its own log there, a few kilobytes.
        CHECK(used >= bytes);
        CHECK(used < bytes + 100'000);
    }
}

TEST_CASE("logs: a scan after a crash takes the disk's time", "[broker][log]")
{
    const auto back_at = [](const std::string& rate) {
        json scenario = loaded("{}");
        scenario["clients"][0]["load"]["to"] = "100s";
        scenario["cluster"]["disk"] = json{{"rate", rate}};
        scenario["script"] = json::parse(R"j([
            { "at": "102s", "do": { "node": { "id": 1, "act": "crash" } } },
            { "at": "112s", "do": { "node": { "id": 1, "act": "restart", "starts-in": "1s" } } }
        ])j");
        scenario["horizon"] = "200s";
        const auto run_of = start_run(scenario);
        Time at = Time{} + seconds(103);
        while (at < Time{} + seconds(200)) {
            run_of->run_until(at);
            if (run_of->kernel().process(NodeId{0}).broker()->lifecycle().may_serve()) break;
            at = at + milliseconds(500);
        }
        return at;
    };
    const Time fast = back_at("1GB/s");
    const Time slow = back_at("500KB/s");  // 10 MB above the recovery point
    CHECK(slow - fast >= seconds(15));
    CHECK(slow - fast <= seconds(25));
}

TEST_CASE("logs: a full disk takes the log directory offline and the broker with it",
          "[broker][log]")
{
    json scenario = loaded("{}");
    scenario["cluster"]["brokers"] = json::parse(R"([{ "disk": { "capacity": "2MB" } }, {}, {}])");
    scenario["horizon"] = "60s";
    const auto run_of = start_run(scenario);
    const Counts counts(*run_of);
    run_of->run();
    CHECK(counts.of("LogDirFailed") == 1);
    CHECK(ask(*run_of, "not online(1) and leader('t-0') == 2").is_true());
    CHECK(ask(*run_of, "acked(P) subset readable('t')").is_true());
}

TEST_CASE("logs: of several log directories one fails, and only its replicas go offline",
          "[broker][log]")
{
    json scenario = loaded("{}");
    scenario["topics"][0]["partitions"] = 4;
    scenario["topics"][0]["replicas"] = json::parse("[[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]");
    scenario["cluster"]["defaults"]["log.dirs"] = "/disk/a, /disk/b";
    scenario["script"] = json::parse(R"j([
        { "at": "10s", "do": { "disk": { "id": 1, "fail": "/disk/b" } } } ])j");
    scenario["horizon"] = "40s";
    const auto run_of = start_run(scenario);
    const Counts counts(*run_of);
    run_of->run_until(Time{} + seconds(30));
    CHECK(counts.of("LogDirFailed") == 1);
    const auto& replicas = run_of->kernel().process(NodeId{0}).broker()->replicas();
    int led = 0;
    for (const Replica& each : replicas) {
        CHECK(each.offline == (each.directory == 1));
        led += each.is_leader() ? 1 : 0;
    }
    CHECK(led == 2);
    CHECK(ask(*run_of, "online(1) and leader('t-1') == 2 and isr('t-1') == [2, 3]").is_true());
    CHECK(ask(*run_of, "leader('t-0') == 1 and isr('t-0') == [1, 2, 3]").is_true());
    CHECK(ask(*run_of, "acked(P) subset readable('t')").is_true());
    CHECK(run_of->invariants().violated().empty());
}

TEST_CASE("logs: a replica whose log directory failed does not lead, even when it is the last",
          "[broker][log]")
{
    json scenario = loaded(R"({ "min.insync.replicas": 1 })");
    scenario["topics"][0]["partitions"] = 2;
    scenario["topics"][0]["replicas"] = json::parse("[[2, 1], [1, 2]]");
    scenario["cluster"]["defaults"]["log.dirs"] = "/disk/a,/disk/b";
    const std::string directory = GENERATE("/disk/a", "/disk/b");
    json fail = json::parse(R"j({ "at": "20s", "do": { "disk": { "id": 1 } } })j");
    fail["do"]["disk"]["fail"] = directory;
    scenario["script"] = json::array(
        {json::parse(R"j({ "at": "5s", "do": { "node": { "id": 2, "act": "crash" } } })j"), fail,
         json::parse(R"j({ "at": "40s", "do": { "node": { "id": 1, "act": "crash" } } })j"),
         json::parse(
             R"j({ "at": "41s", "do": { "node": { "id": 1, "act": "restart", "starts-in": "1s" } } })j")});
    scenario["horizon"] = "70s";
    const auto run_of = start_run(scenario);
    run_of->run_until(Time{} + seconds(39));
    if (directory == "/disk/a") {
        CHECK(ask(*run_of, "not online(1)").is_true());  // its metadata log is there
    } else {
        CHECK(ask(*run_of, "online(1) and leader('t-1') == -1").is_true());
    }
    run_of->run();
    CHECK(ask(*run_of, "leader('t-0') == 1 and leader('t-1') == 1").is_true());
    CHECK(ask(*run_of, "acked(P) subset readable('t')").is_true());
}

TEST_CASE("logs: cleaner threads keep the last record of each key on every replica",
          "[broker][log]")
{
    json scenario = loaded(R"({ "cleanup.policy": "compact", "segment.bytes": 1048576 })", "10");
    scenario["horizon"] = "120s";
    const auto run_of = start_run(scenario);
    const Counts counts(*run_of);
    run_of->run();
    CHECK(counts.of("LogCleaned") >= 3);
    for (const int broker : {1, 2, 3}) {
        const UnifiedLog& log = replica_on(*run_of, broker).log;
        CHECK(log.log_start_offset() == Offset{0});
        CHECK(log.size_in_bytes() < 4'000'000);  // of 12 MB written
    }
    CHECK(run_of->invariants().violated().empty());
}

TEST_CASE("logs: cleaner threads share their bytes per second", "[broker][log]")
{
    const auto cleaned = [](const std::string& most) {
        json scenario =
            loaded(R"({ "cleanup.policy": "compact", "segment.bytes": 1048576 })", "10");
        scenario["cluster"]["defaults"]["log.cleaner.io.max.bytes.per.second"] = most;
        scenario["cluster"]["defaults"]["log.cleaner.threads"] = 2;
        scenario["horizon"] = "300s";
        const auto run = start_run(scenario);
        const Heard<event::LogCleaned> passes(*run);
        run->run();
        std::int64_t bytes = 0;
        for (const auto& pass : passes.all()) bytes += pass.bytes_read + pass.bytes_written;
        return bytes / 3;  // of each broker
    };
    constexpr std::int64_t most = 20'000;
    const std::int64_t slow = cleaned(std::to_string(most));
    CHECK(slow <= most * 300);
    CHECK(slow > most * 50);  // a pass counts when it is over
    CHECK(cleaned("1.7976931348623157E308") > 2 * slow);
}

TEST_CASE("logs: a poisoned record stops the cleaning of its partition only", "[broker][log]")
{
    for (const bool isolates : {true, false}) {
        INFO(isolates);
        json scenario =
            loaded(R"({ "cleanup.policy": "compact", "segment.bytes": 1048576 })", "10");
        scenario["topics"][0]["partitions"] = 2;
        scenario["topics"][0]["replicas"] = json::parse("[[1, 2, 3], [1, 2, 3]]");
        scenario["levels"] = json{{"uncleanable-partitions", isolates}};
        scenario["script"] = json::parse(R"j([ { "at": "1s", "do": { "disk":
            { "id": 1, "poison": { "tp": "t-0", "offset": 5 } } } } ])j");
        scenario["horizon"] = "200s";
        const auto run_of = start_run(scenario);
        const Counts counts(*run_of);
        run_of->run();
        CHECK(counts.of("CleaningFailed") == 1);
        CHECK(ask(*run_of, "bytes(1, 't-0') > 2 * bytes(2, 't-0')").is_true());
        CHECK(ask(*run_of, "bytes(1, 't-1') == bytes(2, 't-1')").is_true() == isolates);
    }
}

TEST_CASE("logs: who reads what is no longer in the page cache waits for the disk", "[broker][log]")
{
    const auto read_until = [](const std::string& cache) {
        json scenario = loaded("{}");
        scenario["clients"][0]["load"]["to"] = "60s";
        scenario["cluster"]["disk"] = json{{"rate", "2MB/s"}, {"latency", "5ms"}};
        if (!cache.empty()) scenario["cluster"]["disk"]["cache"] = cache;
        scenario["clients"].push_back(json::parse(R"({ "name": "C", "kind": "consumer",
            "config": { "group.id": "g", "auto.offset.reset": "earliest" },
            "work": { "service": "0ms" } })"));
        scenario["script"] = json::parse(R"j([
            { "at": "0s", "do": { "client": { "name": "C", "act": "stop" } } },
            { "at": "65s", "do": { "client": { "name": "C", "act": "start" } } } ])j");
        scenario["horizon"] = "120s";
        const auto run_of = start_run(scenario);
        Time at = Time{} + seconds(65);
        while (at < Time{} + seconds(120)) {
            run_of->run_until(at);
            if (run_of->history().client(ClientId{1}).delivered_count >= 5'900) break;
            at = at + milliseconds(100);
        }
        return at;
    };
    const Time in_memory = read_until("");
    const Time from_disk = read_until("2MB");
    CHECK(from_disk - in_memory >= seconds(2));  // 6 MB, four of which are on the disk only
    CHECK(from_disk - in_memory <= seconds(6));
}

TEST_CASE("logs: headers of a scripted send are in the log, and count", "[broker][log]")
{
    const auto bytes = [](const char* headers) {
        json scenario = small_scenario();
        scenario["clients"][0]["program"][1]["send"]["headers"] = json::parse(headers);
        const auto run = whole_run(scenario);
        return replica_on(*run, 1).log.size_in_bytes();
    };
    // Each of three records: the header's key and value with their lengths.
    CHECK(bytes(R"({ "trace-id": "a1" })") - bytes("{}") == 3 * (1 + 8 + 1 + 2));
}

TEST_CASE("logs: with flush.messages=1 every append waits for its flush", "[broker][log]")
{
    const auto latency = [](const char* topic_config, const char* acks) {
        json scenario = loaded(topic_config);
        scenario["cluster"]["disk"] = {{"latency", "5ms"}};
        scenario["clients"][0]["config"]["acks"] = acks;
        scenario["clients"][0]["load"]["rate"] = "10/s";
        scenario["horizon"] = "20s";
        const auto run = whole_run(scenario);
        CHECK(run->invariants().violated().empty());
        const Value median = ask(*run, "p50(latency(P))");
        REQUIRE(median.duration() != nullptr);
        return *median.duration();
    };
    const char* flushed = R"({ "flush.messages": 1 })";
    CHECK(latency(flushed, "1") - latency("{}", "1") == milliseconds(5));
    // Followers append while the leader flushes; their own flush holds up their next fetch.
    const Duration replicated = latency(flushed, "all") - latency("{}", "all");
    CHECK(replicated >= milliseconds(5));
    CHECK(replicated < milliseconds(12));
}

TEST_CASE("logs: a topic's setting changes in a run", "[broker][log]")
{
    json scenario = loaded(R"({ "segment.bytes": 1048576 })");
    scenario["cluster"]["defaults"]["log.retention.check.interval.ms"] = 5'000;
    scenario["script"] = json::parse(R"j([ { "at": "50s", "do": { "set":
        { "scope": "topic/t", "key": "retention.bytes", "value": 1048576 } } } ])j");
    scenario["horizon"] = "70s";
    const auto run_of = start_run(scenario);
    run_of->run_until(Time{} + seconds(49));
    CHECK(replica_on(*run_of, 2).log.log_start_offset() == Offset{0});
    run_of->run();
    CHECK(replica_on(*run_of, 2).log.log_start_offset() > Offset{3'000});
}

}  // namespace gregor::lab
