#pragma once

#include "model/config.h"
#include "model/controller/metadata_image.h"
#include "model/error.h"
#include "model/lab/kafka_tools/cluster_state.h"
#include "model/message.h"

#include <vector>

namespace gregor::lab::kafka_tools {

/// The controller of a cluster in this state: the model's own rules, asked about what the state
/// says. What it decides is written back. One object for one request.
class ControllerDesk {
public:
    explicit ControllerDesk(ClusterState& state);

    Error elect(const PartitionName& partition, bool unclean);
    /// No replicas: takes back a move that is on its way.
    Error reassign(const PartitionName& partition, const std::vector<std::int32_t>& replicas);
    /// The replicas that were being added are in sync now: the move is over.
    void finish_reassignment(const PartitionName& partition);
    /// Without assignments the controller places replicas, in Kafka from a random broker on.
    Error create(const CreateTopicsRequest::Topic& topic);
    Error extend(const std::string& topic, std::int32_t count,
                 const std::vector<std::vector<std::int32_t>>& assignments);

private:
    TopicPartition id_of(const PartitionName& name) const;
    void apply(const std::vector<MetadataRecord>& records);
    void fold(const MetadataRecord& record) { image_.apply(record, image_.next_offset()); }
    void write_back(TopicPartition partition);

    ClusterState& state_;
    BrokerConfig config_;
    MetadataImage image_;
};

BrokerList broker_list(const std::vector<std::int32_t>& ids);

}  // namespace gregor::lab::kafka_tools
