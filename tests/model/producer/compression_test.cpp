#include "model/producer/record_accumulator.h"
#include "tests/model/lab/small_run.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace gregor {

using nlohmann::json;

namespace {

struct Made {
    std::int32_t records{};
    std::int64_t bytes{};
    bool operator==(const Made&) const = default;
};

RecordRun run_of(std::int64_t count, std::int32_t value_size)
{
    RecordRun run;
    run.at = Time{} + seconds(1);
    run.count = count;
    run.value_size = value_size;
    return run;
}

/// Record by record, as MemoryRecordsBuilder and CompressionRatioEstimator have it.
std::vector<Made> made_one_by_one(Codec codec, PayloadContent content, std::int64_t limit,
                                  std::int64_t records, std::int32_t value_size)
{
    std::vector<Made> made;
    float ratio = 1;
    while (records > 0) {
        std::int64_t size = 61;
        std::int32_t count = 0;
        const auto estimate = [&] {
            return 61 + static_cast<std::int64_t>(static_cast<float>(size - 61) * ratio * 1.05F);
        };
        while (records > 0) {
            const std::int32_t bytes = record_size(count, 0, -1, value_size);
            if (count > 0 && (estimate() >= limit || estimate() + bytes > limit)) break;
            size += bytes;
            ++count;
            --records;
        }
        const std::int64_t compressed =
            compressed_batch_size(codec, content, count, value_size, size);
        const float observed = static_cast<float>(compressed - 61) / static_cast<float>(size - 61);
        ratio = observed > ratio   ? std::max(ratio + 0.05F, observed)
                : observed < ratio ? std::max(ratio - 0.005F, observed)
                                   : ratio;
        made.push_back({count, compressed});
    }
    return made;
}

}  // namespace

TEST_CASE("producer: compressed batches hold what the estimate lets in, record by record",
          "[producer]")
{
    const Codec codec = GENERATE(Codec::gzip, Codec::snappy, Codec::lz4, Codec::zstd);
    const PayloadContent content =
        GENERATE(PayloadContent::zero, PayloadContent::words, PayloadContent::random_bytes);
    const std::int32_t value_size = GENERATE(20, 333, 1'000);
    const std::int64_t batch_size = GENERATE(3'000, 16'384, 100'000);
    constexpr std::int64_t records = 20'000;
    RecordAccumulator accumulator(
        {.batch_size = batch_size, .buffer_memory = 1'000'000, .codec = codec, .content = content});
    accumulator.set_partitions(0, TopicId{0}, 1);
    PartitionQueue& queue = accumulator.queues()[0];
    std::vector<Made> made;
    RecordRun run = run_of(records, value_size);
    const auto take_front = [&] {
        ProducerBatch& front = queue.batches.front();
        accumulator.build(queue, front);
        made.push_back({front.record_count, front.estimated_size()});
        accumulator.release(front);
        queue.batches.pop_front();
    };
    while (run.count > 0) {
        const auto appended = accumulator.append(0, 0, run, Time{});
        REQUIRE(appended.outcome == RecordAccumulator::Outcome::appended);
        run.drop_front(appended.count);
        // Built before the next one is opened, as when it leaves at once.
        if (queue.batches.back().full() || run.count > 0) take_front();
    }
    if (!queue.batches.empty()) take_front();
    CHECK(made == made_one_by_one(codec, content, batch_size, records, value_size));
}

namespace {

json with_load(const std::string& type, const std::string& content, const std::string& rate)
{
    json scenario = lab::small_scenario();
    json& client = scenario["clients"][0];
    client["kind"] = "producer";
    client.erase("program");
    client["config"]["compression.type"] = type;
    client["config"]["linger.ms"] = 50;
    client["config"]["batch.size"] = 100'000;
    client["load"] = {{"rate", rate}, {"size", "500B"}, {"content", content}};
    return scenario;
}

const UnifiedLog& log_of(const lab::Simulation& run)
{
    const TopicPartition partition = *run.names().partition_named("t-0");
    return run.kernel().process(NodeId{2}).broker()->replica(partition)->log;
}

/// Of the log, with every record that was acknowledged in it.
std::int64_t bytes_with(const std::string& type, const std::string& content,
                        const std::string& type_of_topic = "producer")
{
    json scenario = with_load(type, content, "1000/s");
    scenario["topics"][0]["config"]["compression.type"] = type_of_topic;
    const auto run = lab::whole_run(scenario);
    CHECK(lab::ask(*run, "size(readable('t')) == size(acked(P))").is_true());
    CHECK(lab::ask(*run, "size(acked(P)) > 4000").is_true());
    return log_of(*run).size_in_bytes();
}

/// Which share of 60 MB/s of words, by so many producers for two seconds, is in the log then.
double share_written(const std::string& type, const std::string& type_of_topic, int producers,
                     int cores_of_broker)
{
    constexpr int rate = 120'000;
    json scenario = with_load(type, "words", std::to_string(rate / producers) + "/s");
    json client = scenario["clients"][0];
    client["config"]["batch.size"] = "64KB";
    client["config"]["linger.ms"] = 5;
    scenario["clients"].clear();
    for (int i = 0; i < producers; ++i) {
        client["name"] = "P" + std::to_string(i);
        scenario["clients"].push_back(client);
    }
    scenario["horizon"] = "2s";
    scenario["topics"][0]["config"] = {{"compression.type", type_of_topic}};
    scenario["topics"][0]["replicas"] = json::parse("[[1]]");
    scenario["cluster"]["brokers"] = json::parse("[ {}, {}, {} ]");
    scenario["cluster"]["brokers"][0]["cores"] = cores_of_broker;
    const auto run = lab::start_run(scenario);
    run->run();
    const TopicPartition partition = *run->names().partition_named("t-0");
    const Replica* replica = run->kernel().process(NodeId{0}).broker()->replica(partition);
    return static_cast<double>(replica->log.log_end_offset().value) / (2.0 * rate);
}

}  // namespace

TEST_CASE("producer: compression saves bytes on the wire and on disk, not records", "[producer]")
{
    const std::int64_t plain = bytes_with("none", "words");
    CHECK(bytes_with("zstd", "words") < plain / 2);
    CHECK(bytes_with("lz4", "zero") < plain / 10);
    CHECK(bytes_with("gzip", "random_bytes") > plain * 95 / 100);
}

TEST_CASE("log: a topic with a compression.type of its own has every batch in it", "[log]")
{
    const auto bytes = [](const std::string& type, const std::string& type_of_topic) {
        return static_cast<double>(bytes_with(type, "words", type_of_topic));
    };
    // A codec's time changes which records share a batch, and with it a few bytes.
    const Approx plain = Approx(bytes("none", "producer")).epsilon(0.02);
    const Approx packed = Approx(bytes("zstd", "producer")).epsilon(0.02);
    CHECK(bytes("none", "zstd") == packed);
    CHECK(bytes("lz4", "zstd") == packed);
    CHECK(bytes("zstd", "uncompressed") == plain);
    CHECK(bytes("zstd", "zstd") == packed);
}

TEST_CASE("producer: a codec takes its time on the client and on the broker", "[producer]")
{
    // On one core gzip makes 36 MB/s of words; zstd makes 306 and unpacks 794.
    CHECK(share_written("none", "producer", 1, 1) > 0.95);
    CHECK(share_written("zstd", "producer", 1, 1) > 0.95);
    CHECK(share_written("gzip", "producer", 1, 4) == Approx(0.6).margin(0.1));
    CHECK(share_written("none", "gzip", 1, 4) == Approx(0.6).margin(0.1));  // one connection
    CHECK(share_written("none", "gzip", 2, 1) == Approx(0.6).margin(0.1));
    CHECK(share_written("none", "gzip", 2, 2) > 0.95);
}

}  // namespace gregor
