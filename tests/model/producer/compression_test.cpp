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

TEST_CASE("producer: compression saves bytes on the wire and on disk, not records", "[producer]")
{
    const auto bytes_with = [](const std::string& type, const std::string& content) {
        json scenario = lab::small_scenario();
        json& client = scenario["clients"][0];
        client["kind"] = "producer";
        client.erase("program");
        client["config"]["compression.type"] = type;
        client["config"]["linger.ms"] = 50;
        client["load"] = json::parse(R"({ "rate": "1000/s", "size": "500B" })");
        client["load"]["content"] = content;
        const auto run = lab::whole_run(scenario);
        CHECK(lab::ask(*run, "size(readable('t')) == size(acked(P))").is_true());
        CHECK(lab::ask(*run, "size(acked(P)) > 4000").is_true());
        const TopicPartition partition = *run->names().partition_named("t-0");
        const Replica* replica = run->kernel().process(NodeId{2}).broker()->replica(partition);
        return replica->log.size_in_bytes();
    };
    const std::int64_t plain = bytes_with("none", "words");
    CHECK(bytes_with("zstd", "words") < plain / 2);
    CHECK(bytes_with("lz4", "zero") < plain / 10);
    CHECK(bytes_with("gzip", "random_bytes") > plain * 95 / 100);
}

}  // namespace gregor
