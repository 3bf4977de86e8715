#include "tests/model/client/client_cluster.h"

#include <catch2/catch.hpp>

using namespace gregor;
using test::ClientCluster;

namespace {

ProducerSettings producer_of(const ClientCluster& cluster, std::int64_t per_second)
{
    ProducerSettings settings;
    settings.id = ClientId{0};
    settings.name = "P";
    settings.layout = cluster.layout();
    settings.load = Load{.rate = {per_second}, .value_size = 100, .topic = "t"};
    settings.load->from = Time{} + seconds(1);
    return settings;
}

ConsumerSettings consumer_of(const ClientCluster& cluster, std::int16_t id, std::string group)
{
    ConsumerSettings settings;
    settings.id = ClientId{id};
    settings.name = "C" + std::to_string(id);
    settings.layout = cluster.layout();
    settings.topics = {"t"};
    settings.config.group_id = std::move(group);
    settings.config.auto_offset_reset = AutoOffsetReset::earliest;
    return settings;
}

/// The partitions a member has, by number.
std::vector<std::int32_t> owned(ClientCluster& cluster, NodeId member)
{
    std::vector<std::int32_t> numbers;
    for (const auto& each : cluster.kernel.process(member).as<Consumer>().partitions()) {
        numbers.push_back(each.partition.partition);
    }
    return numbers;
}

std::int64_t delivered(const ClientCluster& cluster, std::int32_t partition = 0)
{
    std::int64_t next = 0;
    for (const auto& each : cluster.events<event::RecordsDelivered>()) {
        if (each.partition.partition != partition) continue;
        CHECK(each.base_offset == Offset{next});
        CHECK(each.first_number == next);
        next += each.record_count;
    }
    return next;
}

}  // namespace

TEST_CASE("consumer: without a group it reads everything once and in order", "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    cluster.add(Producer(producer_of(cluster, 200)));
    const NodeId node = cluster.add(Consumer(consumer_of(cluster, 1, "")));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(11));
    CHECK(delivered(cluster) >= 1'998);
    const auto& consumer = cluster.kernel.process(node).as<Consumer>();
    REQUIRE(consumer.partitions().size() == 1);
    CHECK(consumer.partitions()[0].position >= Offset{1'998});
    CHECK(consumer.partitions()[0].state == PositionState::ready);
    CHECK(cluster.events<event::RecordsProcessed>().size() ==
          cluster.events<event::RecordsDelivered>().size());
}

TEST_CASE("consumer: in a group it joins, reads and commits every five seconds", "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    cluster.add(Producer(producer_of(cluster, 100)));
    const NodeId node = cluster.add(Consumer(consumer_of(cluster, 1, "g")));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(21));
    const auto& consumer = cluster.kernel.process(node).as<Consumer>();
    CHECK(consumer.membership().state() == MemberState::stable);
    CHECK(consumer.membership().generation() == 1);
    CHECK(delivered(cluster) >= 1'990);
    const auto assigned = cluster.times<event::PartitionsAssigned>();
    REQUIRE(assigned.size() == 1);
    CHECK(assigned[0] > Time{} + seconds(3));  // group.initial.rebalance.delay.ms
    CHECK(assigned[0] < Time{} + milliseconds(3'020));
    const auto commits = cluster.times<event::OffsetCommitted>();
    REQUIRE(commits.size() == 3);
    CHECK(commits[1] - commits[0] >= seconds(5));
    CHECK(commits[1] - commits[0] < milliseconds(5'010));
}

TEST_CASE("consumer: a second member takes its share, and gives it back when it stops",
          "[consumer]")
{
    ClientCluster cluster(2, 4, 3);
    cluster.add(Producer(producer_of(cluster, 100)));
    const NodeId first = cluster.add(Consumer(consumer_of(cluster, 1, "g")));
    const NodeId second = cluster.add(Consumer(consumer_of(cluster, 2, "g")));
    for (std::int32_t n = 0; n < 4; ++n) cluster.kernel.start(NodeId{n});
    cluster.kernel.run_until(Time{} + seconds(10));
    const auto& one = cluster.kernel.process(first).as<Consumer>();
    const auto& two = cluster.kernel.process(second).as<Consumer>();
    CHECK(one.partitions().size() == 4);
    cluster.kernel.start(second);
    cluster.kernel.run_until(Time{} + seconds(20));
    CHECK(one.partitions().size() == 2);
    CHECK(two.partitions().size() == 2);
    CHECK(one.membership().generation() == 2);
    cluster.kernel.control(second, control::Stop{}, 0);
    cluster.kernel.run_until(Time{} + seconds(30));
    CHECK(!cluster.kernel.running(second));
    CHECK(one.partitions().size() == 4);
    // Everything was read at least once, and what was committed not again.
    for (std::int32_t p = 0; p < 4; ++p) {
        std::int64_t next = 0;
        for (const auto& each : cluster.events<event::RecordsDelivered>()) {
            if (each.partition.partition != p) continue;
            CHECK(each.base_offset.value <= next);
            next = std::max(next, each.base_offset.value + each.record_count);
        }
        CHECK(next >= cluster.shared.end(p).value - 2);
    }
}

TEST_CASE("consumer: with the assignor sticky members get back most of what they gave up",
          "[consumer]")
{
    ClientCluster cluster(2, 4, 3);
    cluster.add(Producer(producer_of(cluster, 100)));
    const auto member = [&](std::int16_t id) {
        ConsumerSettings settings = consumer_of(cluster, id, "g");
        settings.config.partition_assignment_strategy = {"sticky"};
        return cluster.add(Consumer(settings));
    };
    const NodeId first = member(1);
    const NodeId second = member(2);
    for (std::int32_t n = 0; n < 4; ++n) cluster.kernel.start(NodeId{n});
    cluster.kernel.run_until(Time{} + seconds(10));
    cluster.kernel.start(second);
    cluster.kernel.run_until(Time{} + seconds(20));
    CHECK(cluster.kernel.process(first).as<Consumer>().membership().protocol() == "sticky");
    // Round robin would have given it 0 and 2, or 1 and 3.
    CHECK(owned(cluster, first) == std::vector<std::int32_t>{0, 1});
    CHECK(owned(cluster, second) == std::vector<std::int32_t>{2, 3});
    // Eager: all four are given up first.
    const auto revoked = cluster.events<event::PartitionsRevoked>();
    REQUIRE(revoked.size() == 1);
    CHECK(revoked[0].partitions.size() == 4);
}

TEST_CASE("consumer: a cooperative member gives up only what moves (KIP-429)", "[consumer]")
{
    ClientCluster cluster(2, 4, 3);
    cluster.add(Producer(producer_of(cluster, 400)));
    const auto member = [&](std::int16_t id) {
        ConsumerSettings settings = consumer_of(cluster, id, "g");
        settings.config.partition_assignment_strategy = {"cooperative-sticky"};
        return cluster.add(Consumer(settings));
    };
    const NodeId first = member(1);
    const NodeId second = member(2);
    for (std::int32_t n = 0; n < 4; ++n) cluster.kernel.start(NodeId{n});
    cluster.kernel.run_until(Time{} + seconds(10));
    cluster.kernel.start(second);
    cluster.kernel.run_until(Time{} + seconds(20));
    CHECK(owned(cluster, first) == std::vector<std::int32_t>{0, 1});
    CHECK(owned(cluster, second) == std::vector<std::int32_t>{2, 3});
    // One rebalance to take them away, one to hand them out.
    CHECK(cluster.kernel.process(first).as<Consumer>().membership().generation() == 3);
    const auto revoked = cluster.events<event::PartitionsRevoked>();
    REQUIRE(revoked.size() == 1);
    CHECK(revoked[0].client == ClientId{1});
    CHECK(revoked[0].partitions.size() == 2);
    cluster.kernel.control(second, control::Stop{}, 0);
    cluster.kernel.run_until(Time{} + seconds(30));
    CHECK(owned(cluster, first) == std::vector<std::int32_t>{0, 1, 2, 3});
    // Nothing was skipped on the way.
    for (std::int32_t p = 0; p < 4; ++p) {
        std::int64_t next = 0;
        for (const auto& each : cluster.events<event::RecordsDelivered>()) {
            if (each.partition.partition != p) continue;
            CHECK(each.base_offset.value <= next);
            next = std::max(next, each.base_offset.value + each.record_count);
        }
        CHECK(next >= cluster.shared.end(p).value - 10);
    }
}

TEST_CASE(
    "consumer: while a slow member holds up the rebalance, cooperative ones read on (KIP-429)",
    "[consumer]")
{
    const auto read_meanwhile = [](const std::string& assignor) {
        ClientCluster cluster(1, 4, 4);
        cluster.add(Producer(producer_of(cluster, 400)));
        const auto member = [&](std::int16_t id, Duration service) {
            ConsumerSettings settings = consumer_of(cluster, id, "g");
            settings.config.partition_assignment_strategy = {assignor};
            settings.config.max_poll_records = 1;
            settings.work.service = service;
            return cluster.add(Consumer(settings));
        };
        member(1, milliseconds(1));
        member(2, seconds(60));  // calls poll() again in the second minute
        const NodeId third = member(3, milliseconds(1));
        for (std::int32_t n = 0; n < 4; ++n) cluster.kernel.start(NodeId{n});
        cluster.kernel.run_until(Time{} + seconds(13));
        cluster.kernel.start(third);
        cluster.kernel.run_until(Time{} + seconds(20));
        CHECK(owned(cluster, third).empty());
        std::int64_t records = 0;
        for (const auto& [at, event] : cluster.trace) {
            const auto* read = std::get_if<event::RecordsDelivered>(&event);
            if (read == nullptr || read->client != ClientId{1}) continue;
            if (at > Time{} + seconds(17)) records += read->record_count;
        }
        return records;
    };
    CHECK(read_meanwhile("cooperative-sticky") > 100);
    CHECK(read_meanwhile("sticky") == 0);
}

TEST_CASE("consumer: a cooperative member that was thrown out begins anew", "[consumer]")
{
    ClientCluster cluster(1, 2, 3);
    cluster.add(Producer(producer_of(cluster, 100)));
    ConsumerSettings settings = consumer_of(cluster, 1, "g");
    settings.config.partition_assignment_strategy = {"cooperative-sticky"};
    settings.config.max_poll_interval_ms = seconds(2);
    settings.config.max_poll_records = 5;
    settings.work.service = milliseconds(500);
    settings.work.commit = CommitMode::after;
    const NodeId slow = cluster.add(Consumer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(40));
    // Every poll takes longer than max.poll.interval.ms: it leaves, loses all and joins again.
    CHECK(cluster.events<event::PartitionsRevoked>().size() >= 3);
    CHECK(cluster.events<event::PartitionsAssigned>().size() >= 3);
    CHECK(cluster.kernel.process(slow).as<Consumer>().records_delivered() > 15);
}

TEST_CASE("consumer: a member that dies is removed when its session is over", "[consumer]")
{
    ClientCluster cluster(1, 2, 2);
    ConsumerSettings settings = consumer_of(cluster, 0, "g");
    settings.config.session_timeout_ms = seconds(10);
    const NodeId first = cluster.add(Consumer(settings));
    settings.id = ClientId{1};
    settings.name = "C1";
    const NodeId second = cluster.add(Consumer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(10));
    CHECK(cluster.kernel.process(second).as<Consumer>().partitions().size() == 1);
    cluster.kernel.crash(first);
    cluster.kernel.run_until(Time{} + seconds(30));
    const auto removed = cluster.events<event::MemberRemoved>();
    REQUIRE(removed.size() == 1);
    CHECK(removed[0].because == "session expired");
    CHECK(cluster.kernel.process(second).as<Consumer>().partitions().size() == 2);
}

TEST_CASE("consumer: service time makes it lag, and poll returns at most max.poll.records",
          "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    cluster.add(Producer(producer_of(cluster, 1'000)));
    ConsumerSettings settings = consumer_of(cluster, 1, "");
    settings.work.service = milliseconds(2);
    settings.config.max_poll_records = 50;
    const NodeId node = cluster.add(Consumer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(11));
    const auto& consumer = cluster.kernel.process(node).as<Consumer>();
    std::int64_t processed = 0;
    for (const auto& each : cluster.events<event::RecordsProcessed>())
        processed += each.record_count;
    CHECK(processed > 4'900);
    CHECK(processed < 5'010);
    CHECK(consumer.records_delivered() - processed <= 50);
}

TEST_CASE("consumer: closed in the middle of a batch it works on that first, and commits it",
          "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    cluster.add(Producer(producer_of(cluster, 1'000)));
    ConsumerSettings settings = consumer_of(cluster, 1, "g");
    settings.work.service = milliseconds(20);
    settings.config.max_poll_records = 50;
    const NodeId node = cluster.add(Consumer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + milliseconds(10'500));
    REQUIRE(cluster.kernel.process(node).as<Consumer>().thread() == Consumer::Thread::processing);
    cluster.kernel.control(node, control::Stop{}, 0);
    cluster.kernel.run_until(Time{} + seconds(13));
    CHECK_FALSE(cluster.kernel.running(node));
    std::int64_t handed_out = 0, processed = 0;
    for (const auto& each : cluster.events<event::RecordsDelivered>())
        handed_out += each.record_count;
    for (const auto& each : cluster.events<event::RecordsProcessed>())
        processed += each.record_count;
    CHECK(handed_out > 50);
    CHECK(processed == handed_out);
    REQUIRE_FALSE(cluster.events<event::OffsetCommitted>().empty());
    CHECK(cluster.events<event::OffsetCommitted>().back().offset == Offset{processed});
}

TEST_CASE("consumer: a pool commits up to the lowest record in work", "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    cluster.add(Producer(producer_of(cluster, 100)));
    ConsumerSettings settings = consumer_of(cluster, 1, "g");
    settings.work = {.service = milliseconds(15),
                     .exponential = true,
                     .mode = WorkMode::pool,
                     .workers = 4,
                     .commit = CommitMode::lowest_done};
    cluster.add(Consumer(settings));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(20));
    std::int64_t processed = 0;
    Offset committed{0};
    for (const auto& [at, event] : cluster.trace) {
        if (const auto* done = std::get_if<event::RecordsProcessed>(&event)) {
            processed += done->record_count;
        } else if (const auto* commit = std::get_if<event::OffsetCommitted>(&event)) {
            CHECK(commit->offset.value <= processed);
            CHECK(commit->offset >= committed);
            committed = commit->offset;
        }
    }
    CHECK(processed > 1'800);
    CHECK(committed.value > 1'700);
}

TEST_CASE("consumer: it follows the leader to another broker", "[consumer]")
{
    ClientCluster cluster(2, 1, 2);
    cluster.add(Producer(producer_of(cluster, 100)));
    const NodeId node = cluster.add(Consumer(consumer_of(cluster, 1, "")));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(3));
    cluster.shared.leaders[0] = BrokerId{2};
    cluster.shared.epochs[0] = LeaderEpoch{1};
    cluster.kernel.crash(NodeId{0});
    cluster.kernel.run_until(Time{} + seconds(6));
    CHECK(delivered(cluster) >= 480);
    const auto& consumer = cluster.kernel.process(node).as<Consumer>();
    CHECK(consumer.partitions()[0].leader == BrokerId{2});
    CHECK(cluster.events<event::RecordsFailed>().empty());
}

TEST_CASE("consumer: a committed offset is where the next one of the group begins", "[consumer]")
{
    ClientCluster cluster(1, 1, 2);
    ProducerSettings load = producer_of(cluster, 100);
    load.load->to = Time{} + seconds(5);
    cluster.add(Producer(load));
    const NodeId node = cluster.add(Consumer(consumer_of(cluster, 1, "g")));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(10));
    cluster.kernel.control(node, control::Stop{}, 0);
    cluster.kernel.run_until(Time{} + seconds(11));
    REQUIRE(!cluster.kernel.running(node));
    const auto before = cluster.events<event::RecordsDelivered>().size();
    cluster.kernel.restart(node, seconds(1));
    cluster.kernel.run_until(Time{} + seconds(20));
    const auto& consumer = cluster.kernel.process(node).as<Consumer>();
    REQUIRE(consumer.partitions().size() == 1);
    CHECK(consumer.partitions()[0].position == cluster.shared.end(0));
    CHECK(cluster.events<event::RecordsDelivered>().size() == before);
}

// "Consumers skip offsets that compaction removed": Fetcher, CompletedFetch.nextFetchedRecord.
TEST_CASE("consumer: poll() returns a compressed record when the codec is through with it",
          "[consumer]")
{
    constexpr std::int32_t size = 500'000;
    const auto way = [](CompressionType type) {
        ClientCluster cluster(1, 1, 2);
        ProducerSettings producer = producer_of(cluster, 1);
        producer.load->value_size = size;
        producer.load->records = 1;
        producer.config.compression_type = type;
        producer.config.linger_ms = Duration{};
        producer.content = PayloadContent::random_bytes;  // so that both take the same way
        cluster.add(Producer(producer));
        cluster.add(Consumer(consumer_of(cluster, 1, "")));
        cluster.start_all();
        cluster.kernel.run_until(Time{} + seconds(3));
        CHECK(delivered(cluster) == 1);
        return std::pair(cluster.shared.produced.at(0).first,
                         cluster.times<event::RecordsDelivered>().at(0));
    };
    const auto [plain_arrives, plain_is_read] = way(CompressionType::none);
    const auto [packed_arrives, packed_is_read] = way(CompressionType::gzip);
    const std::int64_t bytes = synthetic_batch_size(1, size);
    const Duration packing = compression_time(Codec::gzip, PayloadContent::random_bytes, bytes);
    const Duration unpacking = decompression_time(Codec::gzip, PayloadContent::random_bytes, bytes);
    const auto off_by = [](Duration told, Duration expected) {
        return std::abs(told.nanoseconds - expected.nanoseconds);
    };
    constexpr std::int64_t microsecond = 1'000;
    CHECK(packing > milliseconds(5));
    CHECK(off_by(packed_arrives - plain_arrives, packing) < 100 * microsecond);
    CHECK(off_by(packed_is_read - plain_is_read, packing + unpacking) < 200 * microsecond);
}

TEST_CASE("consumer: offsets that compaction took out are passed over", "[consumer][compaction]")
{
    for (const std::int64_t most : {1, 2, 500}) {
        CAPTURE(most);
        ClientCluster cluster(1, 1, 2);
        KeyedRecords keyed(10);
        for (const std::int32_t delta : {2, 3, 7}) keyed.push({delta, delta, 0});
        RecordBatch batch;
        batch.client = ClientId{0};
        batch.first_number = 100;
        batch.record_count = 3;
        batch.offsets_without_record = 7;
        batch.size_in_bytes = 150;
        auto data = std::make_shared<RecordData>();
        data->keyed = keyed;
        batch.data = std::move(data);
        RecordBatch empty = batch;
        empty.base_offset = Offset{10};
        empty.record_count = 0;
        empty.offsets_without_record = 5;
        empty.data = nullptr;
        cluster.shared.logs[0] = {batch, empty};
        ConsumerSettings settings = consumer_of(cluster, 1, "");
        settings.config.max_poll_records = most;
        const NodeId node = cluster.add(Consumer(settings));
        cluster.start_all();
        cluster.kernel.run_until(Time{} + seconds(3));
        std::string seen;
        for (const auto& each : cluster.events<event::RecordsDelivered>()) {
            for (std::int64_t i = 0; i < each.record_count; ++i) {
                seen += std::to_string(each.base_offset.value + i) + ":" +
                        std::to_string(each.first_number + i) + " ";
            }
        }
        CHECK(seen == "2:102 3:103 7:107 ");
        const auto& consumer = cluster.kernel.process(node).as<Consumer>();
        CHECK(consumer.partitions()[0].position == Offset{15});
    }
}

TEST_CASE("consumer: the leader hands out to static members first, by instance", "[consumer]")
{
    ClientCluster cluster(1, 3, 2);
    const auto member = [&](std::int16_t id, std::string name, const std::string& instance) {
        ConsumerSettings settings = consumer_of(cluster, id, "g");
        settings.name = std::move(name);
        settings.config.group_instance_id = instance;
        return cluster.add(Consumer(std::move(settings)));
    };
    // By member ids, which begin with the client or the instance, the dynamic one came first.
    const NodeId dynamic = member(0, "a", "");
    const NodeId fixed = member(1, "b", "z");
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(11));
    CHECK(owned(cluster, fixed) == std::vector<std::int32_t>{0, 1});
    CHECK(owned(cluster, dynamic) == std::vector<std::int32_t>{2});
}

TEST_CASE("consumer: a member whose instance another one takes is fenced, and is told of nothing",
          "[consumer]")
{
    ClientCluster cluster(1, 2, 2);
    ConsumerSettings named = consumer_of(cluster, 0, "g");
    named.config.group_instance_id = "i";
    const NodeId first = cluster.add(Consumer(named));
    named.id = ClientId{1};
    named.name = "other";
    const NodeId second = cluster.add(Consumer(named));
    for (std::int32_t n = 0; n < 2; ++n) cluster.kernel.start(NodeId{n});
    cluster.kernel.run_until(Time{} + seconds(10));
    CHECK(owned(cluster, first).size() == 2);
    cluster.kernel.start(second);
    cluster.kernel.run_until(Time{} + seconds(70));
    CHECK(owned(cluster, second).size() == 2);
    const auto thrown = cluster.events<event::PollFailed>();
    REQUIRE(thrown.size() == 1);
    CHECK(thrown[0].client == ClientId{0});
    CHECK(thrown[0].exception == "FencedInstanceIdException");
    CHECK(cluster.events<event::PartitionsRevoked>().empty());
}

TEST_CASE("consumer: a member that the coordinator refuses hears why, and does not ask again",
          "[consumer]")
{
    ClientCluster cluster(1, 1, 1);
    ConsumerSettings hasty = consumer_of(cluster, 0, "g");
    hasty.config.session_timeout_ms = milliseconds(100);  // group.min.session.timeout.ms is 6 s
    cluster.add(Consumer(hasty));
    cluster.start_all();
    cluster.kernel.run_until(Time{} + seconds(20));
    const auto thrown = cluster.events<event::PollFailed>();
    REQUIRE(thrown.size() == 1);
    CHECK(thrown[0].exception == "InvalidSessionTimeoutException");
}
