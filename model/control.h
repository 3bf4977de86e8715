#pragma once

#include "engine/time.h"
#include "model/control_messages.h"
#include "model/record.h"
#include "model/types.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace gregor {

/// What a script does to a running process (actions `set`, `level`, `client`, `freeze`, `admin`
/// and the calls of a program).
namespace control {

/// A broker's own or a client's own setting, by Kafka's name; of a topic when the active controller
/// is told.
struct SetConfig {
    std::string key, value;
    TopicId topic{no_topic};
};
/// A record of the replica on this broker that its log cleaner cannot read.
struct Poison {
    TopicPartition partition;
    Offset offset;
};
/// A byte of the batch that holds this record changes in the file of the replica on this broker.
struct FlipByte {
    TopicPartition partition;
    Offset offset;
};
/// A log directory of this broker, by its name in log.dirs, gives I/O errors from now on.
struct FailLogDir {
    std::string directory;
};
enum class Subsystem : std::uint8_t { control, fetchers, cleaner, handlers };
struct Freeze {
    Subsystem subsystem{};
    bool frozen = true;  ///< false: thaw
};
/// Ask the process to end in an orderly way: controlled shutdown, or close() of a client.
struct Stop {};
/// Clients: begin or go on; a paused one keeps its connections and heartbeats.
struct Start {};
struct Pause {};

/// One call of a client program.
struct Send {
    TopicPartition partition;  ///< partition -1: the partitioner decides
    std::int64_t count = 1;
    std::string key;
    bool has_key = false;
    bool tombstone = false;          ///< without a value
    std::int64_t timestamp_ms = -1;  ///< instead of the clock's; -1: none
    /// Value and headers, and the key again; null: no headers, and the value has a size only.
    std::shared_ptr<const Record> content = nullptr;
};
struct Begin {};
struct End {
    bool commit = true;
};
struct InitTransactions {};
struct Poll {
    std::int32_t max_records = 500;
};
struct Commit {};

/// What the application of a client outside the simulation asks of it, beside the calls above.

/// commitSync or commitAsync with offsets of its own choice.
struct CommitOffsets {
    struct One {
        TopicPartition partition;
        Offset offset;
    };
    std::vector<One> offsets;  ///< empty: the positions
    bool wait = true;          ///< false: commitAsync
};
/// It is done with these records: only a report.
struct Processed {
    TopicPartition partition;
    Offset base_offset;
    std::int64_t record_count = 0;
};
/// onPartitionsRevoked returned: poll() may give the partitions up.
struct RevocationDone {};
/// seek(), seekToBeginning() or seekToEnd() of an assigned partition.
struct Seek {
    static constexpr std::int64_t beginning = -2, end = -1;
    TopicPartition partition;
    Offset offset;  ///< or one of the two above
};
/// pause() or resume() of assigned partitions.
struct PausePartitions {
    std::vector<TopicPartition> partitions;
    bool paused = true;
};

/// An administrator's requests, as they reach the active controller; and DeleteRecords, which goes
/// to the leader of the partition.
struct ElectLeader {
    TopicPartition partition;
    bool unclean = false;
};
struct CreateTopic {
    CreateTopicsRequest::Topic topic;
};
struct DeleteTopic {
    TopicId topic;
};
struct AddPartitions {
    TopicId topic;
    std::int32_t count{};                 ///< in all
    std::vector<BrokerList> assignments;  ///< of the new ones; empty: placed by the controller
};
struct Reassign {
    TopicPartition partition;
    BrokerList replicas;  ///< empty: takes back a reassignment that is on its way
};
struct DeleteRecords {
    TopicPartition partition;
    Offset before;  ///< no_offset: all up to the high watermark
};
/// `kafka-transactions abort`, to the leader of the partition: an abort marker for what is open in
/// it, of one producer or (-1) the oldest.
struct AbortTransaction {
    TopicPartition partition;
    ProducerId producer{no_producer_id};
};

}  // namespace control

using Control =
    std::variant<control::SetConfig, control::Freeze, control::Stop, control::Start, control::Pause,
                 control::Send, control::Begin, control::End, control::InitTransactions,
                 control::Poll, control::Commit, control::ElectLeader, control::CommitOffsets,
                 control::Processed, control::RevocationDone, control::Seek,
                 control::PausePartitions, control::Poison, control::FlipByte, control::FailLogDir,
                 control::CreateTopic, control::DeleteTopic, control::AddPartitions,
                 control::Reassign, control::DeleteRecords, control::AbortTransaction>;

std::uint64_t digest(const Control& control);

}  // namespace gregor
