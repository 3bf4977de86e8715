#include "model/broker/broker.h"
#include "model/compression.h"

#include <algorithm>

/// Produce requests: what may be appended, what waits for the ISR (ReplicaManager.appendRecords).
namespace gregor {

/// The handler looks into compressed records, and compresses them anew where the topic asks for it.
void Broker::on_produce(Time now, const Envelope& from, Message& message, Effects& effects)
{
    Duration needed{};
    for (const auto& each : std::get<ProduceRequest>(message.body).partitions) {
        const std::uint32_t slot = slot_of(each.partition);
        if (slot == no_slot) continue;
        const auto codec = replicas_[slot].log.settings().compression;
        needed = needed + validation_time(each.batch, codec);
    }
    if (needed.nanoseconds == 0) return write_produce(now, from, message, effects);
    const Tag tag = ++next_tag_;
    effects.compute(needed, tag);
    pending_validations_.push_back(PendingWrite{tag, from, std::move(message)});
}

void Broker::on_compute(Time now, Tag tag, Effects& effects)
{
    const auto at = std::ranges::find(pending_validations_, tag, &PendingWrite::tag);
    if (at == pending_validations_.end()) return;
    PendingWrite done = std::move(*at);
    pending_validations_.erase(at);
    write_produce(now, done.from, done.message, effects);
    settle(now, effects);
}

void Broker::write_produce(Time now, const Envelope& from, Message& message, Effects& effects)
{
    if (!effects.disk_is_throttled()) {
        append_all(now, from, message, effects, {});
        return;
    }
    // The handler stands in write() until the device has taken the bytes.
    std::int64_t bytes = 0;
    for (const auto& each : std::get<ProduceRequest>(message.body).partitions) {
        bytes += each.batch.size_in_bytes;
    }
    const Tag tag = ++next_tag_;
    effects.transfer(bytes, tag);
    pending_writes_.push_back(PendingWrite{tag, from, std::move(message)});
}

void Broker::flush_appended(const LogStep& step, Replica& replica)
{
    last_flush_ = step.effects.disk_is_throttled() ? ++next_tag_ : 0;
    LogManager::flush(step, replica, last_flush_);
}

/// A request is over when the flush is that its append began.
void Broker::wait_for_flush(std::uint32_t produce)
{
    const Tag flush = std::exchange(last_flush_, 0);
    if (flush == 0) return;
    pending_flushes_.push_back({.tag = flush, .produce = produce});
    ++produces_[produce].pending;
}

bool Broker::on_flushed(Time now, Tag tag, Effects& effects)
{
    const auto at = std::ranges::find(pending_flushes_, tag, &PendingFlush::tag);
    if (at == pending_flushes_.end()) return false;
    const PendingFlush done = *at;
    pending_flushes_.erase(at);
    if (done.fetcher != PendingFlush::nobody) {
        fetchers_[done.fetcher].release();
        to_advance_.push_back(done.fetcher);
    } else if (--produces_[done.produce].pending == 0) {
        finish_produce(now, done.produce, effects);
    }
    return true;
}

Error Broker::may_append(const Replica* replica, const ProduceRequest& request,
                         const RecordBatch& batch) const
{
    if (replica == nullptr) return Error::unknown_topic_or_partition;
    if (replica->offline) return Error::kafka_storage_error;
    if (!replica->is_leader()) return Error::not_leader_or_follower;
    if (batch.size_in_bytes > replica->log.settings().max_message_bytes) {
        return Error::message_too_large;
    }
    if (request.acks == -1) {
        const auto in_sync =
            static_cast<std::int64_t>(replica->leadership->registration().isr.size());
        if (in_sync < replica->settings.min_insync) return Error::not_enough_replicas;
    }
    return Error::none;
}

/// `verified`: what the coordinator said of a transactional request's partitions; empty before it
/// was asked.
void Broker::append_all(Time now, const Envelope& from, Message& message, Effects& effects,
                        const std::vector<VerifiedPartition>& verified)
{
    if (verified.empty() && !std::get<ProduceRequest>(message.body).transactional_id.empty() &&
        verify_first(now, from, message, effects)) {
        return;
    }
    auto& request = std::get<ProduceRequest>(message.body);
    const std::uint32_t slot = new_delayed_produce();
    DelayedProduce& delayed = produces_[slot];
    delayed.from = from;
    delayed.correlation = message.correlation;
    delayed.deadline = now + request.timeout;
    bool any_error = request.acks < -1 || request.acks > 1;
    std::uint32_t position = 0;
    for (auto& each : request.partitions) {
        ProduceResponse::Partition outcome{each.partition, Error::none, no_offset, no_broker,
                                           no_leader_epoch};
        const std::uint32_t at = slot_of(each.partition);
        Replica* replica = at == no_slot ? nullptr : &replicas_[at];
        outcome.error =
            any_error ? Error::invalid_required_acks : may_append(replica, request, each.batch);
        UnifiedLog::Append how{.origin = AppendOrigin::client,
                               .transaction_version = request.transaction_version};
        const auto verdict =
            std::ranges::find(verified, each.partition, &VerifiedPartition::partition);
        if (verdict != verified.end()) {
            how.verification_guard = verdict->verdict.guard;
            if (outcome.error == Error::none) outcome.error = verdict->verdict.error;
        }
        Offset required = no_offset;
        if (outcome.error == Error::none) {
            const UnifiedLog::Appended appended = append(now, *replica, each.batch, how, effects);
            outcome.error = appended.error.error;
            if (outcome.error == Error::none) {
                outcome.base_offset = appended.first;
                required = appended.last + 1;
            }
        }
        if (outcome.error != Error::none) {
            any_error = any_error || request.acks == 0;
            effects.trace(event::ProduceRefused{each.partition, each.batch.client, outcome.error});
            if (replica != nullptr) {
                outcome.current_leader = replica->leader;
                outcome.current_leader_epoch = replica->leader_epoch;
            }
        } else if (request.acks == -1 && replica->high_watermark() < required) {
            replica->wait_for_high_watermark(ProduceWaiter{slot, position, required});
            ++delayed.pending;
        }
        delayed.response.partitions.push_back(outcome);
        ++position;
    }
    delayed.acknowledged = request.acks != 0;
    delayed.refused = any_error;
    wait_for_flush(slot);
    if (delayed.pending == 0) {
        finish_produce(now, slot, effects);
    } else if (delayed.acknowledged) {
        arm_purgatory(delayed.deadline, effects);
    }
}

UnifiedLog::Appended Broker::append(Time now, Replica& replica, const RecordBatch& batch,
                                    UnifiedLog::Append how, Effects& effects)
{
    if (effects.disk_is_full()) {
        fail_log_dir(now, replica.directory, "no space left on device", effects);
        UnifiedLog::Appended refused;
        refused.error = log_errors::storage;
        return refused;
    }
    PartitionLeader& leader = *replica.leadership;
    const LogStep step = log_step(now, effects);
    const Offset end_before = replica.log.log_end_offset();
    how.now_ms = step.now_ms();
    how.leader_epoch = leader.leader_epoch();
    const UnifiedLog::Appended appended = replica.log.append_as_leader(batch, how);
    if (appended.rolled) LogManager::rolled(step, replica, *appended.rolled);
    if (!appended.error.none()) return appended;
    if (appended.duplicate) {
        // Time alone may have let go of the high watermark (Partition.appendRecordsToLeader).
        advance_high_watermark(now, replica, effects);
        return appended;
    }
    for (PartitionLeader::Follower& follower : leader.followers()) {
        if (follower.end_offset != end_before) continue;
        const auto known = static_cast<std::size_t>(follower.broker.value);
        if (known < follower_last_fetch_.size()) {
            PartitionLeader::on_idle_fetch(follower, end_before, follower_last_fetch_[known]);
        }
    }
    page_cache_.write(replica.file, replica.written_bytes, appended.bytes);
    replica.written_bytes += appended.bytes;
    effects.append(replica.file, appended.bytes);
    if (appended.flush_due) flush_appended(step, replica);
    effects.trace(event::BatchAppended{replica.partition, appended.first, batch.record_count,
                                       leader.leader_epoch(), batch.client, batch.first_number});
    advance_high_watermark(now, replica, effects);
    look_again(replica, true);
    return appended;
}

std::uint32_t Broker::new_delayed_produce()
{
    std::uint32_t slot = 0;
    if (free_produces_.empty()) {
        slot = static_cast<std::uint32_t>(produces_.size());
        produces_.emplace_back();
    } else {
        slot = free_produces_.back();
        free_produces_.pop_back();
    }
    DelayedProduce& fresh = produces_[slot];
    fresh.response.partitions.clear();
    fresh.pending = 0;
    fresh.ticket = 0;
    fresh.acknowledged = true;
    fresh.purpose = DelayedProduce::Purpose::client;
    fresh.in_use = true;
    return slot;
}

void Broker::finish_produce(Time now, std::uint32_t slot, Effects& effects)
{
    DelayedProduce& done = produces_[slot];
    done.in_use = false;
    free_produces_.push_back(slot);
    using Purpose = DelayedProduce::Purpose;
    if (done.purpose == Purpose::client) {
        const Envelope to = done.from;
        if (!done.acknowledged) {
            if (!done.refused) return served(now, to, done.correlation, effects);
            if (!channels_.serves(to, done.correlation)) return;
            channels_.drop(to);
            return effects.close(to.from, to.channel, true);
        }
        return answer(now, to, Message{done.correlation, std::move(done.response)}, effects);
    }
    if (done.purpose == Purpose::markers) {
        const DelayedProduce markers = std::move(done);
        return finish_markers(now, markers, effects);
    }
    const ProduceResponse::Partition outcome = done.response.partitions.front();
    const std::uint64_t ticket = done.ticket;
    if (done.purpose == Purpose::group_coordinator) {
        coordinator_.on_append_committed(now, ticket, outcome.error, effects, outcome.base_offset);
    } else {
        transactions_.on_append_committed(peer_step(now, effects), ticket, outcome.error);
    }
}

void Broker::complete_waiters(Time now, Replica& replica, Effects& effects)
{
    auto& waiters = replica.produce_waiters;
    std::size_t ready = 0;
    while (ready < waiters.size() && waiters[ready].required <= replica.high_watermark()) ++ready;
    if (ready == 0) return;
    const auto& maximal = replica.leadership->maximal_isr();
    const bool enough = static_cast<std::int64_t>(maximal.size()) >= replica.settings.min_insync;
    const std::vector<ProduceWaiter> done(waiters.begin(),
                                          waiters.begin() + static_cast<std::ptrdiff_t>(ready));
    waiters.erase(waiters.begin(), waiters.begin() + static_cast<std::ptrdiff_t>(ready));
    for (const ProduceWaiter& waiter : done) {
        DelayedProduce& produce = produces_[waiter.produce];
        if (!enough) {
            produce.response.partitions[waiter.position].error =
                Error::not_enough_replicas_after_append;
        }
        if (--produce.pending == 0) finish_produce(now, waiter.produce, effects);
    }
}

void Broker::fail_waiters(Time now, Replica& replica, Error error, Effects& effects)
{
    std::vector<ProduceWaiter> failed;
    failed.swap(replica.produce_waiters);
    for (const ProduceWaiter& waiter : failed) {
        DelayedProduce& produce = produces_[waiter.produce];
        auto& outcome = produce.response.partitions[waiter.position];
        outcome.error = error;
        outcome.current_leader = replica.leader;
        outcome.current_leader_epoch = replica.leader_epoch;
        if (--produce.pending == 0) finish_produce(now, waiter.produce, effects);
    }
}

void Broker::append_for_coordinator(Time now, Effects& effects)
{
    for (auto& asked : coordinator_.take_appends()) {
        const TopicImage* topic = metadata_.image().topic_named(offsets_topic);
        const TopicPartition partition{topic == nullptr ? no_topic : topic->id, asked.partition};
        const std::uint32_t at = slot_of(partition);
        Replica* replica = at == no_slot ? nullptr : &replicas_[at];
        ProduceRequest as_if;
        Error error = may_append(replica, as_if, asked.batch);
        Offset base{no_offset};
        if (error == Error::none) {
            const UnifiedLog::Appended appended =
                append(now, *replica, asked.batch,
                       {.origin = AppendOrigin::coordinator,
                        .verification_guard = asked.verification_guard,
                        .transaction_version = asked.transaction_version},
                       effects);
            error = appended.error.error;
            base = appended.first;
        }
        if (error != Error::none) {
            coordinator_.on_append_committed(now, asked.ticket, error, effects);
            continue;
        }
        const std::uint32_t slot = new_delayed_produce();
        DelayedProduce& delayed = produces_[slot];
        delayed.purpose = DelayedProduce::Purpose::group_coordinator;
        delayed.ticket = asked.ticket;
        delayed.deadline = now + setup_.config.offsets_commit_timeout_ms;
        delayed.response.partitions.push_back(
            {partition, Error::none, base, no_broker, no_leader_epoch});
        const Offset required = replica->log.log_end_offset();
        wait_for_flush(slot);
        if (replica->high_watermark() < required) {
            replica->wait_for_high_watermark(ProduceWaiter{slot, 0, required});
            ++delayed.pending;
            arm_purgatory(delayed.deadline, effects);
        } else if (delayed.pending == 0) {
            finish_produce(now, slot, effects);
        }
    }
}

void Broker::arm_purgatory(Time deadline, Effects& effects)
{
    if (deadline >= purgatory_wakes_) return;
    purgatory_wakes_ = deadline;
    effects.set_timer(purgatory_timer, deadline);
}

void Broker::on_purgatory_timer(Time now, Effects& effects)
{
    purgatory_wakes_ = never;
    Time next = never;
    for (Replica& replica : replicas_) {
        std::vector<ProduceWaiter> expired;
        std::erase_if(replica.produce_waiters, [&](const ProduceWaiter& waiter) {
            if (produces_[waiter.produce].deadline > now) return false;
            expired.push_back(waiter);
            return true;
        });
        for (const ProduceWaiter& waiter : expired) {
            DelayedProduce& produce = produces_[waiter.produce];
            produce.response.partitions[waiter.position].error = Error::request_timed_out;
            if (--produce.pending == 0) finish_produce(now, waiter.produce, effects);
        }
    }
    for (const DelayedProduce& produce : produces_) {
        // One whose deadline is over waits for its flush only.
        if (produce.in_use && produce.pending > 0 && produce.deadline > now) {
            next = std::min(next, produce.deadline);
        }
    }
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
        if (!sessions_[i].parked) continue;
        if (sessions_[i].deadline <= now) {
            try_answer(now, i, true, effects);
        } else {
            next = std::min(next, sessions_[i].deadline);
        }
    }
    arm_purgatory(next, effects);
}

}  // namespace gregor
