#pragma once

#include "model/consumer/consumed_partition.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace gregor {

/// Workers that process polled records one by one while poll() goes on: the hand-off pattern, with
/// everything that can go wrong when offsets are committed past records still in work.
class WorkerPool {
public:
    struct Task {
        TopicPartition partition;
        Offset offset;
    };

    WorkerPool() = default;
    explicit WorkerPool(std::int32_t workers) : busy_(static_cast<std::size_t>(workers)) {}

    void hand_over(const std::vector<DeliveredRecords>& records);
    /// An idle worker takes the next record; its number, or none.
    std::optional<std::size_t> start_next();
    /// The worker is done with its record.
    Task finish(std::size_t worker);
    /// Offset behind the records of the partition that are all processed; none before the first.
    std::optional<Offset> lowest_done(TopicPartition partition) const;
    /// Records of partitions that were revoked are not processed any more.
    void forget(const std::vector<TopicPartition>& partitions);
    bool idle() const;
    std::int64_t waiting() const;

private:
    struct Progress {
        Offset next;              // everything before it is processed
        std::set<Offset> beyond;  // processed out of order
    };
    std::deque<DeliveredRecords> queue_;
    std::vector<std::optional<Task>> busy_;
    std::map<TopicPartition, Progress> progress_;
};

}  // namespace gregor
