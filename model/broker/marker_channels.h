#pragma once

#include "model/broker/lifecycle.h"
#include "model/controller/metadata_image.h"
#include "model/effects.h"
#include "model/transactions/transaction_coordinator.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

/// What a broker's part that talks to other brokers works on in one step.
struct PeerStep {
    Time now;
    BrokerId self;
    const ClusterLayout& layout;
    const MetadataImage& image;
    Effects& effects;
};

/// Sends the markers of ended transactions to the leaders of their partitions, again and again
/// until they are written: one request at a time to each broker. Source: class
/// TransactionMarkerChannelManager.
class MarkerChannels {
public:
    /// Between two attempts where there is no leader or it did not take the marker.
    static constexpr Duration retry_interval = milliseconds(100);

    struct Outcome {
        std::string id;
        TopicPartition partition;
        Error error = Error::none;  ///< none also for a partition that is gone
    };

    void add(TransactionMarker marker) { waiting_.push_back({std::move(marker), no_node, Time{}}); }
    /// Sends what may leave. Markers for this broker itself are left for `take_local`.
    void advance(const PeerStep& step);
    std::optional<WriteTxnMarkersRequest> take_local() { return std::exchange(local_, {}); }
    /// The answer of a broker, or this broker's own.
    void on_answer(const PeerStep& step, NodeId from, std::uint32_t correlation,
                   const WriteTxnMarkersResponse& response);
    void connection_lost(const PeerStep& step, NodeId node);
    /// The ids of this partition of __transaction_state are somebody else's affair now.
    void forget(std::int32_t partition, std::int32_t partitions);
    std::vector<Outcome> take_outcomes() { return std::exchange(outcomes_, {}); }
    /// When to call `advance` again; valid after it.
    Time next_retry() const { return next_retry_; }
    std::size_t size() const { return waiting_.size(); }
    void clear();

private:
    struct Entry {
        TransactionMarker marker;
        NodeId sent_to = no_node;
        Time not_before;
        std::uint32_t position = 0;  // in the request
    };
    void settle(const PeerStep& step, Entry& entry, Error error);

    std::vector<Entry> waiting_;
    std::map<NodeId, std::uint32_t> in_flight_;  // correlation of the request to a broker
    std::optional<WriteTxnMarkersRequest> local_;
    std::vector<Outcome> outcomes_;
    std::uint32_t next_correlation_ = 0;
    Time next_retry_ = never;
};

}  // namespace gregor
