#include "model/lab/event_text.h"
#include "model/lab/story.h"

#include <fmt/format.h>

/// What each kind of event says in the story, and why it happened.
namespace gregor::lab {

namespace {

/// A gap in the acknowledgements of a partition from which it is worth telling.
constexpr Duration notable_gap = milliseconds(500);

}  // namespace

void StoryTeller::on(Where step, const event::BrokerSessionExpired& event)
{
    expired_[event.broker] = number_;
    tell(step, fmt::format("The session of broker {} is over, because no heartbeat came for {} ms "
                           "(broker.session.timeout.ms).",
                           event.broker.value, event.silent_ms));
}

void StoryTeller::on(Where step, const event::BrokerFenced& event)
{
    fenced_[event.broker] = number_;
    unfenced_.erase(event.broker);
    const std::string why = because(expired_, event.broker, "has lost its session");
    tell(step, fmt::format("Broker {} is fenced: it may lead nothing and be in no ISR{}.",
                           event.broker.value, why.empty() ? "" : ", " + why));
}

void StoryTeller::on(Where step, const event::BrokerUnfenced& event)
{
    unfenced_[event.broker] = number_;
    fenced_.erase(event.broker);
    expired_.erase(event.broker);
    shutting_down_.erase(event.broker);
    tell(step, fmt::format("Broker {} is unfenced, because it has caught up with the metadata: it "
                           "takes part again.",
                           event.broker.value));
}

void StoryTeller::on(Where step, const event::BrokerRegistered& event)
{
    const auto restart = restarts_.find(names_.layout.node_of(event.broker));
    tell(step,
         fmt::format("Broker {} is registered with broker epoch {}{}.", event.broker.value,
                     event.epoch.value,
                     restart == restarts_.end()
                         ? ""
                         : fmt::format(", because it was started again (#{})", restart->second)));
}

void StoryTeller::on(Where step, const event::BrokerInControlledShutdown& event)
{
    shutting_down_[event.broker] = number_;
    tell(step,
         fmt::format("Broker {} shuts down in order: its leaders move first.", event.broker.value));
}

void StoryTeller::on(Where step, const event::RegistrationRefused& event)
{
    repeat(step, fmt::format("registration {}", event.broker.value), names_.of(step.node),
           fmt::format("The registration of broker {} is refused: {}", event.broker.value,
                       name_of(event.error)));
}

void StoryTeller::on(Where, const event::PartitionChanged& event)
{
    Known& known = partitions_[event.partition];
    const Known after{event.leader, event.leader_epoch, event.isr};
    if (changes_.empty()) changed_at_ = number_;
    if (known.leader_epoch != no_leader_epoch) changes_.push_back({event.partition, known, after});
    known = after;
}

void StoryTeller::on(Where step, const event::IsrShrinkRequested& event)
{
    isr_requests_[event.partition] = number_;
    if (internal(event.partition)) return;
    tell(step, fmt::format("Asks for ISR {} of {}, because {} was last caught up {} ms ago "
                           "(replica.lag.time.max.ms).",
                           to_text(event.isr), names_.of(event.partition),
                           to_text(event.out_of_sync), event.lag_ms));
}

void StoryTeller::on(Where step, const event::IsrExpandRequested& event)
{
    isr_requests_[event.partition] = number_;
    if (internal(event.partition)) return;
    std::string caught_up;
    const auto entry = catching_up_.find({event.joining, event.partition});
    if (entry != catching_up_.end()) {
        const CatchingUp& fetched = entry->second;
        if (fetched.from != no_offset) {
            caught_up = fmt::format(": {}it has fetched offsets {} to {} in the meantime",
                                    fetched.truncated ? "" : "nothing had to be truncated, and ",
                                    fetched.from.value, fetched.to.value - 1);
        }
        catching_up_.erase(entry);
    }
    tell(step, fmt::format("Asks for ISR {} of {}, because broker {} has caught up{}.",
                           to_text(event.isr), names_.of(event.partition), event.joining.value,
                           caught_up));
}

void StoryTeller::on(Where step, const event::AlterPartitionRefused& event)
{
    if (internal(event.partition)) return;
    repeat(step, fmt::format("alter {} {}", event.broker.value, names_.of(event.partition)),
           names_.of(step.node),
           fmt::format("Refuses the ISR that broker {} wants for {}: {}", event.broker.value,
                       names_.of(event.partition), name_of(event.error)));
}

void StoryTeller::on(Where step, const event::BecameLeader& event)
{
    if (step.at == Time{} || internal(event.partition) || event.leader_epoch.value == 0) return;
    repeat(step, fmt::format("leader {}", step.node.value), names_.of(step.node),
           "Has read the metadata and begins to lead")
        .names.insert(fmt::format("{} from offset {}, HW {}", names_.of(event.partition),
                                  event.start_offset.value, event.high_watermark.value));
}

void StoryTeller::on(Where step, const event::BecameFollower& event)
{
    if (internal(event.partition) || !restarts_.contains(step.node)) return;
    repeat(step, fmt::format("follower {}", step.node.value), names_.of(step.node),
           "Follows again: fetches from the end of its own log, which the leader compares by epoch")
        .names.insert(fmt::format("{} from offset {}", names_.of(event.partition),
                                  event.log_end_offset.value));
}

void StoryTeller::on(Where step, const event::LogTruncated& event)
{
    if (internal(event.partition) || event.from == event.to) return;
    const auto entry = catching_up_.find({names_.layout.id_of(step.node), event.partition});
    if (entry != catching_up_.end()) entry->second.truncated = true;
    tell(step, fmt::format("Truncates {} from {} to {} (HW {}), because the leader's log parts "
                           "from its own there: {} records go.",
                           names_.of(event.partition), event.from.value, event.to.value,
                           event.high_watermark.value, event.from - event.to));
}

void StoryTeller::on(Where step, const event::RecordsReplicated& event)
{
    if (catching_up_.empty() || !names_.layout.is_broker(step.node)) return;
    const auto entry = catching_up_.find({names_.layout.id_of(step.node), event.partition});
    if (entry == catching_up_.end()) return;
    if (entry->second.from == no_offset) entry->second.from = event.base_offset;
    entry->second.to = event.next_offset;
}

void StoryTeller::on(Where step, const event::SegmentsDeleted& event)
{
    const std::string name = names_.of(event.partition);
    repeat(step, fmt::format("deleted {} {}", step.node.value, name), names_.of(step.node),
           fmt::format("Retention by {} deletes segments of {}", event.reason, name));
}

void StoryTeller::on(Where step, const event::LogRecovered& event)
{
    if (event.bytes_cut == 0 || internal(event.partition)) return;
    tell(step,
         fmt::format("Recovers {} after an end that was not in order: {} B at its end hold "
                     "no whole batch and are cut off; it ends at {}.",
                     names_.of(event.partition), event.bytes_cut, event.log_end_offset.value));
}

void StoryTeller::on(Where step, const event::CleaningFailed& event)
{
    tell(step, fmt::format("The log cleaner fails on {} ({}) and leaves it alone.",
                           names_.of(event.partition), name_of(event.error)));
}

void StoryTeller::on(Where step, const event::LogDirFailed& event)
{
    tell(step, fmt::format("Its log directory {} goes offline with {} replicas, because: {}.",
                           event.directory, event.replicas, event.because));
}

void StoryTeller::on(Where step, const event::AdminRequestAnswered& event)
{
    if (event.error == Error::none) return;
    tell(step, fmt::format("Refuses {} for {}: {}.", event.operation, names_.topic(event.topic),
                           name_of(event.error)));
}

void StoryTeller::on(Where step, const event::QuorumRoleChanged& event)
{
    if (step.at == Time{}) return;
    tell(step, fmt::format(
                   "Becomes {} in quorum epoch {}{}, because: {}.", event.role, event.epoch.value,
                   event.leader == no_broker ? "" : fmt::format(" (leader {})", event.leader.value),
                   event.because));
}

void StoryTeller::on(Where step, const event::ControllerActivated& event)
{
    if (step.at == Time{}) return;
    tell(step, fmt::format("Is the active controller from now on (epoch {}); every broker gets a "
                           "fresh session.",
                           event.epoch.value));
}

void StoryTeller::on(Where step, const event::ProcessExited& event)
{
    tell(step, fmt::format("Ends by itself, because: {}.", event.because));
}

void StoryTeller::on(Where step, const event::ProduceRefused& event)
{
    if (internal(event.partition)) return;
    repeat(step,
           fmt::format("refused {} {} {}", step.node.value, names_.of(event.partition),
                       name_of(event.error)),
           names_.of(step.node),
           fmt::format("Refuses records for {}: {}", names_.of(event.partition),
                       name_of(event.error)));
}

void StoryTeller::on(Where step, const event::ReplicaFetchFailed& event)
{
    if (internal(event.partition)) return;
    repeat(step,
           fmt::format("fetch {} {} {}", step.node.value, event.leader.value, name_of(event.error)),
           names_.of(step.node),
           fmt::format("Its fetch from broker {} is refused: {}", event.leader.value,
                       name_of(event.error)));
}

void StoryTeller::on(Where step, const event::SendRetried& event)
{
    repeat(step, fmt::format("retry {} {}", event.client.value, name_of(event.error)),
           names_.of(event.client),
           fmt::format("Will send again what came back with {}", name_of(event.error)))
        .records += event.record_count;
}

void StoryTeller::on(Where step, const event::RecordsFailed& event)
{
    repeat(
        step,
        fmt::format("failed {} {} {}", event.client.value, name_of(event.error), event.indefinite),
        names_.of(event.client),
        fmt::format("Gives records up with {}{}", name_of(event.error),
                    event.indefinite ? "; they may be in the log all the same" : ""))
        .records += event.record_count;
}

void StoryTeller::on(Where step, const event::RecordsAcknowledged& event)
{
    const Duration gap = availability_.last_gap();
    if (gap < notable_gap) return;
    tell(step, fmt::format("First acknowledgement for {} after {:.3f} ms without one.",
                           names_.of(event.partition), in_milliseconds(gap)));
}

void StoryTeller::on(Where step, const event::MetadataRefreshed& event)
{
    const bool first = knows_metadata_.insert(event.client).second;
    if (first || !event.changed) return;
    tell(step, fmt::format("Gets metadata from broker {}: partitions have another leader than it "
                           "knew.",
                           event.from.value));
}

void StoryTeller::on(Where step, const event::OffsetReset& event)
{
    if (event.from == no_offset) return;
    tell(step, fmt::format("Its position in {} moves from {} to {}, because the log does not have "
                           "what it wanted.",
                           names_.of(event.partition), event.from.value, event.to.value));
}

void StoryTeller::on(Where step, const event::GroupStateChanged& event)
{
    if (event.state == "CompletingRebalance" || event.state == "Dead") return;
    tell(step, "group " + event.group,
         fmt::format("{}: generation {}, {} member{}.", event.state, event.generation,
                     event.members, event.members == 1 ? "" : "s"));
}

void StoryTeller::on(Where step, const event::MemberRemoved& event)
{
    tell(step, "group " + event.group,
         fmt::format("Member {} is removed, because: {}.", event.member_id, event.because));
}

void StoryTeller::on(Where step, const event::PartitionsAssigned& event)
{
    std::string partitions;
    for (std::size_t i = 0; i < event.partitions.size() && i < 6; ++i) {
        partitions += (i == 0 ? "" : ", ") + names_.of(event.partitions[i]);
    }
    if (event.partitions.size() > 6) {
        partitions += fmt::format(" and {} more", event.partitions.size() - 6);
    }
    if (partitions.empty()) partitions = "nothing";
    if (event.group.empty()) {
        tell(step, fmt::format("Reads {}, in no group.", partitions));
    } else {
        tell(step, fmt::format("Owns {} in generation {} of group {}.", partitions,
                               event.generation, event.group));
    }
}

}  // namespace gregor::lab
