#include "model/broker/transaction_host.h"

#include "model/java_hash.h"

#include <algorithm>
#include <memory>

namespace gregor {

namespace {

TransactionVersion version_of(std::int8_t number)
{
    return number >= 2 ? TransactionVersion::tv_2 : TransactionVersion::tv_0;
}

/// Bytes of a TransactionLogValue: numbers, and the partitions by topic.
std::int32_t value_size(const TransactionMetadata& value)
{
    constexpr std::int32_t numbers = 2 + 8 + 2 + 4 + 1 + 8 + 8 + 4, topic = 2 + 10 + 4;
    std::set<TopicId> topics;
    for (const TopicPartition each : value.partitions) topics.insert(each.topic);
    return numbers + topic * static_cast<std::int32_t>(topics.size()) +
           4 * static_cast<std::int32_t>(value.partitions.size());
}

RecordBatch batch_of(const TransactionWrite& write, std::int64_t now_ms)
{
    RecordBatch batch;
    batch.record_count = 1;
    batch.max_timestamp_ms = now_ms;
    TransactionRecord record;
    record.id = write.id;
    if (write.value) record.value = std::make_shared<TransactionMetadata>(*write.value);
    const auto key = static_cast<std::int32_t>(2 + 2 + write.id.size());
    batch.size_in_bytes =
        batch_header_bytes + static_cast<std::uint32_t>(record_size(
                                 0, 0, key, write.value ? value_size(*write.value) : -1));
    auto data = std::make_shared<RecordData>();
    data->transactions.push_back(std::move(record));
    batch.data = std::move(data);
    return batch;
}

std::int64_t wall_ms(const PeerStep& step)
{
    return to_milliseconds(step.effects.wall_clock());
}

}  // namespace

TransactionHost::TransactionHost(const BrokerConfig& config)
    : coordinator_(
          {.partitions = static_cast<std::int32_t>(config.transaction_state_log_num_partitions),
           .max_timeout_ms = to_milliseconds(config.transaction_max_timeout_ms),
           .expiration_ms = to_milliseconds(config.transactional_id_expiration_ms)}),
      partitions_(static_cast<std::int32_t>(config.transaction_state_log_num_partitions)),
      abort_interval_(config.transaction_abort_timed_out_transaction_cleanup_interval_ms),
      expiry_interval_(config.transaction_remove_expired_transaction_cleanup_interval_ms)
{
}

void TransactionHost::on_request(const PeerStep& step, const Envelope& from, const Message& message)
{
    const std::uint64_t number = ++last_request_;
    const std::int64_t now_ms = wall_ms(step);
    Request request{from, message.correlation, Request::Kind::init, {}};
    if (const auto* init = std::get_if<InitProducerIdRequest>(&message.body)) {
        requests_.emplace(number, request);
        coordinator_.init(now_ms, number,
                          {init->transactional_id,
                           to_milliseconds(init->timeout),
                           {init->producer_id, init->producer_epoch}});
    } else if (const auto* add = std::get_if<AddPartitionsToTxnRequest>(&message.body)) {
        if (add->verify_only) return verify(from, message.correlation, *add);
        request.kind = Request::Kind::add_partitions;
        request.partitions = add->partitions;
        requests_.emplace(number, request);
        coordinator_.add_partitions(now_ms, number,
                                    {add->transactional_id,
                                     add->producer,
                                     {add->partitions.begin(), add->partitions.end()},
                                     version_of(add->transaction_version)});
    } else if (const auto* offsets = std::get_if<AddOffsetsToTxnRequest>(&message.body)) {
        request.kind = Request::Kind::add_offsets;
        requests_.emplace(number, request);
        add_offsets(step, number, *offsets);
    } else if (const auto* end = std::get_if<EndTxnRequest>(&message.body)) {
        request.kind = Request::Kind::end;
        requests_.emplace(number, request);
        coordinator_.end(now_ms, number,
                         {end->transactional_id, end->producer, end->commit,
                          version_of(end->transaction_version)});
    }
    work_off(step);
}

/// The partition of __consumer_offsets that keeps the group's offsets.
void TransactionHost::add_offsets(const PeerStep& step, std::uint64_t request,
                                  const AddOffsetsToTxnRequest& asked)
{
    const TopicImage* topic = step.image.topic_named(offsets_topic);
    if (topic == nullptr || topic->partitions.empty()) {
        return answer({request, Error::coordinator_not_available, {}});
    }
    const auto count = static_cast<std::int32_t>(topic->partitions.size());
    const TopicPartition partition{topic->id, coordinator_partition_for(asked.group, count)};
    coordinator_.add_partitions(
        wall_ms(step), request,
        {asked.transactional_id, asked.producer, {partition}, TransactionVersion::tv_0});
}

/// The leader of a partition asks whether it is in the transaction: answered at once.
void TransactionHost::verify(const Envelope& from, std::uint32_t correlation,
                             const AddPartitionsToTxnRequest& asked)
{
    AddPartitionsToTxnResponse response;
    for (const TopicPartition each : asked.partitions) {
        response.partitions.push_back(
            {each, coordinator_.verify(asked.transactional_id, asked.producer, each)});
    }
    answers_.push_back({from, Message{correlation, std::move(response)}});
}

void TransactionHost::answer(const TransactionAnswer& told)
{
    const auto known = requests_.find(told.request);
    if (known == requests_.end()) return;
    const Request request = std::move(known->second);
    requests_.erase(known);
    MessageBody body;
    switch (request.kind) {
        case Request::Kind::init:
            body = InitProducerIdResponse{told.error, told.producer.id, told.producer.epoch};
            break;
        case Request::Kind::add_partitions: {
            AddPartitionsToTxnResponse response;
            response.error = told.error;
            for (const TopicPartition each : request.partitions) {
                response.partitions.push_back({each, told.error});
            }
            body = std::move(response);
            break;
        }
        case Request::Kind::add_offsets: body = AddOffsetsToTxnResponse{told.error}; break;
        case Request::Kind::end: body = EndTxnResponse{told.error, told.producer}; break;
    }
    answers_.push_back({request.from, Message{request.correlation, std::move(body)}});
}

void TransactionHost::append(const PeerStep& step, const TransactionWrite& write)
{
    const Duration timeout =
        write.value ? milliseconds(write.value->timeout_ms) : MarkerChannels::retry_interval * 50;
    appends_.push_back({write.partition, batch_of(write, wall_ms(step)), write.ticket, timeout});
    writes_.emplace(write.ticket, write.value);
}

/// Takes what the coordinator has put out, until it is silent.
void TransactionHost::work_off(const PeerStep& step)
{
    for (bool busy = true; busy;) {
        markers_.advance(step);
        const std::vector<MarkerChannels::Outcome> outcomes = markers_.take_outcomes();
        for (const MarkerChannels::Outcome& each : outcomes) {
            coordinator_.on_marker(wall_ms(step), each.id, each.partition, each.error);
        }
        TransactionOutbox out = coordinator_.take_outbox();
        for (const TransactionAnswer& each : out.answers) answer(each);
        for (const TransactionWrite& each : out.writes) append(step, each);
        for (TransactionMarker& each : out.markers) markers_.add(std::move(each));
        busy = !outcomes.empty() || !out.markers.empty();
    }
    wake_at(step, markers_.next_retry());
}

void TransactionHost::wake_at(const PeerStep& step, Time at)
{
    if (at >= markers_armed_) return;
    markers_armed_ = at;
    step.effects.set_timer(marker_timer, at);
}

/// The end of a transaction is decided and its markers are written: that is put down as soon as
/// the log takes it.
void TransactionHost::append_again(const PeerStep& step)
{
    for (const std::uint64_t ticket : std::exchange(postponed_, {})) {
        const auto known = writes_.extract(ticket);
        if (known.empty()) continue;
        const std::string& id = known.mapped()->id;
        append(step, {coordinator_partition_for(id, partitions_), id, known.mapped(), ticket});
    }
}

void TransactionHost::on_append_committed(const PeerStep& step, std::uint64_t ticket, Error error)
{
    const auto known = writes_.find(ticket);
    if (known == writes_.end()) return;
    const bool must_be = known->second && is_complete(known->second->state);
    const bool elsewhere = coordinator_answer_for(error) == Error::not_coordinator;
    if (error != Error::none && must_be && !elsewhere) {
        postponed_.push_back(ticket);
        return wake_at(step, step.now + MarkerChannels::retry_interval);
    }
    const auto written = writes_.extract(known);
    if (error == Error::none && written.mapped()) {
        const TransactionMetadata& now = *written.mapped();
        step.effects.trace(
            event::TransactionStateChanged{now.id,
                                           now.producer_id,
                                           now.epoch,
                                           name_of(now.state),
                                           {now.partitions.begin(), now.partitions.end()}});
    }
    coordinator_.on_written(wall_ms(step), ticket, error);
    work_off(step);
}

void TransactionHost::on_markers_written(const PeerStep& step, NodeId by, std::uint32_t correlation,
                                         const WriteTxnMarkersResponse& response)
{
    markers_.on_answer(step, by, correlation, response);
    work_off(step);
}

void TransactionHost::on_connection_lost(const PeerStep& step, NodeId node)
{
    markers_.connection_lost(step, node);
    work_off(step);
}

void TransactionHost::arm(const PeerStep& step, TimerKey key, Duration interval)
{
    step.effects.set_timer(key, step.now + interval);
}

void TransactionHost::on_timer(const PeerStep& step, TimerKey key)
{
    if (key == abort_timer) {
        coordinator_.abort_timed_out(wall_ms(step));
        arm(step, abort_timer, abort_interval_);
    } else if (key == expiry_timer) {
        coordinator_.remove_expired(wall_ms(step));
        arm(step, expiry_timer, expiry_interval_);
    } else {
        markers_armed_ = never;
        append_again(step);
    }
    work_off(step);
}

void TransactionHost::on_elected(const PeerStep& step, std::int32_t partition, LeaderEpoch epoch,
                                 const std::vector<RecordBatch>& content)
{
    std::map<std::string, TransactionMetadata> newest;
    for (const RecordBatch& batch : content) {
        if (batch.data == nullptr) continue;
        for (const TransactionRecord& record : batch.data->transactions) {
            newest.erase(record.id);
            if (record.value != nullptr) newest.emplace(record.id, *record.value);
        }
    }
    std::vector<TransactionMetadata> ids;
    for (const auto& [id, metadata] : newest) ids.push_back(metadata);
    if (!armed_) {
        armed_ = true;
        arm(step, abort_timer, abort_interval_);
        arm(step, expiry_timer, expiry_interval_);
    }
    coordinator_.on_elected(wall_ms(step), partition, epoch.value, ids);
    const auto count = static_cast<std::int32_t>(ids.size());
    step.effects.trace(event::TransactionsLoaded{partition, count});
    work_off(step);
}

void TransactionHost::on_resigned(const PeerStep& step, std::int32_t partition)
{
    markers_.forget(partition, partitions_);
    std::erase_if(postponed_, [&](std::uint64_t ticket) {
        const std::string& id = writes_.at(ticket)->id;
        const bool here = coordinator_partition_for(id, partitions_) == partition;
        if (here) writes_.erase(ticket);
        return here;
    });
    coordinator_.on_resigned(partition);
    work_off(step);
}

void TransactionHost::on_end()
{
    for (std::int32_t i = 0; i < partitions_; ++i) coordinator_.on_resigned(i);
    coordinator_.take_outbox();
    coordinator_.offer_producer_id(no_producer_id);
    markers_.clear();
    requests_.clear();
    writes_.clear();
    postponed_.clear();
    answers_.clear();
    appends_.clear();
    armed_ = false;
    markers_armed_ = never;
}

}  // namespace gregor
