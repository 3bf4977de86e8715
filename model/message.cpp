#include "model/message.h"

#include "model/digest.h"

#include <array>

namespace gregor {

namespace {

constexpr std::array api_names{
    std::string_view{"None"},
    std::string_view{"Produce"},
    std::string_view{"Produce"},
    std::string_view{"Fetch"},
    std::string_view{"Fetch"},
    std::string_view{"OffsetForLeaderEpoch"},
    std::string_view{"OffsetForLeaderEpoch"},
    std::string_view{"ListOffsets"},
    std::string_view{"ListOffsets"},
    std::string_view{"Metadata"},
    std::string_view{"Metadata"},
    std::string_view{"InitProducerId"},
    std::string_view{"InitProducerId"},
    std::string_view{"FindCoordinator"},
    std::string_view{"FindCoordinator"},
    std::string_view{"JoinGroup"},
    std::string_view{"JoinGroup"},
    std::string_view{"SyncGroup"},
    std::string_view{"SyncGroup"},
    std::string_view{"Heartbeat"},
    std::string_view{"Heartbeat"},
    std::string_view{"LeaveGroup"},
    std::string_view{"LeaveGroup"},
    std::string_view{"OffsetCommit"},
    std::string_view{"OffsetCommit"},
    std::string_view{"OffsetFetch"},
    std::string_view{"OffsetFetch"},
    std::string_view{"BrokerRegistration"},
    std::string_view{"BrokerRegistration"},
    std::string_view{"BrokerHeartbeat"},
    std::string_view{"BrokerHeartbeat"},
    std::string_view{"AlterPartition"},
    std::string_view{"AlterPartition"},
    std::string_view{"CreateTopics"},
    std::string_view{"CreateTopics"},
    std::string_view{"AllocateProducerIds"},
    std::string_view{"AllocateProducerIds"},
    std::string_view{"ElectLeaders"},
    std::string_view{"ElectLeaders"},
    std::string_view{"IncrementalAlterConfigs"},
    std::string_view{"IncrementalAlterConfigs"},
    std::string_view{"Vote"},
    std::string_view{"Vote"},
    std::string_view{"BeginQuorumEpoch"},
    std::string_view{"BeginQuorumEpoch"},
    std::string_view{"EndQuorumEpoch"},
    std::string_view{"EndQuorumEpoch"},
    std::string_view{"QuorumFetch"},
    std::string_view{"QuorumFetch"},
    std::string_view{"ConsumerGroupHeartbeat"},
    std::string_view{"ConsumerGroupHeartbeat"},
    std::string_view{"AddPartitionsToTxn"},
    std::string_view{"AddPartitionsToTxn"},
    std::string_view{"AddOffsetsToTxn"},
    std::string_view{"AddOffsetsToTxn"},
    std::string_view{"EndTxn"},
    std::string_view{"EndTxn"},
    std::string_view{"TxnOffsetCommit"},
    std::string_view{"TxnOffsetCommit"},
    std::string_view{"WriteTxnMarkers"},
    std::string_view{"WriteTxnMarkers"},
};
static_assert(api_names.size() == std::variant_size_v<MessageBody>);

// Sizes below: the JSON schemas of Kafka's messages, for topics named by id and names of about
// eight characters.
constexpr std::uint32_t request_header = 4 + 10 + 1 + 8;
constexpr std::uint32_t response_header = 4 + 4 + 1;
constexpr std::uint32_t name = 11;

template <class Container>
std::uint32_t count(const Container& container)
{
    return static_cast<std::uint32_t>(container.size());
}

std::uint32_t length(const std::string& text)
{
    return static_cast<std::uint32_t>(text.size()) + 1;
}

/// Bytes of one request or response: header, fixed part, and what comes for each entry.
struct WireSize {
    std::uint32_t operator()(const std::monostate&) const { return 1; }
    std::uint32_t operator()(const ProduceRequest& m) const
    {
        std::uint32_t bytes = request_header + 9 + 18 + count(m.transactional_id);
        for (const auto& each : m.partitions) bytes += 8 + each.batch.size_in_bytes;
        return bytes;
    }
    std::uint32_t operator()(const ProduceResponse& m) const
    {
        return response_header + 6 + 18 + 33 * count(m.partitions);
    }
    std::uint32_t operator()(const FetchRequest& m) const
    {
        return request_header + 25 + 18 + (m.replica == no_broker ? 0 : 15) +
               33 * count(m.partitions) + 6 * count(m.forgotten);
    }
    std::uint32_t operator()(const FetchResponse& m) const
    {
        std::uint32_t bytes = response_header + 12 + 18;
        for (const auto& each : m.partitions) {
            bytes += 38 + 17 * count(each.aborted);
            for (const RecordBatch& batch : each.records) bytes += batch.size_in_bytes;
        }
        return bytes;
    }
    std::uint32_t operator()(const OffsetsForLeaderEpochRequest&) const
    {
        return request_header + 6 + name + 13;
    }
    std::uint32_t operator()(const OffsetsForLeaderEpochResponse&) const
    {
        return response_header + 6 + name + 19;
    }
    std::uint32_t operator()(const ListOffsetsRequest& m) const
    {
        return request_header + 11 + name + 17 * count(m.partitions);
    }
    std::uint32_t operator()(const ListOffsetsResponse& m) const
    {
        return response_header + 6 + name + 27 * count(m.partitions);
    }
    std::uint32_t operator()(const MetadataRequest& m) const
    {
        return request_header + 4 + (name + 18) * count(m.topics);
    }
    std::uint32_t operator()(const MetadataResponse& m) const
    {
        std::uint32_t bytes = response_header + 36 + 24 * count(m.brokers);
        for (const auto& topic : m.topics) {
            bytes += name + 26;
            for (const auto& each : topic.partitions) bytes += 18 + 8 * count(each.replicas);
        }
        return bytes;
    }
    std::uint32_t operator()(const InitProducerIdRequest& m) const
    {
        return request_header + 16 + length(m.transactional_id);
    }
    std::uint32_t operator()(const InitProducerIdResponse&) const { return response_header + 17; }
    std::uint32_t operator()(const FindCoordinatorRequest& m) const
    {
        return request_header + 4 + length(m.group);
    }
    std::uint32_t operator()(const FindCoordinatorResponse&) const { return response_header + 45; }
    std::uint32_t operator()(const JoinGroupRequest& m) const
    {
        return request_header + 40 + length(m.group) + length(m.member_id) + count(m.instance_id) +
               count(m.protocols) * (20 + name * count(m.topics) + 4 * count(m.owned.partitions));
    }
    std::uint32_t operator()(const JoinGroupResponse& m) const
    {
        std::uint32_t bytes = response_header + 45 + 2 * length(m.member_id);
        for (const auto& each : m.members) {
            bytes += length(each.member_id) + count(each.instance_id) + 20 +
                     name * count(each.topics) + 4 * count(each.owned.partitions);
        }
        return bytes;
    }
    std::uint32_t operator()(const SyncGroupRequest& m) const
    {
        std::uint32_t bytes =
            request_header + 30 + length(m.group) + length(m.member_id) + count(m.instance_id);
        for (const auto& each : m.assignments) {
            bytes += length(each.member_id) + 14 + name + 4 * count(each.partitions);
        }
        return bytes;
    }
    std::uint32_t operator()(const SyncGroupResponse& m) const
    {
        return response_header + 30 + 14 + name + 4 * count(m.partitions);
    }
    std::uint32_t operator()(const HeartbeatRequest& m) const
    {
        return request_header + 8 + length(m.group) + length(m.member_id) + count(m.instance_id);
    }
    std::uint32_t operator()(const HeartbeatResponse&) const { return response_header + 7; }
    std::uint32_t operator()(const LeaveGroupRequest& m) const
    {
        std::uint32_t bytes = request_header + 10 + length(m.group);
        for (const auto& each : m.members) {
            bytes += length(each.member_id) + count(each.instance_id);
        }
        return bytes;
    }
    std::uint32_t operator()(const LeaveGroupResponse&) const { return response_header + 50; }
    std::uint32_t operator()(const OffsetCommitRequest& m) const
    {
        return request_header + 9 + 18 + length(m.group) + length(m.member_id) +
               count(m.instance_id) + 18 * count(m.partitions);
    }
    std::uint32_t operator()(const OffsetCommitResponse& m) const
    {
        return response_header + 6 + 18 + 7 * count(m.partitions);
    }
    std::uint32_t operator()(const OffsetFetchRequest& m) const
    {
        return request_header + 11 + 18 + length(m.group) + 4 * count(m.partitions);
    }
    std::uint32_t operator()(const OffsetFetchResponse& m) const
    {
        return response_header + 20 + 18 + 20 * count(m.partitions);
    }
    std::uint32_t operator()(const BrokerRegistrationRequest&) const
    {
        return request_header + 150;
    }
    std::uint32_t operator()(const BrokerRegistrationResponse&) const
    {
        return response_header + 15;
    }
    std::uint32_t operator()(const BrokerHeartbeatRequest& m) const
    {
        // One list of directories, with one of them, when there is any.
        return request_header + 23 + (m.offline_replicas.empty() ? 0 : 3 + 16);
    }
    std::uint32_t operator()(const BrokerHeartbeatResponse&) const { return response_header + 10; }
    std::uint32_t operator()(const AlterPartitionRequest& m) const
    {
        std::uint32_t bytes = request_header + 14 + 18;
        for (const auto& each : m.partitions) bytes += 15 + 13 * count(each.new_isr);
        return bytes;
    }
    std::uint32_t operator()(const AlterPartitionResponse& m) const
    {
        std::uint32_t bytes = response_header + 8 + 18;
        for (const auto& each : m.partitions) bytes += 21 + 4 * count(each.isr);
        return bytes;
    }
    std::uint32_t operator()(const CreateTopicsRequest& m) const
    {
        return request_header + 10 + (name + 40) * count(m.topics);
    }
    std::uint32_t operator()(const CreateTopicsResponse& m) const
    {
        return response_header + 6 + (name + 40) * count(m.topics);
    }
    std::uint32_t operator()(const AllocateProducerIdsRequest&) const
    {
        return request_header + 13;
    }
    std::uint32_t operator()(const AllocateProducerIdsResponse&) const
    {
        return response_header + 19;
    }
    std::uint32_t operator()(const ElectLeadersRequest&) const
    {
        return request_header + name + 12;
    }
    std::uint32_t operator()(const ElectLeadersResponse&) const
    {
        return response_header + name + 16;
    }
    std::uint32_t operator()(const AlterConfigRequest& m) const
    {
        return request_header + name + 10 + length(m.key) + length(m.value);
    }
    std::uint32_t operator()(const AlterConfigResponse&) const
    {
        return response_header + name + 10;
    }
    std::uint32_t operator()(const VoteRequest&) const { return request_header + 80; }
    std::uint32_t operator()(const VoteResponse&) const { return response_header + 50; }
    std::uint32_t operator()(const BeginQuorumEpochRequest&) const { return request_header + 60; }
    std::uint32_t operator()(const BeginQuorumEpochResponse&) const { return response_header + 45; }
    std::uint32_t operator()(const EndQuorumEpochRequest&) const { return request_header + 60; }
    std::uint32_t operator()(const EndQuorumEpochResponse&) const { return response_header + 45; }
    std::uint32_t operator()(const QuorumFetchRequest&) const
    {
        return request_header + 25 + 18 + 48;
    }
    std::uint32_t operator()(const QuorumFetchResponse& m) const
    {
        std::uint32_t bytes = response_header + 12 + 18 + 60;
        for (const MetadataBatchPtr& batch : m.batches) bytes += size_of(*batch);
        return bytes;
    }
    std::uint32_t operator()(const ConsumerGroupHeartbeatRequest& m) const
    {
        const std::uint32_t topics = m.topics ? name * count(*m.topics) : 0;
        const std::uint32_t owned = m.owned ? 18 + 4 * count(*m.owned) : 0;
        return request_header + 16 + length(m.group) + length(m.member_id) + length(m.rack) +
               count(m.instance_id) + (m.assignor ? length(*m.assignor) : 1) + topics + owned;
    }
    std::uint32_t operator()(const ConsumerGroupHeartbeatResponse& m) const
    {
        const std::uint32_t owned = m.assignment ? 18 + 4 * count(*m.assignment) : 0;
        return response_header + 18 + length(m.member_id) + owned;
    }
    std::uint32_t operator()(const AddPartitionsToTxnRequest& m) const
    {
        return request_header + 14 + length(m.transactional_id) + (name + 6) * count(m.partitions);
    }
    std::uint32_t operator()(const AddPartitionsToTxnResponse& m) const
    {
        return response_header + 14 + (name + 8) * count(m.partitions);
    }
    std::uint32_t operator()(const AddOffsetsToTxnRequest& m) const
    {
        return request_header + 11 + length(m.transactional_id) + length(m.group);
    }
    std::uint32_t operator()(const AddOffsetsToTxnResponse&) const { return response_header + 7; }
    std::uint32_t operator()(const EndTxnRequest& m) const
    {
        return request_header + 12 + length(m.transactional_id);
    }
    std::uint32_t operator()(const EndTxnResponse&) const { return response_header + 17; }
    std::uint32_t operator()(const TxnOffsetCommitRequest& m) const
    {
        return request_header + 17 + length(m.transactional_id) + length(m.group) +
               length(m.member_id) + count(m.instance_id) + (name + 22) * count(m.partitions);
    }
    std::uint32_t operator()(const TxnOffsetCommitResponse& m) const
    {
        return response_header + 6 + (name + 8) * count(m.partitions);
    }
    std::uint32_t operator()(const WriteTxnMarkersRequest& m) const
    {
        return request_header + 2 + (18 + name + 5) * count(m.markers);
    }
    std::uint32_t operator()(const WriteTxnMarkersResponse& m) const
    {
        return response_header + 2 + (10 + name + 7) * count(m.errors);
    }
};

std::uint64_t fold(std::uint64_t hash, const RecordBatch& batch)
{
    hash = mix(hash, static_cast<std::uint64_t>(batch.base_offset.value));
    hash = mix(hash, static_cast<std::uint64_t>(batch.record_count) << 32 | batch.size_in_bytes);
    return mix(hash, static_cast<std::uint64_t>(batch.first_number));
}

/// The fields that decide what happens next. Every field that is left out follows from those that
/// are folded or from the event that caused the message.
struct Digest {
    std::uint64_t seed;
    std::uint64_t operator()(const ProduceRequest& m) const
    {
        std::uint64_t hash = seed;
        for (const auto& each : m.partitions)
            hash = fold(gregor::fold(hash, each.partition), each.batch);
        return hash;
    }
    std::uint64_t operator()(const ProduceResponse& m) const
    {
        std::uint64_t hash = seed;
        for (const auto& each : m.partitions) {
            hash = fold_all(hash, each.partition, each.error, each.base_offset);
        }
        return hash;
    }
    std::uint64_t operator()(const FetchRequest& m) const
    {
        std::uint64_t hash = mix(seed, static_cast<std::uint64_t>(m.session_epoch));
        for (const auto& each : m.partitions) {
            hash = fold_all(hash, each.partition, each.fetch_offset, each.current_leader_epoch);
        }
        return hash;
    }
    std::uint64_t operator()(const FetchResponse& m) const
    {
        std::uint64_t hash = mix(seed, static_cast<std::uint64_t>(m.error));
        for (const auto& each : m.partitions) {
            hash = fold_all(hash, each.partition, each.error, each.high_watermark,
                            each.diverging_epoch.end_offset);
            for (const RecordBatch& batch : each.records) hash = fold(hash, batch);
        }
        return hash;
    }
    std::uint64_t operator()(const ListOffsetsResponse& m) const
    {
        std::uint64_t hash = seed;
        for (const auto& each : m.partitions)
            hash = fold_all(hash, each.partition, each.error, each.offset);
        return hash;
    }
    std::uint64_t operator()(const OffsetsForLeaderEpochResponse& m) const
    {
        return fold_all(seed, m.partition, m.error, m.end.epoch, m.end.end_offset);
    }
    std::uint64_t operator()(const BrokerHeartbeatRequest& m) const
    {
        return fold_all(seed, m.broker, m.epoch, m.metadata_offset, m.want_fence, m.want_shut_down,
                        m.offline_replicas);
    }
    std::uint64_t operator()(const BrokerHeartbeatResponse& m) const
    {
        return fold_all(seed, m.error, m.is_caught_up, m.is_fenced, m.should_shut_down);
    }
    std::uint64_t operator()(const AlterPartitionRequest& m) const
    {
        std::uint64_t hash = fold_all(seed, m.broker, m.broker_epoch);
        for (const auto& each : m.partitions) {
            hash = fold_all(hash, each.partition, each.leader_epoch, each.partition_epoch);
            for (const auto& member : each.new_isr) hash = gregor::fold(hash, member.broker);
        }
        return hash;
    }
    std::uint64_t operator()(const AlterPartitionResponse& m) const
    {
        std::uint64_t hash = gregor::fold(seed, m.error);
        for (const auto& each : m.partitions) {
            hash = fold_all(hash, each.partition, each.error, each.partition_epoch, each.isr);
        }
        return hash;
    }
    std::uint64_t operator()(const VoteRequest& m) const
    {
        return fold_all(seed, m.candidate, m.epoch, m.last_epoch, m.last_offset, m.pre_vote);
    }
    std::uint64_t operator()(const VoteResponse& m) const
    {
        return fold_all(seed, m.error, m.leader, m.epoch, m.granted, m.pre_vote);
    }
    std::uint64_t operator()(const QuorumFetchRequest& m) const
    {
        return fold_all(seed, m.replica, m.current_epoch, m.fetch_offset, m.last_fetched_epoch,
                        m.high_watermark);
    }
    std::uint64_t operator()(const QuorumFetchResponse& m) const
    {
        return fold_all(seed, m.error, m.epoch, m.high_watermark, m.batches.size(),
                        m.diverging_end_offset);
    }
    std::uint64_t operator()(const OffsetCommitRequest& m) const
    {
        std::uint64_t hash = fold_all(seed, m.generation, m.member_id);
        for (const auto& each : m.partitions) hash = fold_all(hash, each.partition, each.offset);
        return hash;
    }
    std::uint64_t operator()(const JoinGroupResponse& m) const
    {
        return fold_all(seed, m.error, m.generation, m.member_id, m.leader, m.members.size());
    }
    std::uint64_t operator()(const SyncGroupResponse& m) const
    {
        return fold_all(seed, m.error, m.partitions);
    }
    std::uint64_t operator()(const ConsumerGroupHeartbeatRequest& m) const
    {
        const std::uint64_t hash = fold_all(seed, m.member_id, m.member_epoch);
        return m.owned ? fold_all(hash, *m.owned) : hash;
    }
    std::uint64_t operator()(const ConsumerGroupHeartbeatResponse& m) const
    {
        const std::uint64_t hash = fold_all(seed, m.error, m.member_id, m.member_epoch);
        return m.assignment ? fold_all(hash, *m.assignment) : hash;
    }
    std::uint64_t operator()(const AddPartitionsToTxnRequest& m) const
    {
        return fold_all(seed, m.transactional_id, m.producer.id, m.producer.epoch, m.verify_only,
                        m.partitions);
    }
    std::uint64_t operator()(const AddPartitionsToTxnResponse& m) const
    {
        std::uint64_t hash = fold_all(seed, m.error);
        for (const auto& each : m.partitions) hash = fold_all(hash, each.partition, each.error);
        return hash;
    }
    std::uint64_t operator()(const AddOffsetsToTxnRequest& m) const
    {
        return fold_all(seed, m.transactional_id, m.producer.id, m.producer.epoch, m.group);
    }
    std::uint64_t operator()(const EndTxnRequest& m) const
    {
        return fold_all(seed, m.transactional_id, m.producer.id, m.producer.epoch, m.commit);
    }
    std::uint64_t operator()(const EndTxnResponse& m) const
    {
        return fold_all(seed, m.error, m.producer.id, m.producer.epoch);
    }
    std::uint64_t operator()(const TxnOffsetCommitRequest& m) const
    {
        std::uint64_t hash = fold_all(seed, m.producer.id, m.producer.epoch, m.group, m.generation);
        for (const auto& each : m.partitions) hash = fold_all(hash, each.partition, each.offset);
        return hash;
    }
    std::uint64_t operator()(const TxnOffsetCommitResponse& m) const
    {
        std::uint64_t hash = seed;
        for (const auto& each : m.partitions) hash = fold_all(hash, each.partition, each.error);
        return hash;
    }
    std::uint64_t operator()(const WriteTxnMarkersRequest& m) const
    {
        std::uint64_t hash = seed;
        for (const auto& each : m.markers) {
            hash = fold_all(hash, each.producer.id, each.producer.epoch, each.commit,
                            each.coordinator_epoch, each.partition);
        }
        return hash;
    }
    std::uint64_t operator()(const WriteTxnMarkersResponse& m) const
    {
        std::uint64_t hash = seed;
        for (const Error each : m.errors) hash = gregor::fold(hash, each);
        return hash;
    }
    template <class Other>
    std::uint64_t operator()(const Other&) const
    {
        return seed;
    }
};

}  // namespace

Message::Message() = default;
Message::Message(std::uint32_t id, MessageBody&& content)
    : correlation(id), body(std::move(content))
{
}
Message::Message(const Message&) = default;
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(const Message&) = default;
Message& Message::operator=(Message&&) noexcept = default;
Message::~Message() = default;

std::string_view api_name(const Message& message)
{
    return api_names[message.body.index()];
}

bool is_request(const Message& message)
{
    return message.body.index() % 2 == 1;
}

std::uint32_t wire_size(const Message& message)
{
    return std::visit(WireSize{}, message.body);
}

std::uint64_t digest(const Message& message)
{
    const std::uint64_t seed =
        static_cast<std::uint64_t>(message.body.index()) << 32 | message.correlation;
    return std::visit(Digest{seed}, message.body);
}

std::uint32_t size_of(const MetadataBatch& batch)
{
    return batch_header_bytes + 60 * static_cast<std::uint32_t>(batch.records.size());
}

}  // namespace gregor
