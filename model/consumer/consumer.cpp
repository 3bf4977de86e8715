#include "model/consumer/consumer.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

constexpr Duration setup_timeout = seconds(10);  // socket.connection.setup.timeout.ms

}  // namespace

Consumer::Consumer(ConsumerSettings settings)
    : settings_(std::move(settings)),
      random_(
          Random(settings_.seed).split("consumer", static_cast<std::uint64_t>(settings_.id.value))),
      service_random_(random_.split("service"))
{
    reset();
}

void Consumer::reset()
{
    const ConsumerConfig& config = settings_.config;
    connections_ =
        Connections({.client = settings_.id,
                     .layout = settings_.layout,
                     .reconnect = {config.reconnect_backoff_ms, config.reconnect_backoff_max_ms},
                     .request_timeout = config.request_timeout_ms,
                     .setup_timeout = setup_timeout,
                     .random = random_.split("reconnect")});
    metadata_ = ClientMetadata({.backoff = {config.retry_backoff_ms, config.retry_backoff_max_ms},
                                .max_age = config.metadata_max_age_ms,
                                .random = random_.split("metadata")},
                               settings_.topics);
    fetcher_ = Fetcher(settings_.id, config);
    fetcher_.set_foreign(settings_.foreign);
    coordinator_ =
        CoordinatorLink({.group = config.group_id,
                         .backoff = {config.retry_backoff_ms, config.retry_backoff_max_ms},
                         .random = random_.split("group")});
    membership_ =
        Membership({.name = settings_.name, .config = config, .topics = settings_.topics});
    heartbeat_membership_ = HeartbeatMembership({.name = settings_.name,
                                                 .config = config,
                                                 .topics = settings_.topics,
                                                 .random = random_.split("member", lives_++)});
    reconciliation_.reset();
    pool_ = WorkerPool(std::max(settings_.work.workers, 1));
    thread_ = settings_.scripted ? Thread::idle : Thread::polling;
    max_poll_records_ = config.max_poll_records;
    delivered_.clear();
    delivered_batches_.clear();
    partitions_known_ = 0;
    paused_ = stop_asked_ = assigned_once_ = positions_wanted_ = fetching_committed_ = false;
    join_prepared_ = false;
    synced_.reset();
    commit_in_flight_ = commit_again_ = work_after_commit_ = revoking_ = false;
    chosen_offsets_.clear();
    committed_not_before_ = Time{};
    commit_retry_at_ = next_auto_commit_ = wake_at_ = housekeeping_at_ = never;
}

void Consumer::on_start(Time now, StartReason, Effects& effects)
{
    last_poll_ = now;
    advance(now, effects);
}

void Consumer::on_end(Time, StartReason)
{
    reset();
}

void Consumer::on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    const auto answered = connections_.complete(from, message.correlation);
    if (!answered) return;
    answer(step(now, effects), *answered, std::move(message));
    advance(now, effects);
}

void Consumer::answer(const ConsumerStep& step, const InFlightRequest& request, Message&& message)
{
    MessageBody& body = message.body;
    if (auto* fetched = std::get_if<FetchResponse>(&body)) {
        fetcher_.on_fetched(step, request.broker, std::move(*fetched));
    } else if (auto* beat = std::get_if<HeartbeatResponse>(&body)) {
        membership_.on_heartbeat(step, beat->error);
    } else if (auto* committed = std::get_if<OffsetCommitResponse>(&body)) {
        Error error = Error::none;
        for (const auto& each : committed->partitions) {
            if (each.error != Error::none) error = each.error;
        }
        on_committed(step, request.cookie, error);
    } else if (auto* metadata = std::get_if<MetadataResponse>(&body)) {
        if (request.cookie == metadata_cookie) on_metadata(step, request.broker, *metadata);
    } else if (auto* found = std::get_if<FindCoordinatorResponse>(&body)) {
        on_coordinator_found(step, *found);
    } else if (auto* told = std::get_if<ConsumerGroupHeartbeatResponse>(&body)) {
        if (request.cookie == HeartbeatMembership::heartbeat_cookie) {
            heartbeat_membership_.on_heartbeat(step, *told);
        } else if (thread_ == Thread::closing) {
            step.effects.exit();
        }
    } else if (auto* joined = std::get_if<JoinGroupResponse>(&body)) {
        membership_.on_joined(step, *joined);
    } else if (auto* synced = std::get_if<SyncGroupResponse>(&body)) {
        const auto assignment = membership_.on_synced(step, *synced);
        if (assignment && membership_.cooperative()) {
            synced_ = *assignment;
        } else if (assignment) {
            take_assignment(step, *assignment);
        }
    } else if (auto* offsets = std::get_if<OffsetFetchResponse>(&body)) {
        on_offsets_fetched(step, *offsets);
    } else if (auto* listed = std::get_if<ListOffsetsResponse>(&body)) {
        on_offsets_listed(step, *listed);
    } else if (auto* end = std::get_if<OffsetsForLeaderEpochResponse>(&body)) {
        on_validated(step, *end);
    } else if (std::holds_alternative<LeaveGroupResponse>(body)) {
        if (thread_ == Thread::closing) step.effects.exit();
    }
}

void Consumer::on_timer(Time now, TimerKey key, Effects& effects)
{
    const ConsumerStep step = this->step(now, effects);
    if (key == wake_timer) {
        wake_at_ = never;
    } else if (key == housekeeping_timer) {
        housekeeping_at_ = never;
        keep_house(step);
    } else if (key == processing_timer) {
        processed(step);
    } else if (key >= first_worker_timer) {
        finish_work(step, key - first_worker_timer);
    }
    advance(now, effects);
}

void Consumer::on_compute(Time now, Tag, Effects& effects)
{
    const ConsumerStep step = this->step(now, effects);
    hand_out(step);
    if (thread_ == Thread::unpacking) {
        thread_ = Thread::polling;
        process(step);
    } else {  // it was told to close meanwhile: poll() returns once more before that
        processed(step);
    }
    advance(now, effects);
}

void Consumer::on_connection(Time now, const Envelope& peer, ConnectionChange change,
                             Effects& effects)
{
    if (peer.accepted) return;
    if (change == ConnectionChange::up) {
        connections_.established(peer);
        return;
    }
    on_loss(step(now, effects), connections_.lost(now, peer));
    advance(now, effects);
}

void Consumer::on_loss(const ConsumerStep& step, const Connections::Loss& loss)
{
    std::int32_t own = 0;
    for (const InFlightRequest& request : loss.requests) {
        own += request.cookie != Connections::handshake ? 1 : 0;
    }
    step.effects.trace(event::ConnectionLost{settings_.id, loss.peer.broker, own});
    metadata_.request_update();
    const bool coordinator =
        loss.peer.channel == channel::coordinator && loss.peer.broker == coordinator_.coordinator();
    if (coordinator) lose_coordinator(step);
    for (const InFlightRequest& request : loss.requests) on_request_failed(step, request);
}

void Consumer::on_request_failed(const ConsumerStep& step, const InFlightRequest& request)
{
    switch (request.cookie) {
        case Connections::handshake: return;
        case metadata_cookie: metadata_.update_failed(step.now); return;
        case Fetcher::fetch_cookie: fetcher_.on_fetch_failed(request.broker); return;
        case offset_fetch_cookie:
            on_offsets_fetched(step, {.error = Error::network_exception, .partitions = {}});
            return;
        case list_offsets_cookie:
            retry_positions(step, request.broker, PositionState::resetting,
                            PositionState::needs_reset);
            return;
        case validation_cookie:
            retry_positions(step, request.broker, PositionState::validating,
                            PositionState::needs_validation);
            return;
        case async_commit_cookie:
        case sync_commit_cookie:
        case reconciliation_commit_cookie:
            on_committed(step, request.cookie, Error::network_exception);
            return;
        case CoordinatorLink::find_cookie:
            on_coordinator_found(step, {.error = Error::network_exception});
            return;
        case HeartbeatMembership::heartbeat_cookie:
            lose_coordinator(step);
            heartbeat_membership_.on_request_failed(step);
            return;
        case Membership::leave_cookie:
        case HeartbeatMembership::leave_cookie:
            if (thread_ == Thread::closing) step.effects.exit();
            return;
        default: membership_.on_request_failed(step, request.cookie);
    }
}

void Consumer::on_coordinator_found(const ConsumerStep& step,
                                    const FindCoordinatorResponse& response)
{
    coordinator_.on_found(step, response);
    if (coordinator_.known()) membership_.on_coordinator_found(step.now);
}

void Consumer::lose_coordinator(const ConsumerStep& step)
{
    coordinator_.forget(step.now);
    membership_.on_coordinator_lost();
    heartbeat_membership_.on_coordinator_lost();
}

void Consumer::keep_house(const ConsumerStep& step)
{
    for (const Connections::Loss& loss : connections_.expire(step.now, step.effects)) {
        on_loss(step, loss);
    }
}

void Consumer::refresh_metadata(const ConsumerStep& step)
{
    if (metadata_.next_update() > step.now) return;
    const auto broker = connections_.least_loaded(step.now, metadata_.brokers(), step.effects);
    if (!broker) return;
    connections_.send(step.now, {*broker}, metadata_cookie, metadata_.begin_update(step.now),
                      step.effects);
}

void Consumer::on_metadata(const ConsumerStep& step, BrokerId from,
                           const MetadataResponse& response)
{
    const bool changed = metadata_.update(step.now, response);
    step.effects.trace(event::MetadataRefreshed{settings_.id, from, changed});
    std::size_t partitions = 0;
    for (const KnownTopic& topic : metadata_.topics()) partitions += topic.partitions.size();
    if (partitions == partitions_known_) return;
    if (grouped() && membership_.is_leader() && assigned_once_) membership_.request_rejoin();
    if (!grouped()) assign_everything(step);
    partitions_known_ = partitions;
}

void Consumer::on_control(Time now, const Control& control, Effects& effects)
{
    const ConsumerStep step = this->step(now, effects);
    if (std::holds_alternative<control::Pause>(control)) {
        paused_ = true;
    } else if (std::holds_alternative<control::Start>(control)) {
        paused_ = false;
    } else if (const auto* poll = std::get_if<control::Poll>(&control)) {
        on_application(step, *poll);
    } else if (const auto* asked = std::get_if<control::CommitOffsets>(&control)) {
        on_application(step, *asked);
    } else if (const auto* done = std::get_if<control::Processed>(&control)) {
        on_application(step, *done);
    } else if (const auto* seek = std::get_if<control::Seek>(&control)) {
        on_application(step, *seek);
    } else if (const auto* some = std::get_if<control::PausePartitions>(&control)) {
        on_application(step, *some);
    } else if (std::holds_alternative<control::RevocationDone>(control)) {
        revoking_ = false;
    } else if (std::holds_alternative<control::Commit>(control)) {
        if (thread_ == Thread::idle || thread_ == Thread::polling) {
            thread_ = Thread::committing;
            commit_started_ = now;
            commit_sync(step, now);
        }
    } else if (std::holds_alternative<control::Stop>(control)) {
        stop_asked_ = thread_ == Thread::processing || thread_ == Thread::committing;
        if (!stop_asked_) close(step);
    }
    advance(now, effects);
}

void Consumer::advance(Time now, Effects& effects)
{
    const ConsumerStep step = this->step(now, effects);
    if (reconciles()) {
        heartbeat_membership_.keep_alive(step, poll_is_late(step));
    } else if (grouped()) {
        membership_.keep_alive(step);
        check_poll_interval(step);
    }
    fetcher_.refresh_leaders(metadata_);
    if (commit_retry_at_ <= now) {
        commit_retry_at_ = never;
        commit_sync(step, now + settings_.config.retry_backoff_ms);
    }
    if (in_poll() && !paused_) poll(step);
    refresh_metadata(step);
    arm(step);
}

Time Consumer::next_wake(const ConsumerStep& step) const
{
    Time wake = std::min(commit_retry_at_, fetcher_.retry_at());
    if (positions_wanted_) {
        wake = std::min(wake, step.now + settings_.config.retry_backoff_ms);
    }
    Time metadata = metadata_.next_update();
    if (metadata <= step.now) metadata = step.now + settings_.config.reconnect_backoff_ms;
    wake = std::min(wake, metadata);
    if (!grouped()) return wake;
    if (thread_ != Thread::closing) wake = std::min(wake, next_group_deadline());
    if (in_poll()) return std::min(wake, next_auto_commit_);
    if (reconciles()) return wake;
    return std::min(wake, last_poll_ + settings_.config.max_poll_interval_ms);
}

Time Consumer::next_group_deadline() const
{
    if (!reconciles()) return membership_.next_deadline(coordinator_);
    const bool waits = reconciliation_ && !reconciliation_->committed && !commit_in_flight_;
    const Time commits = waits && in_poll() ? reconciliation_->not_before : never;
    return std::min(commits, heartbeat_membership_.next_deadline(coordinator_));
}

void Consumer::arm(const ConsumerStep& step)
{
    Time wake = next_wake(step);
    // What is due but cannot be done waits for a connection; an answer comes first, or this does.
    if (wake <= step.now) wake = step.now + settings_.config.reconnect_backoff_ms;
    if (wake < wake_at_) {
        wake_at_ = wake;
        step.effects.set_timer(wake_timer, wake);
    }
    if (housekeeping_at_ != never) return;
    const Time exact = connections_.next_deadline();
    if (exact == never) return;
    const Duration period = std::min(settings_.config.request_timeout_ms, setup_timeout);
    housekeeping_at_ = std::max(std::min(exact, step.now + period), step.now + nanoseconds(1));
    step.effects.set_timer(housekeeping_timer, housekeeping_at_);
}

}  // namespace gregor
