#pragma once

#include "model/log/unified_log.h"
#include "model/replication/partition_leader.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace gregor {

/// A fetch session of this broker that covers the partition, and the place of the partition in it.
struct FetchWatcher {
    std::uint32_t session{};
    std::uint32_t position{};
};

/// A produce request with acks=all waits for this partition's high watermark.
struct ProduceWaiter {
    std::uint32_t produce{};   ///< slot in the purgatory
    std::uint32_t position{};  ///< of the partition in the request
    Offset required;           ///< last offset + 1
};

/// One replica of a partition on a broker: its log, its high watermark and its role.
struct Replica {
    /// What the checkpoint files of the log directory say: a start begins with it.
    struct Checkpoints {
        Offset high_watermark, recovery_point, log_start;
    };

    Replica(TopicPartition name, FileId on_disk, UnifiedLog&& own)
        : partition(name), file(on_disk), log(std::move(own))
    {
    }

    TopicPartition partition;
    FileId file{};
    UnifiedLog log;
    /// Bytes that were ever written to the end of the log and not cut off there: the disk counts
    /// them as one file.
    std::int64_t written_bytes = 0;
    Checkpoints checkpoints;
    Time last_flush;
    LeaderEpoch leader_epoch{no_leader_epoch};
    PartitionEpoch partition_epoch{-1};
    BrokerId leader{no_broker};
    PartitionLeader::Settings settings;
    std::optional<PartitionLeader> leadership;
    std::vector<ProduceWaiter> produce_waiters;  // by required offset
    std::vector<FetchWatcher> fetch_watchers;
    bool holds_group_offsets = false;  ///< a partition of __consumer_offsets
    bool holds_transactions = false;   ///< a partition of __transaction_state
    std::size_t directory = 0;         ///< of log.dirs
    bool offline = false;              ///< its log directory failed in this life
    bool removed = false;  ///< its files wait to be deleted: the topic went, or it moved elsewhere

    /// They stand by required offset. A batch sent again (a duplicate) waits for an older one than
    /// the last in line.
    void wait_for_high_watermark(const ProduceWaiter& waiter)
    {
        auto place = produce_waiters.end();
        while (place != produce_waiters.begin() && (place - 1)->required > waiter.required) --place;
        produce_waiters.insert(place, waiter);
    }
    Offset high_watermark() const { return log.high_watermark(); }
    bool is_leader() const { return leadership.has_value(); }
    bool is_usable() const { return !offline && !removed; }
    /// Who names a leader epoch must mean this one (KIP-320, Partition.checkCurrentLeaderEpoch).
    Error check_leader_epoch(LeaderEpoch named) const
    {
        if (removed) return Error::unknown_topic_or_partition;
        if (offline) return Error::kafka_storage_error;
        if (named != no_leader_epoch && named < leader_epoch) return Error::fenced_leader_epoch;
        if (named > leader_epoch) return Error::unknown_leader_epoch;
        return is_leader() ? Error::none : Error::not_leader_or_follower;
    }
};

}  // namespace gregor
