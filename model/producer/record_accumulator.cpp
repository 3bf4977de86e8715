#include "model/producer/record_accumulator.h"

#include "engine/check.h"

#include <algorithm>

namespace gregor {

RecordAccumulator::RecordAccumulator(const Settings& settings)
    : settings_(settings), free_memory_(settings.buffer_memory)
{
}

void RecordAccumulator::set_partitions(std::size_t topic, TopicId id, std::size_t partitions)
{
    while (topics_.size() <= topic) {
        Topic added;
        added.sticky = StickyPartitioner(settings_.batch_size,
                                         settings_.random.split("partition", topics_.size()));
        topics_.push_back(std::move(added));
    }
    std::vector<std::size_t>& queues = topics_[topic].queues;
    while (queues.size() < partitions) {
        PartitionQueue& queue = queues_.emplace_back();
        queue.partition = {id, static_cast<std::int32_t>(queues.size())};
        queues.push_back(queues_.size() - 1);
    }
}

std::int64_t RecordAccumulator::upper_bound(std::int32_t key_size, std::int32_t value_size,
                                            std::int32_t headers_size)
{
    constexpr std::int64_t record_overhead = 21;
    const auto length = [](std::int32_t size) {
        return size < 0 ? 1 : varint_size(size) + static_cast<std::int64_t>(size);
    };
    return batch_header_bytes + record_overhead + length(key_size) + length(value_size) +
           headers_size;
}

void RecordAccumulator::choose_partition(Topic& topic)
{
    std::vector<std::int32_t> available;
    for (const std::size_t queue : topic.queues) {
        if (queues_[queue].leader != no_broker) {
            available.push_back(queues_[queue].partition.partition);
        }
    }
    topic.sticky.choose(available, static_cast<std::int32_t>(topic.queues.size()));
}

RecordAccumulator::Appended RecordAccumulator::append(std::size_t topic_index,
                                                      std::int32_t partition, const RecordRun& run,
                                                      Time open_at)
{
    Topic& topic = topics_[topic_index];
    const bool sticky = partition == any_partition;
    if (sticky && !topic.asks_partitioner) {
        topic.asks_partitioner = true;
        if (settings_.adaptive) update_load(topic);
    }
    if (sticky && topic.sticky.current() < 0) choose_partition(topic);
    for (;;) {
        const std::int32_t chosen = sticky ? topic.sticky.current() : partition;
        const std::size_t index = topic.queues[static_cast<std::size_t>(chosen)];
        PartitionQueue& queue = queues_[index];
        queue.used = true;
        // A switch that waited for the batch to be full comes before the next record.
        if (sticky && queue.all_full() && topic.sticky.add(0, true)) {
            choose_partition(topic);
            continue;
        }
        if (!queue.batches.empty() && !queue.batches.back().closed) {
            const std::int64_t count = fill(topic, sticky, queue, run);
            if (count > 0) return {Outcome::appended, count, index};
            queue.batches.back().closed = true;
            continue;  // asks the partitioner once more, now that the batch is full
        }
        if (!open_batch(queue, run, open_at)) return {Outcome::out_of_memory, 0, index};
        return {Outcome::appended, fill(topic, sticky, queue, run), index};
    }
}

bool RecordAccumulator::open_batch(PartitionQueue& queue, const RecordRun& run, Time open_at)
{
    const std::int64_t bytes =
        std::max(settings_.batch_size, upper_bound(run.key_size, run.value_size, run.headers_size));
    if (free_memory_ < bytes) return false;
    free_memory_ -= bytes;
    ProducerBatch& batch = queue.batches.emplace_back();
    batch.reserved = bytes;
    batch.write_limit = bytes;
    batch.size = batch_header_bytes;
    batch.first_number = queue.next_number;
    batch.created = std::max(run.at, open_at);
    batch.queued_at = batch.created;
    return true;
}

std::int64_t RecordAccumulator::fill(Topic& topic, bool sticky, PartitionQueue& queue,
                                     const RecordRun& run)
{
    ProducerBatch& batch = queue.batches.back();
    const bool is_new = batch.record_count == 0;
    const std::int64_t size_before = is_new ? 0 : batch.size;
    Fit added = fit(batch, run, batch.write_limit);
    if (sticky) {
        // The record that reaches twice batch.size is the last one before a forced switch.
        const std::int64_t forced = size_before + topic.sticky.bytes_to_forced_switch();
        if (added.count > 1 && added.size >= forced) {
            const Fit below = fit(batch, run, forced - 1);
            RecordRun one = run;
            one.count = below.count + 1;
            added = fit(batch, one, batch.write_limit);
        }
    }
    if (added.count == 0) return 0;
    add_records(batch, run, added);
    queue.next_number += added.count;
    if (sticky && topic.sticky.add(batch.size - size_before, batch.full())) {
        choose_partition(topic);
    }
    return added.count;
}

Time RecordAccumulator::fills_at(std::size_t topic_index, std::int32_t partition,
                                 const RecordRun& run) const
{
    const Topic& topic = topics_[topic_index];
    const std::int32_t chosen = partition == any_partition ? topic.sticky.current() : partition;
    if (run.count == 0) return never;
    ProducerBatch empty;
    empty.size = batch_header_bytes;
    empty.write_limit =
        std::max(settings_.batch_size, upper_bound(run.key_size, run.value_size, run.headers_size));
    const ProducerBatch* batch = &empty;
    if (chosen >= 0) {
        const PartitionQueue& queue = queues_[topic.queues[static_cast<std::size_t>(chosen)]];
        if (!queue.batches.empty() && !queue.batches.back().full()) batch = &queue.batches.back();
    }
    const Fit fits = fit(*batch, run, batch->write_limit);
    if (fits.count > 0 && fits.size >= batch->write_limit) return run.time(fits.count - 1);
    return fits.count < run.count ? run.time(fits.count) : never;
}

void RecordAccumulator::update_load()
{
    if (!settings_.adaptive) return;
    for (Topic& topic : topics_) {
        if (topic.asks_partitioner) update_load(topic);
    }
}

void RecordAccumulator::update_load(Topic& topic)
{
    bool every_queue_used = true;
    bool differ = false;
    std::size_t first_length = 0;
    for (std::size_t i = 0; i < topic.queues.size(); ++i) {
        const PartitionQueue& queue = queues_[topic.queues[i]];
        every_queue_used = every_queue_used && queue.used;
        const std::size_t length = queue.batches.size();
        if (i == 0) first_length = length;
        differ = differ || length != first_length || queue.leader == no_broker;
    }
    if (!every_queue_used || !differ) {
        topic.sticky.clear_load();
        return;
    }
    load_.total_partitions = static_cast<std::int32_t>(topic.queues.size());
    load_.partitions.clear();
    load_.lengths.clear();
    for (const std::size_t index : topic.queues) {
        const PartitionQueue& queue = queues_[index];
        if (queue.leader == no_broker) continue;
        load_.partitions.push_back(queue.partition.partition);
        load_.lengths.push_back(static_cast<std::int32_t>(queue.batches.size()));
    }
    topic.sticky.set_load(load_);
}

}  // namespace gregor
