#pragma once

#include "model/events.h"
#include "model/lab/shared_vector.h"
#include "model/lab/value.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gregor::lab {

/// What clients saw, built from their events: which records were sent, acknowledged, failed, left
/// unknown, delivered, and how long that took. Records of one client are numbered in the order of
/// send() from 0 ("sequence"), and within its stream to one partition likewise ("number").
/// A value whose copies share structure.
class History {
public:
    /// Consecutive records of one client to one partition.
    struct SendRun {
        std::int64_t first_number{}, first_sequence{}, count{};
        Time created;      ///< of the first record
        Duration spacing;  ///< between two of them
    };
    /// `count` records whose latencies are first, first - step, first - 2 step, ...
    struct LatencyRun {
        Time at;         ///< of the acknowledgement or delivery
        Time created;    ///< of the first record
        Duration first;  ///< latency of the first, the oldest
        Duration step;   ///< each later record waited so much less
        std::int64_t count{};
        TopicPartition partition;
    };
    struct AcknowledgedRun {
        Offset base_offset;
        std::int64_t first_number{}, count{};
    };
    struct Stream {
        SharedVector<SendRun> runs;                  // by number
        SharedVector<AcknowledgedRun> acknowledged;  // whose offset was told
        std::size_t acknowledged_hint = 0, delivered_hint = 0;
    };
    /// A transaction of a producer, as it saw it; its records are those sent between its begin and
    /// its end.
    struct Transaction {
        enum class Outcome : std::uint8_t { open, committed, aborted, unknown };
        std::int64_t first_sequence{}, end_sequence = -1;  ///< -1: not ended
        Outcome outcome = Outcome::open;
    };
    struct Client {
        std::map<TopicPartition, Stream> streams;
        SharedVector<Transaction> transactions;
        IntervalSet acknowledged, failed, unknown;  // by sequence
        std::int64_t sent = 0;
        std::int64_t retried = 0;  // records of requests that were sent again
        SharedVector<LatencyRun> acknowledgements;
        SharedVector<LatencyRun> deliveries;              // to this client, by poll()
        std::map<TopicPartition, IntervalSet> delivered;  // offsets
        std::int64_t delivered_count = 0;
        std::int64_t redelivered = 0;
        std::int64_t processed_count = 0;
        Time last_acknowledgement;
        Duration longest_silence;  // between two acknowledgements
        Time silence_began;
    };
    using Commits = std::map<TopicPartition, Offset>;

    void record(Time at, const Event& event);

    const Client& client(ClientId id) const;
    std::size_t client_count() const { return clients_.size(); }
    /// Sequences of records `first_number` .. + count of a client's stream to a partition.
    void add_sequences(ClientId client, TopicPartition partition, std::int64_t first_number,
                       std::int64_t count, IntervalSet& into) const;
    /// Sequences of the client's acknowledged records that were written below that offset.
    void add_acknowledged_below(ClientId client, TopicPartition partition, Offset bound,
                                IntervalSet& into) const;
    /// What is known of these records when they were sent, in their order.
    std::vector<SendRun> runs_of(ClientId client, TopicPartition partition,
                                 std::int64_t first_number, std::int64_t count) const;
    /// Committed offsets of a group, as the coordinator reported them.
    const Commits& commits(const std::string& group) const;
    const std::map<std::string, Commits>& groups() const { return commits_; }
    std::int32_t generation(const std::string& group) const;
    std::int32_t group_members(const std::string& group) const;
    /// The client that owns a partition in a group; no_client when none does.
    ClientId owner(const std::string& group, TopicPartition partition) const;

private:
    static void note_offset(Stream& stream, const event::RecordsAcknowledged& event);
    Client& of(ClientId id);
    void on(Time at, const event::RecordsSent& event);
    void on(Time at, const event::RecordsAcknowledged& event);
    void on(Time at, const event::RecordsFailed& event);
    void on(Time at, const event::SendRetried& event);
    void on(Time at, const event::RecordsDelivered& event);
    void on(Time at, const event::RecordsProcessed& event);
    void on(Time at, const event::OffsetCommitted& event);
    void on(Time at, const event::TransactionBegan& event);
    void on(Time at, const event::TransactionEnded& event);
    void on(Time at, const event::GroupStateChanged& event);
    void on(Time at, const event::PartitionsAssigned& event);
    void on(Time at, const event::PartitionsRevoked& event);
    template <class Other>
    void on(Time, const Other&)
    {
    }
    template <class Visit>
    static void visit_runs(const Stream& stream, std::int64_t first_number, std::int64_t count,
                           std::size_t& hint, Visit&& visit);

    std::vector<Client> clients_;
    std::map<std::string, Commits> commits_;
    std::map<std::string, std::pair<std::int32_t, std::int32_t>> generations_;  // and members
    std::map<std::string, std::map<TopicPartition, ClientId>> owners_;
};

/// The latencies of many records, without listing them: percentiles over runs.
class LatencySample {
public:
    void add(const History::LatencyRun& run);
    std::int64_t count() const { return count_; }
    /// The smallest latency that at least a fraction `p` of the records do not exceed (nearest
    /// rank); p in (0, 1]. Zero when there are no records.
    Duration percentile(double p) const;
    Duration max() const;

private:
    std::vector<History::LatencyRun> runs_;
    std::int64_t count_ = 0;
};

}  // namespace gregor::lab
