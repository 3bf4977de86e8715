#pragma once

#include "model/error.h"
#include "model/producer_id.h"
#include "model/types.h"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// Where a transactional producer stands. Source: class TransactionManager.State.
enum class ProducerTransactionState : std::uint8_t {
    uninitialized,
    initializing,
    ready,
    in_transaction,
    committing,
    aborting,
    abortable_error,
    fatal_error,
};
/// A move that a client does not make itself is an application's call in the wrong state. Into
/// fatal_error leads every state.
struct ProducerTransactionMove {
    ProducerTransactionState from, to;
    std::string_view because;
};
inline constexpr std::array legal_producer_transaction_moves{
    ProducerTransactionMove{ProducerTransactionState::uninitialized,
                            ProducerTransactionState::initializing, "initTransactions"},
    ProducerTransactionMove{ProducerTransactionState::committing,
                            ProducerTransactionState::initializing, "a new epoch is needed"},
    ProducerTransactionMove{ProducerTransactionState::aborting,
                            ProducerTransactionState::initializing, "a new epoch is needed"},
    ProducerTransactionMove{ProducerTransactionState::initializing, ProducerTransactionState::ready,
                            "producer id received"},
    ProducerTransactionMove{ProducerTransactionState::committing, ProducerTransactionState::ready,
                            "committed"},
    ProducerTransactionMove{ProducerTransactionState::aborting, ProducerTransactionState::ready,
                            "aborted"},
    ProducerTransactionMove{ProducerTransactionState::ready,
                            ProducerTransactionState::in_transaction, "beginTransaction"},
    ProducerTransactionMove{ProducerTransactionState::in_transaction,
                            ProducerTransactionState::committing, "commitTransaction"},
    ProducerTransactionMove{ProducerTransactionState::in_transaction,
                            ProducerTransactionState::aborting, "abortTransaction"},
    ProducerTransactionMove{ProducerTransactionState::abortable_error,
                            ProducerTransactionState::aborting, "abortTransaction"},
    ProducerTransactionMove{ProducerTransactionState::in_transaction,
                            ProducerTransactionState::abortable_error, "a record failed"},
    ProducerTransactionMove{ProducerTransactionState::committing,
                            ProducerTransactionState::abortable_error, "a record failed"},
    ProducerTransactionMove{ProducerTransactionState::abortable_error,
                            ProducerTransactionState::abortable_error, "another record failed"},
    ProducerTransactionMove{ProducerTransactionState::initializing,
                            ProducerTransactionState::abortable_error, "a request was refused"},
};

/// What a call throws: Kafka's exception classes, the outermost first; empty when all is well.
using ExceptionChain = std::vector<std::string>;

/// The producer's half of transactions, as a state machine: calls of the application come in, one
/// request at a time goes out, its answer comes back. Batches and sequence numbers are the
/// sender's. Source: classes TransactionManager, KafkaProducer.
class TransactionClient {
public:
    struct Settings {
        bool v2 = true;  ///< the brokers have transaction.version 2
    };
    TransactionClient() = default;
    explicit TransactionClient(const Settings& settings) : settings_(settings) {}

    // ---- calls; what they throw at once ----
    ExceptionChain init_transactions();
    ExceptionChain begin();
    ExceptionChain commit();
    ExceptionChain abort();
    /// A record for the partition has been handed to the accumulator. It stays there when this
    /// throws.
    ExceptionChain send(TopicPartition partition);
    ExceptionChain send_offsets(std::string_view member_id, std::int32_t generation);
    /// The call waited for max.block.ms: it is to be repeated before anything else.
    void give_up_waiting() { gave_up_ = true; }

    // ---- requests ----
    struct Request {
        enum class Kind : std::uint8_t {
            init_producer_id,
            add_partitions,
            add_offsets,
            commit_offsets,
            end_transaction,
        };
        Kind kind{};
        ProducerIdAndEpoch expected{};          ///< of InitProducerId
        std::set<TopicPartition> partitions{};  ///< of AddPartitionsToTxn
        bool commit = false;                    ///< of EndTxn
    };
    /// The next one to be sent, which stays the same until it is answered for good. Those that only
    /// end an empty transaction are done here without being sent.
    std::optional<Request> next_request();
    /// A request of sendOffsetsToTransaction has no answer yet.
    bool sends_offsets() const;
    /// What comes next ends the transaction.
    bool ends_next() const;
    /// `producer`: of InitProducerId, and of EndTxn with transaction.version 2. A retriable error
    /// leaves the request in place.
    void on_answer(Error error, ProducerIdAndEpoch producer);

    // ---- records ----
    /// What send() would throw now.
    ExceptionChain refuses_send() const;
    /// Whether batches of the partition may leave: it is known to be in the transaction.
    bool may_send_to(TopicPartition partition) const;
    /// A record failed for good; the transaction cannot be committed any more.
    void on_record_failed(const ExceptionChain& cause);

    ProducerTransactionState state() const { return state_; }
    ProducerIdAndEpoch producer() const { return producer_; }
    /// Counts how often sequence numbers began again at 0.
    std::int64_t sequence_resets() const { return sequence_resets_; }
    /// What the last call ended with, once no request of it is left; also the cause of an error.
    const ExceptionChain& outcome() const { return outcome_; }
    bool is_open() const;

private:
    using State = ProducerTransactionState;
    using Kind = Request::Kind;
    bool move(State to);
    ExceptionChain refused_by_state() const;
    ExceptionChain error_of_state() const;
    void fail_for_good(const ExceptionChain& cause);
    void fail_abortably(ExceptionChain cause);
    bool is_being_added(TopicPartition partition) const;
    std::optional<Request> take_request();
    void end(bool commit);
    void complete();
    void on_end_answer(Error error, ProducerIdAndEpoch producer);
    void on_refusal(Kind kind, Error error);

    Settings settings_;
    State state_ = State::uninitialized;
    ProducerIdAndEpoch producer_;
    ExceptionChain last_error_;
    ExceptionChain outcome_;
    std::optional<Request> in_flight_;
    std::deque<Request> requests_;             // that wait for it
    std::set<TopicPartition> partitions_;      // known to be in the transaction
    std::set<TopicPartition> new_partitions_;  // to be added
    bool started_ = false;                     // the coordinator knows of the transaction
    bool bump_needed_ = false;                 // once it has ended
    bool gave_up_ = false;
    std::int64_t sequence_resets_ = 0;
};

}  // namespace gregor
