#include "model/broker/marker_channels.h"

#include "model/java_hash.h"

#include <algorithm>
#include <utility>

namespace gregor {

namespace {

/// Somebody else decides about this transaction: the marker is not sent again.
bool is_final(Error error)
{
    return error == Error::invalid_producer_epoch || error == Error::producer_fenced ||
           error == Error::transaction_coordinator_fenced;
}

}  // namespace

/// Sends what may leave.
void MarkerChannels::advance(const PeerStep& step)
{
    std::map<NodeId, WriteTxnMarkersRequest> requests;
    next_retry_ = never;
    std::erase_if(waiting_, [&](const Entry& entry) {
        if (step.image.partition(entry.marker.partition) != nullptr) return false;
        outcomes_.push_back({entry.marker.id, entry.marker.partition, Error::none});
        return true;
    });
    for (Entry& entry : waiting_) {
        if (entry.sent_to != no_node) continue;
        const BrokerId leader = step.image.partition(entry.marker.partition)->leader;
        if (leader == no_broker && entry.not_before <= step.now) {
            entry.not_before = step.now + retry_interval;
        }
        if (entry.not_before > step.now) {
            next_retry_ = std::min(next_retry_, entry.not_before);
            continue;
        }
        const NodeId to = step.layout.node_of(leader);
        if (in_flight_.contains(to)) continue;
        WriteTxnMarkersRequest& request = requests[to];
        entry.sent_to = to;
        entry.position = static_cast<std::uint32_t>(request.markers.size());
        request.markers.push_back(
            {entry.marker.producer, entry.marker.commit, entry.marker.coordinator_epoch,
             static_cast<std::int8_t>(entry.marker.version), entry.marker.partition});
    }
    for (auto& [to, request] : requests) {
        in_flight_[to] = ++next_correlation_;
        if (to == step.layout.node_of(step.self)) {
            local_ = std::move(request);
        } else {
            send(step.effects, to, channel::markers,
                 Message{next_correlation_, std::move(request)});
        }
    }
}

void MarkerChannels::settle(const PeerStep& step, Entry& entry, Error error)
{
    entry.sent_to = no_node;
    if (error == Error::none || is_final(error)) {
        outcomes_.push_back({entry.marker.id, entry.marker.partition, error});
        entry.marker.id.clear();  // to be dropped
    } else {
        entry.not_before = step.now + retry_interval;
    }
}

void MarkerChannels::on_answer(const PeerStep& step, NodeId from, std::uint32_t correlation,
                               const WriteTxnMarkersResponse& response)
{
    const auto asked = in_flight_.find(from);
    const bool own = from == step.layout.node_of(step.self);
    if (asked == in_flight_.end() || (!own && asked->second != correlation)) return;
    in_flight_.erase(asked);
    for (Entry& entry : waiting_) {
        if (entry.sent_to != from) continue;
        const bool told = entry.position < response.errors.size();
        settle(step, entry, told ? response.errors[entry.position] : Error::network_exception);
    }
    std::erase_if(waiting_, [](const Entry& entry) { return entry.marker.id.empty(); });
}

void MarkerChannels::connection_lost(const PeerStep& step, NodeId node)
{
    in_flight_.erase(node);
    for (Entry& entry : waiting_) {
        if (entry.sent_to != node) continue;
        entry.sent_to = no_node;
        entry.not_before = step.now + retry_interval;
    }
}

void MarkerChannels::forget(std::int32_t partition, std::int32_t partitions)
{
    std::erase_if(waiting_, [&](const Entry& entry) {
        return coordinator_partition_for(entry.marker.id, partitions) == partition;
    });
}

void MarkerChannels::clear()
{
    waiting_.clear();
    in_flight_.clear();
    local_.reset();
    outcomes_.clear();
    next_retry_ = never;
}

}  // namespace gregor
