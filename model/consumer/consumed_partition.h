#pragma once

#include "model/consumer/committed_filter.h"
#include "model/record.h"
#include "model/types.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// How a partition that is assigned to a consumer gets a position, and keeps it.
enum class PositionState : std::uint8_t {
    unset,             ///< the committed offset is not known yet
    needs_reset,       ///< no usable offset: auto.offset.reset decides
    resetting,         ///< ListOffsets is under way
    needs_validation,  ///< the leader changed: was the log truncated? (KIP-320)
    validating,        ///< OffsetsForLeaderEpoch is under way
    ready,             ///< may be fetched
};

/// A partition assigned to a consumer. Sources: classes SubscriptionState, CompletedFetch.
struct ConsumedPartition {
    TopicPartition partition;
    PositionState state = PositionState::unset;
    BrokerId leader{no_broker};
    LeaderEpoch leader_epoch{no_leader_epoch};
    Offset position{no_offset};                   ///< of the next record that poll() returns
    LeaderEpoch position_epoch{no_leader_epoch};  ///< of the last one it returned
    Offset high_watermark{no_offset};             ///< as the leader last told
    bool paused = false;                          ///< pause(): neither fetched nor handed out
    bool pending_revocation = false;              ///< likewise, since it goes to somebody else
    /// Where seekToBeginning() or seekToEnd() wants it (ListOffsets); none: auto.offset.reset says.
    std::optional<std::int64_t> reset_to;
    Time not_before;  ///< end of the back-off after an error

    /// What the fetch session of this broker has for the partition; no_broker: it is in none.
    BrokerId session{no_broker};
    Offset session_offset{no_offset};
    LeaderEpoch session_epoch{no_leader_epoch};

    std::vector<RecordBatch> buffered;  ///< fetched and not handed out
    std::size_t next_batch = 0;
    BrokerId buffered_from{no_broker};        ///< no_broker: nothing is buffered
    std::optional<CommittedFilter> filter{};  ///< of what is buffered, with read_committed
    std::int64_t filtered = -1;               ///< the last batch of `buffered` that it was asked
    bool passes = true;                       ///< what it said

    bool on_hold() const { return paused || pending_revocation; }
    std::int64_t lag() const
    {
        return high_watermark == no_offset || position == no_offset ? 0 : high_watermark - position;
    }
};

/// Records in a row that poll() returns, all of one producer.
struct DeliveredRecords {
    TopicPartition partition;
    Offset base_offset;
    std::int64_t record_count{};
    ClientId producer{no_client};
    std::int64_t first_number{};
};

/// The part of a batch that poll() returns.
struct DeliveredBatch {
    TopicPartition partition;
    Offset base_offset;  ///< of the first record returned
    std::int64_t record_count{};
    RecordBatch batch;  ///< the whole of it
};

}  // namespace gregor
