#pragma once

#include "model/lab/simulation.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
    /// A record batch as a log holds it.
    struct Batch {
        Offset first, last;
        LeaderEpoch epoch{no_leader_epoch};
        std::string producer;           ///< the client that made it; empty: a coordinator
        std::int64_t first_number = 0;  ///< of the client's records to this partition
        ProducerId producer_id{no_producer_id};
        ProducerEpoch producer_epoch{no_producer_epoch};
        std::int32_t base_sequence = -1;
        std::int64_t bytes = 0, max_timestamp_ms = 0;
    };
    struct Replica {
        BrokerId broker;
        bool running = false, in_isr = false, leads = false, exists = false;
        LeaderEpoch leader_epoch{no_leader_epoch};  ///< as this broker knows it
        Offset log_start, log_end, high_watermark;
        std::int64_t log_bytes = 0;
        std::shared_ptr<const UnifiedLog> log;  ///< as it was; null when it has none

        /// Of the record at this offset; no_leader_epoch outside the log.
        LeaderEpoch epoch_at(Offset offset) const;
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

        const Replica* replica_on(BrokerId broker) const;
    };
    struct Producer {
        Process process;
        std::string acks;             ///< "all", "1" or "0"
        std::int64_t per_second = 0;  ///< of its load; 0: as fast as it can, or none
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
    /// What a message is for, as the protocol sees it.
    enum class Purpose : std::uint8_t {
        produce,
        acknowledgement,  ///< the answer to a Produce request
        replica_fetch,    ///< request and answer
        consumer_fetch,
        control,  ///< metadata, quorum, groups and all the rest
    };
    struct Flight {
        std::string from, to, api;
        Purpose purpose = Purpose::control;
        std::string partition;     ///< the first it is about; empty: none
        Offset offset{no_offset};  ///< of the first record, or the one fetched from
        std::int64_t records = 0;
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
    std::vector<Cut> cuts;             ///< directed
    std::vector<std::string> clients;  ///< names by ClientId
    std::vector<std::string>
        violated;  ///< invariants that were broken up to now, one sentence each

    static Snapshot of(const Simulation& simulation);
    /// The batch that holds an offset of a replica's log; nothing outside the log.
    std::optional<Batch> batch_at(const Replica& replica, Offset offset) const;
    const Partition* partition_named(std::string_view name) const;
    /// One page. Internal topics in one line.
    std::string to_text() const;
    nlohmann::json to_json() const;
};

/// The metadata as the active controller has committed it; while there is none, as the controller
/// that knows most.
const MetadataImage& committed_metadata(const KafkaKernel& kernel, const ClusterLayout& layout);

}  // namespace gregor::lab
