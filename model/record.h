#pragma once

#include "model/keyed_records.h"
#include "model/types.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

struct RecordHeader {
    std::string key;
    std::string value;
    bool null_value = false;
};

/// One explicit record. Synthetic batches have none: their records are numbers of a stream, of
/// which at most the keys are known.
struct Record {
    std::string key;
    std::string value;
    bool null_key = false;
    bool null_value = false;
    std::int64_t timestamp_ms{};  ///< -1: none
    std::int32_t offset_delta{};
    std::vector<RecordHeader> headers;
    bool value_by_size = false;  ///< only the size of the value is simulated
};

/// What ends a transaction in a partition: the only record of a control batch.
/// Source: classes EndTransactionMarker, ControlRecordType.
struct EndTransactionMarker {
    bool commit = false;
    std::int32_t coordinator_epoch{};
};

struct MemberRecord {
    std::string member_id;
    std::string client_id;
    NodeId node;
    std::vector<TopicPartition> assignment;
    std::vector<std::string> subscription;  ///< names of topics
    std::int64_t session_timeout_ms{};
    std::int64_t rebalance_timeout_ms{};
    std::string instance_id;  ///< empty: a dynamic member
};

/// A member of a KIP-848 group, as it is written when it changes. Kafka has three records for this:
/// ConsumerGroupMemberMetadata, ConsumerGroupTargetAssignmentMember and
/// ConsumerGroupCurrentMemberAssignment.
struct ConsumerMemberRecord {
    /// Of a partition, and since which member epoch the member has it.
    struct Owned {
        TopicPartition partition;
        std::int32_t epoch{};
        bool operator==(const Owned&) const = default;
    };
    std::string client_id, instance_id, rack;
    std::int64_t rebalance_timeout_ms = -1;
    std::vector<std::string> topics;
    std::string assignor;  ///< empty: none asked for
    std::vector<TopicPartition> target;
    std::int32_t epoch{}, previous_epoch{};
    std::uint8_t state{};
    std::vector<Owned> assigned, pending_revocation;
    bool operator==(const ConsumerMemberRecord&) const = default;
};

/// What the group coordinator writes to __consumer_offsets (records OffsetCommit and
/// GroupMetadata of Kafka).
struct CoordinatorRecord {
    enum class Kind : std::uint8_t {
        offset_commit,
        group_metadata,
        tombstone,       ///< the group ends, and its offsets with it
        consumer_group,  ///< `generation` is the group epoch
        consumer_member  ///< `member` of `member_id`; null: it is gone
    };
    Kind kind = Kind::offset_commit;
    std::string group;
    TopicPartition partition;
    Offset offset{no_offset};
    LeaderEpoch leader_epoch{no_leader_epoch};
    std::int64_t commit_timestamp_ms{};
    std::int32_t generation{};
    std::string protocol;
    std::string leader;
    std::vector<MemberRecord> members;
    std::string protocol_type;        ///< of a classic group; empty: it only keeps offsets
    std::int32_t assignment_epoch{};  ///< of a KIP-848 group
    std::uint64_t topics_hash{};      ///< of what it subscribes to, as last seen
    std::string member_id;
    std::shared_ptr<const ConsumerMemberRecord> member;
    std::int32_t offset_delta{};  ///< set when it is written, as are the sizes
    std::int32_t key_size{}, value_size = -1;
};

struct TransactionMetadata;  // model/transactions/transaction_state.h

/// What the transaction coordinator writes to __transaction_state (record TransactionLog of Kafka).
struct TransactionRecord {
    std::string id;
    std::shared_ptr<const TransactionMetadata> value;  ///< null: a tombstone
    std::int32_t offset_delta{};
};

/// The content of a batch whose content matters.
struct RecordData {
    std::vector<Record> records;
    KeyedRecords keyed;  ///< of a synthetic batch with keys; those of others have null keys
    std::vector<CoordinatorRecord> coordinator;
    std::vector<TransactionRecord> transactions;
    std::optional<EndTransactionMarker> marker;
};

/// How the records of a batch are compressed; the numbers are those of the attributes.
enum class Codec : std::uint8_t { none, gzip, snappy, lz4, zstd };

/// What the values of a workload are made of, which decides how far a codec gets.
enum class PayloadContent : std::uint8_t { zero, words, random_letters, random_bytes };

/// The header of a record batch (magic 2), which is all that the log keeps of synthetic data.
/// Source: class DefaultRecordBatch.
struct RecordBatch {
    Offset base_offset;
    std::int64_t first_number{};  ///< of its first record in the client's stream to the partition
    std::int64_t max_timestamp_ms{};
    ProducerId producer_id{no_producer_id};
    std::shared_ptr<const RecordData> data;  ///< null for synthetic records
    std::int32_t record_count{};
    std::uint32_t size_in_bytes{};  ///< with the 61 bytes of the header
    LeaderEpoch partition_leader_epoch{no_leader_epoch};
    std::int32_t base_sequence = -1;
    ProducerEpoch producer_epoch{no_producer_epoch};
    ClientId client{no_client};  ///< who made it; -1 for coordinators
    bool control = false;
    bool transactional = false;
    bool log_append_time = false;     ///< all records read as stamped at max_timestamp_ms
    bool has_delete_horizon = false;  ///< base_timestamp_ms is the delete horizon (KIP-534)
    bool bad_checksum = false;        ///< a byte under the CRC was changed since it was written
    Codec codec = Codec::none;
    PayloadContent content = PayloadContent::zero;  ///< of the values, for a codec
    std::uint32_t uncompressed_bytes = 0;           ///< before the codec; 0 without one
    std::int32_t offsets_without_record = 0;        ///< what compaction took out of the batch
    /// Of the first record, which the timestamps of the others are relative to, or the delete
    /// horizon; -1 in an empty batch. Kept only of explicit records.
    std::int64_t base_timestamp_ms = -1;

    std::int32_t last_offset_delta() const { return record_count + offsets_without_record - 1; }
    Offset last_offset() const { return base_offset + last_offset_delta(); }
    Offset next_offset() const { return base_offset + (last_offset_delta() + 1); }
    /// Bytes with the header before any codec was over it.
    std::int64_t plain_size() const
    {
        return codec == Codec::none ? size_in_bytes : uncompressed_bytes;
    }
    bool has_producer_id() const { return producer_id != no_producer_id; }
    /// Sequence number of the last record; -1 without one.
    std::int32_t last_sequence() const;
    /// First moment at which its tombstones or its marker may go; none when not set.
    std::optional<std::int64_t> delete_horizon_ms() const
    {
        return has_delete_horizon ? std::optional(base_timestamp_ms) : std::nullopt;
    }
};

inline constexpr std::uint32_t batch_header_bytes = 61;

/// The sequence number `count` after or before `sequence`: after 2^31 - 1 comes 0.
/// Source: class DefaultRecordBatch, incrementSequence and decrementSequence.
std::int32_t next_sequence(std::int32_t sequence, std::int32_t count);
std::int32_t previous_sequence(std::int32_t sequence, std::int32_t count);

/// Number of bytes of the zig-zag variable-length encoding of `value` (class ByteUtils).
std::int32_t varint_size(std::int64_t value);
/// Bytes of one record within a batch: key and value sizes of -1 mean null.
/// `headers_size`: of the list of headers with its length; 1 for none.
std::int32_t record_size(std::int32_t offset_delta, std::int64_t timestamp_delta_ms,
                         std::int32_t key_size, std::int32_t value_size,
                         std::int32_t headers_size = 1);
/// Bytes of a list of headers with its length.
std::int64_t headers_size(const std::vector<RecordHeader>& headers);
/// Bytes of an explicit record in a batch whose timestamps are relative to `base_timestamp_ms`.
std::int64_t record_size(const Record& record, std::int64_t base_timestamp_ms);
/// Bytes of an uncompressed batch of these records, 61 of an empty one.
std::int64_t batch_size(const std::vector<Record>& records, std::int64_t base_timestamp_ms);
/// What a producer reckons a batch with this first record may need at most (class
/// AbstractRecords, estimateSizeInBytesUpperBound).
std::int64_t batch_size_upper_bound(const Record& record);
/// A batch of these records as a producer makes it: offsets from 0, timestamps of the records.
/// Precondition: there is a record.
RecordBatch make_batch(std::vector<Record> records);
/// The control batch that ends a transaction.
RecordBatch make_marker_batch(EndTransactionMarker marker, ProducerId producer, ProducerEpoch epoch,
                              std::int64_t timestamp_ms);
/// Key and value of a marker's record: version and type, version and coordinator epoch.
Record marker_record(EndTransactionMarker marker, std::int64_t timestamp_ms);
/// Bytes of a batch of `count` equal records without keys and headers, all of one timestamp.
std::int64_t synthetic_batch_size(std::int32_t count, std::int32_t value_size);

}  // namespace gregor
