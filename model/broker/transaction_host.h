#pragma once

#include "model/broker/marker_channels.h"
#include "model/config.h"
#include "model/transactions/transaction_coordinator.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gregor {

/// The transaction coordinator as a broker runs it: requests become calls, what the coordinator
/// wants written becomes records of __transaction_state, and its markers are sent. Sources: classes
/// KafkaApis, TransactionStateManager.
class TransactionHost {
public:
    // Its own timers in the broker.
    static constexpr TimerKey abort_timer = 35;
    static constexpr TimerKey expiry_timer = 36;
    static constexpr TimerKey marker_timer = 37;

    /// To nobody (no_node): the broker itself asked, as the leader of a partition.
    struct Answer {
        Envelope to;
        Message message;
    };
    /// To be appended to the partition of __transaction_state, and acknowledged by all.
    struct Append {
        std::int32_t partition{};
        RecordBatch batch;
        std::uint64_t ticket{};
        Duration timeout;
    };

    TransactionHost() = default;
    explicit TransactionHost(const BrokerConfig& config);

    /// InitProducerId with a transactional id, AddPartitionsToTxn, AddOffsetsToTxn, EndTxn.
    void on_request(const PeerStep& step, const Envelope& from, const Message& message);
    void on_append_committed(const PeerStep& step, std::uint64_t ticket, Error error);
    void on_markers_written(const PeerStep& step, NodeId by, std::uint32_t correlation,
                            const WriteTxnMarkersResponse& response);
    void on_connection_lost(const PeerStep& step, NodeId node);
    void on_timer(const PeerStep& step, TimerKey key);

    /// The broker leads a partition of __transaction_state, with this content.
    void on_elected(const PeerStep& step, std::int32_t partition, LeaderEpoch epoch,
                    const std::vector<RecordBatch>& content);
    void on_resigned(const PeerStep& step, std::int32_t partition);
    /// The process ends: nothing of this is on disk.
    void on_end();

    std::vector<Answer> take_answers() { return std::exchange(answers_, {}); }
    std::vector<Append> take_appends() { return std::exchange(appends_, {}); }
    /// Markers for partitions that this broker leads itself.
    std::optional<WriteTxnMarkersRequest> take_local_markers() { return markers_.take_local(); }
    bool needs_producer_id() const { return coordinator_.needs_producer_id(); }
    void offer_producer_id(ProducerId id) { coordinator_.offer_producer_id(id); }

    const TransactionCoordinator& coordinator() const { return coordinator_; }
    /// transaction.state.log.num.partitions
    std::int32_t partitions() const { return partitions_; }
    std::size_t markers_waiting() const { return markers_.size(); }

private:
    struct Request {
        Envelope from;
        std::uint32_t correlation{};
        enum class Kind : std::uint8_t { init, add_partitions, add_offsets, end } kind{};
        std::vector<TopicPartition> partitions;
    };
    void add_offsets(const PeerStep& step, std::uint64_t request,
                     const AddOffsetsToTxnRequest& asked);
    void verify(const Envelope& from, std::uint32_t correlation,
                const AddPartitionsToTxnRequest& asked);
    void work_off(const PeerStep& step);
    void answer(const TransactionAnswer& told);
    void append(const PeerStep& step, const TransactionWrite& write);
    void append_again(const PeerStep& step);
    void wake_at(const PeerStep& step, Time at);
    void arm(const PeerStep& step, TimerKey key, Duration interval);

    TransactionCoordinator coordinator_;
    MarkerChannels markers_;
    std::int32_t partitions_ = 50;
    Duration abort_interval_, expiry_interval_;
    std::map<std::uint64_t, Request> requests_;
    std::map<std::uint64_t, std::optional<TransactionMetadata>> writes_;  // by ticket
    std::vector<std::uint64_t> postponed_;  // tickets of writes that failed and must not
    std::uint64_t last_request_ = 0;
    std::vector<Answer> answers_;
    std::vector<Append> appends_;
    bool armed_ = false;
    Time markers_armed_ = never;
};

}  // namespace gregor
