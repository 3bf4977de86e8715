#pragma once

#include "engine/time.h"
#include "model/error.h"
#include "model/event_fields.h"
#include "model/types.h"

#include <cstdint>
#include <vector>

/// What brokers report of logs and replication.
namespace gregor::event {

/// The leader appended a batch from a client (or a coordinator: client -1).
struct BatchAppended {
    TopicPartition partition;
    Offset base_offset;
    std::int64_t record_count{};
    LeaderEpoch leader_epoch;
    ClientId client{no_client};
    std::int64_t first_number{};  ///< of the client's stream to this partition
    GREGOR_EVENT("BatchAppended", partition, base_offset, record_count, leader_epoch, client,
                 first_number);
};
/// A follower appended what it fetched, up to (not including) next_offset.
struct RecordsReplicated {
    TopicPartition partition;
    Offset base_offset, next_offset;
    LeaderEpoch leader_epoch;
    Offset high_watermark;  ///< the follower's, with this answer
    GREGOR_EVENT("RecordsReplicated", partition, base_offset, next_offset, leader_epoch,
                 high_watermark);
};
struct LogTruncated {
    TopicPartition partition;
    Offset from, to;  ///< log end offset before and after
    Offset high_watermark;
    GREGOR_EVENT("LogTruncated", partition, from, to, high_watermark);
};
/// Of the leader. A follower's is in RecordsReplicated.
struct HighWatermarkAdvanced {
    TopicPartition partition;
    Offset high_watermark;
    LeaderEpoch leader_epoch;
    GREGOR_EVENT("HighWatermarkAdvanced", partition, high_watermark, leader_epoch);
};
struct BecameLeader {
    TopicPartition partition;
    LeaderEpoch leader_epoch;
    Offset start_offset, high_watermark;
    GREGOR_EVENT("BecameLeader", partition, leader_epoch, start_offset, high_watermark);
};
struct BecameFollower {
    TopicPartition partition;
    LeaderEpoch leader_epoch;
    BrokerId leader;
    Offset log_end_offset, high_watermark;
    GREGOR_EVENT("BecameFollower", partition, leader_epoch, leader, log_end_offset, high_watermark);
};
/// The leader asks the controller for another ISR.
struct IsrShrinkRequested {
    TopicPartition partition;
    BrokerList isr;  ///< as asked for
    BrokerList out_of_sync;
    std::int64_t lag_ms{};  ///< since the slowest of them was last caught up
    GREGOR_EVENT("IsrShrinkRequested", partition, isr, out_of_sync, lag_ms);
};
struct IsrExpandRequested {
    TopicPartition partition;
    BrokerList isr;
    BrokerId joining;
    GREGOR_EVENT("IsrExpandRequested", partition, isr, joining);
};
/// A replica's fetch was refused; the partition waits replica.fetch.backoff.ms.
struct ReplicaFetchFailed {
    TopicPartition partition;
    BrokerId leader;
    Error error;
    GREGOR_EVENT("ReplicaFetchFailed", partition, leader, error);
};
/// A produce request was refused before anything was appended.
struct ProduceRefused {
    TopicPartition partition;
    ClientId client{no_client};
    Error error;
    GREGOR_EVENT("ProduceRefused", partition, client, error);
};

}  // namespace gregor::event
