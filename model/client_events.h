#pragma once

#include "engine/time.h"
#include "model/error.h"
#include "model/event_fields.h"
#include "model/types.h"

#include <cstdint>
#include <string>
#include <vector>

/// What clients and group coordinators report.
namespace gregor::event {

/// send() was called for `record_count` records, numbered from `first_number` in the client's
/// stream to the partition and from `first_sequence` over all its partitions. Record i was created
/// at created + i * spacing.
struct RecordsSent {
    ClientId client;
    TopicPartition partition;
    std::int64_t first_number{}, first_sequence{}, record_count{};
    Time created;
    Duration spacing;
    GREGOR_EVENT("RecordsSent", client, partition, first_number, first_sequence, record_count,
                 created, spacing);
};
struct RecordsAcknowledged {
    ClientId client;
    TopicPartition partition;
    std::int64_t first_number{}, record_count{};
    Offset base_offset;  ///< -1: not known (acks=0, duplicate)
    GREGOR_EVENT("RecordsAcknowledged", client, partition, first_number, record_count, base_offset);
};
/// The send failed for good. `indefinite`: the records may be in the log all the same.
struct RecordsFailed {
    ClientId client;
    TopicPartition partition;
    std::int64_t first_number{}, record_count{};
    Error error;
    bool indefinite = false;
    GREGOR_EVENT("RecordsFailed", client, partition, first_number, record_count, error, indefinite);
};
struct SendRetried {
    ClientId client;
    TopicPartition partition;
    std::int64_t first_number{}, record_count{};
    Error error;
    std::int32_t attempt{};
    GREGOR_EVENT("SendRetried", client, partition, first_number, record_count, error, attempt);
};
struct MetadataRefreshed {
    ClientId client;
    BrokerId from;
    bool changed = false;  ///< a leader is another one than the client knew
    GREGOR_EVENT("MetadataRefreshed", client, from, changed);
};
struct ConnectionLost {
    ClientId client;
    BrokerId broker;
    std::int32_t requests{};  ///< in flight on it
    GREGOR_EVENT("ConnectionLost", client, broker, requests);
};
/// poll() returned these records to the application.
struct RecordsDelivered {
    ClientId client;
    TopicPartition partition;
    Offset base_offset;
    std::int64_t record_count{};
    ClientId producer{no_client};
    std::int64_t first_number{};  ///< of the producer's stream to the partition
    GREGOR_EVENT("RecordsDelivered", client, partition, base_offset, record_count, producer,
                 first_number);
};
struct RecordsProcessed {
    ClientId client;
    TopicPartition partition;
    Offset base_offset;
    std::int64_t record_count{};
    GREGOR_EVENT("RecordsProcessed", client, partition, base_offset, record_count);
};
/// poll() threw this at the record with that offset. The application's thread ended with it, unless
/// the application is one that goes on.
struct PollFailed {
    ClientId client;
    TopicPartition partition;
    Offset offset;
    std::string_view exception;
    GREGOR_EVENT("PollFailed", client, partition, offset, exception);
};
struct OffsetReset {
    ClientId client;
    TopicPartition partition;
    Offset from, to;
    GREGOR_EVENT("OffsetReset", client, partition, from, to);
};

struct GroupStateChanged {
    std::string group;
    std::string_view state;
    std::int32_t generation{}, members{};
    GREGOR_EVENT("GroupStateChanged", group, state, generation, members);
};
struct MemberRemoved {
    std::string group, member_id;
    std::string_view because;
    GREGOR_EVENT("MemberRemoved", group, member_id, because);
};
struct PartitionsAssigned {
    ClientId client;
    std::string group;
    std::int32_t generation{};
    std::vector<TopicPartition> partitions;
    GREGOR_EVENT("PartitionsAssigned", client, group, generation, partitions);
};
struct PartitionsRevoked {
    ClientId client;
    std::string group;
    std::vector<TopicPartition> partitions;
    bool lost = false;  ///< the member was out of the group already: onPartitionsLost
    GREGOR_EVENT("PartitionsRevoked", client, group, partitions, lost);
};
/// poll() calls onPartitionsRevoked of an application outside the simulation: the partitions are
/// given up when that returns.
struct RevocationBegan {
    ClientId client;
    std::string group;
    std::vector<TopicPartition> partitions;
    GREGOR_EVENT("RevocationBegan", client, group, partitions);
};
/// commitSync or commitAsync of an application outside the simulation returned with this.
struct CommitReturned {
    ClientId client;
    Error error;
    GREGOR_EVENT("CommitReturned", client, error);
};
/// A commit became durable in __consumer_offsets (reported by the coordinator).
struct OffsetCommitted {
    std::string group;
    TopicPartition partition;
    Offset offset;
    GREGOR_EVENT("OffsetCommitted", group, partition, offset);
};
/// beginTransaction() of a producer.
struct TransactionBegan {
    ClientId client;
    GREGOR_EVENT("TransactionBegan", client);
};
/// commitTransaction() or abortTransaction() returned; with an exception the outcome is open.
struct TransactionEnded {
    ClientId client;
    bool commit = false;
    std::string exception;  ///< "none"
    GREGOR_EVENT("TransactionEnded", client, commit, exception);
};
/// Another call of a transactional producer threw.
struct TransactionCallFailed {
    ClientId client;
    std::string_view call;
    std::string exception;
    GREGOR_EVENT("TransactionCallFailed", client, call, exception);
};
/// A transactional id has another state in the coordinator's log.
struct TransactionStateChanged {
    std::string transactional_id;
    ProducerId producer_id;
    ProducerEpoch producer_epoch;
    std::string_view state;
    std::vector<TopicPartition> partitions;  ///< in the transaction, or awaiting its markers
    GREGOR_EVENT("TransactionStateChanged", transactional_id, producer_id, producer_epoch, state,
                 partitions);
};
struct TransactionsLoaded {
    std::int32_t state_partition{};
    std::int32_t transactional_ids{};
    GREGOR_EVENT("TransactionsLoaded", state_partition, transactional_ids);
};
struct CoordinatorLoaded {
    std::int32_t offsets_partition{};
    std::int32_t groups{};
    GREGOR_EVENT("CoordinatorLoaded", offsets_partition, groups);
};

}  // namespace gregor::event
