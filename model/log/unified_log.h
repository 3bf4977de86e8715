#pragma once

#include "engine/random.h"
#include "model/copy_on_write.h"
#include "model/log/leader_epoch_cache.h"
#include "model/log/producer_state_manager.h"
#include "model/log/segment.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace gregor {

/// A partition's log on one broker: segments, producers, leader epochs and the offsets that bound
/// what may be read, deleted and compacted. Times are milliseconds of the broker's clock.
/// Copies share structure: a segment is copied before it is changed while somebody else holds it.
/// Source: classes UnifiedLog, LocalLog, LogLoader.
class UnifiedLog {
public:
    /// `jitter`: draws how much is taken off segment.ms; without it nothing is.
    UnifiedLog(const LogSettings& settings, std::int64_t now_ms, Offset start = Offset{0},
               std::optional<Random> jitter = std::nullopt);

    const LogSettings& settings() const { return settings_; }
    void set_settings(const LogSettings& settings) { settings_ = settings; }
    Offset log_start_offset() const { return log_start_; }
    Offset log_end_offset() const { return next_.offset; }
    Offset high_watermark() const { return high_watermark_.offset; }
    Offset recovery_point() const { return recovery_point_; }
    std::optional<Offset> first_unstable_offset() const;
    Offset last_stable_offset() const;
    std::int64_t size_in_bytes() const;
    const LeaderEpochCache& epochs() const { return epochs_; }
    LeaderEpochCache& epochs() { return epochs_; }
    const ProducerStateManager& producers() const { return producers_; }
    ProducerStateManager& producers() { return producers_; }
    const std::vector<std::shared_ptr<Segment>>& segments() const { return *segments_; }
    const Segment& active_segment() const { return *segments().back(); }

    // ---- appending ----
    struct Append {
        std::int64_t now_ms{};
        LeaderEpoch leader_epoch{};
        AppendOrigin origin = AppendOrigin::client;
        std::int64_t verification_guard = 0;
        int transaction_version = 0;
    };
    struct Appended {
        LogError error;
        Offset first{no_offset}, last{no_offset};
        std::int64_t bytes{};
        std::int64_t log_append_time_ms = -1;  ///< of a duplicate: when the original was written
        bool duplicate = false;
        bool flush_due = false;  ///< flush.messages are written and not flushed
        std::optional<RollReasons> rolled;
    };
    /// The leader gives the batch the next offsets, its epoch and, with LogAppendTime, its time.
    Appended append_as_leader(RecordBatch batch, const Append& append);
    /// A follower writes batches as the leader stored them, as one set.
    Appended append_as_follower(const std::vector<RecordBatch>& batches, std::int64_t now_ms);
    /// Begins a new segment at the end of the log, or further on.
    void roll(std::int64_t now_ms, std::optional<Offset> expected_next = std::nullopt);
    /// Everything below has reached the disk. A roll asks for that, up to the new segment.
    void flush_up_to(Offset offset);

    // ---- the offsets that bound reading (log_offsets.cpp) ----
    Offset update_high_watermark(const OffsetMetadata& to);
    /// A follower hears of the leader's; the new one when it moved.
    std::optional<Offset> maybe_update_high_watermark(Offset to);
    /// A leader moves it forward only; the old one when it moved.
    Result<std::optional<Offset>> maybe_increment_high_watermark(const OffsetMetadata& to);
    /// An error when beyond the high watermark.
    Result<bool> maybe_increment_log_start(Offset to);
    /// Looks up where the high watermark and the last stable offset stand, which moves both to the
    /// beginning of a batch, as any fetch does.
    OffsetMetadata fetch_high_watermark();
    OffsetMetadata fetch_last_stable();
    /// Where the batch stands that holds the offset, or the next one behind a gap.
    OffsetMetadata locate(Offset offset) const;

    // ---- reading (log_read.cpp) ----
    enum class Isolation : std::uint8_t { log_end, high_watermark, txn_committed };
    struct Fetched {
        OffsetMetadata start;
        std::int64_t bytes{};
        std::vector<RecordBatch> batches;  ///< whole ones
        bool first_incomplete = false;
        std::vector<AbortedTransaction> aborted;
    };
    Result<Fetched> read(Offset from, std::int64_t max_bytes, Isolation isolation, bool min_one);
    /// timestamp: -1 latest, -2 earliest, -3 largest timestamp, -4 earliest local, -5 and -6
    /// tiered.
    struct TimestampAndOffset {
        std::int64_t timestamp_ms = -1;
        Offset offset{no_offset};
        std::optional<LeaderEpoch> epoch;
    };
    std::optional<TimestampAndOffset> offset_for_timestamp(std::int64_t timestamp_ms) const;

    /// Bytes that a fetch waiting at `from` could read, as Kafka counts them; nothing when the
    /// offset lies in an older segment than the bound, which answers the fetch at once (class
    /// DelayedFetch).
    std::optional<std::int64_t> readable_bytes(Offset from, Isolation isolation);
    /// The batch that holds an offset, or the next one behind a gap; nothing at the end of the log.
    std::optional<RecordBatch> batch_at(Offset offset) const;
    /// Batches from the one that holds `from` on, while `visit` answers true.
    template <class Visit>
    void walk(Offset from, Visit&& visit) const
    {
        for (std::size_t i = segment_index_of(from); i < segments().size(); ++i) {
            for (auto at = segments()[i]->seek(from); !at.at_end(); at.next()) {
                if (!visit(at.batch())) return;
            }
        }
    }
    /// Every batch that stands in the files, in order: also what is below the log start.
    template <class Visit>
    void for_each(Visit&& visit) const
    {
        for (const auto& segment : segments()) {
            for (auto at = segment->batches().begin(); !at.at_end(); at.next()) visit(at.batch());
        }
    }

    /// Bytes from there to the end of the log. Precondition: the position is known.
    std::int64_t bytes_from(const OffsetMetadata& position) const;
    /// Aborted transactions that overlap [from, upper).
    std::vector<AbortedTransaction> aborted_transactions(Offset from, Offset upper) const;

    // ---- retention (log_retention.cpp) ----
    enum class DeletionReason : std::uint8_t { start_offset, size, time };
    struct DeletedSegment {
        Offset base;
        DeletionReason reason;
        std::int64_t bytes{};
    };
    /// One run of retention: what left the log, oldest first.
    std::vector<DeletedSegment> delete_old_segments(std::int64_t now_ms);

    // ---- truncation (log_truncation.cpp) ----
    /// False when there was nothing to cut.
    bool truncate_to(Offset offset, std::int64_t now_ms);
    void truncate_fully_and_start_at(Offset offset, std::int64_t now_ms,
                                     std::optional<Offset> log_start = std::nullopt);

    // ---- shutdown and start (log_loader.cpp) ----
    /// A clean shutdown of the log: last index entries and a producer snapshot.
    void close();
    struct Start {
        bool clean = false;
        Offset log_start_checkpoint;
        Offset recovery_point_checkpoint;
        std::int64_t now_ms{};
    };
    /// What the files give at a start; everything that was only in memory is gone.
    LogError reopen(const Start& start);

    // ---- the cleaner puts one segment in the place of several ----
    void replace_segments(std::size_t first, std::size_t count, std::shared_ptr<Segment> cleaned);
    std::size_t segment_index_of(Offset offset) const;
    /// What a power loss takes: these bytes at the end were never written to the disk.
    void lose_tail(std::int64_t bytes);
    /// For damage and file times: this log's own copy.
    Segment& own_segment(std::size_t index);
    /// The file of a segment is lost.
    void lose_segment(std::size_t index);

private:
    Segment::Times times_of_new_segment(std::int64_t now_ms);
    void add_segment(Offset base, std::int64_t now_ms);
    Appended write(const std::vector<RecordBatch>& batches, const Append& append);
    LogError validate(RecordBatch& batch, const Append& append) const;
    struct ProducerEffects;
    LogError check_producers(const std::vector<RecordBatch>& batches, const Append& append,
                             ProducerEffects& effects) const;
    LogError check_verification(const RecordBatch& batch, const Append& append) const;
    void apply(const std::vector<RecordBatch>& batches, const ProducerEffects& effects);
    std::optional<RollReasons> maybe_roll(const std::vector<RecordBatch>& batches,
                                          const Append& append);
    void set_log_end(Offset offset);
    void set_log_start(Offset offset);
    void set_high_watermark(const OffsetMetadata& to);
    void follow_log_end();
    void update_first_unstable();
    OffsetMetadata high_watermark_with_position() const;
    std::vector<AbortedTransaction> aborted_in(Offset from, const Segment::Read& read,
                                               std::size_t segment) const;
    template <class Holds>
    std::vector<DeletedSegment> delete_leading(std::int64_t now_ms, DeletionReason reason,
                                               Holds&& holds);
    void rebuild_producers(ProducerStateManager& producers, Offset log_start, Offset end,
                           std::int64_t now_ms, bool from_clean_shutdown) const;
    /// Scans one segment. `segments_known` of the log are open when it begins.
    LogError recover_segment(std::size_t index, std::size_t segments_known, const Start& start,
                             std::int64_t& bytes_cut);
    void load_recovered(const RecordBatch& batch, ProducerStateManager& producers,
                        Segment& segment);
    LogError recover_unflushed(const Start& start);
    void start_from_files(const Start& start);

    LogSettings settings_;
    CopyOnWrite<std::vector<std::shared_ptr<Segment>>> segments_;  // by base; never empty
    LeaderEpochCache epochs_;
    ProducerStateManager producers_;
    std::optional<Random> jitter_;
    OffsetMetadata next_;
    OffsetMetadata high_watermark_;
    std::optional<OffsetMetadata> first_unstable_;
    Offset log_start_;
    Offset recovery_point_;
};

}  // namespace gregor
