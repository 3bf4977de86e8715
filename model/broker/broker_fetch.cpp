#include "model/broker/broker.h"

#include <algorithm>
#include <utility>

/// Fetches of followers and consumers: sessions, follower progress, what waits for data
/// (ReplicaManager.fetchMessages; KIP-227).
namespace gregor {

namespace {

UnifiedLog::Isolation isolation_of(const FetchSession& session)
{
    if (session.is_follower()) return UnifiedLog::Isolation::log_end;
    return session.isolation == IsolationLevel::read_committed
               ? UnifiedLog::Isolation::txn_committed
               : UnifiedLog::Isolation::high_watermark;
}

}  // namespace

std::uint32_t Broker::session_for(const Envelope& from, const FetchRequest& request, Error& error)
{
    if (request.session_id != 0 && request.session_epoch > 0) {
        const auto slot = static_cast<std::uint32_t>(request.session_id - 1);
        if (slot >= sessions_.size() || !sessions_[slot].in_use ||
            sessions_[slot].peer.from != from.from ||
            sessions_[slot].peer.channel != from.channel) {
            error = Error::fetch_session_id_not_found;
        } else if (sessions_[slot].epoch != request.session_epoch) {
            error = Error::invalid_fetch_session_epoch;
        }
        return slot;
    }
    std::uint32_t slot = 0;
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) {  // a peer's new session ends its old one
        if (sessions_[i].in_use && sessions_[i].peer.from == from.from &&
            sessions_[i].peer.channel == from.channel) {
            close_session(i);
        }
    }
    while (slot < sessions_.size() && sessions_[slot].in_use) ++slot;
    if (slot == sessions_.size()) sessions_.emplace_back();
    FetchSession& fresh = sessions_[slot];
    fresh = FetchSession{};
    fresh.in_use = true;
    fresh.lasting = request.session_epoch == 0;
    fresh.id = static_cast<std::int32_t>(slot) + 1;
    fresh.replica = request.replica;
    fresh.isolation = request.isolation;
    return slot;
}

void Broker::close_session(std::uint32_t index)
{
    FetchSession& session = sessions_[index];
    for (const FetchSession::Partition& each : session.partitions) {
        if (each.slot == no_slot) continue;
        std::erase_if(replicas_[each.slot].fetch_watchers,
                      [index](const FetchWatcher& w) { return w.session == index; });
    }
    session = FetchSession{};
}

void Broker::forget(FetchSession& session, std::uint32_t index, TopicPartition partition)
{
    const auto at = std::find_if(
        session.partitions.begin(), session.partitions.end(),
        [&](const FetchSession::Partition& p) { return p.partition == partition && !p.forgotten; });
    if (at == session.partitions.end()) return;
    at->forgotten = true;
    if (at->slot == no_slot) return;
    std::erase_if(replicas_[at->slot].fetch_watchers,
                  [index](const FetchWatcher& w) { return w.session == index; });
}

void Broker::on_fetch(Time now, const Envelope& from, Message& message, Effects& effects)
{
    const auto& request = std::get<FetchRequest>(message.body);
    Error error = Error::none;
    const std::uint32_t index = session_for(from, request, error);
    if (error != Error::none) {
        FetchResponse refusal;
        refusal.error = error;
        answer(now, from, Message{message.correlation, std::move(refusal)}, effects);
        return;
    }
    FetchSession& session = sessions_[index];
    session.peer = from;
    session.correlation = message.correlation;
    // The broker's own fetch.max.bytes bounds every fetch (KafkaApis.handleFetchRequest).
    session.max_bytes = static_cast<std::int32_t>(
        std::min<std::int64_t>(request.max_bytes, setup_.config.fetch_max_bytes));
    session.min_bytes = std::min(request.min_bytes, session.max_bytes);
    session.replica_epoch = request.replica_epoch;
    session.deadline = now + request.max_wait;
    session.last_fetch = now;
    for (const TopicPartition partition : request.forgotten) forget(session, index, partition);
    for (const FetchRequest::Partition& asked : request.partitions) {
        update_session(now, index, asked, effects);
    }
    if (session.is_follower()) {
        const auto known = static_cast<std::size_t>(session.replica.value);
        if (known >= follower_last_fetch_.size()) {
            follower_last_fetch_.resize(known + 1, Time{INT64_MIN / 2});
        }
        follower_last_fetch_[known] = now;
        consider_outsiders(now, index, effects);
    }
    try_answer(now, index, request.max_wait.nanoseconds <= 0, effects);
}

void Broker::update_session(Time now, std::uint32_t index, const FetchRequest::Partition& asked,
                            Effects& effects)
{
    FetchSession& session = sessions_[index];
    const std::uint32_t slot = slot_of(asked.partition);
    std::uint32_t position = no_slot;
    if (slot != no_slot) {
        for (const FetchWatcher& watcher : replicas_[slot].fetch_watchers) {
            if (watcher.session == index) position = watcher.position;
        }
    }
    if (position == no_slot) {
        position = static_cast<std::uint32_t>(session.partitions.size());
        session.partitions.emplace_back();
        session.partitions.back().partition = asked.partition;
        session.partitions.back().slot = slot;
        session.partitions.back().turn = ++session.next_turn;
        if (slot != no_slot) replicas_[slot].fetch_watchers.push_back({index, position});
    }
    FetchSession::Partition& entry = session.partitions[position];
    entry.fetch_offset = asked.fetch_offset;
    entry.current_leader_epoch = asked.current_leader_epoch;
    entry.last_fetched_epoch = asked.last_fetched_epoch;
    entry.max_bytes = asked.max_bytes;
    if (!entry.dirty) {
        entry.dirty = true;
        session.dirty.push_back(position);
    }
    if (slot == no_slot) return;
    Replica& replica = replicas_[slot];
    entry.seen_high_watermark = replica.high_watermark();
    if (session.is_follower() && fetch_error(session, entry) == Error::none &&
        divergence(entry).end_offset == no_offset) {
        follower_fetched(now, replica, entry, session, effects);
        note_outsider(session, position);
    }
}

void Broker::note_outsider(FetchSession& session, std::uint32_t position)
{
    FetchSession::Partition& entry = session.partitions[position];
    if (entry.outside || entry.slot == no_slot) return;
    const Replica& replica = replicas_[entry.slot];
    if (!replica.is_leader()) return;
    if (contains(replica.leadership->registration().isr, session.replica)) return;
    entry.outside = true;
    session.outside.push_back(position);
}

void Broker::note_outsiders(const Replica& replica)
{
    for (const FetchWatcher& watcher : replica.fetch_watchers) {
        FetchSession& session = sessions_[watcher.session];
        if (session.is_follower()) note_outsider(session, watcher.position);
    }
}

/// A fetch of a session counts for every partition of it, named or not.
void Broker::consider_outsiders(Time now, std::uint32_t index, Effects& effects)
{
    FetchSession& session = sessions_[index];
    std::erase_if(session.outside, [&](std::uint32_t position) {
        FetchSession::Partition& entry = session.partitions[position];
        Replica& replica = replicas_[entry.slot];
        const bool still = !entry.forgotten && replica.is_leader() &&
                           !contains(replica.leadership->registration().isr, session.replica);
        if (still && fetch_error(session, entry) == Error::none &&
            divergence(entry).end_offset == no_offset) {
            follower_fetched(now, replica, entry, session, effects);
        }
        entry.outside = still;
        return !still;
    });
}

void Broker::follower_fetched(Time now, Replica& replica, FetchSession::Partition& asked,
                              const FetchSession& session, Effects& effects)
{
    PartitionLeader& leader = *replica.leadership;
    PartitionLeader::Follower* follower = leader.follower(session.replica);
    if (follower == nullptr) return;
    if (follower->broker_epoch != session.replica_epoch) {
        const auto* broker = metadata_.image().broker(follower->broker);
        const bool stale = session.replica_epoch != no_broker_epoch && broker != nullptr &&
                           session.replica_epoch < broker->epoch;
        if (stale) return;  // an earlier life of that broker (Replica.updateFetchStateOrThrow)
        follower->broker_epoch = session.replica_epoch;
        update_eligibility(*follower);
    }
    const auto known = static_cast<std::size_t>(session.replica.value);
    if (follower->end_offset == replica.log.log_end_offset() &&
        known < follower_last_fetch_.size()) {
        PartitionLeader::on_idle_fetch(*follower, replica.log.log_end_offset(),
                                       follower_last_fetch_[known]);
    }
    const bool news =
        leader.on_fetch(*follower, asked.fetch_offset, replica.log.log_end_offset(), now);
    if (leader.may_join(*follower, replica.high_watermark(), setup_.profile)) {
        BrokerList wanted = leader.registration().isr;
        wanted.push_back(follower->broker);
        std::sort(wanted.begin(), wanted.end());
        leader.begin_change(wanted);
        alter_partition_.submit(replica.partition);
        effects.trace(event::IsrExpandRequested{replica.partition, wanted, follower->broker});
    }
    if (news) advance_high_watermark(now, replica, effects);
}

Error Broker::fetch_error(const FetchSession& session, const FetchSession::Partition& asked) const
{
    if (asked.slot == no_slot) return Error::unknown_topic_or_partition;
    const Replica& replica = replicas_[asked.slot];
    const Error role = replica.check_leader_epoch(asked.current_leader_epoch);
    if (role != Error::none) return role;
    if (session.is_follower() &&
        !contains(replica.leadership->registration().replicas, session.replica)) {
        return Error::unknown_leader_epoch;
    }
    // An epoch newer than anything known: UnifiedLog has no end offset to answer with.
    if (asked.last_fetched_epoch > replica.log.epochs().latest()) return Error::offset_out_of_range;
    if (asked.fetch_offset < replica.log.log_start_offset() ||
        asked.fetch_offset > replica.log.log_end_offset()) {
        const bool diverged = divergence(asked).end_offset != no_offset;
        return diverged ? Error::none : Error::offset_out_of_range;
    }
    return Error::none;
}

EpochEndOffset Broker::divergence(const FetchSession::Partition& asked) const
{
    if (asked.last_fetched_epoch == no_leader_epoch || asked.slot == no_slot) return {};
    const UnifiedLog& log = replicas_[asked.slot].log;
    if (asked.fetch_offset < log.log_start_offset()) return {};
    const EpochEndOffset end =
        log.epochs().end_offset_for(asked.last_fetched_epoch, log.log_end_offset());
    if (end.end_offset == no_offset) return {};
    const bool diverges =
        end.epoch < asked.last_fetched_epoch || end.end_offset < asked.fetch_offset;
    return diverges ? end : EpochEndOffset{};
}

bool Broker::answerable(const FetchSession& session)
{
    std::int64_t bytes = 0;
    for (const std::uint32_t position : session.dirty) {
        const FetchSession::Partition& asked = session.partitions[position];
        if (asked.forgotten) continue;
        if (fetch_error(session, asked) != Error::none) return true;
        if (divergence(asked).end_offset != no_offset) return true;
        const auto more =
            replicas_[asked.slot].log.readable_bytes(asked.fetch_offset, isolation_of(session));
        if (!more) return true;
        bytes += *more;
        if (bytes >= session.min_bytes) return true;
    }
    return session.min_bytes <= 0;
}

void Broker::try_answer(Time now, std::uint32_t index, bool time_is_over, Effects& effects)
{
    FetchSession& session = sessions_[index];
    if (time_is_over || answerable(session)) {
        answer_fetch(now, index, effects);
        return;
    }
    session.parked = true;
    for (const std::uint32_t position : session.dirty) {
        session.partitions[position].seen_high_watermark = no_offset;
    }
    arm_purgatory(session.deadline, effects);
}

bool Broker::fill_partition(FetchSession& session, FetchSession::Partition& asked, FetchRoom& room,
                            FetchResponse& response, Effects& effects)
{
    FetchResponse::Partition found;
    found.partition = asked.partition;
    found.error = fetch_error(session, asked);
    bool remains = found.error != Error::none;
    if (asked.slot != no_slot) {
        Replica& replica = replicas_[asked.slot];
        found.current_leader = replica.leader;
        found.current_leader_epoch = replica.leader_epoch;
        if (found.error == Error::none) {
            found.high_watermark = asked.seen_high_watermark != no_offset && session.is_follower()
                                       ? asked.seen_high_watermark
                                       : replica.high_watermark();
            found.last_stable_offset =
                std::min(found.high_watermark, replica.log.last_stable_offset());
            found.log_start_offset = replica.log.log_start_offset();
            found.diverging_epoch = divergence(asked);
            if (found.diverging_epoch.end_offset == no_offset) {
                const UnifiedLog::Isolation isolation = isolation_of(session);
                const std::int64_t limit = std::min<std::int64_t>(asked.max_bytes, room.bytes);
                auto read = replica.log.read(asked.fetch_offset, limit, isolation, room.min_one);
                if (read) {
                    read_from_disk(replica, read.value(), effects);
                    found.records = std::move(read.value().batches);
                    for (const AbortedTransaction& each : read.value().aborted) {
                        found.aborted.push_back({each.producer, each.first_offset});
                    }
                }
                for (const RecordBatch& batch : found.records) room.bytes -= batch.size_in_bytes;
                room.bytes = std::max<std::int64_t>(room.bytes, 0);
                if (!found.records.empty()) room.min_one = false;
                remains = found.records.empty() &&
                          replica.log.readable_bytes(asked.fetch_offset, isolation) != 0;
            }
        }
    }
    asked.seen_high_watermark = no_offset;
    const bool news = asked.first || found.error != Error::none || !found.records.empty() ||
                      found.diverging_epoch.end_offset != no_offset ||
                      found.high_watermark != asked.sent_high_watermark ||
                      found.log_start_offset != asked.sent_log_start;
    if (news) {
        // "Partitions that returned data go to the end of the session's order" (KIP-227): none
        // starves. A full fetch keeps the order of the request.
        if (!found.records.empty() && session.epoch > 0) asked.turn = ++session.next_turn;
        asked.first = false;
        asked.sent_high_watermark = found.high_watermark;
        asked.sent_log_start = found.log_start_offset;
        response.partitions.push_back(std::move(found));
    }
    return remains;
}

/// What is not in the page cache has to come from the disk, one operation for each gap.
void Broker::read_from_disk(const Replica& replica, const UnifiedLog::Fetched& fetched,
                            Effects& effects)
{
    if (!page_cache_.is_limited() || fetched.batches.empty()) return;
    const std::int64_t from = replica.written_bytes - replica.log.bytes_from(fetched.start);
    const PageCache::Missed missed = page_cache_.read(replica.file, from, fetched.bytes);
    for (std::int64_t i = 0; i < missed.seeks; ++i) {
        last_read_ = ++next_tag_;
        effects.transfer(missed.bytes / missed.seeks, last_read_);
    }
}

bool Broker::on_fetched_from_disk(Time now, Tag tag, Effects& effects)
{
    const auto at = std::ranges::find(pending_answers_, tag, &PendingAnswer::tag);
    if (at == pending_answers_.end()) return false;
    PendingAnswer ready = std::move(*at);
    pending_answers_.erase(at);
    answer(now, ready.to, std::move(ready.message), effects);
    return true;
}

void Broker::answer_fetch(Time now, std::uint32_t index, Effects& effects)
{
    FetchSession& session = sessions_[index];
    session.parked = false;
    FetchResponse response;
    response.session_id = session.lasting ? session.id : 0;
    FetchRoom room{session.max_bytes};
    std::vector<std::uint32_t> dirty;
    dirty.swap(session.dirty);
    std::sort(dirty.begin(), dirty.end(), [&](std::uint32_t a, std::uint32_t b) {
        return session.partitions[a].turn < session.partitions[b].turn;
    });
    for (const std::uint32_t position : dirty) {
        FetchSession::Partition& asked = session.partitions[position];
        asked.dirty = false;
        if (asked.forgotten) continue;
        if (fill_partition(session, asked, room, response, effects)) {
            asked.dirty = true;  // more than fitted, or an error that stays
            session.dirty.push_back(position);
        }
    }
    ++session.epoch;
    const Envelope to = session.peer;
    const std::uint32_t correlation = session.correlation;
    if (!session.lasting) close_session(index);
    Message message{correlation, std::move(response)};
    const Tag last_read = std::exchange(last_read_, 0);
    if (last_read == 0) return answer(now, to, std::move(message), effects);
    pending_answers_.push_back({last_read, to, std::move(message)});
}

void Broker::look_again(const Replica& replica, bool followers)
{
    for (const FetchWatcher& watcher : replica.fetch_watchers) {
        FetchSession& session = sessions_[watcher.session];
        if (followers && !session.is_follower()) continue;  // consumers wait for the high watermark
        FetchSession::Partition& entry = session.partitions[watcher.position];
        if (!entry.dirty) {
            entry.dirty = true;
            session.dirty.push_back(watcher.position);
        }
        if (session.parked && session.is_follower() == followers) {
            to_answer_.push_back(watcher.session);
        }
    }
}

}  // namespace gregor
