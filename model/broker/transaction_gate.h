#pragma once

#include "model/broker/marker_channels.h"
#include "model/groups/group_coordinator.h"
#include "model/transactions/transaction_rules.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace gregor {

/// What the coordinator of a transaction said of one partition of a request: the guard to append
/// with, or why not to.
struct VerifiedPartition {
    TopicPartition partition;
    GroupCoordinator::Verified verdict;
};

/// Transactional requests that wait for the word of their transaction's coordinator before they are
/// appended: is the partition in the transaction, or would it please add it (KIP-890)? Source:
/// classes ReplicaManager, AddPartitionsToTxnManager. (Each request asks for itself; Kafka has one
/// question at a time to each coordinator under way.)
class TransactionGate {
public:
    static constexpr TimerKey timer = 38;
    /// add.partitions.to.txn.retry.backoff.ms and .max.ms
    static constexpr Duration retry_interval = milliseconds(20);
    static constexpr Duration retry_limit = milliseconds(100);

    struct Held {
        Envelope from;
        Message message;  ///< Produce or TxnOffsetCommit
        TransactionSupportedOperation operation{};
        std::vector<VerifiedPartition> partitions;
        AddPartitionsToTxnRequest question;
        std::uint32_t correlation = 0;  ///< of the question; 0: none is under way
        NodeId asked = no_node;
        Time deadline;     ///< of the answer
        Time retry_at;     ///< of the next try
        Time retry_until;  ///< a transaction that ends now is waited for
    };
    /// A question for this broker's own coordinator.
    struct LocalQuestion {
        std::uint32_t correlation{};
        AddPartitionsToTxnRequest body;
    };

    void hold(const PeerStep& step, Held held);
    void on_answer(const PeerStep& step, std::uint32_t correlation,
                   const AddPartitionsToTxnResponse& response);
    void connection_lost(const PeerStep& step, NodeId node);
    /// Brokers that did not answer in time, whose connections are to be closed.
    std::vector<NodeId> on_timer(const PeerStep& step);
    std::vector<Held> take_decided() { return std::exchange(decided_, {}); }
    std::vector<LocalQuestion> take_local() { return std::exchange(local_, {}); }
    bool quiet() const { return decided_.empty() && local_.empty(); }
    std::size_t size() const { return held_.size(); }
    void clear();

private:
    void ask(const PeerStep& step, Held& held);
    void decide(Held& held, Error error);
    void sweep();
    void arm(const PeerStep& step);

    std::vector<Held> held_;
    std::vector<Held> decided_;
    std::vector<LocalQuestion> local_;
    std::uint32_t next_correlation_ = 0;
    Time armed_at_ = never;
};

}  // namespace gregor
