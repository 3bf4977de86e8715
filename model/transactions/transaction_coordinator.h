#pragma once

#include "model/error.h"
#include "model/transactions/transaction_rules.h"
#include "model/transactions/transaction_state.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gregor {

/// What a client is told, under the number its request came with.
struct TransactionAnswer {
    std::uint64_t request{};
    Error error = Error::none;
    ProducerIdAndEpoch producer;  ///< of InitProducerId, and of EndTxn that raised the epoch
};

/// A record for a partition of __transaction_state, to be acknowledged by all replicas; the
/// coordinator hears of the outcome by the ticket.
struct TransactionWrite {
    std::int32_t partition{};
    std::string id;
    std::optional<TransactionMetadata> value;  ///< nothing: a tombstone
    std::uint64_t ticket{};                    ///< never 0
};

/// A marker to be sent to the leader of a partition until it is written (WriteTxnMarkers).
struct TransactionMarker {
    std::string id;
    TopicPartition partition;
    ProducerIdAndEpoch producer;
    bool commit = false;
    std::int32_t coordinator_epoch{};
    TransactionVersion version{};
};

struct TransactionOutbox {
    std::vector<TransactionAnswer> answers;
    std::vector<TransactionWrite> writes;
    std::vector<TransactionMarker> markers;
};

/// The coordinator of the transactional ids whose partition of __transaction_state this broker
/// leads. Requests, outcomes of writes and markers come in as calls; what leaves is fetched with
/// `take_outbox`. A state counts once its record is committed; until then other requests of the id
/// are told to come again. Time is the broker's clock in ms. Sources: classes
/// TransactionCoordinator, TransactionStateManager, TransactionMarkerChannelManager.
class TransactionCoordinator {
public:
    struct Settings {
        std::int32_t partitions = 50;              ///< transaction.state.log.num.partitions
        std::int64_t max_timeout_ms = 900'000;     ///< transaction.max.timeout.ms
        std::int64_t expiration_ms = 604'800'000;  ///< transactional.id.expiration.ms
    };
    TransactionCoordinator() = default;
    explicit TransactionCoordinator(const Settings& settings) : settings_(settings) {}

    // ---- requests; each is answered under `request` ----
    struct Init {
        std::string id;
        std::int64_t timeout_ms{};
        ProducerIdAndEpoch expected;  ///< both -1: none
    };
    void init(std::int64_t now_ms, std::uint64_t request, const Init& asked);
    struct Add {
        std::string id;
        ProducerIdAndEpoch producer;
        std::set<TopicPartition> partitions;
        TransactionVersion version{};
    };
    void add_partitions(std::int64_t now_ms, std::uint64_t request, const Add& asked);
    struct End {
        std::string id;
        ProducerIdAndEpoch producer;
        bool commit = false;
        TransactionVersion version{};
    };
    void end(std::int64_t now_ms, std::uint64_t request, const End& asked);
    /// Answered at once: it changes nothing.
    Error verify(const std::string& id, ProducerIdAndEpoch producer,
                 TopicPartition partition) const;

    // ---- outcomes ----
    void on_written(std::int64_t now_ms, std::uint64_t ticket, Error error);
    /// `error` none: the marker is in the partition, or the partition is gone. Of others only those
    /// that end the sending: the coordinator or the producer's epoch is out of date.
    void on_marker(std::int64_t now_ms, const std::string& id, TopicPartition partition,
                   Error error);

    // ---- time ----
    /// Aborts open transactions older than their timeout; to be called every
    /// transaction.abort.timed.out.transaction.cleanup.interval.ms.
    void abort_timed_out(std::int64_t now_ms);
    /// Forgets ids that had no transaction for transactional.id.expiration.ms.
    void remove_expired(std::int64_t now_ms);

    // ---- leadership of a partition of __transaction_state ----
    void on_loading(std::int32_t partition);
    /// With what the log holds, the newest record of each id; unfinished ends go on.
    void on_elected(std::int64_t now_ms, std::int32_t partition, std::int32_t coordinator_epoch,
                    const std::vector<TransactionMetadata>& content);
    void on_resigned(std::int32_t partition);

    /// A producer id is kept in hand, for new transactional ids and used-up epochs.
    bool needs_producer_id() const { return fresh_ == no_producer_id; }
    void offer_producer_id(ProducerId id) { fresh_ = id; }

    TransactionOutbox take_outbox();
    /// Nothing for an id it does not know.
    const TransactionMetadata* find(const std::string& id) const;

private:
    struct Entry {
        TransactionMetadata metadata;
        std::optional<TransactionMetadata> pending;  ///< on its way into the log
        bool expiring = false;                       ///< its tombstone is
        bool fence_failed = false;  ///< its epoch was raised by a fence that was not written
    };
    struct Write {
        std::string id;
        std::optional<std::uint64_t> request;
        bool answers_concurrent = false;  ///< the request is to come again once it is written
    };
    Error availability(const std::string& id) const;
    /// Null when the request has been answered: this coordinator does not have the id.
    Entry* entry_of(std::uint64_t request, const std::string& id);
    std::int32_t partition_of(const std::string& id) const;
    void answer(std::uint64_t request, Error error, ProducerIdAndEpoch producer = {});
    void append(std::optional<TransactionMetadata> value, const Write& about);
    void write(Entry& entry, const TransactionMetadata& next, const Write& about);
    void fence(std::int64_t now_ms, Entry& entry, TransactionMetadata fenced, const Write& about);
    void send_markers(std::int64_t now_ms, Entry& entry);
    void maybe_complete(std::int64_t now_ms, Entry& entry);
    void write_failed(Entry& entry, const TransactionMetadata& intended, const Write& about,
                      Error error);

    Settings settings_;
    std::map<std::string, Entry> entries_;
    std::map<std::int32_t, std::int32_t> led_;  // partition -> coordinator epoch
    std::set<std::int32_t> loading_;
    std::map<std::uint64_t, Write> writes_;  // by ticket
    std::uint64_t next_ticket_ = 1;
    ProducerId fresh_{no_producer_id};
    TransactionOutbox outbox_;
};

}  // namespace gregor
