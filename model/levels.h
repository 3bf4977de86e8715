#pragma once

#include <cstdint>

namespace gregor {

/// How a follower finds where its log parts from the leader's (KIP-101, KIP-279).
enum class TruncationProtocol : std::uint8_t {
    high_watermark,  ///< before 0.11: to its own high watermark
    kip101,          ///< 0.11: OffsetsForLeaderEpoch with its own latest epoch
    kip279,          ///< 2.0: the leader answers its largest epoch that is not larger
    fetch,           ///< 2.7: a diverging epoch in the fetch response
};
enum class IsrJoinRule : std::uint8_t { high_watermark, epoch_start };

/// The differences between Kafka's versions, as data: each switch is read at exactly one place.
/// Defaults are those of 4.3.
struct ProtocolProfile {
    TruncationProtocol truncation = TruncationProtocol::fetch;
    IsrJoinRule isr_join_rule = IsrJoinRule::epoch_start;
    bool fetch_epoch_fencing = true;  ///< KIP-320, from 2.1
    bool broker_epoch_check = true;   ///< KIP-903
    bool strict_min_isr = true;  ///< KIP-966, from 3.7: HW stands still below min.insync.replicas
    bool eligible_leader_replicas = true;  ///< KIP-966, default of new clusters from 4.1
    bool check_quorum = true;              ///< from 3.7
    bool uncleanable_partitions = true;  ///< KIP-346, from 2.1: a bad log does not end the cleaner
    bool pre_vote = true;                ///< KIP-996, from 4.0
    /// The finalized feature transaction.version; 2 raises the epoch at each end (KIP-890).
    std::int8_t transaction_version = 2;
    bool transaction_verification = true;  ///< KIP-890, from 3.6
    bool offset_commit_fencing = true;     ///< KIP-447, from 2.5
};

}  // namespace gregor
