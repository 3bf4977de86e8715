#include "model/consumer/fetcher.h"

#include "model/compression.h"
#include "model/record_view.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gregor {

Fetcher::Fetcher(ClientId client, const ConsumerConfig& config) : client_(client), config_(config)
{
}

ConsumedPartition* Fetcher::find(TopicPartition partition)
{
    return const_cast<ConsumedPartition*>(std::as_const(*this).find(partition));
}

const ConsumedPartition* Fetcher::find(TopicPartition partition) const
{
    const auto found = std::lower_bound(
        partitions_.begin(), partitions_.end(), partition,
        [](const ConsumedPartition& each, TopicPartition key) { return each.partition < key; });
    const bool there = found != partitions_.end() && found->partition == partition;
    return there ? &*found : nullptr;
}

Fetcher::Session& Fetcher::session(BrokerId broker)
{
    const auto index = static_cast<std::size_t>(broker.value);
    if (sessions_.size() <= index) sessions_.resize(index + 1);
    return sessions_[index];
}

void Fetcher::assign(const std::vector<TopicPartition>& partitions)
{
    std::vector<TopicPartition> wanted = partitions;
    std::sort(wanted.begin(), wanted.end());
    std::vector<ConsumedPartition> assigned;
    for (const TopicPartition each : wanted) {
        ConsumedPartition* known = find(each);
        if (known != nullptr) {
            assigned.push_back(std::move(*known));
            known->session = no_broker;  // moved from: nothing left to give back
            known->buffered_from = no_broker;
        } else {
            assigned.push_back({.partition = each, .buffered = {}});
        }
    }
    for (ConsumedPartition& gone : partitions_) {
        if (std::binary_search(wanted.begin(), wanted.end(), gone.partition)) continue;
        leave_session(gone);
        drop_buffer(gone);
    }
    partitions_ = std::move(assigned);
    leaders_version_ = -1;
}

void Fetcher::leave_session(ConsumedPartition& partition)
{
    if (partition.session == no_broker) return;
    session(partition.session).forgotten.push_back(partition.partition);
    partition.session = no_broker;
}

void Fetcher::refresh_leaders(const ClientMetadata& metadata)
{
    if (leaders_version_ == metadata.version()) return;
    leaders_version_ = metadata.version();
    for (ConsumedPartition& each : partitions_) {
        const KnownPartition known = metadata.at(each.partition);
        if (known.leader == each.leader && known.leader_epoch == each.leader_epoch) continue;
        if (each.session != no_broker && each.session != known.leader) leave_session(each);
        each.leader = known.leader;
        each.leader_epoch = known.leader_epoch;
        each.not_before = Time{};
        const bool has_position =
            each.state == PositionState::ready || each.state == PositionState::validating;
        if (has_position && each.position_epoch != no_leader_epoch) {
            each.state = PositionState::needs_validation;
        }
    }
}

bool Fetcher::fetchable(const ConsumedPartition& partition, Time now) const
{
    return partition.state == PositionState::ready && partition.leader != no_broker &&
           !partition.on_hold() && partition.buffered_from == no_broker &&
           partition.not_before <= now;
}

void Fetcher::send_fetches(const ConsumerStep& step)
{
    targets_.clear();
    retry_at_ = never;
    for (const ConsumedPartition& each : partitions_) {
        if (each.not_before > step.now) retry_at_ = std::min(retry_at_, each.not_before);
        if (!fetchable(each, step.now)) continue;
        if (std::find(targets_.begin(), targets_.end(), each.leader) == targets_.end()) {
            targets_.push_back(each.leader);
        }
    }
    for (const BrokerId broker : targets_) {
        if (session(broker).in_flight || waits_for_poll(broker)) continue;
        if (step.connections.prepare(step.now, {broker}, step.effects)) {
            send_fetch(step, broker);
        } else {
            retry_at_ = std::min(retry_at_, step.connections.retry_at(step.now, {broker}));
        }
    }
}

/// Whether this broker's last answer is still to be handed out. What a pause keeps back does not
/// count (AbstractFetch, bufferedNodes).
bool Fetcher::waits_for_poll(BrokerId broker) const
{
    const std::int32_t buffered = sessions_[static_cast<std::size_t>(broker.value)].buffered;
    if (buffered == 0) return false;
    const auto held = [&](const ConsumedPartition& each) {
        return each.on_hold() && each.buffered_from == broker;
    };
    return buffered > std::count_if(partitions_.begin(), partitions_.end(), held);
}

void Fetcher::send_fetch(const ConsumerStep& step, BrokerId broker)
{
    Session& open = session(broker);
    const bool full = open.epoch == 0;
    FetchRequest request;
    request.max_wait = config_.fetch_max_wait_ms;
    request.min_bytes = static_cast<std::int32_t>(config_.fetch_min_bytes);
    request.max_bytes = static_cast<std::int32_t>(config_.fetch_max_bytes);
    request.isolation = config_.isolation_level;
    request.session_id = open.id;
    request.session_epoch = open.epoch;
    for (ConsumedPartition& each : partitions_) {
        const bool wanted = each.leader == broker && fetchable(each, step.now);
        if (!wanted) {
            if (each.session == broker) leave_session(each);
            continue;
        }
        const bool same = each.session == broker && each.session_offset == each.position &&
                          each.session_epoch == each.leader_epoch;
        if (same && !full) continue;
        each.session = broker;
        each.session_offset = each.position;
        each.session_epoch = each.leader_epoch;
        FetchRequest::Partition& asked = request.partitions.emplace_back();
        asked.partition = each.partition;
        asked.current_leader_epoch = each.leader_epoch;
        asked.fetch_offset = each.position;
        asked.max_bytes = static_cast<std::int32_t>(config_.max_partition_fetch_bytes);
    }
    if (!full) request.forgotten = std::move(open.forgotten);
    open.forgotten.clear();
    open.in_flight = true;
    open.full_in_flight = full;
    step.connections.send(step.now, {broker}, fetch_cookie, std::move(request), step.effects);
}

void Fetcher::on_fetch_failed(BrokerId broker)
{
    // The broker may have seen the request or not: a new session, closing the old one.
    session(broker).in_flight = false;
    session(broker).epoch = 0;
}

void Fetcher::on_fetched(const ConsumerStep& step, BrokerId broker, FetchResponse&& response)
{
    Session& open = session(broker);
    open.in_flight = false;
    if (response.error != Error::none) {
        open.epoch = 0;
        if (response.error == Error::fetch_session_id_not_found) open.id = 0;
        return;
    }
    if (open.full_in_flight) {
        open.id = response.session_id;
        open.epoch = open.id != 0 ? 1 : 0;
    } else {
        constexpr std::int32_t last = std::numeric_limits<std::int32_t>::max();
        open.epoch = open.epoch == last ? 1 : open.epoch + 1;
    }
    for (FetchResponse::Partition& answer : response.partitions) on_partition(step, broker, answer);
}

void Fetcher::on_partition(const ConsumerStep& step, BrokerId broker,
                           FetchResponse::Partition& answer)
{
    ConsumedPartition* known = find(answer.partition);
    const bool current = known != nullptr && known->state == PositionState::ready &&
                         known->session == broker && known->session_offset == known->position;
    if (!current) return;  // unassigned or moved meanwhile
    if (answer.error != Error::none) {
        if (answer.current_leader != no_broker) {
            step.metadata.note_leader(answer.partition, answer.current_leader,
                                      answer.current_leader_epoch);
        }
        on_error(step, *known, answer.error);
        return;
    }
    if (answer.high_watermark != no_offset) known->high_watermark = answer.high_watermark;
    if (answer.records.empty()) return;
    known->buffered = std::move(answer.records);
    known->next_batch = 0;
    known->filter.reset();
    known->filtered = -1;
    known->passes = true;
    if (config_.isolation_level == IsolationLevel::read_committed) {
        std::vector<CommittedFilter::Aborted> aborted;
        for (const auto& each : answer.aborted) {
            aborted.push_back({each.producer, each.first_offset});
        }
        known->filter.emplace(std::move(aborted));
    }
    known->buffered_from = broker;
    ++session(broker).buffered;
    completed_.push_back(known->partition);
}

void Fetcher::on_error(const ConsumerStep& step, ConsumedPartition& partition, Error error)
{
    if (error == Error::offset_out_of_range) {
        partition.state = PositionState::needs_reset;
        return;
    }
    if (refreshes_metadata(error) || error == Error::unknown_leader_epoch) {
        step.metadata.request_update();
    }
    // Kafka asks again at once and goes round until the metadata are there; here the partition
    // waits for them, or for one back-off.
    partition.not_before = step.now + config_.retry_backoff_ms;
}

void Fetcher::drop_buffer(ConsumedPartition& partition)
{
    if (partition.buffered_from == no_broker) return;
    --session(partition.buffered_from).buffered;
    partition.buffered_from = no_broker;
    partition.buffered.clear();
    const auto listed = std::find(completed_.begin(), completed_.end(), partition.partition);
    if (listed != completed_.end()) completed_.erase(listed);
}

bool Fetcher::has_buffered() const
{
    return std::any_of(completed_.begin(), completed_.end(), [&](TopicPartition each) {
        const ConsumedPartition* partition = find(each);
        return partition == nullptr || !partition->on_hold();
    });
}

void Fetcher::seek(ConsumedPartition& partition, Offset offset)
{
    drop_buffer(partition);
    partition.position = offset;
    partition.position_epoch = no_leader_epoch;
    partition.not_before = Time{};
    partition.reset_to.reset();
    partition.state = PositionState::ready;
}

void Fetcher::seek(ConsumedPartition& partition, std::int64_t timestamp)
{
    drop_buffer(partition);
    partition.not_before = Time{};
    partition.reset_to = timestamp;
    partition.state = PositionState::needs_reset;
}

/// What belongs to a paused partition stays for later (FetchCollector).
Duration Fetcher::collect(std::int64_t limit, std::vector<DeliveredRecords>& delivered,
                          std::vector<DeliveredBatch>* batches)
{
    std::int64_t left = limit;
    Duration unpacking{};
    unreadable_.reset();
    std::vector<TopicPartition> paused;
    while (left > 0 && !completed_.empty()) {
        ConsumedPartition* partition = find(completed_.front());
        if (partition == nullptr || partition->buffered_from == no_broker) {
            completed_.pop_front();
            continue;
        }
        if (partition->state != PositionState::ready) {
            drop_buffer(*partition);
            continue;
        }
        if (partition->on_hold()) {
            paused.push_back(partition->partition);
            completed_.pop_front();
            continue;
        }
        unpacking = unpacking + collect_from(*partition, left, delivered, batches);
        if (unreadable_) break;
        if (partition->next_batch == partition->buffered.size()) drop_buffer(*partition);
    }
    completed_.insert(completed_.end(), paused.begin(), paused.end());
    return unpacking;
}

namespace {

/// Records of a batch from one offset on, put to those before them when they go on there.
void deliver(const ConsumedPartition& partition, const RecordBatch& batch, Offset base,
             std::int64_t count, std::vector<DeliveredRecords>& delivered)
{
    const std::int64_t number = batch.first_number + (base - batch.base_offset);
    DeliveredRecords* last = delivered.empty() ? nullptr : &delivered.back();
    const bool goes_on = last != nullptr && last->partition == partition.partition &&
                         last->producer == batch.client &&
                         last->base_offset + last->record_count == base &&
                         last->first_number + last->record_count == number;
    if (goes_on) {
        last->record_count += count;
    } else {
        delivered.push_back({partition.partition, base, count, batch.client, number});
    }
}

/// What compaction left of a batch, at most `left` records: the offsets between are passed over.
void collect_survivors(ConsumedPartition& partition, const RecordBatch& batch, std::int64_t& left,
                       std::vector<DeliveredRecords>& delivered,
                       std::vector<DeliveredBatch>* batches)
{
    bool more = false;
    visit_records(batch, [&](const RecordView& record) {
        const Offset offset = batch.base_offset + record.offset_delta;
        if (offset < partition.position) return;
        more = more || left == 0;
        if (more) return;
        deliver(partition, batch, offset, 1, delivered);
        if (batches != nullptr) batches->push_back({partition.partition, offset, 1, batch});
        partition.position = offset + 1;
        --left;
    });
    if (!more) partition.position = batch.next_offset();
}

}  // namespace

namespace {

/// A batch of an aborted transaction is passed over; each batch is asked about once, in order.
bool may_deliver(ConsumedPartition& partition, const RecordBatch& batch)
{
    const auto number = static_cast<std::int64_t>(partition.next_batch);
    if (partition.filter && partition.filtered < number) {
        partition.filtered = number;
        partition.passes = partition.filter->delivers(batch);
    }
    return partition.passes;
}

}  // namespace

bool Fetcher::is_foreign(ClientId client) const
{
    return std::ranges::find(foreign_, client) != foreign_.end();
}

Duration Fetcher::collect_from(ConsumedPartition& partition, std::int64_t& left,
                               std::vector<DeliveredRecords>& delivered,
                               std::vector<DeliveredBatch>* batches)
{
    Duration unpacking{};
    while (left > 0 && partition.next_batch < partition.buffered.size()) {
        const RecordBatch& batch = partition.buffered[partition.next_batch];
        const bool hidden = !may_deliver(partition, batch);
        if (batch.next_offset() <= partition.position) {
            ++partition.next_batch;
            continue;
        }
        const bool corrupt = batch.bad_checksum && config_.check_crcs;
        if (corrupt || (!batch.control && is_foreign(batch.client))) {
            const Offset at = std::max(partition.position, batch.base_offset);
            unreadable_ = Unreadable{partition.partition, at, corrupt};
            return unpacking;
        }
        const std::int64_t had = left;
        if (batch.control || hidden) {
            partition.position = batch.next_offset();
        } else if (batch.offsets_without_record > 0) {
            collect_survivors(partition, batch, left, delivered, batches);
        } else {
            // The first batch may begin before the position: those records are skipped.
            const Offset base = std::max(partition.position, batch.base_offset);
            const std::int64_t count = std::min(left, batch.next_offset() - base);
            deliver(partition, batch, base, count, delivered);
            left -= count;
            if (batches != nullptr) {
                batches->push_back({partition.partition, base, count, batch});
            }
            partition.position = base + count;
        }
        if (had > left) {
            const std::int64_t bytes = batch.plain_size() * (had - left) / batch.record_count;
            unpacking = unpacking + decompression_time(batch.codec, batch.content, bytes);
        }
        partition.position_epoch = batch.partition_leader_epoch;
        if (partition.position == batch.next_offset()) ++partition.next_batch;
    }
    return unpacking;
}

std::int64_t Fetcher::buffered_bytes() const
{
    std::int64_t bytes = 0;
    for (const ConsumedPartition& each : partitions_) {
        if (each.buffered_from == no_broker) continue;
        for (std::size_t i = each.next_batch; i < each.buffered.size(); ++i) {
            bytes += each.buffered[i].size_in_bytes;
        }
    }
    return bytes;
}

}  // namespace gregor
