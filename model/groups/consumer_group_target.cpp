// The target assignment of a KIP-848 group, and its records.
#include "model/assignors/server_range.h"
#include "model/assignors/uniform.h"
#include "model/groups/consumer_group.h"
#include "model/groups/votes.h"
#include "model/java_hash_order.h"

#include <algorithm>

namespace gregor {

std::string ConsumerGroup::assignor() const
{
    std::map<std::string, int> votes;
    for (const auto& [id, member] : members_) {
        if (!member.assignor.empty()) ++votes[member.assignor];
    }
    if (votes.empty()) return settings_.assignors.front();
    return most_voted(votes);
}

/// Members count in the order of Kafka's hash table: it decides who gets a rest.
void ConsumerGroup::assign(const CoordinatorStep& step, const CoordinatorTopics& topics)
{
    GroupSubscription subscription;
    for (const std::string_view name : subscribed_topics()) {
        const auto known = topics.find(name);
        if (known == topics.end()) continue;
        const CoordinatorTopic& topic = known->second;
        subscription.topics.push_back(
            {.name = known->first, .id = topic.id, .partitions = topic.partitions, .racks = {}});
    }
    for (const auto& [id, member] : members_) {
        subscription.members.push_back({.id = id,
                                        .instance_id = member.instance_id,
                                        .rack = member.rack,
                                        .topics = {member.topics.begin(), member.topics.end()},
                                        .owned = member.target});
    }
    std::sort(subscription.members.begin(), subscription.members.end(),
              [before = JavaHashOrder(members_.size())](const auto& a, const auto& b) {
                  return before(a.id, b.id);
              });
    GroupAssignment target =
        assignor() == "range" ? assign_server_range(subscription) : assign_uniform(subscription);
    for (auto& [id, member] : members_) {
        std::vector<TopicPartition>& mine = target[id];
        std::sort(mine.begin(), mine.end());
        if (mine == member.target) continue;
        member.target = std::move(mine);
        members_changed_.insert(id);
    }
    assignment_epoch_ = epoch_;
    last_assigned_ = step.now;
    group_changed_ = true;
}

// --- records
// --------------------------------------------------------------------------------------

namespace {

std::vector<ConsumerMemberRecord::Owned> written(const CurrentAssignment::Partitions& partitions)
{
    std::vector<ConsumerMemberRecord::Owned> result;
    for (const auto& [partition, epoch] : partitions) result.push_back({partition, epoch});
    return result;
}

CurrentAssignment::Partitions read(const std::vector<ConsumerMemberRecord::Owned>& partitions)
{
    CurrentAssignment::Partitions result;
    for (const auto& each : partitions) result.emplace(each.partition, each.epoch);
    return result;
}

}  // namespace

CoordinatorRecord ConsumerGroup::group_record() const
{
    CoordinatorRecord record;
    record.kind = CoordinatorRecord::Kind::consumer_group;
    record.group = name_;
    record.generation = epoch_;
    record.assignment_epoch = assignment_epoch_;
    record.topics_hash = topics_hash_;
    return record;
}

CoordinatorRecord ConsumerGroup::member_record(const std::string& member_id) const
{
    CoordinatorRecord record;
    record.kind = CoordinatorRecord::Kind::consumer_member;
    record.group = name_;
    record.member_id = member_id;
    const auto known = members_.find(member_id);
    if (known == members_.end()) return record;
    const ConsumerGroupMember& member = known->second;
    ConsumerMemberRecord value;
    value.client_id = member.client_id;
    value.instance_id = member.instance_id;
    value.rack = member.rack;
    value.rebalance_timeout_ms = to_milliseconds(member.rebalance_timeout);
    value.topics.assign(member.topics.begin(), member.topics.end());
    value.assignor = member.assignor;
    value.target = member.target;
    value.epoch = member.current.epoch;
    value.previous_epoch = member.current.previous_epoch;
    value.state = static_cast<std::uint8_t>(member.current.state);
    value.assigned = written(member.current.assigned);
    value.pending_revocation = written(member.current.pending_revocation);
    record.member = std::make_shared<const ConsumerMemberRecord>(std::move(value));
    return record;
}

std::vector<CoordinatorRecord> ConsumerGroup::take_records(std::int64_t now_ms)
{
    std::vector<CoordinatorRecord> records;
    for (const std::string& id : members_changed_) records.push_back(member_record(id));
    if (group_changed_) records.push_back(group_record());
    for (CoordinatorRecord& each : records) each.commit_timestamp_ms = now_ms;
    members_changed_.clear();
    group_changed_ = false;
    return records;
}

void ConsumerGroup::restore(Time now, const CoordinatorRecord& record)
{
    group_changed_ = false;
    if (record.kind == CoordinatorRecord::Kind::consumer_group) {
        epoch_ = record.generation;
        assignment_epoch_ = record.assignment_epoch;
        topics_hash_ = record.topics_hash;
        return;
    }
    const auto known = members_.find(record.member_id);
    if (known != members_.end()) {
        hold(known->second.current, -1);
        members_.erase(known);
    }
    if (record.member == nullptr) return;
    const ConsumerMemberRecord& value = *record.member;
    ConsumerGroupMember& member = members_[record.member_id];
    member.id = record.member_id;
    member.client_id = value.client_id;
    member.instance_id = value.instance_id;
    member.rack = value.rack;
    member.rebalance_timeout = milliseconds(value.rebalance_timeout_ms);
    member.topics.insert(value.topics.begin(), value.topics.end());
    member.assignor = value.assignor;
    member.target = value.target;
    member.current.epoch = value.epoch;
    member.current.previous_epoch = value.previous_epoch;
    member.current.state = static_cast<ReconciliationState>(value.state);
    member.current.assigned = read(value.assigned);
    member.current.pending_revocation = read(value.pending_revocation);
    hold(member.current, 1);
    member.session_deadline = now + settings_.session_timeout;
    if (member.current.state == ReconciliationState::unrevoked_partitions) {
        member.rebalance_deadline = now + member.rebalance_timeout;
    }
}

}  // namespace gregor
