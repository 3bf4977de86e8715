#include "model/controller/controller.h"

#include "tests/support/cluster_loop.h"

#include <catch2/catch.hpp>

using namespace gregor;
using namespace gregor::test;

namespace {

constexpr TopicPartition orders_0{TopicId{0}, 0};

Time at(std::int64_t ms)
{
    return Time{} + milliseconds(ms);
}

ClusterOptions with_orders(std::uint64_t seed = 1)
{
    ClusterOptions options;
    options.seed = seed;
    options.topics = {topic_on({1, 2, 3})};
    return options;
}

template <class Response>
Response last_answer(const ClusterLoop& cluster, std::int32_t broker)
{
    REQUIRE_FALSE(cluster.broker(broker).answers.empty());
    return std::get<Response>(cluster.broker(broker).answers.back().message.body);
}

AlterPartitionRequest alter(const ClusterLoop& cluster, std::initializer_list<std::int32_t> isr)
{
    const MetadataImage& image = cluster.controller(cluster.active()).image();
    const PartitionRecord& partition = *image.partition(orders_0);
    AlterPartitionRequest request;
    request.broker = partition.leader;
    request.broker_epoch = image.broker(partition.leader)->epoch;
    AlterPartitionRequest::Partition wanted{orders_0, partition.leader_epoch,
                                            partition.partition_epoch};
    for (const std::int32_t id : isr) {
        const BrokerRegistration* broker = image.broker(BrokerId{id});
        wanted.new_isr.push_back({BrokerId{id}, broker ? broker->epoch : BrokerEpoch{0}});
    }
    request.partitions = {wanted};
    return request;
}

Error answer_to(ClusterLoop& cluster, const AlterPartitionRequest& request)
{
    const std::int32_t sender = request.broker.value;
    cluster.ask(sender, BrokerId{cluster.active()}, request);
    cluster.run_for(milliseconds(200));
    const auto response = last_answer<AlterPartitionResponse>(cluster, sender);
    return response.error != Error::none ? response.error : response.partitions.at(0).error;
}

}  // namespace

TEST_CASE("controller: a formed cluster serves from the first instant", "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(0));
    for (const std::int32_t id : {1, 2, 3}) {
        CHECK(cluster.broker(id).lifecycle().may_serve());
        CHECK(cluster.broker(id).metadata().image().is_active(BrokerId{id}));
        CHECK(cluster.broker(id).lifecycle().active_controller() == BrokerId{101});
    }
    CHECK(cluster.partition(0).leader == BrokerId{1});
    CHECK(cluster.partition(0).isr == ids({1, 2, 3}));
    cluster.run_to(at(120'000));  // and stays as it is
    CHECK_FALSE(cluster.first<event::BrokerFenced>());
    CHECK_FALSE(cluster.first<event::PartitionChanged>());
}

TEST_CASE("controller: a cluster without a log forms itself", "[controller]")
{
    ClusterOptions options;
    options.formed = false;
    ClusterLoop cluster(options);
    cluster.run_to(at(20'000));
    REQUIRE(cluster.active() != -1);
    for (const std::int32_t id : {1, 2, 3}) {
        CHECK(cluster.broker(id).lifecycle().state() == LifecycleState::running);
        CHECK(cluster.controller(cluster.active()).image().is_active(BrokerId{id}));
    }
}

// Recorded: 9028 to 10146 ms after the last heartbeat.
TEST_CASE("controller: a dead broker is fenced session to 9/8 session after its last heartbeat",
          "[controller]")
{
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        INFO("seed " << seed);
        ClusterLoop cluster(with_orders(seed));
        cluster.run_to(at(20'000 + static_cast<std::int64_t>(seed) * 313));
        cluster.kernel.crash(cluster.node(1));
        cluster.run_for(seconds(12));
        const auto fenced = cluster.first<event::BrokerFenced>();
        REQUIRE(fenced);
        const Duration after = fenced->at - cluster.last_heartbeat[1];
        CHECK(after >= milliseconds(9'000));
        CHECK(after <= milliseconds(10'125 + 60));
        const PartitionRecord& partition = cluster.partition(0);
        CHECK(partition.leader == BrokerId{2});
        CHECK(partition.isr == ids({2, 3}));
        CHECK(partition.leader_epoch == LeaderEpoch{1});
        CHECK(partition.partition_epoch == PartitionEpoch{1});
        CHECK(cluster.broker(2).metadata().image().partition(orders_0)->leader == BrokerId{2});
    }
}

TEST_CASE("controller: a new active controller gives every broker a fresh session", "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(20'000));
    cluster.kernel.crash(cluster.node(1));
    cluster.run_to(at(25'000));
    cluster.kernel.crash(cluster.node(101));
    cluster.run_to(at(45'000));
    const auto active = cluster.first<event::ControllerActivated>(at(25'000));
    REQUIRE(active);
    const auto fenced = cluster.first<event::BrokerFenced>();
    REQUIRE(fenced);
    CHECK(fenced->at - active->at >= milliseconds(9'000));
    CHECK(fenced->at - active->at <= milliseconds(10'200));
    // The others found the new controller in time.
    const auto other = [](const event::BrokerFenced& each) { return each.broker != BrokerId{1}; };
    CHECK_FALSE(cluster.first<event::BrokerFenced>(Time{}, other));
}

TEST_CASE("controller: two dead brokers are fenced one after the other, the ELR takes the second",
          "[controller]")
{
    ClusterOptions options = with_orders();
    options.config.min_insync_replicas = 2;
    ClusterLoop cluster(options);
    cluster.run_to(at(20'000));
    cluster.kernel.crash(cluster.node(2));
    cluster.kernel.crash(cluster.node(3));
    cluster.run_to(at(32'000));
    const PartitionRecord& partition = cluster.partition(0);
    CHECK(partition.isr == ids({1}));
    CHECK(partition.leader_epoch == LeaderEpoch{0});
    CHECK(partition.partition_epoch == PartitionEpoch{2});
    CHECK(partition.eligible_leader_replicas.size() == 1);
}

TEST_CASE("controller: AlterPartition is answered in Kafka's order of checks (KIP-497)",
          "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(3'000));
    SECTION("a smaller ISR is committed")
    {
        CHECK(answer_to(cluster, alter(cluster, {1, 2})) == Error::none);
        CHECK(cluster.partition(0).isr == ids({1, 2}));
        CHECK(cluster.partition(0).leader_epoch == LeaderEpoch{0});
        CHECK(cluster.partition(0).partition_epoch == PartitionEpoch{1});
    }
    SECTION("epochs from the future: another controller knows more")
    {
        auto request = alter(cluster, {1, 2});
        request.partitions[0].leader_epoch.value += 1;
        CHECK(answer_to(cluster, request) == Error::not_controller);
    }
    SECTION("an old partition epoch")
    {
        const auto old = alter(cluster, {1, 2});
        CHECK(answer_to(cluster, old) == Error::none);
        CHECK(answer_to(cluster, old) == Error::invalid_update_version);
    }
    SECTION("an old leader epoch comes before the question who leads")
    {
        auto old = alter(cluster, {1, 2});
        cluster.stop(1);
        cluster.run_for(milliseconds(200));
        CHECK(answer_to(cluster, old) == Error::fenced_leader_epoch);
    }
    SECTION("not the leader")
    {
        auto request = alter(cluster, {1, 2});
        request.broker = BrokerId{2};
        request.broker_epoch = cluster.controller(101).image().broker(BrokerId{2})->epoch;
        CHECK(answer_to(cluster, request) == Error::invalid_request);
    }
    SECTION("an ISR without the leader")
    {
        CHECK(answer_to(cluster, alter(cluster, {2, 3})) == Error::invalid_request);
    }
    SECTION("a member of an earlier life (KIP-903)")
    {
        auto request = alter(cluster, {1, 2, 3});
        request.partitions[0].new_isr[1].epoch.value -= 1;
        CHECK(answer_to(cluster, request) == Error::ineligible_replica);
    }
    SECTION("a sender of an earlier life")
    {
        auto request = alter(cluster, {1, 2});
        request.broker_epoch.value -= 1;
        CHECK(answer_to(cluster, request) == Error::stale_broker_epoch);
    }
    SECTION("a controller that does not lead")
    {
        const auto request = alter(cluster, {1, 2});
        cluster.ask(1, BrokerId{102}, request);
        cluster.run_for(milliseconds(200));
        CHECK(last_answer<AlterPartitionResponse>(cluster, 1).error == Error::not_controller);
    }
}

// Also after a clean stop; tried again every 2 s.
TEST_CASE("controller: a restarted broker registers only when its old session is over",
          "[controller]")
{
    for (const bool clean : {false, true}) {
        INFO("clean " << clean);
        ClusterLoop cluster(with_orders());
        cluster.run_to(at(20'000));
        if (clean) {
            cluster.stop(1);
        } else {
            cluster.kernel.crash(cluster.node(1));
        }
        cluster.run_to(at(23'000));
        REQUIRE_FALSE(cluster.kernel.running(cluster.node(1)));
        const Time last = cluster.last_heartbeat[1];
        cluster.kernel.restart(cluster.node(1), milliseconds(1));
        cluster.run_to(at(40'000));
        CHECK(cluster.first<event::RegistrationRefused>());
        const auto registered = cluster.first<event::BrokerRegistered>();
        REQUIRE(registered);
        CHECK(registered->at - last >= milliseconds(9'000));
        CHECK(registered->at - last <= milliseconds(11'200));
        const auto unfenced = cluster.first<event::BrokerUnfenced>();
        REQUIRE(unfenced);
        CHECK(unfenced->at - registered->at >= milliseconds(1'200));
        CHECK(unfenced->at - registered->at <= milliseconds(1'900));
        CHECK(cluster.broker(1).lifecycle().state() == LifecycleState::running);
        CHECK(cluster.partition(0).isr == ids({2, 3}));  // it does not rejoin by itself
    }
}

// Recorded: leaders moved after 17 to 68 ms, fenced 2.1 s later.
TEST_CASE("controller: controlled shutdown moves leaders at once and then lets the broker go",
          "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(20'000));
    cluster.stop(1);
    cluster.run_to(at(27'000));
    const auto moved = cluster.first<event::PartitionChanged>();
    REQUIRE(moved);
    CHECK(moved->at - at(20'000) <= milliseconds(70));
    CHECK(cluster.first<event::BrokerInControlledShutdown>());
    const auto fenced = cluster.first<event::BrokerFenced>();
    REQUIRE(fenced);
    CHECK(fenced->at - moved->at >= milliseconds(2'000));
    CHECK(fenced->at - moved->at <= milliseconds(4'300));
    CHECK_FALSE(cluster.kernel.running(cluster.node(1)));
}

TEST_CASE("controller: the last ISR member leaves an empty ISR and leads again when it returns",
          "[controller]")
{
    ClusterOptions options = with_orders();
    options.topics = {topic_on({3})};
    ClusterLoop cluster(options);
    cluster.run_to(at(20'000));
    cluster.kernel.crash(cluster.node(3));
    cluster.run_to(at(31'000));
    CHECK(cluster.partition(0).leader == no_broker);
    CHECK(cluster.partition(0).isr.empty());
    CHECK(cluster.partition(0).last_known_leader == ids({3}));
    cluster.kernel.restart(cluster.node(3), milliseconds(1));
    cluster.run_to(at(45'000));
    CHECK(cluster.partition(0).leader == BrokerId{3});
    CHECK(cluster.partition(0).recovery == LeaderRecoveryState::recovering);  // counted unclean
}

TEST_CASE("controller: preferred leaders come back at the periodic check", "[controller]")
{
    ClusterOptions options = with_orders();
    options.config.leader_imbalance_check_interval_seconds = seconds(50);
    ClusterLoop cluster(options);
    cluster.run_to(at(5'000));
    cluster.kernel.crash(cluster.node(1));
    cluster.run_to(at(17'000));
    cluster.kernel.restart(cluster.node(1), milliseconds(1));
    cluster.run_to(at(25'000));
    REQUIRE(cluster.partition(0).leader == BrokerId{2});
    CHECK(answer_to(cluster, alter(cluster, {1, 2, 3})) == Error::none);
    cluster.run_to(at(49'900));
    CHECK(cluster.partition(0).leader == BrokerId{2});
    cluster.run_to(at(50'100));
    CHECK(cluster.partition(0).leader == BrokerId{1});
}

TEST_CASE("controller: CreateTopics places replicas and answers when committed", "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(5'000));
    CreateTopicsRequest request;
    request.topics.push_back({.name = "payments", .partitions = 6, .replication_factor = 3});
    request.topics.push_back({.name = "orders", .partitions = 1, .replication_factor = 1});
    request.topics.push_back({.name = "huge", .partitions = 1, .replication_factor = 4});
    request.topics.push_back({.name = "bad/name", .partitions = 1, .replication_factor = 1});
    request.topics.push_back({.name = "__consumer_offsets"});
    cluster.ask(2, BrokerId{101}, request);
    cluster.run_for(milliseconds(100));
    const auto response = last_answer<CreateTopicsResponse>(cluster, 2);
    CHECK(response.topics == std::vector<Error>{Error::none, Error::topic_already_exists,
                                                Error::invalid_replication_factor,
                                                Error::invalid_topic_exception, Error::none});
    CHECK(cluster.broker(2).answers.back().at - at(5'000) >= milliseconds(25));
    CHECK(cluster.broker(2).answers.back().at - at(5'000) <= milliseconds(40));
    const MetadataImage& image = cluster.controller(101).image();
    REQUIRE(image.topic_named("payments") != nullptr);
    const TopicImage& payments = *image.topic_named("payments");
    REQUIRE(payments.partitions.size() == 6);
    for (const auto& partition : payments.partitions) {
        CHECK(partition->isr.size() == 3);
        CHECK(partition->leader == partition->replicas[0]);
    }
    CHECK(image.topic_named("__consumer_offsets")->partitions.size() == 50);
    CHECK(image.topic_named("__consumer_offsets")->configs.at("cleanup.policy") == "compact");
}

TEST_CASE("controller: names that differ in '.' and '_' collide with topics that are there",
          "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(5'000));
    CreateTopicsRequest first;
    first.topics.push_back({.name = "a.b", .partitions = 1, .replication_factor = 1});
    cluster.ask(2, BrokerId{101}, first);
    cluster.run_for(milliseconds(100));
    CreateTopicsRequest second;
    for (const char* name : {"a_b", "a.b", "a-b"}) {
        second.topics.push_back({.name = name, .partitions = 1, .replication_factor = 1});
    }
    cluster.ask(2, BrokerId{101}, second);
    cluster.run_for(milliseconds(100));
    CHECK(last_answer<CreateTopicsResponse>(cluster, 2).topics ==
          std::vector<Error>{Error::invalid_topic_exception, Error::topic_already_exists,
                             Error::none});
}

TEST_CASE("controller: a replica that moves away from a failed directory is offline no more",
          "[controller]")
{
    const TopicPartition partition{TopicId{0}, 0};
    MetadataImage image;
    Offset offset{0};
    const auto apply = [&](const MetadataRecord& record) {
        image.apply(record, offset);
        ++offset.value;
    };
    apply(RegisterBrokerRecord{.broker = BrokerId{1}});
    apply(RegisterBrokerRecord{.broker = BrokerId{2}});
    apply(TopicRecord{partition.topic, "t"});
    PartitionRecord placed;
    placed.partition = partition;
    placed.replicas = {BrokerId{1}, BrokerId{2}};
    apply(placed);
    const MetadataRecord failed =
        BrokerRegistrationChangeRecord{.broker = BrokerId{1},
                                       .epoch = image.broker(BrokerId{1})->epoch,
                                       .offline_replicas = {partition}};
    apply(failed);
    apply(failed);  // a heartbeat that was sent again
    CHECK(image.broker(BrokerId{1})->offline_replicas.size() == 1);
    PartitionChangeRecord moved;
    moved.partition = partition;
    moved.replicas = BrokerList{BrokerId{2}};
    apply(moved);
    CHECK(!image.is_offline(BrokerId{1}, partition));
}

TEST_CASE("controller: what was not committed is reverted and answered NOT_CONTROLLER",
          "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(5'000));
    for (const std::int32_t id : {102, 103}) {  // the active controller keeps its brokers only
        cluster.kernel.cut(cluster.node(101), cluster.node(id));
        cluster.kernel.cut(cluster.node(id), cluster.node(101));
    }
    CreateTopicsRequest request;
    request.topics.push_back({.name = "lost", .partitions = 1, .replication_factor = 3});
    cluster.ask(1, BrokerId{101}, request);
    cluster.run_to(at(20'000));
    CHECK(last_answer<CreateTopicsResponse>(cluster, 1).error == Error::not_controller);
    REQUIRE(cluster.active() != -1);
    CHECK(cluster.active() != 101);
    CHECK(cluster.controller(cluster.active()).image().topic_named("lost") == nullptr);
    CHECK_FALSE(cluster.first<event::BrokerFenced>());
}

TEST_CASE("controller: heartbeats leave a paused controller after their request times out",
          "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(20'000));
    cluster.kernel.pause(cluster.node(101));
    cluster.run_to(at(50'000));
    CHECK_FALSE(cluster.first<event::BrokerFenced>());
    cluster.kernel.resume(cluster.node(101));
    cluster.run_to(at(60'000));
    CHECK(cluster.controller(101).role() == QuorumRole::follower);
    CHECK_FALSE(cluster.first<event::BrokerFenced>());
}

TEST_CASE("controller: producer ids come in blocks", "[controller]")
{
    ClusterLoop cluster(with_orders());
    cluster.run_to(at(3'000));
    const BrokerEpoch epoch = cluster.controller(101).image().broker(BrokerId{1})->epoch;
    for (const std::int64_t first : {0, 1'000}) {
        cluster.ask(1, BrokerId{101}, AllocateProducerIdsRequest{BrokerId{1}, epoch});
        cluster.run_for(milliseconds(100));
        const auto block = last_answer<AllocateProducerIdsResponse>(cluster, 1);
        CHECK(block.first == first);
        CHECK(block.length == 1'000);
    }
}

TEST_CASE("controller: a run repeats to the last event", "[controller]")
{
    std::vector<std::uint64_t> hashes;
    for (int run = 0; run < 2; ++run) {
        ClusterLoop cluster(with_orders(7));
        cluster.run_to(at(10'000));
        cluster.kernel.crash(cluster.node(101));
        cluster.kernel.crash(cluster.node(2));
        cluster.run_to(at(40'000));
        hashes.push_back(cluster.kernel.hash());
    }
    CHECK(hashes[0] == hashes[1]);
}
