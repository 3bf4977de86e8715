#pragma once

#include "model/control_messages.h"
#include "model/data_messages.h"
#include "model/group_messages.h"
#include "model/quorum_messages.h"
#include "model/transaction_messages.h"

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace gregor {

/// Connections between the same two nodes, told apart by purpose (class
/// NodeToControllerChannelManager: one channel for each purpose, each with its own outstanding
/// requests).
namespace channel {
inline constexpr Channel client = 0;       ///< produce, fetch, metadata of one client
inline constexpr Channel coordinator = 1;  ///< group requests
inline constexpr Channel heartbeat = 2;    ///< broker to active controller: registration, heartbeat
inline constexpr Channel forwarding =
    3;                                  ///< broker to active controller: AlterPartition and others
inline constexpr Channel metadata = 4;  ///< broker to controller: fetch of the metadata log
inline constexpr Channel quorum = 5;    ///< controller to controller: votes and fetches
inline constexpr Channel markers = 6;   ///< broker to broker: the ends of transactions
inline constexpr Channel verification =
    7;  ///< broker to broker: whether a partition is in a transaction
/// Added to `client` and `coordinator` by the second client of a process that has two.
inline constexpr Channel second_client = 6;
inline constexpr Channel replication = 8;  ///< + number of the fetcher thread (0..7)
}  // namespace channel

using MessageBody = std::variant<
    std::monostate, ProduceRequest, ProduceResponse, FetchRequest, FetchResponse,
    OffsetsForLeaderEpochRequest, OffsetsForLeaderEpochResponse, ListOffsetsRequest,
    ListOffsetsResponse, MetadataRequest, MetadataResponse, InitProducerIdRequest,
    InitProducerIdResponse, FindCoordinatorRequest, FindCoordinatorResponse, JoinGroupRequest,
    JoinGroupResponse, SyncGroupRequest, SyncGroupResponse, HeartbeatRequest, HeartbeatResponse,
    LeaveGroupRequest, LeaveGroupResponse, OffsetCommitRequest, OffsetCommitResponse,
    OffsetFetchRequest, OffsetFetchResponse, BrokerRegistrationRequest, BrokerRegistrationResponse,
    BrokerHeartbeatRequest, BrokerHeartbeatResponse, AlterPartitionRequest, AlterPartitionResponse,
    CreateTopicsRequest, CreateTopicsResponse, AllocateProducerIdsRequest,
    AllocateProducerIdsResponse, ElectLeadersRequest, ElectLeadersResponse, AlterConfigRequest,
    AlterConfigResponse, VoteRequest, VoteResponse, BeginQuorumEpochRequest,
    BeginQuorumEpochResponse, EndQuorumEpochRequest, EndQuorumEpochResponse, QuorumFetchRequest,
    QuorumFetchResponse, ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse,
    AddPartitionsToTxnRequest, AddPartitionsToTxnResponse, AddOffsetsToTxnRequest,
    AddOffsetsToTxnResponse, EndTxnRequest, EndTxnResponse, TxnOffsetCommitRequest,
    TxnOffsetCommitResponse, WriteTxnMarkersRequest, WriteTxnMarkersResponse>;

/// One request or response. A response repeats the correlation id of its request.
/// Its special members are compiled once, in message.cpp: they go over every kind of body.
struct Message {
    Message();
    Message(std::uint32_t id, MessageBody&& content);
    template <class Body>
    requires(!std::is_same_v<std::remove_cvref_t<Body>, MessageBody>)
        Message(std::uint32_t id, Body&& content)
        : correlation(id),
          body(std::in_place_type<std::remove_cvref_t<Body>>, std::forward<Body>(content))
    {
    }
    Message(const Message&);
    Message(Message&&) noexcept;
    Message& operator=(const Message&);
    Message& operator=(Message&&) noexcept;
    ~Message();

    std::uint32_t correlation{};
    MessageBody body;
};

/// Kafka's name of the API ("Produce", "Fetch", ...), the same for request and response.
std::string_view api_name(const Message& message);
bool is_request(const Message& message);
/// Bytes on the wire, from the JSON schemas of Kafka's messages (frame and header included).
std::uint32_t wire_size(const Message& message);
/// 64 bits made of the fields that decide what happens next.
std::uint64_t digest(const Message& message);

}  // namespace gregor
