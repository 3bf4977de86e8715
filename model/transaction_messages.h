#pragma once

#include "model/error.h"
#include "model/group_messages.h"
#include "model/producer_id.h"
#include "model/types.h"

#include <cstdint>
#include <string>
#include <vector>

/// Requests and responses of transactions: of producers to the coordinators, between leaders of
/// partitions and coordinators.
namespace gregor {

/// Of a client before transaction.version 2; and of the leader of a partition, which adds it for
/// the client or asks whether it is in the transaction (KIP-890).
struct AddPartitionsToTxnRequest {
    std::string transactional_id;
    ProducerIdAndEpoch producer;
    bool verify_only = false;
    std::int8_t transaction_version = 0;
    std::vector<TopicPartition> partitions;
};
struct AddPartitionsToTxnResponse {
    struct Partition {
        TopicPartition partition;
        Error error = Error::none;
    };
    Error error = Error::none;  ///< the same for all, of a request that is not `verify_only`
    std::vector<Partition> partitions;
};

/// The group's partition of __consumer_offsets joins the transaction.
struct AddOffsetsToTxnRequest {
    std::string transactional_id;
    ProducerIdAndEpoch producer;
    std::string group;
};
struct AddOffsetsToTxnResponse {
    Error error = Error::none;
};

struct EndTxnRequest {
    std::string transactional_id;
    ProducerIdAndEpoch producer;
    bool commit = false;
    std::int8_t transaction_version = 0;
};
struct EndTxnResponse {
    Error error = Error::none;
    ProducerIdAndEpoch producer;  ///< for the next transaction, with transaction.version 2
};

/// Offsets that count once the transaction commits; to the coordinator of the group.
struct TxnOffsetCommitRequest {
    std::string transactional_id;
    std::string group;
    ProducerIdAndEpoch producer;
    std::int32_t generation = -1;  ///< -1: not said (before KIP-447)
    std::string member_id;
    std::string instance_id;
    std::int8_t transaction_version = 0;
    std::vector<OffsetCommitRequest::Partition> partitions;
};
struct TxnOffsetCommitResponse {
    std::vector<OffsetCommitResponse::Partition> partitions;
};

/// Of a coordinator, or of an administrator who ends a hanging transaction.
struct WriteTxnMarkersRequest {
    struct Marker {
        ProducerIdAndEpoch producer;
        bool commit = false;
        std::int32_t coordinator_epoch{};
        std::int8_t transaction_version = 0;
        TopicPartition partition;
    };
    std::vector<Marker> markers;
};
struct WriteTxnMarkersResponse {
    std::vector<Error> errors;  ///< in the order of the request
};

}  // namespace gregor
