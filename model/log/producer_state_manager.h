#pragma once

#include "model/copy_on_write.h"
#include "model/log/producer_append.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace gregor {

/// What a partition remembers of its idempotent and transactional producers, and the snapshot files
/// that a restart begins with. Source: class ProducerStateManager.
class ProducerStateManager {
public:
    /// A producer snapshot file: of each producer only its last batch.
    struct Snapshot {
        std::shared_ptr<const std::vector<ProducerEntry>> producers;
        bool readable = true;  ///< false: cut or damaged
    };
    using Snapshots = std::map<Offset, Snapshot>;

    const std::map<ProducerId, ProducerEntry>& producers() const { return producers_; }
    const ProducerEntry* find(ProducerId id) const;
    bool empty() const { return producers_.empty() && unreplicated_.empty(); }
    Offset map_end_offset() const { return map_end_; }
    void set_map_end_offset(Offset end) { map_end_ = end; }

    ProducerAppend prepare(ProducerId id, AppendOrigin origin, int transaction_version) const;
    /// The append is in the log.
    void update(const ProducerAppend& append);
    /// Batches read back from the log, in order, as one step.
    void load(const std::vector<RecordBatch>& batches);
    /// What the transaction index records as the last stable offset behind this transaction.
    Offset last_stable_offset(const CompletedTransaction& completed) const;
    void complete(const CompletedTransaction& completed);

    /// First offset of the oldest transaction that is open, or whose marker the high watermark has
    /// not passed.
    std::optional<OffsetMetadata> first_unstable_offset() const;
    std::optional<Offset> first_undecided_offset() const;
    void on_high_watermark(Offset high_watermark) { drop_unreplicated_below(high_watermark); }
    void on_log_start(Offset log_start);
    bool has_open_transaction(ProducerId id, ProducerEpoch epoch) const;

    /// Forgets producers without an open transaction whose last timestamp is that old.
    void remove_expired(std::int64_t now_ms, std::int64_t expiration_ms);

    /// Starts a verification: the guard to append with, 0 when none is needed.
    Result<std::int64_t> start_verification(ProducerId id, std::int32_t sequence,
                                            ProducerEpoch epoch, bool supports_epoch_bump,
                                            std::int64_t now_ms);
    const VerificationEntry* verification_of(ProducerId id) const;
    /// A transactional batch or a marker of this producer was appended.
    void end_verification(const RecordBatch& batch);

    const Snapshots& snapshots() const { return *snapshots_; }
    /// For damage to the files, and for a start that found them changed.
    Snapshots& change_snapshots() { return snapshots_.write(); }
    /// Writes a snapshot at the end of what is known, if that is above the last one.
    void take_snapshot();
    /// Goes back, or forward from nothing, to the newest usable snapshot in (log_start, end]; what
    /// stands between it and `end` is to be loaded. Nothing when the state stands at `end` already.
    void truncate_and_reload(Offset log_start, Offset end, std::int64_t now_ms,
                             std::int64_t expiration_ms);
    void truncate_fully_and_start_at(Offset offset);
    /// After a start: snapshots at no segment base go, except the newest when it is above them all.
    void remove_stray_snapshots(const std::vector<Offset>& segment_bases);
    /// A fresh manager over the same snapshot files.
    ProducerStateManager over_same_files() const;
    void remove_snapshot(Offset offset) { snapshots_.write().erase(offset); }
    std::optional<Offset> latest_snapshot() const;

private:
    void drop_unreplicated_below(Offset offset);
    void load_from_snapshot(Offset log_start, std::int64_t now_ms, std::int64_t expiration_ms);

    std::map<ProducerId, ProducerEntry> producers_;
    std::map<ProducerId, VerificationEntry> verifications_;
    std::map<Offset, OpenTransaction> open_;          // by first offset
    std::map<Offset, OpenTransaction> unreplicated_;  // ended, marker above the high watermark
    CopyOnWrite<Snapshots> snapshots_;
    Offset map_end_;
    Offset last_snapshot_;
    std::int64_t last_guard_ = 0;
};

}  // namespace gregor
