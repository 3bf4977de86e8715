#pragma once

#include "model/client/connections.h"
#include "model/client/metadata.h"
#include "model/config.h"
#include "model/consumer/consumed_partition.h"

#include <cstdint>
#include <deque>
#include <vector>

namespace gregor {

class CoordinatorLink;

/// What one step of a consumer works on.
struct ConsumerStep {
    Time now;
    ClientMetadata& metadata;
    Connections& connections;
    CoordinatorLink& coordinator;
    Effects& effects;
};

/// Fetches ahead of poll(): at most one request in flight for each broker, none to a broker whose
/// last answer is not handed out yet, in fetch sessions (KIP-227). Owns the assigned partitions.
/// Sources: classes AbstractFetch, FetchCollector, FetchSessionHandler.
class Fetcher {
public:
    Fetcher() = default;
    Fetcher(ClientId client, const ConsumerConfig& config);

    std::vector<ConsumedPartition>& partitions() { return partitions_; }
    const std::vector<ConsumedPartition>& partitions() const { return partitions_; }
    ConsumedPartition* find(TopicPartition partition);
    const ConsumedPartition* find(TopicPartition partition) const;
    /// The new assignment, in order; partitions that stay keep position and buffer.
    void assign(const std::vector<TopicPartition>& partitions);
    /// Takes over leaders from the metadata; a new leader epoch makes positions be validated.
    void refresh_leaders(const ClientMetadata& metadata);

    void send_fetches(const ConsumerStep& step);
    void on_fetched(const ConsumerStep& step, BrokerId broker, FetchResponse&& response);
    void on_fetch_failed(BrokerId broker);
    /// Hands out up to `limit` records, partition by partition, and moves the positions. `batches`:
    /// gets the batches that they are of, if given.
    Duration collect(std::int64_t limit, std::vector<DeliveredRecords>& delivered,
                     std::vector<DeliveredBatch>* batches = nullptr);
    /// Where `collect` stopped, if it did: what stands there makes poll() throw.
    struct Unreadable {
        TopicPartition partition;
        Offset offset;
        bool corrupt = false;  ///< another CRC than it should have (check.crcs); else the
                               ///< deserializer refuses it
    };
    const std::optional<Unreadable>& unreadable() const { return unreadable_; }
    /// Clients that write what the deserializer refuses.
    void set_foreign(std::vector<ClientId> foreign) { foreign_ = std::move(foreign); }
    /// Of partitions that are not paused.
    bool has_buffered() const;
    /// Goes on from another offset: what was fetched is dropped.
    void seek(ConsumedPartition& partition, Offset offset);
    /// Asks ListOffsets where to go on from (control::Seek::beginning or end).
    void seek(ConsumedPartition& partition, std::int64_t timestamp);
    std::int64_t buffered_bytes() const;
    /// When a partition that waits after an error may be fetched again; `never`: none waits.
    Time retry_at() const { return retry_at_; }

    static constexpr std::uint32_t fetch_cookie = 16;

private:
    struct Session {
        std::int32_t id = 0;
        std::int32_t epoch = 0;  // 0: the next request is a full one
        bool in_flight = false;
        bool full_in_flight = false;
        std::int32_t buffered = 0;  // partitions with data from this broker
        std::vector<TopicPartition> forgotten;
    };
    Session& session(BrokerId broker);
    bool fetchable(const ConsumedPartition& partition, Time now) const;
    void send_fetch(const ConsumerStep& step, BrokerId broker);
    void leave_session(ConsumedPartition& partition);
    void on_partition(const ConsumerStep& step, BrokerId broker, FetchResponse::Partition& answer);
    void on_error(const ConsumerStep& step, ConsumedPartition& partition, Error error);
    void drop_buffer(ConsumedPartition& partition);
    Duration collect_from(ConsumedPartition& partition, std::int64_t& left,
                          std::vector<DeliveredRecords>& delivered,
                          std::vector<DeliveredBatch>* batches);
    bool waits_for_poll(BrokerId broker) const;
    bool is_foreign(ClientId client) const;

    ClientId client_{no_client};
    ConsumerConfig config_;
    std::vector<ConsumedPartition> partitions_;  // ascending
    std::vector<Session> sessions_;              // by broker
    std::vector<BrokerId> targets_;              // of one pass of send_fetches
    std::optional<Unreadable> unreadable_;
    std::vector<ClientId> foreign_;
    std::deque<TopicPartition> completed_;  // with buffered records, in order of arrival
    std::int64_t leaders_version_ = -1;
    Time retry_at_ = never;
};

}  // namespace gregor
