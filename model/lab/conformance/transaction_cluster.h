#pragma once

#include "model/groups/transactional_offsets.h"
#include "model/log/unified_log.h"
#include "model/transactions/transaction_coordinator.h"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor::lab {

/// One broker of the recordings in golden/groups: a topic `t`, four partitions of
/// __consumer_offsets, and the transaction coordinator, whose writes and markers are carried out at
/// once. Answers come in the form of the recordings, with producer ids as symbols P1, P2, ... in
/// order of appearance.
class TransactionCluster {
public:
    using Json = nlohmann::json;
    struct Topics {
        std::string group;
        std::int32_t partitions{};
    };
    explicit TransactionCluster(const Topics& topics);

    /// What an AddPartitionsToTxn, EndTxn or InitProducerId is answered.
    TransactionAnswer init(const std::string& id, std::int64_t timeout_ms,
                           ProducerIdAndEpoch expected);
    /// The same; CONCURRENT_TRANSACTIONS is tried again.
    TransactionAnswer init_until_decided(const std::string& id, std::int64_t timeout_ms,
                                         ProducerIdAndEpoch expected);
    Error add(const TransactionCoordinator::Add& asked);
    TransactionAnswer end(const TransactionCoordinator::End& asked);
    Error verify(const std::string& id, ProducerIdAndEpoch producer, std::int32_t partition) const;
    ProducerId new_producer_id();

    struct Write {
        std::string id;  ///< empty: not transactional
        ProducerIdAndEpoch producer;
        std::int32_t partition{};
        std::int32_t sequence{};
        std::int32_t count{};
        bool transactional = false;
        int version = 12;  ///< of the Produce request
    };
    struct Written {
        Error error = Error::none;
        Offset base{no_offset};
        bool duplicate = false;
    };
    Written produce(const Write& asked);
    /// TxnOffsetCommit of offsets of `t`, by partition; `version` 5: adds the partition itself. Of
    /// no offsets: all but the record, as for a group that refuses them.
    Error commit_offsets(const std::string& id, ProducerIdAndEpoch producer,
                         const std::map<std::int32_t, std::int64_t>& offsets, int version);
    /// WriteTxnMarkers to one partition of `t`, as an admin sends it: with the coordinator's epoch
    /// that the partition knows.
    Error write_marker(std::int32_t partition, ProducerIdAndEpoch producer, bool commit,
                       int transaction_version);
    void delete_records(std::int32_t partition, Offset to);
    /// Time goes by; what is due happens.
    void wait(std::int64_t ms);

    TopicPartition offsets_partition() const { return {offsets_topic_id, offsets_partition_}; }
    TopicPartition data_partition(std::int32_t partition) const
    {
        return {data_topic_id, partition};
    }
    std::int32_t partitions() const { return topics_.partitions; }
    /// A transactional id that the recording looks at from now on.
    void watch(const std::string& id) { watched_.insert(id); }
    /// hw, lso, tx, prod, offs, stable.
    Json observe();
    std::string symbol(ProducerId id);
    ProducerId id_of(const std::string& symbol) const;
    UnifiedLog& log(std::int32_t partition) { return data_[static_cast<std::size_t>(partition)]; }
    /// Batches of a partition: [base, last, producer, epoch, base sequence, kind]; of a marker also
    /// the coordinator's epoch.
    Json batches_of(std::int32_t partition, bool coordinator_epochs);
    /// Aborted transactions that a read_committed fetch from the beginning names.
    Json aborted_of(std::int32_t partition);

private:
    static constexpr TopicId data_topic_id{0}, offsets_topic_id{1};
    static constexpr std::int64_t cleanup_interval_ms = 2'000;  // as the recorded clusters had it

    TransactionAnswer answer_to(std::uint64_t request);
    void settle();
    void offer_producer_id();
    Error ask_coordinator(const std::string& id, ProducerIdAndEpoch producer,
                          TopicPartition partition, bool adds);
    Error write_marker_to(const TransactionMarker& marker);
    UnifiedLog& log_of(TopicPartition partition);
    std::string name_of(TopicPartition partition) const;
    Json describe(const std::string& id);
    Json producers_of(std::int32_t partition);

    std::int64_t now_ms_ = 1'000'000;  // before the logs, which begin with it
    Topics topics_;
    std::int32_t offsets_partition_{};
    std::vector<UnifiedLog> data_;
    UnifiedLog offsets_log_;  // of the one partition that the group is in
    TransactionalOffsets pending_;
    std::vector<std::int64_t> committed_;
    TransactionCoordinator coordinator_;
    std::map<std::uint64_t, TransactionAnswer> answers_;
    std::uint64_t next_request_ = 1;
    std::int64_t next_producer_id_ = 1'000;
    std::map<ProducerId, std::string> symbols_;
    std::set<std::string> watched_;
};

/// Remembers what a recording says after each step, of which it only writes what changed.
class ExpectedObservations {
public:
    const nlohmann::json& after(const nlohmann::json& step)
    {
        if (step.contains("obs")) expected_.update(step.at("obs"));
        return expected_;
    }

private:
    nlohmann::json expected_ = nlohmann::json::object();
};

}  // namespace gregor::lab
