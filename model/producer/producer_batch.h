#pragma once

#include "model/compression.h"
#include "model/load.h"
#include "model/record.h"
#include "model/types.h"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace gregor {

/// Equal records one behind the other in time: what the application hands over at once, computed
/// instead of stepped through.
struct RecordRun {
    const Arrivals* arrivals = nullptr;  ///< when each is due; null: all at `at`
    Time at;                             ///< of the first one
    std::int64_t first = 0;              ///< its number in the arrivals
    std::int64_t count = 1;
    std::int64_t first_sequence = 0;  ///< over all partitions of the client
    Duration wall_offset;             ///< the node's clock minus kernel time
    std::int32_t value_size = 0;      ///< -1: a tombstone
    std::int32_t key_size = -1;
    std::int32_t headers_size = 1;       ///< of the list of them, with its length
    std::int64_t key_number = -1;        ///< of one record with a key of the load
    const std::string* key = nullptr;    ///< set: the records are explicit
    const Record* content = nullptr;     ///< likewise, with a value and headers
    std::int64_t own_timestamp_ms = -1;  ///< instead of the clock's; -1: none

    Time time(std::int64_t i) const { return arrivals == nullptr ? at : arrivals->at(first + i); }
    std::int64_t timestamp_ms(std::int64_t i) const
    {
        return own_timestamp_ms >= 0 ? own_timestamp_ms : to_milliseconds(time(i) + wall_offset);
    }
    /// How many of the records are due before `bound`.
    std::int64_t before(Time bound) const;
    Duration spacing() const { return arrivals == nullptr ? Duration{} : arrivals->spacing(); }
    void drop_front(std::int64_t taken);
};

/// Records of a batch that were sent at regular times.
struct SentRun {
    std::int64_t first_sequence{};
    std::int64_t count{};
    Time created;
    Duration spacing;
};

/// A batch on its way from send() to its outcome.
struct ProducerBatch {
    std::int64_t first_number{};
    std::int64_t first_timestamp_ms{}, max_timestamp_ms{};
    Time created;    ///< when it was opened: linger and delivery time-out count from here
    Time queued_at;  ///< created, or when it was queued again after a failure
    Time retry_at;   ///< end of the back-off
    std::int64_t write_limit{};
    std::int64_t size{};  ///< uncompressed
    Codec codec = Codec::none;
    /// What the producer takes for compressed size over uncompressed while the batch is open.
    float estimated_ratio = 1;       // as Kafka rounds
    std::int64_t compressed_size{};  ///< once it is built; 0 before, and without a codec
    PayloadContent content = PayloadContent::zero;  ///< of the values
    std::int64_t reserved{};                        ///< bytes of buffer.memory
    std::int32_t record_count{};
    std::int32_t announced{};  ///< records reported as sent
    std::int32_t attempts{};   ///< failed ones
    std::int32_t base_sequence = -1;
    ProducerEpoch producer_epoch{no_producer_epoch};
    ProducerId producer_id{no_producer_id};
    LeaderEpoch attempted_epoch{no_leader_epoch};  ///< of the leader it was last sent to
    std::int32_t plain_value_size = 0;             ///< of its records that are not explicit
    bool closed = false;                           ///< takes no more records
    bool is_split = false;                         ///< a part of one that was too large
    bool maybe_written = false;                    ///< an attempt ended without a clear answer
    boost::container::small_vector<SentRun, 1> runs;
    std::vector<Record> records;  ///< explicit ones: all of the batch, or none
    KeyedRecords keyed;           ///< those with keys of the load: all of the batch, or none

    /// Bytes that it has, or while it is open is taken to have (class MemoryRecordsBuilder,
    /// estimatedBytesWritten).
    std::int64_t estimated_size() const { return estimated_size(size); }
    std::int64_t estimated_size(std::int64_t uncompressed) const;
    /// The largest uncompressed size whose estimate is not above `bytes`.
    std::int64_t uncompressed_at(std::int64_t bytes) const;
    /// Ends it: from now on its size is what the codec makes of it.
    void build();
    bool full() const { return closed || (record_count > 0 && estimated_size() >= write_limit); }
    bool fully_announced() const { return announced == record_count; }
    std::int64_t last_number() const { return first_number + record_count - 1; }
};

/// How many records of the run a batch can take, and its uncompressed size then.
struct Fit {
    std::int64_t count{};
    std::int64_t size{};
};
/// Up to its write limit. For a batch without records, its first timestamp is that of the run.
Fit fit(const ProducerBatch& batch, const RecordRun& run);
/// Those that leave its uncompressed size below a bound.
Fit fit_below(const ProducerBatch& batch, const RecordRun& run, std::int64_t bound);

/// Adds the first records of the run; they are known to fit (or the first one is forced in).
void add_records(ProducerBatch& batch, const RecordRun& run, const Fit& added);

/// Parts of a batch, each of at most `limit` bytes where a record allows it, with the sequence
/// numbers that the records have. Records count as equally large. Source: ProducerBatch.split.
std::vector<ProducerBatch> split(const ProducerBatch& batch, std::int64_t limit);

/// What the producer sends for it.
RecordBatch to_record_batch(const ProducerBatch& batch, ClientId client);

}  // namespace gregor
