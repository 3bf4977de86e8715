#include "model/replication/partition_leader.h"

#include <algorithm>

namespace gregor {

PartitionLeader::PartitionLeader(BrokerId self, const Registration& registration, Offset end_offset,
                                 Time now)
    : self_(self), registration_(registration), epoch_start_offset_(end_offset)
{
    set_followers(end_offset, now, false);
    maximal_isr_ = registration_.isr;
}

void PartitionLeader::set_followers(Offset end_offset, Time now, bool was_leader)
{
    std::vector<Follower> next;
    for (const BrokerId replica : registration_.replicas) {
        if (replica == self_) continue;
        const bool in_isr = contains(registration_.isr, replica);
        Follower fresh;
        fresh.broker = replica;
        if (in_isr) fresh.last_caught_up = now;
        if (const Follower* known = was_leader ? follower(replica) : nullptr) {
            fresh.end_offset = known->end_offset;
            fresh.broker_epoch = known->broker_epoch;
            fresh.eligible = known->eligible;
            fresh.leader_end_at_last_fetch = end_offset;
            if (in_isr) fresh.last_fetch = now;
        }
        next.push_back(fresh);
    }
    followers_ = std::move(next);
}

void PartitionLeader::update(const Registration& registration, Offset end_offset, Time now)
{
    const bool new_epoch = registration.leader_epoch > registration_.leader_epoch;
    const bool other_replicas = registration.replicas != registration_.replicas;
    if (!new_epoch && registration.partition_epoch <= registration_.partition_epoch) return;
    registration_ = registration;
    if (new_epoch) {
        epoch_start_offset_ = end_offset;
        set_followers(end_offset, now, true);
    } else if (other_replicas) {
        const std::vector<Follower> known = followers_;
        set_followers(end_offset, now, false);
        for (const Follower& old : known) {
            if (Follower* same = follower(old.broker)) *same = old;
        }
    }
    in_flight_ = false;
    maximal_isr_ = registration_.isr;
}

PartitionLeader::Follower* PartitionLeader::follower(BrokerId broker)
{
    for (Follower& each : followers_) {
        if (each.broker == broker) return &each;
    }
    return nullptr;
}

bool PartitionLeader::on_fetch(Follower& follower, Offset offset, Offset leader_end, Time now)
{
    if (offset >= leader_end) {
        follower.last_caught_up = std::max(follower.last_caught_up, now);
    } else if (offset >= follower.leader_end_at_last_fetch) {
        follower.last_caught_up = std::max(follower.last_caught_up, follower.last_fetch);
    }
    const bool news = follower.end_offset != offset;
    follower.end_offset = offset;
    follower.leader_end_at_last_fetch = std::max(leader_end, follower.leader_end_at_last_fetch);
    follower.last_fetch = now;
    return news;
}

void PartitionLeader::on_idle_fetch(Follower& follower, Offset leader_end, Time now)
{
    if (follower.end_offset >= leader_end) {
        follower.last_caught_up = std::max(follower.last_caught_up, now);
    }
    follower.last_fetch = now;
}

Offset PartitionLeader::next_high_watermark(Offset current, Offset leader_end, Time now,
                                            const Settings& settings) const
{
    const auto isr_size = static_cast<std::int64_t>(registration_.isr.size());
    if (settings.profile.strict_min_isr && isr_size < settings.min_insync) return current;
    Offset next = leader_end;
    for (const Follower& each : followers_) {
        if (each.end_offset >= next) continue;
        if (contains(maximal_isr_, each.broker) ||
            (each.eligible && each.end_offset != no_offset &&
             caught_up(each, leader_end, now, settings.lag_limit))) {
            next = each.end_offset;
        }
    }
    return std::max(next, current);
}

bool PartitionLeader::may_join(const Follower& follower, Offset high_watermark,
                               const ProtocolProfile& profile) const
{
    if (in_flight_ || !follower.eligible) return false;
    if (contains(registration_.isr, follower.broker)) return false;
    if (follower.end_offset < high_watermark) return false;
    return profile.isr_join_rule == IsrJoinRule::high_watermark ||
           follower.end_offset >= epoch_start_offset_;
}

BrokerList PartitionLeader::out_of_sync(Offset leader_end, Time now, Duration lag_limit) const
{
    BrokerList slow;
    if (in_flight_) return slow;
    for (const Follower& each : followers_) {
        if (contains(registration_.isr, each.broker) &&
            !caught_up(each, leader_end, now, lag_limit)) {
            slow.push_back(each.broker);
        }
    }
    return slow;
}

void PartitionLeader::begin_change(const BrokerList& wanted)
{
    in_flight_ = true;
    wanted_isr_ = wanted;
    maximal_isr_ = registration_.isr;
    for (const BrokerId each : wanted) {
        if (!contains(maximal_isr_, each)) maximal_isr_.push_back(each);
    }
}

void PartitionLeader::commit_change(const AlterPartitionResponse::Partition& confirmed)
{
    registration_.isr = confirmed.isr;
    registration_.partition_epoch = confirmed.partition_epoch;
    registration_.recovery = confirmed.recovery;
    in_flight_ = false;
    maximal_isr_ = registration_.isr;
}

void PartitionLeader::revert_change()
{
    in_flight_ = false;
    maximal_isr_ = registration_.isr;
}

}  // namespace gregor
