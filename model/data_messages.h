#pragma once

#include "model/error.h"
#include "model/record.h"
#include "model/types.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <string>
#include <vector>

/// Requests and responses of the data plane: what clients and followers ask a partition leader for.
namespace gregor {

/// Entries of a request or response: one inline, since most carry one partition.
template <class T>
using Entries = boost::container::small_vector<T, 1>;

struct ProduceRequest {
    struct Partition {
        TopicPartition partition;
        RecordBatch batch;
    };
    std::int16_t acks = -1;
    std::int8_t transaction_version = 2;  ///< of the producer: which version of Produce it sends
    Duration timeout;                     ///< the broker's limit for acks=all
    Entries<Partition> partitions;
    std::string transactional_id;  ///< empty: none
};
struct ProduceResponse {
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
        Offset base_offset{no_offset};
        BrokerId current_leader{no_broker};  ///< KIP-951 hint, when known
        LeaderEpoch current_leader_epoch{no_leader_epoch};
    };
    Entries<Partition> partitions;
};

enum class IsolationLevel : std::uint8_t;  // model/config.h

struct FetchRequest {
    struct Partition {
        TopicPartition partition;
        LeaderEpoch current_leader_epoch{no_leader_epoch};
        Offset fetch_offset;
        LeaderEpoch last_fetched_epoch{no_leader_epoch};
        Offset log_start_offset;
        std::int32_t max_bytes{};
    };
    BrokerId replica{no_broker};  ///< -1: a consumer
    BrokerEpoch replica_epoch{no_broker_epoch};
    Duration max_wait;
    std::int32_t min_bytes = 1;
    std::int32_t max_bytes{};
    std::int32_t session_id = 0;     ///< 0 with epoch 0: make a new session (KIP-227)
    std::int32_t session_epoch = 0;  ///< -1: no session
    IsolationLevel isolation{};
    Entries<Partition> partitions;  ///< in an incremental fetch: added or changed
    std::vector<TopicPartition> forgotten;
};
struct EpochEndOffset {
    LeaderEpoch epoch{no_leader_epoch};
    Offset end_offset{no_offset};
};
struct FetchResponse {
    /// A transaction that was aborted and has records among those that are answered.
    struct Aborted {
        ProducerId producer;
        Offset first_offset;
    };
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
        Offset high_watermark{no_offset};
        Offset last_stable_offset{no_offset};
        Offset log_start_offset{no_offset};
        EpochEndOffset diverging_epoch;  ///< end_offset -1: none
        BrokerId current_leader{no_broker};
        LeaderEpoch current_leader_epoch{no_leader_epoch};
        std::vector<RecordBatch> records;
        std::vector<Aborted> aborted;  ///< of a fetch with read_committed
    };
    Error error = Error::none;
    std::int32_t session_id = 0;
    Entries<Partition> partitions;
};

struct OffsetsForLeaderEpochRequest {
    TopicPartition partition;
    LeaderEpoch current_leader_epoch{no_leader_epoch};
    LeaderEpoch epoch;
    BrokerId replica{no_broker};
};
struct OffsetsForLeaderEpochResponse {
    TopicPartition partition;
    Error error = Error::none;
    EpochEndOffset end;
};

struct ListOffsetsRequest {
    static constexpr std::int64_t latest = -1;
    static constexpr std::int64_t earliest = -2;
    BrokerId replica{no_broker};
    IsolationLevel isolation{};
    struct Partition {
        TopicPartition partition;
        LeaderEpoch current_leader_epoch{no_leader_epoch};
        std::int64_t timestamp_ms = latest;
    };
    Entries<Partition> partitions;
};
struct ListOffsetsResponse {
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
        Offset offset{no_offset};
        LeaderEpoch leader_epoch{no_leader_epoch};
    };
    Entries<Partition> partitions;
};

struct MetadataRequest {
    std::vector<std::string> topics;  ///< empty: only brokers
};
struct MetadataResponse {
    struct Partition {
        std::int32_t partition{};
        BrokerId leader{no_broker};
        LeaderEpoch leader_epoch{no_leader_epoch};
        BrokerList replicas;
        BrokerList isr;
    };
    struct Topic {
        Error error = Error::none;
        TopicId id{no_topic};
        std::string name;
        std::vector<Partition> partitions;
    };
    std::vector<BrokerId> brokers;  ///< alive (unfenced)
    BrokerId controller{no_broker};
    std::vector<Topic> topics;
};

struct InitProducerIdRequest {
    std::string transactional_id;  ///< empty: of an idempotent producer
    Duration timeout{};            ///< transaction.timeout.ms
    ProducerId producer_id{no_producer_id};
    ProducerEpoch producer_epoch{no_producer_epoch};
};
struct InitProducerIdResponse {
    Error error = Error::none;
    ProducerId producer_id{no_producer_id};
    ProducerEpoch producer_epoch{no_producer_epoch};
};

}  // namespace gregor
