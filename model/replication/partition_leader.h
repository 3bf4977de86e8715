#pragma once

#include "engine/time.h"
#include "model/levels.h"
#include "model/message.h"
#include "model/types.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// The leader's view of one partition: follower progress, the ISR and the high watermark.
/// Pure: time arrives as an argument, what has to be sent leaves as a value.
/// Invariant: the high watermark is at most the end offset, as known from fetches, of every replica
/// in the maximal ISR.
/// Source: class Partition.
class PartitionLeader {
public:
    /// What the leader knows of one follower.
    struct Follower {
        BrokerId broker;
        BrokerEpoch broker_epoch{no_broker_epoch};
        Offset end_offset{no_offset};  ///< -1 until its first fetch
        Offset leader_end_at_last_fetch{no_offset};
        Time last_fetch{INT64_MIN / 2};
        Time last_caught_up{INT64_MIN / 2};  ///< see replica.lag.time.max.ms
        bool eligible = true;  ///< neither fenced nor shutting down, of the registered broker epoch
    };
    struct Settings {
        Duration lag_limit;         ///< replica.lag.time.max.ms
        std::int64_t min_insync{};  ///< min(min.insync.replicas, replication factor)
        ProtocolProfile profile;
    };
    /// The partition as the metadata log has it.
    struct Registration {
        BrokerList replicas, isr;
        LeaderEpoch leader_epoch;
        PartitionEpoch partition_epoch;
        LeaderRecoveryState recovery = LeaderRecoveryState::recovered;
    };

    PartitionLeader(BrokerId self, const Registration& registration, Offset end_offset, Time now);

    /// A newer registration that leaves this broker the leader. `new_epoch` when the leader epoch
    /// rose: followers are then known from their next fetch only as far as 2.3 says.
    void update(const Registration& registration, Offset end_offset, Time now);

    LeaderEpoch leader_epoch() const { return registration_.leader_epoch; }
    PartitionEpoch partition_epoch() const { return registration_.partition_epoch; }
    Offset epoch_start_offset() const { return epoch_start_offset_; }
    const Registration& registration() const { return registration_; }
    /// The ISR together with members asked for and not yet confirmed, or not yet removed.
    const BrokerList& maximal_isr() const { return maximal_isr_; }
    bool change_in_flight() const { return in_flight_; }
    const std::vector<Follower>& followers() const { return followers_; }
    std::vector<Follower>& followers() { return followers_; }
    Follower* follower(BrokerId broker);

    /// A follower fetched at `offset`: it has everything below. Returns whether that is news.
    bool on_fetch(Follower& follower, Offset offset, Offset leader_end, Time now);
    /// A fetch that named no offset for this partition (incremental session): still there.
    static void on_idle_fetch(Follower& follower, Offset leader_end, Time now);

    /// Where the high watermark may go, given where it stands (Partition.maybeIncrementLeaderHW).
    Offset next_high_watermark(Offset current, Offset leader_end, Time now,
                               const Settings& settings) const;
    /// May this follower join the ISR now (6.2)? Eligibility in the metadata is the caller's part.
    bool may_join(const Follower& follower, Offset high_watermark,
                  const ProtocolProfile& profile) const;
    /// ISR members that have not kept up (6.1), none while a change is in flight.
    BrokerList out_of_sync(Offset leader_end, Time now, Duration lag_limit) const;

    /// A change was handed to AlterPartition: the maximal ISR counts from now on.
    void begin_change(const BrokerList& wanted);
    /// The controller confirmed it.
    void commit_change(const AlterPartitionResponse::Partition& confirmed);
    /// The controller refused it for good: back to what is committed.
    void revert_change();
    const BrokerList& wanted_isr() const { return wanted_isr_; }

    bool caught_up(const Follower& follower, Offset leader_end, Time now, Duration limit) const
    {
        return follower.end_offset == leader_end || now - follower.last_caught_up <= limit;
    }

private:
    void set_followers(Offset end_offset, Time now, bool was_leader);

    BrokerId self_;
    Registration registration_;
    Offset epoch_start_offset_;
    std::vector<Follower> followers_;
    BrokerList maximal_isr_;
    BrokerList wanted_isr_;
    bool in_flight_ = false;
};

}  // namespace gregor
