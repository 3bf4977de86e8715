// poll(), and what the application does between two calls of it. Source: class KafkaConsumer
// (ClassicKafkaConsumer), class ConsumerCoordinator.
#include "model/consumer/consumer.h"

#include <algorithm>
#include <utility>

namespace gregor {

/// Stays in poll() until it has records to return; with instant processing it may go round.
void Consumer::poll(const ConsumerStep& step)
{
    while (in_poll()) {
        if (stop_asked_) return close(step);
        last_poll_ = step.now;
        if (grouped() && !coordinate(step) && !reads_on()) return;
        if (auto_commits() && step.now >= next_auto_commit_) auto_commit(step);
        update_positions(step);
        if (thread_ != Thread::polling) return;
        const bool returned = deliver(step);
        // Before it returns records, poll() sends the next fetches.
        fetcher_.send_fetches(step);
        if (!returned || thread_ == Thread::unpacking) return;
        hand_out(step);
        process(step);
    }
}

/// The coordinator's part of poll(): true when the member is in the group and up to date.
bool Consumer::coordinate(const ConsumerStep& step)
{
    if (reconciles()) return reconcile(step);
    if (membership_.fatal_error() != Error::none) {
        fail(step, {}, no_offset, exception_of(membership_.fatal_error()));
        return false;
    }
    if (membership_.take_lost()) {
        synced_.reset();
        join_prepared_ = false;
        give_up_partitions(step, true);
    }
    if (synced_) {
        const std::vector<TopicPartition> moves = owned_beyond(*synced_);
        if (!moves.empty() && waits_for_revocation(step, moves)) return false;
        take_assignment(step, *std::exchange(synced_, std::nullopt));
    }
    if (!coordinator_.ready(step) && membership_.state() != MemberState::stable) {
        return false;
    }
    const MemberState state = membership_.state();
    if (state == MemberState::joining || state == MemberState::syncing) return false;
    if (!membership_.needs_rejoin()) return state == MemberState::stable;
    if (!metadata_.complete() || !prepare_rejoin(step)) return false;
    membership_.join(step, owned());
    return false;
}

/// A member that keeps what it can returns records of it while the group rebalances.
bool Consumer::reads_on() const
{
    return (reconciles() || membership_.cooperative()) && thread_ == Thread::polling &&
           !fetcher_.partitions().empty();
}

/// Before it joins, a member commits what it has done; an eager one gives up its partitions.
bool Consumer::prepare_rejoin(const ConsumerStep& step)
{
    if (join_prepared_) return true;
    if (thread_ == Thread::polling && !fetcher_.partitions().empty()) {
        thread_ = Thread::preparing_rejoin;
        if (!membership_.cooperative()) announce_revocation(step, owned());
        if (auto_commits() && commit(step, sync_commit_cookie)) return false;
    }
    const bool committing = commit_in_flight_ && coordinator_.known();
    if (thread_ == Thread::preparing_rejoin && (committing || revoking_)) return false;
    thread_ = Thread::polling;
    if (membership_.cooperative()) {
        join_prepared_ = true;
    } else {
        give_up_partitions(step);
    }
    return true;
}

/// An application outside is told what goes, and poll() goes on when it has done with it.
bool Consumer::waits_for_revocation(const ConsumerStep& step,
                                    const std::vector<TopicPartition>& partitions)
{
    if (!settings_.outside) return false;
    if (thread_ == Thread::polling) {
        thread_ = Thread::preparing_rejoin;
        announce_revocation(step, partitions);
    }
    const bool committing = commit_in_flight_ && coordinator_.known();
    if (committing || revoking_) return true;
    thread_ = Thread::polling;
    return false;
}

std::vector<TopicPartition> Consumer::owned() const
{
    std::vector<TopicPartition> owned;
    for (const ConsumedPartition& each : fetcher_.partitions()) owned.push_back(each.partition);
    return owned;
}

void Consumer::give_up_partitions(const ConsumerStep& step, bool lost)
{
    const std::vector<TopicPartition> all = owned();
    if (all.empty()) return;
    step.effects.trace(
        event::PartitionsRevoked{settings_.id, settings_.config.group_id, all, lost});
    pool_.forget(all);
    fetcher_.assign({});
}

/// What an assignment leaves out.
std::vector<TopicPartition> Consumer::owned_beyond(
    const std::vector<TopicPartition>& assigned) const
{
    std::vector<TopicPartition> moves;
    for (const TopicPartition each : owned()) {
        const bool stays = std::find(assigned.begin(), assigned.end(), each) != assigned.end();
        if (!stays) moves.push_back(each);
    }
    return moves;
}

/// What goes to somebody else: the member gives it up and joins again, so that the new owner can
/// get it (KIP-429). Nothing is committed here, as in Kafka.
void Consumer::give_up_what_moves(const ConsumerStep& step,
                                  const std::vector<TopicPartition>& moves)
{
    if (moves.empty()) return;
    step.effects.trace(event::PartitionsRevoked{settings_.id, settings_.config.group_id, moves});
    pool_.forget(moves);
    membership_.request_rejoin();
}

void Consumer::take_assignment(const ConsumerStep& step,
                               const std::vector<TopicPartition>& partitions)
{
    assigned_once_ = true;
    join_prepared_ = false;
    if (membership_.cooperative()) give_up_what_moves(step, owned_beyond(partitions));
    next_auto_commit_ = step.now + settings_.config.auto_commit_interval_ms;
    std::vector<TopicPartition> sorted = partitions;
    std::sort(sorted.begin(), sorted.end());
    fetcher_.assign(sorted);
    fetcher_.refresh_leaders(metadata_);
    step.effects.trace(event::PartitionsAssigned{settings_.id, settings_.config.group_id,
                                                 membership_.generation(), std::move(sorted)});
}

void Consumer::assign_everything(const ConsumerStep& step)
{
    std::vector<TopicPartition> all;
    for (const KnownTopic& topic : metadata_.topics()) {
        for (std::size_t i = 0; i < topic.partitions.size(); ++i) {
            all.push_back({topic.id, static_cast<std::int32_t>(i)});
        }
    }
    std::sort(all.begin(), all.end());
    fetcher_.assign(all);
    fetcher_.refresh_leaders(metadata_);
    step.effects.trace(event::PartitionsAssigned{settings_.id, "", -1, std::move(all)});
}

/// An exception out of poll() ends the application's thread.
void Consumer::fail(const ConsumerStep& step, TopicPartition partition, Offset at,
                    std::string_view exception)
{
    thread_ = Thread::failed;
    step.effects.trace(event::PollFailed{settings_.id, partition, at, exception});
}

/// poll() throws. True when the application goes on behind the record at once.
bool Consumer::throws(const ConsumerStep& step, const Fetcher::Unreadable& at)
{
    constexpr Duration pause_before_retry = seconds(1);
    fail(step, at.partition, at.offset,
         at.corrupt ? "KafkaException: Record batch is invalid" : "RecordDeserializationException");
    if (at.corrupt) return false;
    switch (settings_.work.on_poison) {
        case PoisonMode::fail: break;
        case PoisonMode::retry:
            thread_ = Thread::processing;  // of nothing
            step.effects.set_timer(processing_timer, step.now + pause_before_retry);
            break;
        case PoisonMode::skip:
            thread_ = Thread::polling;
            fetcher_.find(at.partition)->position = at.offset + 1;
            return true;
    }
    return false;
}

bool Consumer::deliver(const ConsumerStep& step)
{
    if (!fetcher_.has_buffered()) return false;
    Duration unpacking{};
    while (true) {
        delivered_.clear();
        delivered_batches_.clear();
        unpacking = unpacking + fetcher_.collect(max_poll_records_, delivered_,
                                                 settings_.outside ? &delivered_batches_ : nullptr);
        // What was read before it is handed out first; the next poll() throws (FetchCollector).
        if (!delivered_.empty() || !fetcher_.unreadable()) break;
        if (!throws(step, *fetcher_.unreadable())) return false;
    }
    if (!delivered_.empty() && unpacking.nanoseconds > 0) {
        thread_ = Thread::unpacking;
        step.effects.compute(unpacking, 0);
    }
    return !delivered_.empty();
}

/// poll() returns.
void Consumer::hand_out(const ConsumerStep& step)
{
    for (const DeliveredRecords& each : delivered_) {
        delivered_count_ += each.record_count;
        step.effects.trace(event::RecordsDelivered{settings_.id, each.partition, each.base_offset,
                                                   each.record_count, each.producer,
                                                   each.first_number});
    }
}

void Consumer::process(const ConsumerStep& step)
{
    if (settings_.outside) {
        thread_ = Thread::processing;
        delivered_.clear();
        return;
    }
    if (settings_.work.commit == CommitMode::before && !work_after_commit_) {
        work_after_commit_ = true;
        thread_ = Thread::committing;
        commit_started_ = step.now;
        commit_sync(step, step.now + settings_.config.retry_backoff_ms);
        return;
    }
    work_after_commit_ = false;
    if (settings_.work.mode == WorkMode::pool) {
        pool_.hand_over(delivered_);
        start_workers(step);
        poll_again();
        return;
    }
    std::int64_t records = 0;
    for (const DeliveredRecords& each : delivered_) records += each.record_count;
    const Duration needed = service_time(records);
    if (needed.nanoseconds == 0) {
        processed(step);
        return;
    }
    thread_ = Thread::processing;
    step.effects.set_timer(processing_timer, step.now + needed);
}

void Consumer::processed(const ConsumerStep& step)
{
    for (const DeliveredRecords& each : delivered_) {
        step.effects.trace(event::RecordsProcessed{settings_.id, each.partition, each.base_offset,
                                                   each.record_count});
    }
    delivered_.clear();
    if (thread_ == Thread::closing) return;
    if (settings_.work.commit == CommitMode::after) {
        thread_ = Thread::committing;
        commit_started_ = step.now;
        commit_sync(step, step.now + settings_.config.retry_backoff_ms);
        return;
    }
    poll_again();
}

void Consumer::poll_again()
{
    thread_ = settings_.scripted ? Thread::idle : Thread::polling;
}

Duration Consumer::service_time(std::int64_t records)
{
    const Work& work = settings_.work;
    const bool uniform = work.service_most > work.service;
    if (!work.exponential && !uniform) return work.service * records;
    Duration sum{};
    for (std::int64_t i = 0; i < records; ++i) {
        sum = sum + (uniform ? service_random_.between(work.service, work.service_most)
                             : service_random_.exponential(work.service));
    }
    return sum;
}

void Consumer::start_workers(const ConsumerStep& step)
{
    while (const auto worker = pool_.start_next()) {
        const Time done = step.now + service_time(1);
        step.effects.set_timer(first_worker_timer + static_cast<TimerKey>(*worker), done);
    }
}

void Consumer::finish_work(const ConsumerStep& step, std::size_t worker)
{
    const WorkerPool::Task done = pool_.finish(worker);
    step.effects.trace(event::RecordsProcessed{settings_.id, done.partition, done.offset, 1});
    start_workers(step);
    if (settings_.work.commit != CommitMode::lowest_done) return;
    if (commit_in_flight_) {
        commit_again_ = true;
    } else {
        commit(step, async_commit_cookie);
    }
}

bool Consumer::poll_is_late(const ConsumerStep& step) const
{
    if (in_poll() && !paused_) return false;
    return step.now - last_poll_ >= settings_.config.max_poll_interval_ms;
}

/// A member that does not call poll() in time leaves the group by itself.
void Consumer::check_poll_interval(const ConsumerStep& step)
{
    if (!poll_is_late(step) || membership_.state() != MemberState::stable) return;
    membership_.leave(step);
}

void Consumer::close(const ConsumerStep& step)
{
    if (thread_ == Thread::closing) return;
    stop_asked_ = false;
    const bool commits = auto_commits() && commit(step, sync_commit_cookie);
    thread_ = Thread::closing;
    if (!commits) commit_finished(step);
}

// --- commits
// --------------------------------------------------------------------------------------

bool Consumer::auto_commits() const
{
    return grouped() && settings_.config.enable_auto_commit &&
           settings_.work.commit == CommitMode::automatic;
}

std::vector<OffsetCommitRequest::Partition> Consumer::offsets_to_commit() const
{
    if (!chosen_offsets_.empty()) return chosen_offsets_;
    std::vector<OffsetCommitRequest::Partition> offsets;
    const bool lowest = settings_.work.commit == CommitMode::lowest_done;
    for (const ConsumedPartition& each : fetcher_.partitions()) {
        Offset offset = each.position;
        if (lowest) offset = pool_.lowest_done(each.partition).value_or(no_offset);
        if (offset == no_offset) continue;
        offsets.push_back({each.partition, offset, each.position_epoch});
    }
    return offsets;
}

/// Sends the offsets; false when there is nobody to send them to, or nothing to send.
bool Consumer::commit(const ConsumerStep& step, std::uint32_t cookie)
{
    OffsetCommitRequest request;
    if (commit_refused()) return false;
    request.partitions = offsets_to_commit();
    if (request.partitions.empty() || !grouped() || !coordinator_.ready(step)) {
        return false;
    }
    request.group = settings_.config.group_id;
    request.generation = generation();
    request.member_id = member_id();
    request.instance_id = settings_.config.group_instance_id;
    commit_in_flight_ = true;
    coordinator_.send(step, cookie, std::move(request));
    return true;
}

/// Between the join and the new assignment, and when it has left, a member has no generation to
/// commit in (ConsumerCoordinator.sendOffsetCommitRequest, generationIfStable).
bool Consumer::commit_refused() const
{
    return grouped() && !reconciles() && membership_.state() != MemberState::stable;
}

/// commitSync(): tried again while there is nobody to send it to. In a rebalance it throws at once
/// (RebalanceInProgressException), and the application goes on.
void Consumer::commit_sync(const ConsumerStep& step, Time retry_at)
{
    if (commit_refused()) {
        commit_finished(step);
    } else if (!commit(step, sync_commit_cookie)) {
        commit_retry_at_ = retry_at;
    }
}

void Consumer::auto_commit(const ConsumerStep& step)
{
    next_auto_commit_ = step.now + settings_.config.auto_commit_interval_ms;
    if (commit_in_flight_) return;
    const bool can = coordinator_.ready(step);
    if (!can) next_auto_commit_ = step.now + settings_.config.retry_backoff_ms;
    if (can) commit(step, async_commit_cookie);
}

void Consumer::on_committed(const ConsumerStep& step, std::uint32_t cookie, Error error)
{
    commit_in_flight_ = false;
    if (error != Error::none) on_group_error(step, error);
    if (cookie == reconciliation_commit_cookie) {
        on_reconciliation_committed(step, error);
        return;
    }
    if (cookie == async_commit_cookie) {
        if (settings_.outside) step.effects.trace(event::CommitReturned{settings_.id, error});
        if (is_retriable(error)) {
            next_auto_commit_ =
                std::min(next_auto_commit_, step.now + settings_.config.retry_backoff_ms);
        }
        if (commit_again_) {
            commit_again_ = false;
            commit(step, async_commit_cookie);
        }
        return;
    }
    const bool in_time = step.now - commit_started_ < settings_.config.default_api_timeout_ms;
    if (thread_ == Thread::committing && is_retriable(error) && in_time &&
        error != Error::rebalance_in_progress) {
        commit_retry_at_ = step.now + settings_.config.retry_backoff_ms;
        return;
    }
    if (settings_.outside) step.effects.trace(event::CommitReturned{settings_.id, error});
    commit_finished(step);
}

/// commitSync() returned (or threw: the application goes on all the same).
void Consumer::commit_finished(const ConsumerStep& step)
{
    chosen_offsets_.clear();
    if (thread_ == Thread::closing) {
        give_up_partitions(step, reconciles() && generation() <= 0);
        if (reconciles()) {
            if (!heartbeat_membership_.leave(step)) step.effects.exit();
            return;
        }
        const bool tells = grouped() && settings_.config.group_instance_id.empty() &&
                           !membership_.member_id().empty() && coordinator_.ready(step);
        membership_.leave(step);
        if (!tells) step.effects.exit();
        return;
    }
    if (thread_ != Thread::committing) return;
    if (work_after_commit_) {
        process(step);
    } else {
        poll_again();
    }
}

}  // namespace gregor
