#pragma once

#include "model/error.h"
#include "model/producer_id.h"
#include "model/transactions/transaction_state.h"

#include <cstdint>
#include <optional>

/// What the coordinator decides on a request from what it knows of the transactional id: an answer
/// at once, or a state to be written first. Pure functions; pending writes are looked at by the
/// caller. Source: classes TransactionCoordinator, TransactionMetadata.
namespace gregor {

/// `next` is to be written before `error` is answered; without it the answer goes out at once.
struct TransactionDecision {
    Error error = Error::none;
    std::optional<TransactionMetadata> next;
    /// The producer id offered was taken.
    bool took_producer_id = false;
};

struct InitProducerIdQuestion {
    std::int64_t timeout_ms{};
    std::optional<ProducerIdAndEpoch> expected;
    ProducerId fresh{no_producer_id};  ///< for when the epochs are used up
    std::int64_t now_ms{};
};
/// With an open transaction `next` is PrepareEpochFence: the epoch is raised, not yet written.
TransactionDecision decide_init(const TransactionMetadata& known,
                                const InitProducerIdQuestion& question);

/// AddPartitionsToTxn, AddOffsetsToTxn, and what partition leaders add for the client (KIP-890).
TransactionDecision decide_add(const TransactionMetadata& known, ProducerIdAndEpoch producer,
                               const std::set<TopicPartition>& partitions,
                               TransactionVersion version, std::int64_t now_ms);

/// Whether the partition belongs to the transaction (AddPartitionsToTxn with verifyOnly).
Error decide_verify(const TransactionMetadata& known, ProducerIdAndEpoch producer,
                    TopicPartition partition);

/// What the leader of a partition does for a transactional request before it appends, as the
/// version of the request tells (KIP-890): it asks the coordinator whether the partition is in the
/// transaction, or adds it. Source: class AddPartitionsToTxnManager, TransactionSupportedOperation.
enum class TransactionSupportedOperation : std::uint8_t {
    default_error,            ///< verifies; the client does not know TRANSACTION_ABORTABLE
    generic_error_supported,  ///< verifies
    add_partition,
};
/// \param version  of Produce
TransactionSupportedOperation operation_of_produce(int version);
/// \param version  of TxnOffsetCommit
TransactionSupportedOperation operation_of_offset_commit(int version);
/// What the leader tells the client about the coordinator's answer.
Error leader_answer_for(Error coordinator_error, TransactionSupportedOperation operation);

struct EndTransactionQuestion {
    ProducerIdAndEpoch producer;
    bool commit = false;
    TransactionVersion version = TransactionVersion::tv_0;
    ProducerId fresh{no_producer_id};
    std::int64_t now_ms{};
};
TransactionDecision decide_end(const TransactionMetadata& known,
                               const EndTransactionQuestion& question);

/// The state PrepareAbort that follows PrepareEpochFence: its epoch is the fence's.
TransactionMetadata abort_after_fence(const TransactionMetadata& fenced, std::int64_t now_ms);
/// Once every partition has its marker.
TransactionMetadata completed(const TransactionMetadata& prepared, std::int64_t now_ms);

}  // namespace gregor
