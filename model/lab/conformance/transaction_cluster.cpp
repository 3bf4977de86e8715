#include "model/lab/conformance/transaction_cluster.h"

#include "engine/check.h"
#include "model/java_hash.h"

#include <algorithm>

namespace gregor::lab {

namespace {

constexpr std::int32_t offsets_partitions = 4;
constexpr std::int32_t state_partitions = 50;
constexpr std::int64_t large_fetch = 50'000'000;

void append_to_end(UnifiedLog& log)
{
    log.update_high_watermark({log.log_end_offset()});  // one replica: all is committed
}

}  // namespace

TransactionCluster::TransactionCluster(const Topics& topics)
    : topics_(topics),
      offsets_partition_(coordinator_partition_for(topics.group, offsets_partitions)),
      offsets_log_(LogSettings{}, now_ms_),
      committed_(static_cast<std::size_t>(topics.partitions), -1),
      coordinator_(TransactionCoordinator::Settings{.partitions = state_partitions})
{
    for (std::int32_t i = 0; i < topics.partitions; ++i) {
        data_.emplace_back(LogSettings{}, now_ms_);
    }
    for (std::int32_t i = 0; i < state_partitions; ++i) coordinator_.on_elected(now_ms_, i, 0, {});
}

UnifiedLog& TransactionCluster::log_of(TopicPartition partition)
{
    return partition.topic == data_topic_id ? log(partition.partition) : offsets_log_;
}

void TransactionCluster::offer_producer_id()
{
    if (coordinator_.needs_producer_id()) {
        coordinator_.offer_producer_id(ProducerId{next_producer_id_++});
    }
}

ProducerId TransactionCluster::new_producer_id()
{
    return ProducerId{next_producer_id_++};
}

/// Carries out what the coordinator asks for until there is nothing left.
void TransactionCluster::settle()
{
    for (;;) {
        const TransactionOutbox out = coordinator_.take_outbox();
        if (out.answers.empty() && out.writes.empty() && out.markers.empty()) return;
        for (const TransactionAnswer& each : out.answers) answers_[each.request] = each;
        for (const TransactionWrite& each : out.writes) {
            coordinator_.on_written(now_ms_, each.ticket, Error::none);
        }
        for (const TransactionMarker& each : out.markers) {
            coordinator_.on_marker(now_ms_, each.id, each.partition, write_marker_to(each));
        }
    }
}

TransactionAnswer TransactionCluster::answer_to(std::uint64_t request)
{
    settle();
    const auto answered = answers_.find(request);
    GREGOR_CHECK(answered != answers_.end());
    return answered->second;
}

TransactionAnswer TransactionCluster::init(const std::string& id, std::int64_t timeout_ms,
                                           ProducerIdAndEpoch expected)
{
    offer_producer_id();
    const std::uint64_t request = next_request_++;
    coordinator_.init(now_ms_, request, {id, timeout_ms, expected});
    return answer_to(request);
}

TransactionAnswer TransactionCluster::init_until_decided(const std::string& id,
                                                         std::int64_t timeout_ms,
                                                         ProducerIdAndEpoch expected)
{
    constexpr int tries = 10;
    TransactionAnswer answer;
    for (int i = 0; i < tries; ++i) {
        answer = init(id, timeout_ms, expected);
        if (answer.error != Error::concurrent_transactions) break;
    }
    return answer;
}

Error TransactionCluster::add(const TransactionCoordinator::Add& asked)
{
    const std::uint64_t request = next_request_++;
    coordinator_.add_partitions(now_ms_, request, asked);
    return answer_to(request).error;
}

TransactionAnswer TransactionCluster::end(const TransactionCoordinator::End& asked)
{
    offer_producer_id();
    const std::uint64_t request = next_request_++;
    coordinator_.end(now_ms_, request, asked);
    return answer_to(request);
}

Error TransactionCluster::verify(const std::string& id, ProducerIdAndEpoch producer,
                                 std::int32_t partition) const
{
    return coordinator_.verify(id, producer, data_partition(partition));
}

Error TransactionCluster::ask_coordinator(const std::string& id, ProducerIdAndEpoch producer,
                                          TopicPartition partition, bool adds)
{
    if (adds) return add({id, producer, {partition}, TransactionVersion::tv_2});
    return coordinator_.verify(id, producer, partition);
}

TransactionCluster::Written TransactionCluster::produce(const Write& asked)
{
    const auto operation = operation_of_produce(asked.version);
    UnifiedLog& log = this->log(asked.partition);
    std::int64_t guard = 0;
    if (asked.transactional) {
        const bool adds = operation == TransactionSupportedOperation::add_partition;
        const auto started = log.producers().start_verification(
            asked.producer.id, asked.sequence, asked.producer.epoch, adds, now_ms_);
        if (!started) return {started.error()};
        guard = started.value();
        if (guard != 0) {
            const Error error =
                ask_coordinator(asked.id, asked.producer, data_partition(asked.partition), adds);
            if (error != Error::none) return {leader_answer_for(error, operation)};
        }
    }
    RecordBatch batch;
    batch.record_count = asked.count;
    batch.size_in_bytes =
        static_cast<std::uint32_t>(synthetic_batch_size(asked.count, sizeof(std::int64_t)));
    batch.max_timestamp_ms = now_ms_;
    batch.producer_id = asked.producer.id;
    batch.producer_epoch = asked.producer.epoch;
    batch.base_sequence = asked.sequence;
    batch.transactional = asked.transactional;
    const auto done = log.append_as_leader(
        std::move(batch),
        {.now_ms = now_ms_, .leader_epoch = LeaderEpoch{0}, .verification_guard = guard});
    if (!done.error.none()) return {done.error.error};
    append_to_end(log);
    return {Error::none, done.first, done.duplicate};
}

Error TransactionCluster::commit_offsets(const std::string& id, ProducerIdAndEpoch producer,
                                         const std::map<std::int32_t, std::int64_t>& offsets,
                                         int version)
{
    const auto operation = operation_of_offset_commit(version);
    const bool adds = operation == TransactionSupportedOperation::add_partition;
    const auto started =
        offsets_log_.producers().start_verification(producer.id, -1, producer.epoch, adds, now_ms_);
    if (!started) return started.error();
    if (started.value() != 0) {
        const Error error = ask_coordinator(id, producer, offsets_partition(), adds);
        if (error != Error::none) return leader_answer_for(error, operation);
    }
    if (offsets.empty()) return Error::none;
    RecordBatch batch;
    batch.record_count = static_cast<std::int32_t>(offsets.size());
    batch.size_in_bytes =
        static_cast<std::uint32_t>(synthetic_batch_size(batch.record_count, sizeof(std::int64_t)));
    batch.max_timestamp_ms = now_ms_;
    batch.producer_id = producer.id;
    batch.producer_epoch = producer.epoch;
    batch.transactional = true;
    const auto done =
        offsets_log_.append_as_leader(std::move(batch), {.now_ms = now_ms_,
                                                         .leader_epoch = LeaderEpoch{0},
                                                         .origin = AppendOrigin::coordinator,
                                                         .verification_guard = started.value()});
    if (!done.error.none()) return done.error.error;
    append_to_end(offsets_log_);
    for (const auto& [partition, offset] : offsets) {
        pending_.put(producer.id,
                     {topics_.group, data_partition(partition), Offset{offset}, done.first});
    }
    return Error::none;
}

Error TransactionCluster::write_marker_to(const TransactionMarker& marker)
{
    UnifiedLog& log = log_of(marker.partition);
    const auto done =
        log.append_as_leader(make_marker_batch({marker.commit, marker.coordinator_epoch},
                                               marker.producer.id, marker.producer.epoch, now_ms_),
                             {.now_ms = now_ms_,
                              .leader_epoch = LeaderEpoch{0},
                              .origin = AppendOrigin::coordinator,
                              .transaction_version = static_cast<int>(marker.version)});
    if (!done.error.none()) return done.error.error;
    append_to_end(log);
    if (marker.partition.topic != offsets_topic_id) return Error::none;
    for (const auto& each : pending_.complete(marker.producer.id, marker.commit)) {
        committed_[static_cast<std::size_t>(each.partition.partition)] = each.offset.value;
    }
    return Error::none;
}

Error TransactionCluster::write_marker(std::int32_t partition, ProducerIdAndEpoch producer,
                                       bool commit, int transaction_version)
{
    if (producer.epoch < ProducerEpoch{0}) return Error::unknown_server_error;  // no such batch
    const ProducerEntry* known = log(partition).producers().find(producer.id);
    return write_marker_to({.id = {},
                            .partition = data_partition(partition),
                            .producer = producer,
                            .commit = commit,
                            .coordinator_epoch = known == nullptr ? -1 : known->coordinator_epoch,
                            .version = static_cast<TransactionVersion>(transaction_version)});
}

void TransactionCluster::delete_records(std::int32_t partition, Offset to)
{
    log(partition).maybe_increment_log_start(to);
}

void TransactionCluster::wait(std::int64_t ms)
{
    for (std::int64_t waited = 0; waited < ms; waited += cleanup_interval_ms) {
        now_ms_ += std::min(cleanup_interval_ms, ms - waited);
        coordinator_.abort_timed_out(now_ms_);
        settle();
    }
}

std::string TransactionCluster::symbol(ProducerId id)
{
    const auto known = symbols_.find(id);
    if (known != symbols_.end()) return known->second;
    return symbols_[id] = "P" + std::to_string(symbols_.size() + 1);
}

ProducerId TransactionCluster::id_of(const std::string& symbol) const
{
    for (const auto& [id, name] : symbols_) {
        if (name == symbol) return id;
    }
    return no_producer_id;
}

std::string TransactionCluster::name_of(TopicPartition partition) const
{
    const bool data = partition.topic == data_topic_id;
    return (data ? "t-" : "__consumer_offsets-") + std::to_string(partition.partition);
}

TransactionCluster::Json TransactionCluster::describe(const std::string& id)
{
    const TransactionMetadata* known = coordinator_.find(id);
    if (known == nullptr) return {{"err", "TRANSACTIONAL_ID_NOT_FOUND"}};
    std::set<std::string> names;
    for (const TopicPartition each : known->partitions) names.insert(name_of(each));
    return {{"state", std::string(gregor::name_of(known->state))},
            {"pid", symbol(known->producer_id)},
            {"epoch", known->epoch.value},
            {"parts", names},
            {"started", known->start_ms >= 0}};
}

TransactionCluster::Json TransactionCluster::producers_of(std::int32_t partition)
{
    std::map<std::string, Json> sorted;
    for (const auto& [id, entry] : log(partition).producers().producers()) {
        const Offset start = entry.transaction_start.value_or(no_offset);
        const std::string name = symbol(id);
        sorted[name] = {name, entry.epoch.value, entry.last_sequence(), start.value,
                        entry.coordinator_epoch};
    }
    Json list = Json::array();
    for (const auto& [name, each] : sorted) list.push_back(each);
    return list;
}

TransactionCluster::Json TransactionCluster::observe()
{
    Json seen = {{"tx", Json::object()}, {"prod", Json::object()}};
    for (const std::string& id : watched_) seen["tx"][id] = describe(id);
    for (std::int32_t p = 0; p < topics_.partitions; ++p) {
        seen["hw"].push_back(log(p).high_watermark().value);
        seen["lso"].push_back(log(p).fetch_last_stable().offset.value);
        seen["prod"][std::to_string(p)] = producers_of(p);
        const std::int64_t committed = committed_[static_cast<std::size_t>(p)];
        seen["offs"].push_back(committed);
        const bool unstable = pending_.is_unstable(topics_.group, data_partition(p));
        seen["stable"].push_back(unstable ? Json("UNSTABLE_OFFSET_COMMIT") : Json(committed));
    }
    return seen;
}

TransactionCluster::Json TransactionCluster::batches_of(std::int32_t partition,
                                                        bool coordinator_epochs)
{
    Json list = Json::array();
    log(partition).for_each([&](const RecordBatch& batch) {
        const bool marker = batch.control && batch.data != nullptr && batch.data->marker;
        const std::string kind = marker                ? (batch.data->marker->commit ? "C" : "A")
                                 : batch.transactional ? "T"
                                                       : "N";
        Json row = {batch.base_offset.value,   batch.last_offset().value,
                    symbol(batch.producer_id), batch.producer_epoch.value,
                    batch.base_sequence,       kind};
        if (marker && coordinator_epochs) row.push_back(batch.data->marker->coordinator_epoch);
        list.push_back(row);
    });
    return list;
}

TransactionCluster::Json TransactionCluster::aborted_of(std::int32_t partition)
{
    UnifiedLog& log = this->log(partition);
    const auto fetched =
        log.read(log.log_start_offset(), large_fetch, UnifiedLog::Isolation::txn_committed, true);
    Json list = Json::array();
    if (!fetched) return list;
    for (const AbortedTransaction& each : fetched.value().aborted) {
        list.push_back({symbol(each.producer), each.first_offset.value});
    }
    return list;
}

}  // namespace gregor::lab
