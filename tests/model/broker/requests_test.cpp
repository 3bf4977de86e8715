#include "model/broker/broker.h"
#include "model/controller/controller.h"

#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <vector>

/// What one broker answers, step by step: a cluster of three whose partitions broker 1 leads.
using namespace gregor;

namespace {

constexpr TopicPartition t0{TopicId{0}, 0};

class Desk {
public:
    explicit Desk(const BrokerConfig& config = {}, std::int32_t partitions = 1)
        : broker(setup(config, partitions))
    {
        effects.begin(now, false, false);
        broker.on_start(now, StartReason::first, effects);
        take();
    }

    /// Sends a request from a node; answers are in `answers`, by correlation.
    std::uint32_t send(MessageBody body, NodeId from = client, Channel channel = channel::client)
    {
        effects.begin(now, false, false);
        broker.on_message(now, {from, channel, true}, Message{++correlation, std::move(body)},
                          effects);
        take();
        return correlation;
    }
    void answer_from_controller(std::uint32_t to, MessageBody body)
    {
        effects.begin(now, false, false);
        broker.on_message(now, {controller, channel::forwarding, false},
                          Message{to, std::move(body)}, effects);
        take();
    }
    void reset(NodeId peer, Channel channel, bool accepted)
    {
        effects.begin(now, false, false);
        broker.on_connection(now, {peer, channel, accepted}, ConnectionChange::reset, effects);
        take();
    }
    void fire(TimerKey key)
    {
        effects.begin(now, false, false);
        broker.on_timer(now, key, effects);
        take();
    }
    void produce(std::int32_t partition, std::uint32_t bytes, std::int64_t timestamp_ms = 0)
    {
        send(produce_request(partition, bytes, 1, timestamp_ms));
    }
    static ProduceRequest produce_request(std::int32_t partition, std::uint32_t bytes,
                                          std::int16_t acks, std::int64_t timestamp_ms = 0)
    {
        ProduceRequest request;
        request.acks = acks;
        request.timeout = seconds(30);
        RecordBatch batch;
        batch.record_count = 1;
        batch.size_in_bytes = bytes;
        batch.max_timestamp_ms = timestamp_ms;
        request.partitions.push_back({{TopicId{0}, partition}, batch});
        return request;
    }
    /// A follower says that it has everything of the partition.
    void follow(BrokerId follower, std::int32_t partition)
    {
        const TopicPartition at{TopicId{0}, partition};
        FetchRequest request;
        request.replica = follower;
        request.session_epoch = -1;
        request.max_bytes = 1'000'000;
        request.partitions.push_back({.partition = at,
                                      .current_leader_epoch = LeaderEpoch{0},
                                      .fetch_offset = broker.replica(at)->log.log_end_offset(),
                                      .max_bytes = 1'000'000});
        send(request, NodeId{follower.value - 1}, channel::replication);
    }
    template <class T>
    const T& answer(std::uint32_t id) const
    {
        return std::get<T>(answers.at(id).body);
    }
    ListOffsetsResponse::Partition offset(std::int64_t timestamp_ms, LeaderEpoch epoch)
    {
        ListOffsetsRequest request;
        request.partitions.push_back({t0, epoch, timestamp_ms});
        return answer<ListOffsetsResponse>(send(request)).partitions[0];
    }

    static constexpr NodeId client{6};
    static constexpr NodeId controller{3};
    Time now = Time{} + seconds(1);
    Effects effects;
    Broker broker;
    std::uint32_t correlation = 0;
    std::map<std::uint32_t, Message> answers;
    std::vector<Message> forwarded;
    std::vector<Effects::Action> last;

private:
    static Broker::Setup setup(const BrokerConfig& config, std::int32_t partitions)
    {
        const ClusterLayout layout{3, 1, false};
        Controller::Setup controllers{.id = BrokerId{101}, .layout = layout, .config = config};
        Controller::FormedCluster formed;
        for (std::int32_t i = 1; i <= 3; ++i) formed.brokers.push_back({BrokerId{i}, ""});
        CreateTopicsRequest::Topic topic{.name = "t"};
        for (std::int32_t i = 0; i < partitions; ++i) {
            topic.assignments.push_back({BrokerId{1}, BrokerId{2}, BrokerId{3}});
        }
        formed.topics.push_back(topic);
        return {.id = BrokerId{1},
                .layout = layout,
                .config = config,
                .profile = {},
                .rack = "",
                .seed = 1,
                .bootstrap = Controller::bootstrap(controllers, formed)};
    }
    void take()
    {
        for (Effects::Action& action : effects.actions()) {
            auto* sent = std::get_if<Effects::Send>(&action);
            if (sent == nullptr) continue;
            if (sent->accepted) {
                answers[sent->message.correlation] = sent->message;
            } else if (sent->channel == channel::forwarding) {
                forwarded.push_back(sent->message);
            }
        }
    }
};

FetchRequest fetch(std::int32_t partitions, std::int32_t session_epoch, std::int32_t session_id,
                   std::int32_t max_bytes)
{
    FetchRequest request;
    request.session_id = session_id;
    request.session_epoch = session_epoch;
    request.max_bytes = max_bytes;
    for (std::int32_t i = 0; i < partitions; ++i) {
        request.partitions.push_back({.partition = {TopicId{0}, i},
                                      .current_leader_epoch = LeaderEpoch{0},
                                      .max_bytes = 1'000'000});
    }
    return request;
}

std::vector<std::int32_t> with_records(const FetchResponse& response)
{
    std::vector<std::int32_t> found;
    for (const auto& each : response.partitions) {
        if (!each.records.empty()) found.push_back(each.partition.partition);
    }
    return found;
}

}  // namespace

TEST_CASE("broker: only the first partition with data ignores the limits of a fetch", "[broker]")
{
    Desk desk({}, 3);
    for (std::int32_t p = 0; p < 3; ++p) {
        desk.produce(p, 5'000);
        for (const BrokerId follower : {BrokerId{2}, BrokerId{3}}) desk.follow(follower, p);
    }
    // KIP-74: one batch above the limit, then only what is left.
    const auto& small = desk.answer<FetchResponse>(desk.send(fetch(3, -1, 0, 1'000)));
    CHECK(with_records(small) == std::vector<std::int32_t>{0});
    const auto& two = desk.answer<FetchResponse>(desk.send(fetch(3, -1, 0, 12'000)));
    CHECK(with_records(two) == std::vector<std::int32_t>{0, 1});

    BrokerConfig config;
    config.fetch_max_bytes = 6'000;
    Desk bounded(config, 3);
    for (std::int32_t p = 0; p < 3; ++p) {
        bounded.produce(p, 5'000);
        for (const BrokerId follower : {BrokerId{2}, BrokerId{3}}) bounded.follow(follower, p);
    }
    const auto& capped = bounded.answer<FetchResponse>(bounded.send(fetch(3, -1, 0, 100'000)));
    CHECK(with_records(capped) == std::vector<std::int32_t>{0});
}

TEST_CASE("broker: partitions of a fetch session take turns", "[broker]")
{
    Desk desk({}, 3);
    for (std::int32_t p = 0; p < 3; ++p) {
        desk.produce(p, 5'000);
        for (const BrokerId follower : {BrokerId{2}, BrokerId{3}}) desk.follow(follower, p);
    }
    const auto id = desk.answer<FetchResponse>(desk.send(fetch(3, 0, 0, 1'000))).session_id;
    REQUIRE(id != 0);
    // Nobody advances: each answer has room for one partition, and each has its turn (KIP-227).
    std::vector<std::int32_t> order;
    for (std::int32_t epoch = 1; epoch <= 6; ++epoch) {
        const auto& answer = desk.answer<FetchResponse>(desk.send(fetch(3, epoch, id, 1'000)));
        for (const std::int32_t each : with_records(answer)) order.push_back(each);
    }
    CHECK(order == std::vector<std::int32_t>{0, 1, 2, 0, 1, 2});
}

TEST_CASE("broker: a fetch after an epoch newer than any known is out of range", "[broker]")
{
    Desk desk;
    desk.produce(0, 1'000);
    FetchRequest request = fetch(1, -1, 0, 1'000);
    request.replica = BrokerId{2};
    request.partitions[0].last_fetched_epoch = LeaderEpoch{5};
    const auto& answer =
        desk.answer<FetchResponse>(desk.send(request, NodeId{1}, channel::replication));
    CHECK(answer.partitions[0].error == Error::offset_out_of_range);
}

TEST_CASE("broker: ListOffsets compares the leader epoch and searches by timestamp", "[broker]")
{
    Desk desk;
    for (const std::int64_t at : {1'000, 2'000, 3'000}) desk.produce(0, 500, at);
    CHECK(desk.offset(ListOffsetsRequest::earliest, LeaderEpoch{1}).error ==
          Error::unknown_leader_epoch);
    for (const BrokerId follower : {BrokerId{2}, BrokerId{3}}) desk.follow(follower, 0);
    const LeaderEpoch epoch{0};
    CHECK(desk.offset(ListOffsetsRequest::latest, epoch).offset == Offset{3});
    CHECK(desk.offset(500, epoch).offset == Offset{0});
    CHECK(desk.offset(1'001, epoch).offset == Offset{1});
    CHECK(desk.offset(3'000, epoch).offset == Offset{2});
    CHECK(desk.offset(3'001, epoch).offset == no_offset);  // no record is that young
    CHECK(desk.offset(3'001, epoch).error == Error::none);
}

TEST_CASE("broker: InitProducerId is refused until a block is there", "[broker]")
{
    Desk desk;
    const auto init = [&] {
        return desk.answer<InitProducerIdResponse>(desk.send(InitProducerIdRequest{}));
    };
    CHECK(init().error == Error::coordinator_load_in_progress);
    CHECK(init().error == Error::coordinator_load_in_progress);
    REQUIRE(desk.forwarded.size() == 1);
    // The connection breaks: the request is sent again, not lost.
    desk.reset(Desk::controller, channel::forwarding, false);
    desk.now = desk.now + seconds(1);
    desk.fire(34);
    REQUIRE(desk.forwarded.size() == 2);
    // So it is when the one asked does not lead.
    desk.answer_from_controller(desk.forwarded[1].correlation,
                                AllocateProducerIdsResponse{.error = Error::not_controller});
    desk.now = desk.now + seconds(1);
    desk.fire(34);
    REQUIRE(desk.forwarded.size() == 3);
    // A controller that keeps silent: after 30 s the connection is given up.
    desk.now = desk.now + seconds(31);
    desk.fire(34);
    desk.now = desk.now + seconds(1);
    desk.fire(34);
    REQUIRE(desk.forwarded.size() == 4);
    desk.answer_from_controller(desk.forwarded[3].correlation,
                                AllocateProducerIdsResponse{.first = 7'000, .length = 1'000});
    CHECK(init().producer_id == ProducerId{7'000});
    CHECK(desk.forwarded.size() == 4);
    for (int i = 0; i < 900; ++i) init();
    CHECK(desk.forwarded.size() == 5);  // the next block, ahead of time
}

TEST_CASE("broker: an answer to a broken connection does not free the new one", "[broker]")
{
    Desk desk;
    // Waits for the followers; the client goes away and comes back.
    const std::uint32_t old = desk.send(Desk::produce_request(0, 500, -1));
    desk.reset(Desk::client, channel::client, true);
    const std::uint32_t first = desk.send(Desk::produce_request(0, 500, -1));
    const std::uint32_t second = desk.send(ListOffsetsRequest{});
    FetchRequest request = fetch(1, -1, 0, 1'000'000);
    for (const std::int32_t follower : {2, 3}) {  // both have the first batch only
        request.replica = BrokerId{follower};
        request.partitions[0].fetch_offset = Offset{1};
        desk.send(request, NodeId{follower - 1}, channel::replication);
    }
    CHECK_FALSE(desk.answers.contains(old));
    CHECK_FALSE(desk.answers.contains(first));
    CHECK_FALSE(desk.answers.contains(second));  // one request of a connection at a time
    for (const BrokerId follower : {BrokerId{2}, BrokerId{3}}) desk.follow(follower, 0);
    CHECK(desk.answers.contains(first));
    CHECK(desk.answers.contains(second));
    CHECK_FALSE(desk.answers.contains(old));
}

TEST_CASE("broker: a batch sent again is acknowledged before later ones", "[broker]")
{
    Desk desk;
    const auto numbered = [](std::int32_t sequence) {
        ProduceRequest request = Desk::produce_request(0, 500, -1);
        RecordBatch& batch = request.partitions[0].batch;
        batch.producer_id = ProducerId{1};
        batch.producer_epoch = ProducerEpoch{0};
        batch.base_sequence = sequence;
        return request;
    };
    desk.send(numbered(0), NodeId{6});
    desk.send(numbered(1), NodeId{7});
    const std::uint32_t again = desk.send(numbered(0), NodeId{8});
    FetchRequest request = fetch(1, -1, 0, 1'000'000);
    for (const std::int32_t follower : {2, 3}) {
        request.replica = BrokerId{follower};
        request.partitions[0].fetch_offset = Offset{1};
        desk.send(request, NodeId{follower - 1}, channel::replication);
    }
    REQUIRE(desk.answers.contains(again));
    CHECK(desk.answer<ProduceResponse>(again).partitions[0].base_offset == Offset{0});
}

TEST_CASE("broker: AlterPartition carries the epochs that followers fetched with", "[broker]")
{
    Desk desk;
    CHECK(desk.broker.replica(t0)->leadership->followers()[0].broker_epoch == no_broker_epoch);
    const BrokerEpoch registered = desk.broker.image().broker(BrokerId{2})->epoch;
    FetchRequest request = fetch(1, -1, 0, 1'000'000);
    request.replica = BrokerId{2};
    request.replica_epoch = registered;
    desk.send(request, NodeId{1}, channel::replication);
    const auto& follower = desk.broker.replica(t0)->leadership->followers()[0];
    CHECK(follower.broker_epoch == registered);
    CHECK(follower.eligible);
    // A fetch of an earlier life changes nothing (KIP-903).
    request.replica_epoch = BrokerEpoch{registered.value - 1};
    request.partitions[0].fetch_offset = Offset{0};
    desk.send(request, NodeId{1}, channel::replication);
    CHECK(follower.broker_epoch == registered);
}
