#pragma once

#include "model/producer/partitioner.h"
#include "model/producer/producer_batch.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace gregor {

/// What the idempotent producer remembers of a partition (class TxnPartitionEntry).
struct SequenceState {
    std::int32_t next = 0;
    std::int32_t last_acked = -1;
    ProducerEpoch epoch{no_producer_epoch};  ///< of the sequences in flight
    bool unresolved = false;  ///< a batch with a sequence expired; nothing new until the rest is in
    /// First sequences of the batches sent and not done, in order, those to be retried among them.
    boost::container::small_vector<std::int32_t, 5> in_flight;
};

/// The batches of one partition that wait to be sent, and the leader as metadata name it.
struct PartitionQueue {
    TopicPartition partition;
    std::deque<ProducerBatch> batches;
    std::int64_t next_number = 0;  ///< of the client's stream to this partition
    std::size_t topic = 0;         ///< of the accumulator's
    BrokerId leader{no_broker};
    LeaderEpoch leader_epoch{no_leader_epoch};
    std::int32_t requests = 0;  ///< with a batch of this partition, unanswered
    bool used = false;          ///< has had a record: Kafka's deque exists
    SequenceState sequences;

    bool all_full() const { return batches.empty() || batches.back().full(); }
};

/// Gathers records into batches, one queue for each partition, within buffer.memory. A batch ends
/// when the next record does not fit. Source: classes RecordAccumulator, BufferPool.
class RecordAccumulator {
public:
    struct Settings {
        std::int64_t batch_size = 16'384;
        std::int64_t buffer_memory = 33'554'432;
        Codec codec = Codec::none;
        PayloadContent content = PayloadContent::random_letters;  ///< of the values
        Duration linger;
        bool adaptive = true;
        /// How long a broker may keep batches waiting before its partitions are passed over; 0: for
        /// ever.
        Duration availability_timeout;
        Random random;
    };
    enum class Outcome : std::uint8_t { appended, out_of_memory };
    struct Appended {
        Outcome outcome = Outcome::appended;
        std::int64_t count = 0;
        std::size_t queue = 0;  ///< where it went, or was to go
    };
    static constexpr std::int32_t any_partition = -1;

    RecordAccumulator() = default;
    explicit RecordAccumulator(const Settings& settings);

    /// Makes the queues of a topic, or more of them when it has grown.
    void set_partitions(std::size_t topic, TopicId id, std::size_t partitions);
    std::vector<PartitionQueue>& queues() { return queues_; }
    const std::vector<PartitionQueue>& queues() const { return queues_; }
    std::size_t queue_of(std::size_t topic, std::int32_t partition) const
    {
        return topics_[topic].queues[static_cast<std::size_t>(partition)];
    }

    /// Appends as many records of the run as go to one batch; a new one is opened no earlier than
    /// `open_at`. To `any_partition` the sticky partitioner decides.
    Appended append(std::size_t topic, std::int32_t partition, const RecordRun& run, Time open_at);
    /// When the records to come will fill a batch: never, if not before `limit`. For a run to the
    /// partition (or the sticky one) that starts at its first record.
    Time fills_at(std::size_t topic, std::int32_t partition, const RecordRun& run) const;
    /// The partition that a run to `any_partition` goes to next; -1 when there is none yet.
    std::int32_t sticky_partition(std::size_t topic) const
    {
        return topics_[topic].sticky.current();
    }
    /// The next record to `any_partition` may go to another partition than the last one did.
    bool switch_pending(std::size_t topic) const
    {
        const StickyPartitioner& sticky = topics_[topic].sticky;
        return sticky.current() < 0 || sticky.produced() >= settings_.batch_size;
    }

    /// Kafka's size check of one record against max.request.size: an upper bound.
    static std::int64_t upper_bound(std::int32_t key_size, std::int32_t value_size,
                                    std::int32_t headers_size = 1);
    /// The batch leaves: its real size is known, and the next ones of the topic are estimated by it
    /// (class CompressionRatioEstimator). Returns the CPU time that the codec takes.
    Duration build(const PartitionQueue& queue, ProducerBatch& batch);
    /// A batch was too large after all: nothing is taken to shrink until more is known.
    void forget_ratio(const PartitionQueue& queue) { topics_[queue.topic].compression_ratio = 1; }
    void release(const ProducerBatch& batch) { free_memory_ += batch.reserved; }
    std::int64_t free_memory() const { return free_memory_; }
    std::int64_t buffered_bytes() const { return settings_.buffer_memory - free_memory_; }
    /// Somebody waits for memory: every batch may leave at once.
    bool exhausted() const { return exhausted_; }
    void set_exhausted(bool exhausted) { exhausted_ = exhausted; }
    Duration linger() const { return settings_.linger; }
    /// When the queue's first batch may leave, brokers aside: `now`, the end of its linger or of
    /// its back-off. `at_once`: a flush or a close hurries it. Source:
    /// RecordAccumulator.batchReady.
    Time ready_at(const PartitionQueue& queue, Time now, bool at_once) const;
    /// At each ready check: the queue lengths that the sticky partitioner will weigh.
    void update_load();
    /// The broker has ready batches now, and can take them or cannot. Source:
    /// RecordAccumulator.updateNodeLatencyStats.
    void note_ready(BrokerId broker, Time now, bool can_take);

    StickyPartitioner& sticky(std::size_t topic) { return topics_[topic].sticky; }
    /// The order in which the client's metadata list the partitions with a leader, which decides
    /// what a random number means. Ascending unless set.
    void set_order(std::size_t topic, std::vector<std::int32_t> order)
    {
        topics_[topic].order = std::move(order);
    }

private:
    struct Topic {
        std::vector<std::size_t> queues;
        StickyPartitioner sticky;
        std::vector<std::int32_t> order;
        float compression_ratio = 1;  // estimated, as Kafka rounds
    };
    /// Since when a broker has had batches that it could not take.
    struct Latency {
        Time ready, drained;
        bool known = false;
    };
    void update_load(Topic& topic);
    bool keeps_waiting(BrokerId broker) const;
    void choose_partition(Topic& topic);
    bool open_batch(PartitionQueue& queue, const RecordRun& run, Time open_at);
    ProducerBatch empty_batch(const Topic& topic, const RecordRun& run) const;
    std::int64_t fill(Topic& topic, bool sticky, PartitionQueue& queue, const RecordRun& run);

    Settings settings_;
    std::int64_t free_memory_ = 0;
    bool exhausted_ = false;
    std::vector<PartitionQueue> queues_;
    std::vector<Topic> topics_;
    StickyPartitioner::Load load_;    // of the last update_load; here for its memory
    std::vector<Latency> latencies_;  // by broker id; empty without an availability timeout
};

}  // namespace gregor
