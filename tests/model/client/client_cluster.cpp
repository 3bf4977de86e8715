#include "tests/model/client/client_cluster.h"

#include <algorithm>

namespace gregor::test {

namespace {

constexpr LinkSpec fast{1'250'000'000, microseconds(250)};

}  // namespace

ClientCluster::ClientCluster(std::int32_t brokers, std::int32_t partitions, std::size_t clients)
    : kernel(Topology::star(static_cast<std::size_t>(brokers) + clients, fast, fast), 1, {}),
      resources_(std::vector<LinkSpec>(2 * (static_cast<std::size_t>(brokers) + clients), fast))
{
    shared.brokers = brokers;
    shared.partitions = partitions;
    for (std::int32_t p = 0; p < partitions; ++p) {
        shared.leaders[p] = BrokerId{p % brokers + 1};
        shared.epochs[p] = LeaderEpoch{0};
    }
    kernel.attach(&resources_);
    kernel.attach(this);
    for (std::int32_t id = 1; id <= brokers; ++id) {
        kernel.add(TestNode(TestBroker(BrokerId{id}, &shared)));
    }
}

void ClientCluster::start_all()
{
    for (std::size_t n = 0; n < kernel.node_count(); ++n) {
        kernel.start(NodeId{static_cast<std::int32_t>(n)});
    }
}

MetadataResponse TestBroker::metadata() const
{
    MetadataResponse response;
    for (std::int32_t id = 1; id <= shared_->brokers; ++id) {
        response.brokers.push_back(BrokerId{id});
    }
    MetadataResponse::Topic topic{.id = TopicId{0}, .name = "t", .partitions = {}};
    for (std::int32_t p = 0; p < shared_->partitions; ++p) {
        topic.partitions.push_back(
            {p, shared_->leaders.at(p), shared_->epochs.at(p), {BrokerId{1}}, {BrokerId{1}}});
    }
    response.topics.push_back(topic);
    return response;
}

ProduceResponse TestBroker::produce(Time now, const ProduceRequest& request)
{
    shared_->produced.emplace_back(now, request);
    Error forced = Error::none;
    if (!shared_->produce_errors.empty()) {
        forced = shared_->produce_errors.front();
        shared_->produce_errors.erase(shared_->produce_errors.begin());
    }
    ProduceResponse response;
    for (const auto& each : request.partitions) {
        auto& answer = response.partitions.emplace_back();
        answer.partition = each.partition;
        answer.error = leads(each.partition) ? forced : Error::not_leader_or_follower;
        if (answer.error != Error::none) continue;
        RecordBatch batch = each.batch;
        batch.base_offset = shared_->end(each.partition.partition);
        batch.partition_leader_epoch = shared_->epochs.at(each.partition.partition);
        answer.base_offset = batch.base_offset;
        shared_->logs[each.partition.partition].push_back(batch);
    }
    return response;
}

void TestBroker::on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    const std::uint32_t id = message.correlation;
    const auto answer = [&](MessageBody body) {
        reply(effects, from, Message{id, std::move(body)});
    };
    if (const auto* asked = std::get_if<MetadataRequest>(&message.body)) {
        MetadataResponse response = metadata();
        if (asked->topics.empty()) response.topics.clear();
        answer(std::move(response));
    } else if (const auto* produced = std::get_if<ProduceRequest>(&message.body)) {
        ProduceResponse response = produce(now, *produced);
        if (produced->acks != 0) answer(std::move(response));
        look_at_parked(now, effects);
    } else if (const auto* fetch = std::get_if<FetchRequest>(&message.body)) {
        const Parked parked{from, id, *fetch, now + fetch->max_wait};
        if (answer_fetch(now, parked, effects)) return;
        parked_.push_back(parked);
        effects.set_timer(1 + static_cast<TimerKey>(from.from.value) * 64, parked.deadline);
    } else if (std::holds_alternative<InitProducerIdRequest>(message.body)) {
        answer(InitProducerIdResponse{Error::none, ProducerId{7}, ProducerEpoch{0}});
    } else if (const auto* list = std::get_if<ListOffsetsRequest>(&message.body)) {
        ListOffsetsResponse response;
        for (const auto& each : list->partitions) {
            const bool latest = each.timestamp_ms == ListOffsetsRequest::latest;
            response.partitions.push_back(
                {each.partition, Error::none,
                 latest ? shared_->end(each.partition.partition) : Offset{0}, LeaderEpoch{0}});
        }
        answer(std::move(response));
    } else if (const auto* epoch = std::get_if<OffsetsForLeaderEpochRequest>(&message.body)) {
        const std::int32_t p = epoch->partition.partition;
        answer(OffsetsForLeaderEpochResponse{
            epoch->partition, Error::none, {epoch->epoch, shared_->end(p)}});
    } else if (std::holds_alternative<FindCoordinatorRequest>(message.body)) {
        answer(FindCoordinatorResponse{Error::none, BrokerId{1}});
    } else {
        coordinator_.on_request(now, from, std::move(message), effects);
        settle(now, effects);
    }
}

void TestBroker::settle(Time now, Effects& effects)
{
    for (const CoordinatorAppend& each : coordinator_.take_appends()) {
        coordinator_.on_append_committed(now, each.ticket, Error::none, effects);
    }
}

void TestBroker::on_timer(Time now, TimerKey key, Effects& effects)
{
    if (key == GroupCoordinator::timer) {
        coordinator_.on_timer(now, effects);
        settle(now, effects);
    }
    look_at_parked(now, effects);
}

void TestBroker::look_at_parked(Time now, Effects& effects)
{
    std::erase_if(parked_,
                  [&](const Parked& parked) { return answer_fetch(now, parked, effects); });
}

/// Knows no sessions: a test with one partition for each broker does not miss them.
bool TestBroker::answer_fetch(Time now, const Parked& parked, Effects& effects)
{
    FetchResponse response;
    bool any = false;
    for (const auto& each : parked.request.partitions) {
        const std::int32_t p = each.partition.partition;
        auto& answer = response.partitions.emplace_back();
        answer.partition = each.partition;
        answer.high_watermark = shared_->end(p);
        if (!leads(each.partition)) answer.error = Error::not_leader_or_follower;
        for (const RecordBatch& batch : shared_->logs[p]) {
            if (answer.error != Error::none) break;
            if (batch.last_offset() >= each.fetch_offset) answer.records.push_back(batch);
        }
        any = any || !answer.records.empty() || answer.error != Error::none;
    }
    if (!any && now < parked.deadline) return false;
    reply(effects, parked.from, Message{parked.correlation, std::move(response)});
    return true;
}

}  // namespace gregor::test
