#include "model/controller/partition_changes.h"

#include <algorithm>

namespace gregor {

namespace {

BrokerList without(const BrokerList& list, BrokerId gone)
{
    BrokerList left;
    for (const BrokerId each : list) {
        if (each != gone) left.push_back(each);
    }
    return left;
}

}  // namespace

ElectionRules PartitionChanges::rules_for(TopicId topic) const
{
    const bool unclean =
        image_.unclean_leader_election(topic, config_.unclean_leader_election_enable);
    return {.election = unclean ? Election::unclean : Election::online,
            .min_isr = image_.effective_min_isr(topic, config_.min_insync_replicas),
            .eligible_leader_replicas = elr_};
}

/// Who may lead: of those, none whose replica is in a failed log directory.
std::optional<PartitionChangeRecord> PartitionChanges::build(const PartitionRecord& before,
                                                             const PartitionTarget& target,
                                                             const ElectionRules& rules,
                                                             BrokerList acceptable) const
{
    const auto is_offline = [&](BrokerId id) { return image_.is_offline(id, before.partition); };
    acceptable.erase(std::remove_if(acceptable.begin(), acceptable.end(), is_offline),
                     acceptable.end());
    return build_partition_change(before, target, rules, acceptable);
}

void PartitionChanges::change(const PartitionRecord& before, const PartitionTarget& target,
                              const BrokerList& acceptable, Records& records) const
{
    auto record = build(before, target, rules_for(before.partition.topic), acceptable);
    if (record) records.emplace_back(std::move(*record));
}

void PartitionChanges::remove_broker(BrokerId gone, Records& records) const
{
    const BrokerList acceptable = without(image_.active_brokers(), gone);
    for_each_partition([&](const PartitionRecord& partition) {
        if (!contains(partition.isr, gone)) return;
        PartitionTarget target;
        target.isr = without(partition.isr, gone);
        change(partition, target, acceptable, records);
    });
}

void PartitionChanges::remove_unclean_broker(BrokerId gone, Records& records) const
{
    if (!elr_) return remove_broker(gone, records);
    const BrokerList acceptable = without(image_.active_brokers(), gone);
    for_each_partition([&](const PartitionRecord& partition) {
        if (!contains(partition.isr, gone) && !contains(partition.eligible_leader_replicas, gone)) {
            return;
        }
        PartitionTarget target;
        target.isr = without(partition.isr, gone);
        target.unclean_shutdown_replicas = {gone};
        change(partition, target, acceptable, records);
    });
}

void PartitionChanges::take_offline(BrokerId broker, const std::vector<TopicPartition>& gone,
                                    Records& records) const
{
    const BrokerList acceptable = without(image_.active_brokers(), broker);
    for (const TopicPartition each : gone) {
        const PartitionRecord* partition = image_.partition(each);
        if (partition == nullptr || !contains(partition->isr, broker)) continue;
        PartitionTarget target;
        target.isr = without(partition->isr, broker);
        change(*partition, target, acceptable, records);
    }
}

void PartitionChanges::elect_with(BrokerId back, Records& records) const
{
    BrokerList acceptable = image_.active_brokers();
    if (!contains(acceptable, back)) acceptable.push_back(back);
    for_each_partition([&](const PartitionRecord& partition) {
        if (partition.leader == no_broker) change(partition, {}, acceptable, records);
    });
}

bool PartitionChanges::elect_preferred(std::size_t limit, Records& records) const
{
    const BrokerList acceptable = image_.active_brokers();
    for (const auto& topic : image_.topics()) {
        if (topic->id == no_topic) continue;
        ElectionRules rules = rules_for(topic->id);
        rules.election = Election::preferred;
        for (const auto& partition : topic->partitions) {
            if (partition->leader == partition->replicas[0]) continue;
            auto record = build(*partition, {}, rules, acceptable);
            if (!record) continue;
            if (records.size() == limit) return true;
            records.emplace_back(std::move(*record));
        }
    }
    return false;
}

void PartitionChanges::elect_unclean(Records& records) const
{
    const BrokerList acceptable = image_.active_brokers();
    for_each_partition([&](const PartitionRecord& partition) {
        if (partition.leader != no_broker) return;
        if (rules_for(partition.partition.topic).election != Election::unclean) return;
        change(partition, {}, acceptable, records);
    });
}

Error PartitionChanges::elect(const ElectLeadersRequest& request, Records& records) const
{
    const PartitionRecord* partition = image_.partition(request.partition);
    if (partition == nullptr) return Error::unknown_topic_or_partition;
    const bool needless = request.unclean ? partition->leader != no_broker
                                          : partition->leader == partition->replicas[0];
    if (needless) return Error::election_not_needed;
    ElectionRules rules = rules_for(request.partition.topic);
    rules.election = request.unclean ? Election::unclean : Election::preferred;
    auto record = build(*partition, {}, rules, image_.active_brokers());
    const bool elected = record && record->leader && *record->leader != no_broker &&
                         (request.unclean || *record->leader == partition->replicas[0]);
    if (elected) {
        records.emplace_back(std::move(*record));
        return Error::none;
    }
    return request.unclean ? Error::eligible_leaders_not_available
                           : Error::preferred_leader_not_available;
}

Error PartitionChanges::reassign(TopicPartition wanted, const BrokerList& replicas,
                                 Records& records) const
{
    const PartitionRecord* partition = image_.partition(wanted);
    if (partition == nullptr) return Error::unknown_topic_or_partition;
    if (replicas.empty()) return cancel_reassignment_of(*partition, records);
    for (auto at = replicas.begin(); at != replicas.end(); ++at) {
        if (std::find(at + 1, replicas.end(), *at) != replicas.end() ||
            image_.broker(*at) == nullptr) {
            return Error::invalid_replica_assignment;
        }
    }
    const Reassignment move = begin_reassignment(partition->replicas, replicas);
    PartitionTarget target;
    target.replicas = move.replicas;
    target.adding_replicas = move.adding;
    target.removing_replicas = move.removing;
    // Uncleanly nobody is elected for the sake of a move.
    ElectionRules rules = rules_for(wanted.topic);
    rules.election = Election::online;
    auto record = build(*partition, target, rules, image_.active_brokers());
    if (record) records.emplace_back(std::move(*record));
    return Error::none;
}

Error PartitionChanges::cancel_reassignment_of(const PartitionRecord& partition,
                                               Records& records) const
{
    if (partition.adding_replicas.empty() && partition.removing_replicas.empty()) {
        return Error::no_reassignment_in_progress;
    }
    const CancelledReassignment back = cancel_reassignment(
        {partition.replicas, partition.adding_replicas, partition.removing_replicas},
        partition.isr);
    const ElectionRules rules = rules_for(partition.partition.topic);
    if (back.unclean && rules.election != Election::unclean) {
        return Error::invalid_replica_assignment;
    }
    PartitionTarget target;
    target.replicas = back.replicas;
    target.isr = back.isr;
    target.adding_replicas.emplace();
    target.removing_replicas.emplace();
    change(partition, target, image_.active_brokers(), records);
    return Error::none;
}

bool PartitionChanges::leads_any(BrokerId broker) const
{
    bool leads = false;
    for_each_partition(
        [&](const PartitionRecord& partition) { leads = leads || partition.leader == broker; });
    return leads;
}

// --- AlterPartition
// -----------------------------------------------------------------------------------

/// In Kafka's order: each answer tells the leader something else.
Error PartitionChanges::validate(BrokerId sender,
                                 const AlterPartitionRequest::Partition& wanted) const
{
    const PartitionRecord* partition = image_.partition(wanted.partition);
    if (partition == nullptr) return Error::unknown_topic_or_partition;
    if (wanted.leader_epoch > partition->leader_epoch ||
        wanted.partition_epoch > partition->partition_epoch) {
        return Error::not_controller;  // it has seen a later state than we have
    }
    if (wanted.leader_epoch < partition->leader_epoch) return Error::fenced_leader_epoch;
    if (sender != partition->leader) return Error::invalid_request;
    if (wanted.partition_epoch < partition->partition_epoch) return Error::invalid_update_version;
    BrokerList members;
    for (const auto& member : wanted.new_isr) {
        if (!contains(partition->replicas, member.broker)) return Error::invalid_request;
        if (contains(members, member.broker)) return Error::invalid_request;
        members.push_back(member.broker);
    }
    if (!contains(members, partition->leader)) return Error::invalid_request;
    if (wanted.recovery == LeaderRecoveryState::recovering && members.size() > 1) {
        return Error::invalid_request;
    }
    for (const auto& member : wanted.new_isr) {
        const BrokerRegistration* broker = image_.broker(member.broker);
        if (broker == nullptr || !broker->active()) return Error::ineligible_replica;
        if (member.epoch != no_broker_epoch && member.epoch != broker->epoch) {
            return Error::ineligible_replica;  // KIP-903: another life of that broker
        }
    }
    return Error::none;
}

PartitionChanges::Altered PartitionChanges::alter(
    BrokerId leader, const AlterPartitionRequest::Partition& wanted) const
{
    Altered altered;
    altered.answer.partition = wanted.partition;
    altered.answer.error = validate(leader, wanted);
    if (altered.answer.error != Error::none) return altered;
    const PartitionRecord& before = *image_.partition(wanted.partition);
    PartitionTarget target;
    target.isr.emplace();
    for (const auto& member : wanted.new_isr) target.isr->push_back(member.broker);
    target.recovery = wanted.recovery;
    altered.record =
        build(before, target, rules_for(wanted.partition.topic), image_.active_brokers());
    const PartitionRecord after = altered.record ? changed(before, *altered.record) : before;
    if (after.leader != leader) {
        altered.answer.error = Error::new_leader_elected;  // a reassignment completed
        return altered;
    }
    altered.answer.leader = after.leader;
    altered.answer.leader_epoch = after.leader_epoch;
    altered.answer.partition_epoch = after.partition_epoch;
    altered.answer.recovery = after.recovery;
    altered.answer.isr = after.isr;
    return altered;
}

}  // namespace gregor
