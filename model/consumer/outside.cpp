// The calls of an application that lives outside the simulation. Source: class KafkaConsumer
// (ClassicKafkaConsumer) and the interface ConsumerRebalanceListener.
#include "model/consumer/consumer.h"

#include <algorithm>

namespace gregor {

void Consumer::on_application(const ConsumerStep&, const control::Poll& poll)
{
    max_poll_records_ = poll.max_records;
    const bool returned = settings_.outside && thread_ == Thread::processing;
    if (thread_ == Thread::idle || returned) thread_ = Thread::polling;
}

/// commitSync holds the application's thread until the answer; in onPartitionsRevoked that thread
/// is in poll() and stays there. commitAsync tries once.
void Consumer::on_application(const ConsumerStep& step, const control::CommitOffsets& asked)
{
    chosen_offsets_.clear();
    for (const auto& [partition, offset] : asked.offsets) {
        const auto own =
            std::ranges::find(fetcher_.partitions(), partition, &ConsumedPartition::partition);
        const bool known = own != fetcher_.partitions().end();
        chosen_offsets_.push_back(
            {partition, offset, known ? own->position_epoch : no_leader_epoch});
    }
    if (!asked.wait) {
        commit(step, async_commit_cookie);
        chosen_offsets_.clear();
        return;
    }
    if (thread_ == Thread::closing || thread_ == Thread::failed) return;
    if (thread_ == Thread::preparing_rejoin) {
        commit(step, sync_commit_cookie);
        chosen_offsets_.clear();
        return;
    }
    thread_ = Thread::committing;
    commit_started_ = step.now;
    if (!commit(step, sync_commit_cookie)) commit_retry_at_ = step.now;
}

void Consumer::on_application(const ConsumerStep& step, const control::Processed& done)
{
    step.effects.trace(
        event::RecordsProcessed{settings_.id, done.partition, done.base_offset, done.record_count});
}

/// A partition that is not assigned is left alone; whoever asks was told so before (in Kafka an
/// IllegalStateException). Source: class SubscriptionState, seekUnvalidated, requestOffsetReset.
void Consumer::on_application(const ConsumerStep&, const control::Seek& asked)
{
    ConsumedPartition* partition = fetcher_.find(asked.partition);
    if (partition == nullptr) return;
    if (asked.offset.value >= 0) {
        fetcher_.seek(*partition, asked.offset);
    } else {
        fetcher_.seek(*partition, asked.offset.value);
    }
}

void Consumer::on_application(const ConsumerStep&, const control::PausePartitions& asked)
{
    for (const TopicPartition each : asked.partitions) {
        if (ConsumedPartition* partition = fetcher_.find(each)) partition->paused = asked.paused;
    }
}

/// A crash in between is the end of both.
void Consumer::announce_revocation(const ConsumerStep& step,
                                   const std::vector<TopicPartition>& partitions)
{
    if (!settings_.outside) return;
    revoking_ = true;
    step.effects.trace(event::RevocationBegan{settings_.id, settings_.config.group_id, partitions});
}

}  // namespace gregor
