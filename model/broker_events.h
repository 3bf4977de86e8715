#pragma once

#include "engine/time.h"
#include "model/error.h"
#include "model/event_fields.h"
#include "model/types.h"

#include <cstdint>
#include <string_view>
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

/// The leader appended what ends a producer's transaction in the partition.
struct TransactionMarkerWritten {
    TopicPartition partition;
    ProducerId producer_id;
    ProducerEpoch producer_epoch;
    Offset offset;
    bool commit = false;
    GREGOR_EVENT("TransactionMarkerWritten", partition, producer_id, producer_epoch, offset,
                 commit);
};

/// A new segment begins at base_offset; the one before holds that many bytes. `reason`: "size",
/// "time", "index", "offset" or "retention" (class LogSegment, shouldRoll).
struct SegmentRolled {
    TopicPartition partition;
    Offset base_offset;
    std::int64_t bytes{};
    std::string_view reason;
    GREGOR_EVENT("SegmentRolled", partition, base_offset, bytes, reason);
};
/// Whole segments left the log for one reason: "time", "size" or "start" (DeleteRecords, or the
/// leader's log start). Their space comes back after file.delete.delay.ms.
struct SegmentsDeleted {
    TopicPartition partition;
    Offset log_start_offset;  ///< from now on
    std::int64_t count{}, bytes{};
    std::string_view reason;
    GREGOR_EVENT("SegmentsDeleted", partition, log_start_offset, count, bytes, reason);
};
/// DeleteRecords moved the log start of the leader; the followers hear of it with their next fetch.
struct RecordsDeleted {
    TopicPartition partition;
    Offset log_start_offset;
    GREGOR_EVENT("RecordsDeleted", partition, log_start_offset);
};
/// A replica is no longer this broker's: the topic was deleted or the partition moved. Its files
/// go after file.delete.delay.ms.
struct ReplicaRemoved {
    TopicPartition partition;
    Offset log_end_offset;
    std::int64_t bytes{};
    GREGOR_EVENT("ReplicaRemoved", partition, log_end_offset, bytes);
};
/// A pass of a cleaner thread: [first_dirty, end) is clean now. Bytes read count the dirty part
/// twice, once for the map of its keys.
struct LogCleaned {
    TopicPartition partition;
    Offset first_dirty, end;
    std::int64_t bytes_read{}, bytes_written{}, records_read{}, records_written{};
    GREGOR_EVENT("LogCleaned", partition, first_dirty, end, bytes_read, bytes_written, records_read,
                 records_written);
};
/// The cleaner met what it cannot clean. It leaves this partition alone from now on.
struct CleaningFailed {
    TopicPartition partition;
    Error error;
    GREGOR_EVENT("CleaningFailed", partition, error);
};
/// What a start found in the files after an end that was not in order: bytes above the recovery
/// point that were read, and bytes at the end that had no whole batch with the right CRC.
struct LogRecovered {
    TopicPartition partition;
    Offset log_end_offset;
    std::int64_t bytes_read{}, bytes_cut{};
    GREGOR_EVENT("LogRecovered", partition, log_end_offset, bytes_read, bytes_cut);
};
/// A log directory is offline, with so many replicas. When no other is left, or the metadata log
/// was there, the broker halts (class ReplicaManager, handleLogDirFailure).
struct LogDirFailed {
    std::string directory;
    std::string_view because;
    std::int64_t replicas{};
    GREGOR_EVENT("LogDirFailed", directory, because, replicas);
};

}  // namespace gregor::event
