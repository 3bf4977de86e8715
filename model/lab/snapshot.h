#pragma once

#include "model/lab/simulation.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace gregor::lab {

/// The whole cluster at one instant, in Kafka's words. Owns what it shows and never changes.
struct Snapshot {
    struct Process {
        std::string name;  ///< "broker 1"
        bool running = false;
        bool paused = false;
    };
    struct Broker {
        Process process;
        BrokerId id;
        bool registered = false, fenced = true, in_controlled_shutdown = false;  ///< as committed
        BrokerEpoch epoch{no_broker_epoch};
        std::string rack;
        Offset metadata_offset;  ///< it has applied the metadata log up to here
        std::int64_t leads = 0, follows = 0;
        std::int64_t waiting_produces = 0, waiting_fetches = 0;  ///< in its purgatory
        std::int64_t log_bytes = 0;
    };
    struct Controller {
        Process process;
        BrokerId id;
        bool active = false;
        std::string role;
        QuorumEpoch epoch;
        BrokerId leader{no_broker};
        Offset log_end, high_watermark;
    };
    struct Replica {
        BrokerId broker;
        bool running = false, in_isr = false, leads = false, exists = false;
        LeaderEpoch leader_epoch{no_leader_epoch};  ///< as this broker knows it
        Offset log_start, log_end, high_watermark;
    };
    struct Partition {
        TopicPartition id;
        std::string name;
        bool internal = false;
        BrokerId leader{no_broker};
        LeaderEpoch leader_epoch;
        PartitionEpoch partition_epoch;
        BrokerList isr, eligible_leader_replicas;
        std::vector<Replica> replicas;
    };
    struct Producer {
        Process process;
        std::int64_t sent = 0, acknowledged = 0, failed = 0, unknown = 0, retried = 0;
        std::int64_t buffered_bytes = 0, requests_in_flight = 0;
        std::string waits_for;  ///< what send() is blocked by: "metadata", "memory", or empty
    };
    struct Consumed {
        std::string partition;
        std::string state;
        Offset position{no_offset}, committed{no_offset}, high_watermark{no_offset};
        std::int64_t lag = 0;  ///< behind the high watermark it knows
    };
    struct Consumer {
        Process process;
        std::string group, member_id, membership, thread;
        std::int32_t generation = -1;
        std::int64_t delivered = 0, processed = 0, buffered_bytes = 0;
        std::vector<Consumed> assignment;
    };
    struct Committed {
        std::string partition, owner;
        Offset committed{no_offset};
        std::int64_t lag = 0;  ///< of the committed offset behind the leader's high watermark
    };
    struct Group {
        std::string name;
        std::int32_t generation = 0, members = 0;
        std::vector<Committed> partitions;
    };
    struct Flight {
        std::string from, to, api;
        bool request = false;
        std::int64_t bytes = 0;
        Time sent_at, deliver_at = never;  ///< never: it has not left yet
    };
    struct Cut {
        std::string from, to;
    };

    std::string scenario, title, leg;
    std::uint64_t seed = 0;
    Time at;
    std::uint64_t event = 0;  ///< the last one that happened
    std::uint64_t hash = 0;
    std::vector<Broker> brokers;
    std::vector<Controller> controllers;
    std::vector<Partition> partitions;
    std::vector<Producer> producers;
    std::vector<Consumer> consumers;
    std::vector<Group> groups;
    std::vector<Flight> in_flight;
    std::vector<Cut> cuts;  ///< directed

    static Snapshot of(const Simulation& simulation);
    /// One page. Internal topics in one line.
    std::string to_text() const;
    nlohmann::json to_json() const;
};

/// The metadata as the active controller has committed it; while there is none, as the controller
/// that knows most.
const MetadataImage& committed_metadata(const KafkaKernel& kernel, const ClusterLayout& layout);

}  // namespace gregor::lab
