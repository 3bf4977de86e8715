#pragma once

#include "engine/time.h"
#include "model/error.h"
#include "model/event_fields.h"
#include "model/types.h"

#include <cstdint>
#include <string>

/// What controllers report, and brokers of their relation to them.
namespace gregor::event {

struct QuorumRoleChanged {
    std::string_view role;  ///< Kafka's state name: Unattached, Prospective, Candidate, Leader, ...
    QuorumEpoch epoch;
    BrokerId leader{no_broker};
    std::string_view because;
    GREGOR_EVENT("QuorumRoleChanged", role, epoch, leader, because);
};
struct ControllerActivated {
    QuorumEpoch epoch;
    GREGOR_EVENT("ControllerActivated", epoch);
};
struct ControllerResigned {
    QuorumEpoch epoch;
    GREGOR_EVENT("ControllerResigned", epoch);
};
struct BrokerRegistered {
    BrokerId broker;
    BrokerEpoch epoch;
    GREGOR_EVENT("BrokerRegistered", broker, epoch);
};
struct RegistrationRefused {
    BrokerId broker;
    Error error;
    GREGOR_EVENT("RegistrationRefused", broker, error);
};
struct BrokerSessionExpired {
    BrokerId broker;
    std::int64_t silent_ms{};  ///< since its last heartbeat arrived
    GREGOR_EVENT("BrokerSessionExpired", broker, silent_ms);
};
struct BrokerFenced {
    BrokerId broker;
    GREGOR_EVENT("BrokerFenced", broker);
};
struct BrokerUnfenced {
    BrokerId broker;
    GREGOR_EVENT("BrokerUnfenced", broker);
};
struct BrokerInControlledShutdown {
    BrokerId broker;
    GREGOR_EVENT("BrokerInControlledShutdown", broker);
};
/// A committed change of a partition's registration, reported by the active controller.
struct PartitionChanged {
    TopicPartition partition;
    BrokerId leader;
    LeaderEpoch leader_epoch;
    PartitionEpoch partition_epoch;
    BrokerList isr, eligible_leader_replicas;
    GREGOR_EVENT("PartitionChanged", partition, leader, leader_epoch, partition_epoch, isr,
                 eligible_leader_replicas);
};
struct TopicCreated {
    TopicId topic;
    std::string name;
    std::int32_t partitions{};
    GREGOR_EVENT("TopicCreated", topic, name, partitions);
};
struct TopicDeleted {
    TopicId topic;
    std::string name;
    GREGOR_EVENT("TopicDeleted", topic, name);
};
/// A topic has more partitions from now on, so many in all.
struct PartitionsCreated {
    TopicId topic;
    std::int32_t partitions{};
    GREGOR_EVENT("PartitionsCreated", topic, partitions);
};
/// The active controller, or for delete-records the leader, decided on an administrator's request.
struct AdminRequestAnswered {
    std::string_view operation;
    TopicId topic;
    Error error;
    GREGOR_EVENT("AdminRequestAnswered", operation, topic, error);
};
/// A broker applied the metadata log up to (not including) this offset.
struct MetadataApplied {
    Offset offset;
    GREGOR_EVENT("MetadataApplied", offset);
};
/// The leader answers AlterPartition with an error.
struct AlterPartitionRefused {
    TopicPartition partition;
    BrokerId broker;
    Error error;
    GREGOR_EVENT("AlterPartitionRefused", partition, broker, error);
};

/// A broker or controller ended by itself, for this reason.
struct ProcessExited {
    std::string_view because;
    GREGOR_EVENT("ProcessExited", because);
};

}  // namespace gregor::event
