#include "model/producer/record_accumulator.h"

#include "engine/check.h"
#include "model/producer/compression_ratio.h"

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
        queue.topic = topic;
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
    std::vector<std::int32_t> available = topic.order;
    if (available.empty()) {
        for (const std::size_t queue : topic.queues) {
            if (queues_[queue].leader == no_broker) continue;
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

ProducerBatch RecordAccumulator::empty_batch(const Topic& topic, const RecordRun& run) const
{
    ProducerBatch batch;
    batch.size = batch_header_bytes;
    batch.codec = settings_.codec;
    batch.content = settings_.content;
    batch.estimated_ratio = topic.compression_ratio;
    batch.write_limit =
        std::max(settings_.batch_size, upper_bound(run.key_size, run.value_size, run.headers_size));
    return batch;
}

Duration RecordAccumulator::build(const PartitionQueue& queue, ProducerBatch& batch)
{
    if (batch.codec == Codec::none || batch.compressed_size > 0) return {};
    batch.build();
    using Ratio = float;  // as Kafka rounds
    const auto content = [](std::int64_t size) {
        return static_cast<Ratio>(size - batch_header_bytes);
    };
    Ratio& estimate = topics_[queue.topic].compression_ratio;
    estimate =
        next_compression_ratio(estimate, content(batch.compressed_size) / content(batch.size));
    return compression_time(batch.codec, batch.content, batch.size);
}

bool RecordAccumulator::open_batch(PartitionQueue& queue, const RecordRun& run, Time open_at)
{
    ProducerBatch opened = empty_batch(topics_[queue.topic], run);
    if (free_memory_ < opened.write_limit) return false;
    free_memory_ -= opened.write_limit;
    opened.reserved = opened.write_limit;
    ProducerBatch& batch = queue.batches.emplace_back(std::move(opened));
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
    const std::int64_t size_before = is_new ? 0 : batch.estimated_size();
    Fit added = fit(batch, run);
    if (sticky) {
        // The record that reaches twice batch.size is the last one before a forced switch.
        const std::int64_t forced =
            batch.uncompressed_at(size_before + topic.sticky.bytes_to_forced_switch() - 1) + 1;
        if (added.count > 1 && added.size >= forced) {
            const Fit below = fit_below(batch, run, forced);
            RecordRun one = run;
            one.count = below.count + 1;
            added = fit(batch, one);
        }
    }
    if (added.count == 0) return 0;
    add_records(batch, run, added);
    queue.next_number += added.count;
    if (sticky && topic.sticky.add(batch.estimated_size() - size_before, batch.full())) {
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
    const ProducerBatch empty = empty_batch(topic, run);
    const ProducerBatch* batch = &empty;
    if (chosen >= 0) {
        const PartitionQueue& queue = queues_[topic.queues[static_cast<std::size_t>(chosen)]];
        if (!queue.batches.empty() && !queue.batches.back().full()) batch = &queue.batches.back();
    }
    const Fit fits = fit(*batch, run);
    if (fits.count > 0 && batch->estimated_size(fits.size) >= batch->write_limit)
        return run.time(fits.count - 1);
    return fits.count < run.count ? run.time(fits.count) : never;
}

Time RecordAccumulator::ready_at(const PartitionQueue& queue, Time now, bool at_once) const
{
    const ProducerBatch& first = queue.batches.front();
    const bool new_leader = queue.leader_epoch > first.attempted_epoch;
    if (first.attempts > 0 && now < first.retry_at && !new_leader) return first.retry_at;
    const bool urgent = queue.batches.size() > 1 || first.full() || at_once || exhausted_;
    return urgent ? now : std::max(now, first.queued_at + settings_.linger);
}

void RecordAccumulator::note_ready(BrokerId broker, Time now, bool can_take)
{
    if (settings_.availability_timeout == Duration{}) return;
    const auto index = static_cast<std::size_t>(broker.value);
    if (latencies_.size() <= index) latencies_.resize(index + 1);
    Latency& latency = latencies_[index];
    if (can_take || !latency.known) latency.drained = now;
    latency.ready = now;
    latency.known = true;
}

bool RecordAccumulator::keeps_waiting(BrokerId broker) const
{
    const auto index = static_cast<std::size_t>(broker.value);
    if (index >= latencies_.size() || !latencies_[index].known) return false;
    return latencies_[index].ready - latencies_[index].drained > settings_.availability_timeout;
}

void RecordAccumulator::update_load()
{
    if (!settings_.adaptive) return;
    for (Topic& topic : topics_) update_load(topic);
}

void RecordAccumulator::update_load(Topic& topic)
{
    bool every_queue_used = true;
    bool differ = !latencies_.empty();
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
    load_.partitions.assign(topic.queues.size(), 0);
    load_.lengths.assign(topic.queues.size(), 0);
    std::size_t counted = 0;
    for (const std::size_t index : topic.queues) {
        const PartitionQueue& queue = queues_[index];
        if (queue.leader == no_broker) continue;
        load_.partitions[counted] = queue.partition.partition;
        // Of a partition that is passed over the next one takes the place and, when its queue is
        // empty, the length: as partitionReady does.
        if (!queue.batches.empty()) {
            load_.lengths[counted] = static_cast<std::int32_t>(queue.batches.size());
            if (keeps_waiting(queue.leader)) continue;
        }
        ++counted;
    }
    load_.partitions.resize(counted);
    load_.lengths.resize(counted);
    topic.sticky.set_load(load_);
}

}  // namespace gregor
