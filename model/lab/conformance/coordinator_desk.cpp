#include "model/lab/conformance/coordinator_desk.h"

#include "model/java_hash.h"

namespace gregor::lab {

CoordinatorDesk::CoordinatorDesk(const BrokerConfig& config, std::uint64_t seed)
    : coordinator(BrokerId{1}, config, seed)
{
    for (std::int32_t p = 0; p < config.offsets_topic_num_partitions; ++p) {
        coordinator.on_elected(now, p, {}, effects_);
    }
    settle();
}

std::uint32_t CoordinatorDesk::send(MessageBody body)
{
    constexpr NodeId client{5};
    coordinator.on_request(now, {client, channel::coordinator, true},
                           Message{++requests_, std::move(body)}, effects_);
    settle();
    return requests_;
}

std::vector<std::pair<std::uint32_t, MessageBody>> CoordinatorDesk::take_answers()
{
    return std::exchange(answers_, {});
}

void CoordinatorDesk::run_until(Time until)
{
    while (timer_ <= until) {
        now = std::max(now, timer_);
        timer_ = never;
        effects_.begin(now, false, false);
        coordinator.on_timer(now, effects_);
        settle();
    }
    now = until;
    effects_.begin(now, false, false);
}

void CoordinatorDesk::tell_topics(CoordinatorTopics topics)
{
    coordinator.on_topics(now, std::move(topics), effects_);
    settle();
}

void CoordinatorDesk::load(std::vector<CoordinatorRecord> records)
{
    auto data = std::make_shared<RecordData>();
    data->coordinator = std::move(records);
    RecordBatch batch;
    batch.record_count = static_cast<std::int32_t>(data->coordinator.size());
    const auto partitions = coordinator.partitions();
    const std::int32_t partition =
        coordinator_partition_for(data->coordinator.front().group, partitions);
    batch.data = std::move(data);
    coordinator.on_elected(now, partition, {batch}, effects_);
    settle();
}

void CoordinatorDesk::settle()
{
    take_effects();
    if (writes_wait) return;
    for (auto appends = coordinator.take_appends(); !appends.empty();
         appends = coordinator.take_appends()) {
        for (const CoordinatorAppend& each : appends) {
            log.push_back(each.batch);
            coordinator.on_append_committed(now, each.ticket, Error::none, effects_);
        }
        take_effects();
    }
    coordinator.take_answered();
}

void CoordinatorDesk::take_effects()
{
    for (const auto& action : effects_.actions()) {
        if (const auto* sent = std::get_if<Effects::Send>(&action)) {
            answers_.emplace_back(sent->message.correlation, sent->message.body);
        } else if (const auto* set = std::get_if<SetTimer>(&action)) {
            timer_ = set->at;
        }
    }
    effects_.begin(now, false, false);
}

}  // namespace gregor::lab
