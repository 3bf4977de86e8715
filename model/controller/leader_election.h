#pragma once

#include "model/metadata_record.h"
#include "model/types.h"

#include <cstdint>
#include <optional>

namespace gregor {

enum class Election : std::uint8_t {
    preferred,  ///< the first replica, if it can lead
    online,     ///< the present leader, else the first replica that can lead
    unclean,    ///< as online, else any live replica
};

/// What a partition shall become; what is not set stays as it is.
struct PartitionTarget {
    std::optional<BrokerList> isr;
    std::optional<BrokerList> replicas;
    std::optional<BrokerList> removing_replicas;
    std::optional<BrokerList> adding_replicas;
    std::optional<LeaderRecoveryState> recovery;
    BrokerList unclean_shutdown_replicas;  ///< leave the ELR: their disks may lack data
};

struct ElectionRules {
    Election election = Election::online;
    std::int64_t min_isr = 1;  ///< min.insync.replicas, at most the replication factor
    bool eligible_leader_replicas = true;
    bool use_last_known_leader = true;
    /// metadata.version < 3.6: an ISR that loses a member raises the leader epoch.
    bool bump_leader_epoch_on_shrink = false;
};

/// The change record that brings a partition to its target, with the leader elected by the rules
/// of class PartitionChangeBuilder; nothing when nothing changes. `acceptable`:
/// brokers that are registered, unfenced and not shutting down. Pure.
std::optional<PartitionChangeRecord> build_partition_change(const PartitionRecord& before,
                                                            const PartitionTarget& target,
                                                            const ElectionRules& rules,
                                                            const BrokerList& acceptable);

/// A partition on its way to another list of replicas (KIP-455).
struct Reassignment {
    BrokerList replicas;  ///< the target, then those that will go
    BrokerList adding, removing;
};
Reassignment begin_reassignment(const BrokerList& current, const BrokerList& target);

struct CompletedReassignment {
    BrokerList replicas, isr;
};
/// The partition without the replicas that go, once the ISR allows it.
std::optional<CompletedReassignment> complete_reassignment(const Reassignment& present,
                                                           const BrokerList& isr);

struct CancelledReassignment {
    BrokerList replicas, isr;
    bool unclean = false;  ///< nobody of the ISR is left: allowed only with unclean election
};
CancelledReassignment cancel_reassignment(const Reassignment& present, const BrokerList& isr);

}  // namespace gregor
