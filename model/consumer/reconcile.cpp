// poll() in a KIP-848 group: it comes to the assignment that heartbeats brought. Sources: classes
// AsyncKafkaConsumer, AbstractMembershipManager (maybeReconcile, revokeAndAssign).
#include "model/consumer/consumer.h"

#include <utility>

namespace gregor {

/// The coordinator's part of poll(): false when it may return no records now. Callbacks run in
/// poll(); so does the rest here, where Kafka's background thread does without them.
bool Consumer::reconcile(const ConsumerStep& step)
{
    HeartbeatMembership& member = heartbeat_membership_;
    if (member.fatal_error() != Error::none) {
        abort_reconciliation();
        fail(step, {}, no_offset, exception_of(member.fatal_error()));
        return false;
    }
    if (member.has_lost()) {
        abort_reconciliation();
        give_up_partitions(step, true);
    }
    member.join();
    member.keep_alive(step, false);
    const auto wanted = member.wanted();
    if (!wanted) {
        abort_reconciliation();
        return true;
    }
    if (!metadata_.complete()) return true;
    if (!reconciliation_) begin_reconciliation(step, *wanted);
    if (commits_before_reconciliation(step)) return true;
    const std::vector<TopicPartition>& revoked = reconciliation_->revoked;
    if (!revoked.empty() && waits_for_revocation(step, revoked)) return false;
    finish_reconciliation(step);
    return true;
}

/// From here on nothing is read of what goes.
void Consumer::begin_reconciliation(const ConsumerStep& step, std::vector<TopicPartition> target)
{
    Reconciliation& begun = reconciliation_.emplace();
    begun.revoked = owned_beyond(target);
    begun.target = std::move(target);
    begun.deadline = step.now + settings_.config.max_poll_interval_ms;
    for (const TopicPartition each : begun.revoked) {
        fetcher_.find(each)->pending_revocation = true;
    }
}

/// The member is out of the group, or was told that it may keep what it has.
void Consumer::abort_reconciliation()
{
    if (!reconciliation_) return;
    for (const TopicPartition each : reconciliation_->revoked) {
        if (ConsumedPartition* kept = fetcher_.find(each)) kept->pending_revocation = false;
    }
    reconciliation_.reset();
    if (thread_ == Thread::preparing_rejoin) thread_ = Thread::polling;
    revoking_ = false;
}

/// Whether a commit has to be answered first.
bool Consumer::commits_before_reconciliation(const ConsumerStep& step)
{
    if (reconciliation_->committed) return false;
    if (commit_in_flight_ || step.now < reconciliation_->not_before) return true;
    if (!auto_commits() || offsets_to_commit().empty()) {
        reconciliation_->committed = true;
        return false;
    }
    commit(step, reconciliation_commit_cookie);
    return true;
}

void Consumer::on_reconciliation_committed(const ConsumerStep& step, Error error)
{
    if (!reconciliation_) return;
    const bool again = is_retriable(error) || error == Error::stale_member_epoch;
    if (again && step.now < reconciliation_->deadline) {
        reconciliation_->not_before = step.now + settings_.config.retry_backoff_ms;
    } else {
        reconciliation_->committed = true;
    }
}

void Consumer::finish_reconciliation(const ConsumerStep& step)
{
    const Reconciliation done = *std::exchange(reconciliation_, std::nullopt);
    const std::string& group = settings_.config.group_id;
    if (!done.revoked.empty()) {
        step.effects.trace(event::PartitionsRevoked{settings_.id, group, done.revoked});
        pool_.forget(done.revoked);
    }
    fetcher_.assign(done.target);
    fetcher_.refresh_leaders(metadata_);
    if (next_auto_commit_ == never) {
        next_auto_commit_ = step.now + settings_.config.auto_commit_interval_ms;
    }
    step.effects.trace(event::PartitionsAssigned{settings_.id, group, generation(), done.target});
    heartbeat_membership_.reconciled(done.target);
    heartbeat_membership_.keep_alive(step, false);
}

/// What an error of a commit or an OffsetFetch says about the group. A KIP-848 member learns by its
/// heartbeats whether it is still in.
void Consumer::on_group_error(const ConsumerStep& step, Error error)
{
    if (!reconciles()) {
        membership_.on_commit_error(step, error);
        return;
    }
    const bool elsewhere = error == Error::not_coordinator ||
                           error == Error::coordinator_not_available ||
                           error == Error::request_timed_out;
    if (elsewhere) lose_coordinator(step);
}

}  // namespace gregor
