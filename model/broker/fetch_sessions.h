#pragma once

#include "model/config.h"
#include "model/effects.h"

#include <cstdint>
#include <vector>

namespace gregor {

/// What an answer may still take. "The first non-empty partition returns at least one whole batch
/// even above the limits, later ones only what is left" (KIP-74).
struct FetchRoom {
    std::int64_t bytes;
    bool min_one = true;
};

/// What a broker remembers of one fetching peer: the partitions it asks for, so that a request
/// names only what changed and an answer only what is new (KIP-227). A peer that asked for no
/// session has one here that ends with the answer.
struct FetchSession {
    struct Partition {
        TopicPartition partition;
        std::uint32_t slot{};  ///< of the replica; no_slot: this broker has none
        Offset fetch_offset;
        LeaderEpoch current_leader_epoch{no_leader_epoch};
        LeaderEpoch last_fetched_epoch{no_leader_epoch};
        std::int32_t max_bytes{};
        std::uint64_t turn{};  ///< its place in the session's order
        Offset sent_high_watermark{no_offset};
        Offset sent_log_start{no_offset};
        Offset seen_high_watermark{no_offset};  ///< before the request moved it, see 4.1 step 3
        bool dirty = false;                     ///< in `dirty`
        bool outside = false;                   ///< in `outside`
        bool forgotten = false;
        bool first = true;  ///< never answered: a full fetch lists it
    };
    static constexpr std::uint32_t no_slot = 0xffffffff;

    Envelope peer;
    std::int32_t id = 0;
    std::int32_t epoch = 0;       ///< that the next request must carry
    BrokerId replica{no_broker};  ///< -1: a consumer
    BrokerEpoch replica_epoch{no_broker_epoch};
    IsolationLevel isolation{};
    std::vector<Partition> partitions;
    std::uint64_t next_turn = 0;
    std::vector<std::uint32_t> dirty;  ///< to be looked at before the next answer
    /// Partitions of which the follower is not in the ISR: each fetch may be what lets it join,
    /// even one that does not name them.
    std::vector<std::uint32_t> outside;
    bool in_use = false;
    bool lasting = false;  ///< a real session; else it ends with the answer

    // The request that waits for data, if `parked`.
    bool parked = false;
    std::uint32_t correlation = 0;
    Time deadline;
    std::int32_t min_bytes{}, max_bytes{};
    Time last_fetch{INT64_MIN / 2};

    bool is_follower() const { return replica != no_broker; }
};

}  // namespace gregor
