#pragma once

#include "model/client/connections.h"
#include "model/client/metadata.h"
#include "model/config.h"
#include "model/producer/record_accumulator.h"
#include "model/producer/transaction_link.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace gregor {

/// Drains batches into produce requests and gives each batch its outcome: acknowledged, retried
/// after a back-off, or failed; with sequence numbers when the producer is idempotent (KIP-98,
/// KIP-360). Source: classes Sender, TransactionManager.
class Sender {
public:
    /// The parts of the producer that one step works on.
    struct Step {
        Time now;
        RecordAccumulator& accumulator;
        ClientMetadata& metadata;
        Connections& connections;
        Effects& effects;
    };

    Sender() = default;
    /// \param transaction_version  that the brokers offer
    Sender(ClientId client, const ProducerConfig& config, const Random& random,
           std::int8_t transaction_version = 2);

    /// One pass of the sender loop: sends what is ready, as far as connections allow.
    void run(const Step& step);
    /// When the next batch can be ready by time alone; valid after `run`.
    Time next_ready() const { return next_ready_; }
    /// Fails what passed delivery.timeout.ms; returns when the next batch may pass it.
    Time expire(const Step& step);

    void on_produced(const Step& step, std::uint32_t cookie, const ProduceResponse& response);
    void on_producer_id(const Step& step, const InitProducerIdResponse& response);
    /// The request with this cookie failed with its connection (or timed out).
    void on_request_failed(const Step& step, std::uint32_t cookie, Error error);
    /// The CPU has compressed the batches of a request, which leaves now.
    void on_compressed(const Step& step);
    /// An answer, or the failure, of a request that TransactionLink owns.
    void on_transactional_answer(const Step& step, std::uint32_t cookie, const MessageBody& body)
    {
        transactions_.on_answer(link_step(step), cookie, body);
    }
    TransactionLink& transactions() { return transactions_; }
    const TransactionLink& transactions() const { return transactions_; }
    bool transactional() const { return transactions_.enabled(); }
    /// Whether there are batches without an outcome.
    bool any_incomplete(const RecordAccumulator& accumulator) const;
    /// Everything may leave at once, for now.
    void set_flushing(bool flushing) { flushing_ = flushing; }
    /// Whether the cookie belongs to a request of the sender.
    static bool owns(std::uint32_t cookie) { return cookie >= producer_id_cookie; }

    /// Everything may leave at once: close() or flush().
    void set_closing() { closing_ = true; }
    std::size_t batches_in_flight() const;
    ProducerId producer_id() const { return producer_id_; }
    ProducerEpoch producer_epoch() const { return producer_epoch_; }
    /// Whether a batch failed or completed since the last call (buffer memory came back).
    bool take_completed();

    static constexpr std::uint32_t producer_id_cookie = 8;
    static constexpr std::uint32_t first_produce_cookie = 16;

private:
    struct InFlightBatch {
        std::size_t queue{};
        bool done = false;  ///< expired meanwhile
        ProducerBatch batch;
    };
    struct InFlightProduce {
        boost::container::small_vector<InFlightBatch, 1> batches;
    };

    bool find_ready(const Step& step);
    void check_queue(const Step& step, PartitionQueue& queue);
    void refresh_leaders(const Step& step);
    bool drain(const Step& step, BrokerId broker);
    bool may_drain(const Step& step, const PartitionQueue& queue) const;
    void stamp(PartitionQueue& queue, ProducerBatch& batch);
    void transmit(const Step& step, BrokerId broker, std::uint32_t slot);
    void announce(const Step& step, PartitionQueue& queue, ProducerBatch& batch) const;
    void announce_waiting(const Step& step, PartitionQueue& queue) const;

    void finish(const Step& step, InFlightBatch& sent, Error error, Offset base_offset);
    void acknowledge(const Step& step, InFlightBatch& sent, Offset base_offset);
    bool can_retry(const Step& step, const PartitionQueue& queue, const ProducerBatch& batch,
                   Error error);
    void retry(const Step& step, InFlightBatch& sent, Error error);
    void split_and_send_again(const Step& step, InFlightBatch& sent);
    void requeue(PartitionQueue& queue, ProducerBatch&& batch) const;
    void fail(const Step& step, std::size_t queue, ProducerBatch& batch, Error error);
    void free_slot(std::uint32_t slot);

    // Transactions: sender_transactions.cpp.
    static TransactionLink::Step link_step(const Step& step)
    {
        return {step.now, step.metadata, step.connections, step.effects};
    }
    void advance_transaction(const Step& step);
    void follow_producer_id(const Step& step);
    void abort_undrained(const Step& step);
    void abort_all(const Step& step);
    bool hurries() const;
    void report_failed(const Step& step, std::size_t queue, ProducerBatch& batch, Error error);

    bool ready_for_sequences(const Step& step);
    void sequence_done(PartitionQueue& queue, const ProducerBatch& batch);
    void resolve_sequences(const Step& step);
    void bump_epoch(const Step& step);
    void rewrite_sequences(std::size_t queue, PartitionQueue& owner);

    ClientId client_{no_client};
    ProducerConfig config_;
    ExponentialBackoff backoff_;
    Random random_;
    bool idempotent_ = false;
    bool closing_ = false;
    bool flushing_ = false;
    bool completed_ = false;
    bool bump_needed_ = false;
    bool asking_producer_id_ = false;
    ProducerId producer_id_{no_producer_id};
    ProducerEpoch producer_epoch_{-1};
    TransactionLink transactions_;
    std::int64_t sequence_resets_ = 0;  // of the transactions, followed here
    Time producer_id_not_before_;
    std::int32_t producer_id_failures_ = 0;

    struct Compressing {
        BrokerId broker;
        std::uint32_t slot{};
    };
    std::optional<Compressing> compressing_;  // the sender's thread is in the codec

    Time next_ready_ = never;
    std::int64_t leaders_version_ = -1;       // of the metadata that the queues' leaders are from
    std::size_t leaders_known_ = 0;           // queues that had one looked up
    std::vector<BrokerId> ready_;             // brokers to drain to in this pass
    std::vector<std::size_t> drain_from_;     // by broker: the queue that has its turn
    std::vector<InFlightProduce> in_flight_;  // by cookie - first_produce_cookie
    std::vector<std::uint32_t> free_slots_;
};

}  // namespace gregor
