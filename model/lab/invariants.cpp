#include "model/lab/invariants.h"

#include <fmt/format.h>

#include <algorithm>

namespace gregor::lab {

namespace {
constexpr std::size_t most_violations = 100;  // more of them say nothing new
}

void Invariants::check(std::uint64_t number, Time at, NodeId node, const Event& event,
                       const KafkaKernel& kernel)
{
    const Context context{number, at, layout_.id_of(node), kernel};
    std::visit([&](const auto& each) { on(context, each); }, event);
}

void Invariants::require(bool holds, const Context& context, std::string_view name,
                         TopicPartition partition, std::string_view what)
{
    ++checked_;
    if (holds || violated_.size() >= most_violations) return;
    violated_.push_back(
        Violation{std::string(name), context.number, context.at,
                  fmt::format("broker {}, topic {} partition {}: {}", context.broker.value,
                              partition.topic.value, partition.partition, what)});
}

Invariants::Partition& Invariants::of(TopicPartition partition)
{
    const auto topic = static_cast<std::size_t>(partition.topic.value);
    const auto number = static_cast<std::size_t>(partition.partition);
    if (topic >= partitions_.size()) partitions_.resize(topic + 1);
    if (number >= partitions_[topic].size()) partitions_[topic].resize(number + 1);
    return partitions_[topic][number];
}

const Replica* Invariants::replica(const KafkaKernel& kernel, BrokerId broker,
                                   TopicPartition partition) const
{
    const gregor::Broker* process = kernel.process(layout_.node_of(broker)).broker();
    return process == nullptr ? nullptr : process->replica(partition);
}

void Invariants::on(const Context& context, const event::BecameLeader& event)
{
    Partition& partition = of(event.partition);
    const auto [leader, fresh] = partition.leaders.emplace(event.leader_epoch, context.broker);
    require(fresh || leader->second == context.broker, context, "OneLeaderPerEpoch",
            event.partition, "two brokers lead in one leader epoch");
    require(event.start_offset >= partition.true_watermark, context, "CommittedRecordsSurvive",
            event.partition, "the new leader lacks committed records");
}

void Invariants::on(const Context& context, const event::BatchAppended& event)
{
    Partition& partition = of(event.partition);
    if (partition.leaders.empty() || partition.leaders.rbegin()->first != event.leader_epoch ||
        partition.leaders.rbegin()->second != context.broker) {
        const auto leader = partition.leaders.find(event.leader_epoch);
        require(leader != partition.leaders.end() && leader->second == context.broker, context,
                "OneLeaderPerEpoch", event.partition, "a batch was appended by another leader");
    } else {
        ++checked_;
    }
}

void Invariants::on(const Context& context, const event::RecordsReplicated& event)
{
    const Replica* own = replica(context.kernel, context.broker, event.partition);
    if (own == nullptr || own->leader == no_broker) return;
    const Replica* leader = replica(context.kernel, own->leader, event.partition);
    if (leader == nullptr || leader->leader_epoch != own->leader_epoch || !leader->is_leader())
        return;
    const Offset last = event.next_offset + (-1);
    const auto here = own->log.batch_at(last);
    const auto there = leader->log.batch_at(last);
    require(here && there && here->partition_leader_epoch == there->partition_leader_epoch &&
                here->first_number == there->first_number && here->client == there->client,
            context, "LogMatching", event.partition,
            "a follower's batch differs from the leader's");
}

void Invariants::on(const Context& context, const event::LogTruncated& event)
{
    const Partition& partition = of(event.partition);
    const Replica* own = replica(context.kernel, context.broker, event.partition);
    const Replica* leader = own == nullptr || own->leader == no_broker
                                ? nullptr
                                : replica(context.kernel, own->leader, event.partition);
    // Dropping committed offsets is lawful only for records that the leader has otherwise.
    bool holds = event.to >= partition.true_watermark || event.to >= event.from;
    if (!holds && leader != nullptr)
        holds = leader->log.log_end_offset() >= partition.true_watermark;
    require(holds, context, "CommittedRecordsSurvive", event.partition,
            fmt::format("truncated to {}, below the committed end {}", event.to.value,
                        partition.true_watermark.value));
}

void Invariants::on(const Context& context, const event::HighWatermarkAdvanced& event)
{
    Partition& partition = of(event.partition);
    if (partition.watermark_epoch == event.leader_epoch) {
        require(event.high_watermark >= partition.watermark, context, "HighWatermarkMonotonic",
                event.partition, "the leader's high watermark fell");
    }
    if (event.leader_epoch >= partition.watermark_epoch) {
        partition.watermark_epoch = event.leader_epoch;
        partition.watermark = event.high_watermark;
    }
    partition.true_watermark = std::max(partition.true_watermark, event.high_watermark);
    const Replica* leader = replica(context.kernel, context.broker, event.partition);
    if (leader == nullptr || !leader->is_leader()) return;
    if (event.leader_epoch < partition.leader_epoch) return;
    for (const BrokerId member : leader->leadership->registration().isr) {
        const Replica* log = replica(context.kernel, member, event.partition);
        if (has_no_role(context.kernel, member, log)) continue;
        require(log != nullptr && log->log.log_end_offset() >= event.high_watermark, context,
                "HighWatermarkWithinIsr", event.partition,
                "a member of the ISR lacks records below the high watermark");
    }
}

void Invariants::on(const Context& context, const event::PartitionChanged& event)
{
    Partition& partition = of(event.partition);
    if (event.partition_epoch <= partition.partition_epoch) {
        // A new controller tells again what the one before it had committed.
        const auto leader = partition.leaders.find(event.leader_epoch);
        const bool same = leader == partition.leaders.end() || event.leader == no_broker ||
                          leader->second == event.leader;
        require(same && event.leader_epoch <= partition.leader_epoch, context, "EpochsGrow",
                event.partition, "a committed change has become another one");
        return;
    }
    if (partition.leader_epoch != no_leader_epoch) {
        const auto leader_step = event.leader_epoch.value - partition.leader_epoch.value;
        const auto step = event.partition_epoch.value - partition.partition_epoch.value;
        require((leader_step == 0 || leader_step == 1) && step == 1, context, "EpochsGrow",
                event.partition, "epochs did not rise by one");
    }
    partition.leader_epoch = event.leader_epoch;
    partition.partition_epoch = event.partition_epoch;
    require(event.leader == no_broker || contains(event.isr, event.leader), context, "LeaderInIsr",
            event.partition, "the leader is not in the ISR");
    BrokerList members = event.isr;
    std::sort(members.begin(), members.end());
    require(std::adjacent_find(members.begin(), members.end()) == members.end(), context,
            "LeaderInIsr", event.partition, "the ISR names a replica twice");
    for (const BrokerId member : event.isr) require_complete(context, event.partition, member);
}

void Invariants::on(const Context& context, const event::IsrExpandRequested& event)
{
    require_complete(context, event.partition, event.joining);
}

/// It is down, or was just started: what it lost with its power, the controller will hear of when
/// it registers.
bool Invariants::has_no_role(const KafkaKernel& kernel, BrokerId broker,
                             const Replica* replica) const
{
    if (!kernel.running(layout_.node_of(broker))) return true;
    return replica != nullptr && replica->leader_epoch == no_leader_epoch;
}

void Invariants::require_complete(const Context& context, TopicPartition partition, BrokerId member)
{
    const Replica* own = replica(context.kernel, member, partition);
    if (own == nullptr || has_no_role(context.kernel, member, own)) return;
    require(own->log.log_end_offset() >= of(partition).true_watermark, context,
            "IsrMembersComplete", partition,
            fmt::format("broker {} lacks committed records and is, or is to be, in the ISR",
                        member.value));
}

void Invariants::full_check(const KafkaKernel& kernel)
{
    ++full_checks_;
    for (std::int32_t b = 1; b <= layout_.brokers; ++b) {
        const gregor::Broker* broker = kernel.process(layout_.node_of(BrokerId{b})).broker();
        for (const Replica& own : broker->replicas()) {
            if (own.removed) continue;
            const Context context{kernel.event_number(), kernel.now(), BrokerId{b}, kernel};
            require(own.high_watermark() <= own.log.log_end_offset() &&
                        own.log.log_start_offset() <= own.log.log_end_offset(),
                    context, "OffsetsInOrder", own.partition,
                    "the high watermark is beyond the log end");
            if (own.is_leader() || own.leader == no_broker) continue;
            const Replica* leader = replica(kernel, own.leader, own.partition);
            if (leader == nullptr || !leader->is_leader() ||
                leader->leader_epoch != own.leader_epoch) {
                continue;
            }
            const Offset common = std::min(own.high_watermark(), leader->high_watermark());
            const Offset start =
                std::max(own.log.log_start_offset(), leader->log.log_start_offset());
            if (common <= start) continue;
            const auto here = own.log.batch_at(common + (-1));
            const auto there = leader->log.batch_at(common + (-1));
            require(
                here && there && here->partition_leader_epoch == there->partition_leader_epoch &&
                    here->first_number == there->first_number,
                context, "LogMatching", own.partition, "logs differ below both high watermarks");
        }
    }
}

}  // namespace gregor::lab
