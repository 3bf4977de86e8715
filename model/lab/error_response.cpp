#include "model/lab/error_response.h"

namespace gregor::lab {

namespace {

/// The response type of each request, with the error in every place where Kafka puts one.
class Refusal {
public:
    explicit Refusal(Error error) : error_(error) {}

    MessageBody operator()(const ProduceRequest& request) const
    {
        return by_partition<ProduceResponse>(request);
    }
    MessageBody operator()(const FetchRequest& request) const
    {
        // An incremental fetch names no partitions: the error stands for the session.
        FetchResponse response = by_partition<FetchResponse>(request);
        if (request.partitions.empty()) response.error = error_;
        response.session_id = request.session_id;
        return response;
    }
    MessageBody operator()(const OffsetsForLeaderEpochRequest& request) const
    {
        return OffsetsForLeaderEpochResponse{.partition = request.partition, .error = error_};
    }
    MessageBody operator()(const ListOffsetsRequest& request) const
    {
        return by_partition<ListOffsetsResponse>(request);
    }
    MessageBody operator()(const OffsetCommitRequest& request) const
    {
        return by_partition<OffsetCommitResponse>(request);
    }
    MessageBody operator()(const AlterPartitionRequest& request) const
    {
        AlterPartitionResponse response = by_partition<AlterPartitionResponse>(request);
        response.error = error_;
        return response;
    }
    MessageBody operator()(const CreateTopicsRequest& request) const
    {
        CreateTopicsResponse response{.error = error_};
        response.topics.assign(request.topics.size(), error_);
        return response;
    }
    MessageBody operator()(const InitProducerIdRequest&) const
    {
        return of<InitProducerIdResponse>();
    }
    MessageBody operator()(const FindCoordinatorRequest&) const
    {
        return of<FindCoordinatorResponse>();
    }
    MessageBody operator()(const JoinGroupRequest&) const { return of<JoinGroupResponse>(); }
    MessageBody operator()(const SyncGroupRequest&) const { return of<SyncGroupResponse>(); }
    MessageBody operator()(const HeartbeatRequest&) const { return of<HeartbeatResponse>(); }
    MessageBody operator()(const ConsumerGroupHeartbeatRequest&) const
    {
        return of<ConsumerGroupHeartbeatResponse>();
    }
    MessageBody operator()(const LeaveGroupRequest&) const { return of<LeaveGroupResponse>(); }
    MessageBody operator()(const OffsetFetchRequest&) const { return of<OffsetFetchResponse>(); }
    MessageBody operator()(const BrokerRegistrationRequest&) const
    {
        return of<BrokerRegistrationResponse>();
    }
    MessageBody operator()(const BrokerHeartbeatRequest&) const
    {
        return of<BrokerHeartbeatResponse>();
    }
    MessageBody operator()(const AllocateProducerIdsRequest&) const
    {
        return of<AllocateProducerIdsResponse>();
    }
    MessageBody operator()(const ElectLeadersRequest&) const { return of<ElectLeadersResponse>(); }
    MessageBody operator()(const AlterConfigRequest&) const { return of<AlterConfigResponse>(); }
    MessageBody operator()(const VoteRequest& request) const
    {
        VoteResponse response = of<VoteResponse>();
        response.epoch = request.epoch;
        response.pre_vote = request.pre_vote;
        return response;
    }
    MessageBody operator()(const BeginQuorumEpochRequest& request) const
    {
        return BeginQuorumEpochResponse{.error = error_, .epoch = request.epoch};
    }
    MessageBody operator()(const EndQuorumEpochRequest& request) const
    {
        return EndQuorumEpochResponse{.error = error_, .epoch = request.epoch};
    }
    MessageBody operator()(const QuorumFetchRequest& request) const
    {
        QuorumFetchResponse response = of<QuorumFetchResponse>();
        response.epoch = request.current_epoch;
        return response;
    }
    MessageBody operator()(const AddPartitionsToTxnRequest& request) const
    {
        AddPartitionsToTxnResponse response = of<AddPartitionsToTxnResponse>();
        for (const TopicPartition each : request.partitions) {
            response.partitions.push_back({each, error_});
        }
        return response;
    }
    MessageBody operator()(const AddOffsetsToTxnRequest&) const
    {
        return of<AddOffsetsToTxnResponse>();
    }
    MessageBody operator()(const EndTxnRequest&) const { return of<EndTxnResponse>(); }
    MessageBody operator()(const TxnOffsetCommitRequest& request) const
    {
        TxnOffsetCommitResponse response;
        for (const auto& each : request.partitions) {
            response.partitions.push_back({each.partition, error_});
        }
        return response;
    }
    MessageBody operator()(const WriteTxnMarkersRequest& request) const
    {
        return WriteTxnMarkersResponse{std::vector<Error>(request.markers.size(), error_)};
    }
    template <class Other>
    MessageBody operator()(const Other&) const
    {
        return std::monostate{};
    }

private:
    template <class Response>
    Response of() const
    {
        Response response;
        response.error = error_;
        return response;
    }
    template <class Response, class Request>
    Response by_partition(const Request& request) const
    {
        Response response;
        for (const auto& asked : request.partitions) {
            typename Response::Partition refused;
            refused.partition = asked.partition;
            refused.error = error_;
            response.partitions.push_back(std::move(refused));
        }
        return response;
    }

    Error error_;
};

}  // namespace

std::optional<Message> error_response(const Message& request, Error error)
{
    Message response{request.correlation, std::visit(Refusal(error), request.body)};
    if (std::holds_alternative<std::monostate>(response.body)) return std::nullopt;
    return response;
}

}  // namespace gregor::lab
