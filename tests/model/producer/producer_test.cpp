#include "tests/model/client/client_cluster.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::ClientCluster;

namespace {

ProducerSettings settings_of(const ClientCluster& cluster, std::int64_t per_second)
{
    ProducerSettings settings;
    settings.id = ClientId{0};
    settings.name = "P";
    settings.layout = cluster.layout();
    settings.load = Load{.rate = {per_second}, .value_size = 100, .topic = "t"};
    settings.load->from = Time{} + seconds(1);
    return settings;
}

struct SentBatch {
    std::int64_t first_number{}, count{};
    std::int64_t size{};
    bool operator==(const SentBatch&) const = default;
};

std::vector<SentBatch> sent_batches(const ClientCluster& cluster)
{
    std::vector<SentBatch> sent;
    for (const auto& [at, request] : cluster.shared.produced) {
        for (const auto& each : request.partitions) {
            sent.push_back(
                {each.batch.first_number, each.batch.record_count, each.batch.size_in_bytes});
        }
    }
    return sent;
}

/// The same by stepping record by record: one partition, no failure, and fewer than
/// max.in.flight requests at a time. A record at the very end of the linger comes too late.
std::vector<SentBatch> batches_record_by_record(const ProducerConfig& config, const Load& load,
                                                std::int64_t records)
{
    std::vector<SentBatch> sent;
    SentBatch open{0, 0, 61};
    Time opened;
    std::int64_t first_ms = 0;
    for (std::int64_t i = 0; i < records; ++i) {
        const Time at = load.from + nanoseconds(i * load.rate.per.nanoseconds / load.rate.count);
        if (open.count > 0 && at >= opened + config.linger_ms) {
            sent.push_back(open);
            open = {i, 0, 61};
        }
        if (open.count == 0) first_ms = to_milliseconds(at);
        std::int32_t bytes = record_size(static_cast<std::int32_t>(open.count),
                                         to_milliseconds(at) - first_ms, -1, load.value_size);
        if (open.count > 0 && open.size + bytes > config.batch_size) {
            // Full: it leaves as the next record opens another batch. What is open behind it is
            // not ready yet, but has no company to leave with either.
            sent.push_back(open);
            open = {i, 0, 61};
            first_ms = to_milliseconds(at);
            bytes = record_size(0, 0, -1, load.value_size);
        }
        if (open.count == 0) opened = at;
        ++open.count;
        open.size += bytes;
    }
    return sent;
}

}  // namespace

TEST_CASE("producer: batches are those of record by record appends", "[producer]")
{
    const std::int64_t per_second = GENERATE(1, 50, 200, 333, 1'000, 7'777, 50'000);
    const std::int64_t linger_ms = GENERATE(0, 1, 5, 100, 1'000);
    const std::int64_t batch_size = GENERATE(500, 16'384, 200'000);
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, per_second);
    settings.config.linger_ms = milliseconds(linger_ms);
    settings.config.batch_size = batch_size;
    settings.config.max_in_flight_requests_per_connection = 1'000'000;
    settings.config.buffer_memory = std::int64_t{1} << 40;
    settings.load->to = Time{} + seconds(1) + milliseconds(1'500);
    // The first record waits for metadata and a connection: the load begins when they are there.
    const NodeId node = cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(5));
    const auto& producer = cluster.kernel.process(node).as<Producer>();
    const auto sent = sent_batches(cluster);
    const auto expected =
        batches_record_by_record(settings.config, *settings.load, producer.records_sent());
    REQUIRE(sent.size() >= expected.size());
    // From the first batch that was not held up by connecting.
    std::size_t compared = 0;
    for (const SentBatch& each : expected) {
        if (each.first_number * 1000 < per_second * 20) continue;
        const bool found = std::find(sent.begin(), sent.end(), each) != sent.end();
        INFO("batch " << each.first_number << " +" << each.count << " " << each.size);
        CHECK(found);
        ++compared;
    }
    if (per_second > 1'000) CHECK(compared > 0);
}

TEST_CASE("producer: at 200 records/s with 5 ms linger each record leaves alone", "[producer]")
{
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, 200);
    settings.load->to = Time{} + seconds(11);
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(12));
    const auto sent = cluster.events<event::RecordsSent>();
    REQUIRE(sent.size() > 1'990);
    for (std::size_t i = 10; i < sent.size(); ++i) {
        CHECK(sent[i].record_count == 1);
        CHECK(sent[i].created == Time{} + seconds(1) + milliseconds(5) * sent[i].first_sequence);
    }
    std::int64_t acknowledged = 0;
    for (const auto& each : cluster.events<event::RecordsAcknowledged>()) {
        acknowledged += each.record_count;
    }
    CHECK(acknowledged == 2'000);
}

TEST_CASE("producer: an unlimited load is bounded by memory and acknowledgements", "[producer]")
{
    ClientCluster cluster(3, 6);
    ProducerSettings settings = settings_of(cluster, 0);
    settings.config.buffer_memory = 1 << 20;
    const NodeId node = cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(1'500));
    const auto& producer = cluster.kernel.process(node).as<Producer>();
    CHECK(producer.buffered_bytes() <= 1 << 20);
    std::int64_t acknowledged = 0;
    for (const auto& each : cluster.events<event::RecordsAcknowledged>()) {
        acknowledged += each.record_count;
    }
    CHECK(acknowledged > 100'000);
    CHECK(producer.records_sent() >= acknowledged);
}

TEST_CASE("producer: sequences count records and survive retries in order", "[producer]")
{
    ClientCluster cluster;
    cluster.shared.produce_errors = {Error::none, Error::not_enough_replicas, Error::none};
    cluster.add(Producer(settings_of(cluster, 1'000)));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(3));
    std::int32_t next = 0;
    std::int64_t number = 0;
    // The log of a broker that checks no sequences: the retried batch comes behind those in flight.
    auto log = cluster.shared.logs[0];
    REQUIRE(log.size() > 10);
    std::sort(log.begin(), log.end(), [](const RecordBatch& a, const RecordBatch& b) {
        return a.base_sequence < b.base_sequence;
    });
    for (const RecordBatch& batch : log) {
        CHECK(batch.base_sequence == next);
        CHECK(batch.first_number == number);
        CHECK(batch.producer_id == ProducerId{7});
        next += batch.record_count;
        number += batch.record_count;
    }
    const auto retried = cluster.events<event::SendRetried>();
    REQUIRE(retried.size() == 1);
    CHECK(retried.front().attempt == 1);
    CHECK(retried.front().error == Error::not_enough_replicas);
}

TEST_CASE("producer: a retry waits for its back-off", "[producer]")
{
    ClientCluster cluster;
    cluster.shared.produce_errors = {Error::not_enough_replicas, Error::not_enough_replicas};
    ProducerSettings settings = settings_of(cluster, 1);
    settings.load->records = 1;
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(3));
    REQUIRE(cluster.shared.produced.size() == 3);
    const Duration first = cluster.shared.produced[1].first - cluster.shared.produced[0].first;
    const Duration second = cluster.shared.produced[2].first - cluster.shared.produced[1].first;
    CHECK(first >= milliseconds(80));
    CHECK(first <= milliseconds(122));
    CHECK(second >= milliseconds(160));
    CHECK(second <= milliseconds(242));
}

TEST_CASE("producer: a batch that cannot be delivered fails at delivery.timeout.ms", "[producer]")
{
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, 10);
    settings.config.delivery_timeout_ms = seconds(5);
    settings.config.request_timeout_ms = seconds(2);
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(2'002));
    cluster.kernel.crash(NodeId{0});
    cluster.kernel.run_until(Time{} + seconds(12));
    const auto failed = cluster.events<event::RecordsFailed>();
    const auto times = cluster.times<event::RecordsFailed>();
    REQUIRE(!failed.empty());
    CHECK(failed.front().error == Error::request_timed_out);
    CHECK(times.front() >= Time{} + seconds(7));
    CHECK(times.front() <= Time{} + milliseconds(7'600));
    std::int64_t sent = 0;
    for (const auto& each : cluster.events<event::RecordsSent>()) sent += each.record_count;
    std::int64_t done = 0;
    for (const auto& each : failed) done += each.record_count;
    for (const auto& each : cluster.events<event::RecordsAcknowledged>()) done += each.record_count;
    CHECK(done <= sent);
}

TEST_CASE("producer: after a broker's restart it goes on, and nothing is lost", "[producer]")
{
    ClientCluster cluster;
    cluster.add(Producer(settings_of(cluster, 100)));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(3));
    cluster.kernel.crash(NodeId{0});
    cluster.kernel.restart(NodeId{0}, seconds(2));
    cluster.kernel.run_until(Time{} + seconds(10));
    CHECK(cluster.events<event::RecordsFailed>().empty());
    CHECK(!cluster.events<event::ConnectionLost>().empty());
    std::int64_t acknowledged = 0;
    for (const auto& each : cluster.events<event::RecordsAcknowledged>()) {
        acknowledged += each.record_count;
    }
    CHECK(acknowledged >= 898);
}

TEST_CASE("producer: acks=0 is done when written, with an unknown offset", "[producer]")
{
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, 100);
    settings.config.acks = Acks::none;
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(2));
    const auto acknowledged = cluster.events<event::RecordsAcknowledged>();
    REQUIRE(acknowledged.size() > 90);
    for (const auto& each : acknowledged) CHECK(each.base_offset == no_offset);
    CHECK(cluster.shared.produced.front().second.partitions[0].batch.base_sequence == -1);
}

TEST_CASE("producer: the script's calls are explicit appends", "[producer]")
{
    ClientCluster cluster(1, 3);
    ProducerSettings settings = settings_of(cluster, 1);
    settings.load.reset();
    settings.topics = {"t"};
    const NodeId node = cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(1));
    cluster.kernel.control(node, control::Send{{TopicId{0}, 2}, 3, "", false}, 0);
    cluster.kernel.control(node, control::Send{{TopicId{0}, -1}, 1, "abc", true}, 0);
    cluster.kernel.run_until(Time{} + seconds(2));
    REQUIRE(cluster.shared.logs[2].size() == 1);
    CHECK(cluster.shared.logs[2].front().record_count == 3);
    const std::int32_t keyed = partition_for_key("abc", 3);
    REQUIRE(!cluster.shared.logs[keyed].empty());
    REQUIRE(cluster.shared.logs[keyed].back().data != nullptr);
    CHECK(cluster.shared.logs[keyed].back().data->records.front().key == "abc");
}

TEST_CASE("producer: max.block.ms bounds the wait for metadata", "[producer]")
{
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, 10);
    settings.load->topic = "nowhere";
    settings.config.max_block_ms = seconds(2);
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(7'500));
    const auto times = cluster.times<event::RecordsFailed>();
    REQUIRE(times.size() == 3);
    CHECK(times[0] == Time{} + seconds(3));
    CHECK(times[1] == Time{} + seconds(5));
}

TEST_CASE("producer: a record above max.request.size fails at once", "[producer]")
{
    const std::int64_t per_second = GENERATE(0, 10);
    ClientCluster cluster;
    ProducerSettings settings = settings_of(cluster, per_second);
    settings.load->value_size = 2'000'000;
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(1'950));
    const auto failed = cluster.events<event::RecordsFailed>();
    REQUIRE(!failed.empty());
    CHECK(failed.front().error == Error::message_too_large);
    CHECK(cluster.shared.produced.empty());
}

TEST_CASE("producer: a batch of a load with keys knows them and is as large as its records",
          "[producer]")
{
    ClientCluster cluster(1, 3);
    ProducerSettings settings = settings_of(cluster, 2'000);
    settings.load->keys = KeyDistribution::uniform;
    settings.load->key_count = 150;
    settings.config.linger_ms = milliseconds(200);
    cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(3));
    std::int64_t records = 0;
    for (const auto& [partition, log] : cluster.shared.logs) {
        for (const RecordBatch& batch : log) {
            REQUIRE(batch.data != nullptr);
            std::int64_t bytes = batch_header_bytes;
            std::int64_t last_ms = batch.base_timestamp_ms;
            std::int32_t delta = 0;
            for (auto at = batch.data->keyed.begin(); !at.at_end(); ++delta) {
                const KeyedRecords::Item item = at.next();
                const std::string key = KeyedRecords::key_text(item.key);
                CHECK(item.offset_delta == delta);
                CHECK(partition_for_key(key, 3) == partition);
                CHECK(item.timestamp_ms >= last_ms);
                last_ms = item.timestamp_ms;
                bytes += batch.data->keyed.size_of(item, batch.base_timestamp_ms);
            }
            CHECK(delta == batch.record_count);
            CHECK(last_ms == batch.max_timestamp_ms);
            CHECK(bytes == batch.size_in_bytes);
            records += delta;
        }
    }
    CHECK(records > 3'000);
}

TEST_CASE("producer: a key of its own among those of a load leaves a batch of explicit records",
          "[producer]")
{
    ClientCluster cluster(1, 1);
    ProducerSettings settings = settings_of(cluster, 100);
    settings.load->keys = KeyDistribution::uniform;
    settings.load->key_count = 5;
    settings.config.linger_ms = milliseconds(500);
    const NodeId node = cluster.add(Producer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(1'100));
    cluster.kernel.control(node, control::Send{{TopicId{0}, 0}, 1, "abc", true}, 0);
    cluster.kernel.control(node, control::Send{{TopicId{0}, 0}, 1, "", false}, 0);
    cluster.kernel.run_until(Time{} + seconds(2));
    const RecordBatch& batch = cluster.shared.logs[0].front();
    REQUIRE(batch.data != nullptr);
    CHECK(batch.data->keyed.empty());
    REQUIRE(batch.data->records.size() == static_cast<std::size_t>(batch.record_count));
    int of_load = 0, own = 0, without = 0;
    for (std::int32_t i = 0; i < batch.record_count; ++i) {
        const Record& record = batch.data->records[static_cast<std::size_t>(i)];
        CHECK(record.offset_delta == i);
        of_load += record.key.starts_with("k") ? 1 : 0;
        own += record.key == "abc" ? 1 : 0;
        without += record.null_key ? 1 : 0;
    }
    CHECK(of_load > 10);
    CHECK(own == 1);
    CHECK(without == 1);
    CHECK(batch_size(batch.data->records, batch.base_timestamp_ms) == batch.size_in_bytes);
}
