#pragma once

#include "model/config.h"
#include "model/controller/leader_election.h"
#include "model/controller/metadata_image.h"
#include "model/error.h"
#include "model/levels.h"
#include "model/message.h"

#include <vector>

namespace gregor {

/// What happens to partitions when brokers go and come, and when leaders are asked for: records to
/// append, made from an image (class ReplicationControlManager). Changes nothing itself.
class PartitionChanges {
public:
    PartitionChanges(const MetadataImage& image, const BrokerConfig& config,
                     const ProtocolProfile& profile)
        : image_(image),
          config_(config),
          elr_(config.eligible_leader_replicas && profile.eligible_leader_replicas)
    {
    }

    using Records = std::vector<MetadataRecord>;

    /// The broker leaves every ISR, and leads no more (fencing, controlled shutdown).
    void remove_broker(BrokerId gone, Records& records) const;
    /// Its disk may lack data: it leaves every ISR and every ELR (registration after a crash).
    void remove_unclean_broker(BrokerId gone, Records& records) const;
    /// Log directories of a broker failed: it leaves the ISRs of these partitions.
    void take_offline(BrokerId broker, const std::vector<TopicPartition>& gone,
                      Records& records) const;
    /// Leaders for the leaderless, now that this broker is there (unfencing).
    void elect_with(BrokerId back, Records& records) const;
    /// Brings leadership back to first replicas; true when `limit` records were not enough.
    bool elect_preferred(std::size_t limit, Records& records) const;
    /// Unclean elections where they are allowed and there is no leader.
    void elect_unclean(Records& records) const;
    /// An administrator's request.
    Error elect(const ElectLeadersRequest& request, Records& records) const;
    /// Begins to move a partition to these replicas, the preferred leader first; an empty list
    /// takes back a move that is on its way (KIP-455).
    Error reassign(TopicPartition partition, const BrokerList& replicas, Records& records) const;

    struct Altered {
        AlterPartitionResponse::Partition answer;
        std::optional<PartitionChangeRecord> record;
    };
    /// A leader's request for another ISR (KIP-497).
    Altered alter(BrokerId leader, const AlterPartitionRequest::Partition& wanted) const;

    bool leads_any(BrokerId broker) const;

private:
    ElectionRules rules_for(TopicId topic) const;
    std::optional<PartitionChangeRecord> build(const PartitionRecord& before,
                                               const PartitionTarget& target,
                                               const ElectionRules& rules,
                                               BrokerList acceptable) const;
    Error cancel_reassignment_of(const PartitionRecord& partition, Records& records) const;
    Error validate(BrokerId sender, const AlterPartitionRequest::Partition& wanted) const;
    template <class Visit>
    void for_each_partition(Visit visit) const
    {
        for (const auto& topic : image_.topics()) {
            for (const auto& partition : topic->partitions) visit(*partition);
        }
    }
    void change(const PartitionRecord& before, const PartitionTarget& target,
                const BrokerList& acceptable, Records& records) const;

    const MetadataImage& image_;
    const BrokerConfig& config_;
    bool elr_;
};

}  // namespace gregor
