#pragma once

#include "model/config.h"
#include "model/controller/metadata_image.h"
#include "model/controller/replica_placer.h"
#include "model/error.h"
#include "model/message.h"

#include <string_view>
#include <vector>

namespace gregor {

/// Turns CreateTopics and CreatePartitions into records: checks names, settings and assignments,
/// places replicas, names the first leaders (ReplicationControlManager.createTopics,
/// createPartitions). One object for one request.
class TopicCreation {
public:
    TopicCreation(const MetadataImage& image, const BrokerConfig& config, RandomBelow below)
        : image_(image), config_(config), below_(std::move(below)), next_id_(image.next_topic_id())
    {
    }

    /// Adds the records of one topic; on an error adds nothing.
    Error create(const CreateTopicsRequest::Topic& topic);
    /// More partitions for a topic that is there: `count` in all. `assignments`: of the new ones,
    /// by hand; empty: placed. On an error adds nothing.
    Error extend(TopicId topic, std::int32_t count, const std::vector<BrokerList>& assignments);
    std::vector<MetadataRecord> take_records() { return std::move(records_); }

private:
    using Assignments = std::vector<BrokerList>;
    Result<Assignments> place(const CreateTopicsRequest::Topic& topic) const;
    Result<Assignments> place(const Placement& wanted) const;
    Error check_assignments(const Assignments& assignments) const;
    Result<std::vector<ConfigRecord>> configs_of(const CreateTopicsRequest::Topic& topic,
                                                 TopicId id) const;
    bool collides(std::string_view name) const;
    void add_partitions(TopicId topic, std::int32_t first, const std::vector<BrokerList>& placed);
    PartitionRecord first_state(TopicPartition partition, const BrokerList& replicas) const;

    const MetadataImage& image_;
    const BrokerConfig& config_;
    RandomBelow below_;
    TopicId next_id_;
    std::vector<std::string> names_;  // created by this request so far
    std::vector<MetadataRecord> records_;
};

}  // namespace gregor
