#pragma once

#include "model/types.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gregor {

/// One explicit record. Synthetic batches have none: their records are numbers of a stream.
struct Record {
    std::string key;
    std::string value;
    bool null_key = false;
    bool null_value = false;
    std::int64_t timestamp_ms{};
    std::int32_t offset_delta{};
};

struct MemberRecord {
    std::string member_id;
    std::string client_id;
    NodeId node;
    std::vector<TopicPartition> assignment;
    std::vector<TopicId> subscription;
    std::int64_t session_timeout_ms{};
    std::int64_t rebalance_timeout_ms{};
};

/// What the group coordinator writes to __consumer_offsets (records OffsetCommit and
/// GroupMetadata of Kafka).
struct CoordinatorRecord {
    enum class Kind : std::uint8_t { offset_commit, group_metadata, tombstone };
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
};

/// The content of a batch whose content matters.
struct RecordData {
    std::vector<Record> records;
    std::vector<CoordinatorRecord> coordinator;
};

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
    ProducerEpoch producer_epoch{-1};
    ClientId client{no_client};  ///< who made it; -1 for coordinators
    bool control = false;
    bool transactional = false;

    Offset last_offset() const { return base_offset + (record_count - 1); }
    Offset next_offset() const { return base_offset + record_count; }
};

inline constexpr std::uint32_t batch_header_bytes = 61;

/// Number of bytes of the zig-zag variable-length encoding of `value` (class ByteUtils).
std::int32_t varint_size(std::int64_t value);
/// Bytes of one record within a batch: key and value sizes of -1 mean null.
std::int32_t record_size(std::int32_t offset_delta, std::int64_t timestamp_delta_ms,
                         std::int32_t key_size, std::int32_t value_size);
/// Bytes of a batch of `count` equal records without keys and headers, all of one timestamp.
std::int64_t synthetic_batch_size(std::int32_t count, std::int32_t value_size);

}  // namespace gregor
