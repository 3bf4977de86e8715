#include "model/consumer/worker_pool.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

void WorkerPool::hand_over(const std::vector<DeliveredRecords>& records)
{
    for (const DeliveredRecords& each : records) {
        queue_.push_back(each);
        progress_.try_emplace(each.partition, Progress{each.base_offset, {}});
    }
}

std::optional<std::size_t> WorkerPool::start_next()
{
    if (queue_.empty()) return std::nullopt;
    const auto free = std::find(busy_.begin(), busy_.end(), std::nullopt);
    if (free == busy_.end()) return std::nullopt;
    DeliveredRecords& next = queue_.front();
    *free = Task{next.partition, next.base_offset};
    ++next.base_offset.value;
    if (--next.record_count == 0) queue_.pop_front();
    return static_cast<std::size_t>(free - busy_.begin());
}

WorkerPool::Task WorkerPool::finish(std::size_t worker)
{
    GREGOR_CHECK(busy_[worker].has_value());
    const Task task = *busy_[worker];
    busy_[worker].reset();
    const auto found = progress_.find(task.partition);
    if (found == progress_.end()) return task;
    Progress& progress = found->second;
    progress.beyond.insert(task.offset);
    while (!progress.beyond.empty() && *progress.beyond.begin() <= progress.next) {
        progress.next = std::max(progress.next, *progress.beyond.begin() + 1);
        progress.beyond.erase(progress.beyond.begin());
    }
    return task;
}

std::optional<Offset> WorkerPool::lowest_done(TopicPartition partition) const
{
    const auto found = progress_.find(partition);
    if (found == progress_.end()) return std::nullopt;
    return found->second.next;
}

void WorkerPool::forget(const std::vector<TopicPartition>& partitions)
{
    for (const TopicPartition each : partitions) {
        std::erase_if(queue_, [&](const auto& records) { return records.partition == each; });
        progress_.erase(each);
    }
}

bool WorkerPool::idle() const
{
    return queue_.empty() && std::none_of(busy_.begin(), busy_.end(),
                                          [](const auto& task) { return task.has_value(); });
}

std::int64_t WorkerPool::waiting() const
{
    std::int64_t records = 0;
    for (const DeliveredRecords& each : queue_) records += each.record_count;
    return records;
}

}  // namespace gregor
