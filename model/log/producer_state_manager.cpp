#include "model/log/producer_state_manager.h"

#include <algorithm>

namespace gregor {

namespace {

bool is_expired(const ProducerEntry& entry, std::int64_t now_ms, std::int64_t expiration_ms)
{
    return !entry.transaction_start && now_ms - entry.last_timestamp_ms >= expiration_ms;
}

}  // namespace

const ProducerEntry* ProducerStateManager::find(ProducerId id) const
{
    const auto at = producers_.find(id);
    return at == producers_.end() ? nullptr : &at->second;
}

ProducerAppend ProducerStateManager::prepare(ProducerId id, AppendOrigin origin,
                                             int transaction_version) const
{
    ProducerEntry unknown;
    unknown.id = id;
    const ProducerEntry* known = find(id);
    const VerificationEntry* verification = verification_of(id);
    return {known != nullptr ? *known : unknown, origin,
            verification != nullptr ? std::optional(*verification) : std::nullopt,
            transaction_version};
}

void ProducerStateManager::update(const ProducerAppend& append)
{
    const ProducerEntry& updated = append.updated();
    const auto [at, is_new] = producers_.try_emplace(updated.id, updated);
    if (!is_new) at->second.update(updated);
    for (const OpenTransaction& each : append.started()) {
        open_.insert_or_assign(each.first.offset, each);
    }
}

void ProducerStateManager::load(const std::vector<RecordBatch>& batches)
{
    std::map<ProducerId, ProducerAppend> appends;
    std::vector<CompletedTransaction> completed;
    for (const RecordBatch& batch : batches) {
        if (!batch.has_producer_id()) continue;
        const ProducerId id = batch.producer_id;
        auto at = appends.find(id);
        if (at == appends.end()) {
            at = appends.emplace(id, prepare(id, AppendOrigin::replication, 0)).first;
        }
        std::optional<CompletedTransaction> ended;
        at->second.append(batch, OffsetMetadata{batch.base_offset}, ended);
        if (ended) completed.push_back(*ended);
    }
    for (const auto& [id, append] : appends) update(append);
    for (const CompletedTransaction& each : completed) complete(each);
}

Offset ProducerStateManager::last_stable_offset(const CompletedTransaction& completed) const
{
    for (const auto& [first, transaction] : open_) {
        if (transaction.producer != completed.producer) return first;
    }
    return completed.last_offset + 1;
}

void ProducerStateManager::complete(const CompletedTransaction& completed)
{
    const auto at = open_.find(completed.first_offset);
    if (at == open_.end()) return;
    OpenTransaction ended = at->second;
    open_.erase(at);
    ended.last_offset = completed.last_offset;
    unreplicated_.insert_or_assign(completed.first_offset, ended);
}

std::optional<OffsetMetadata> ProducerStateManager::first_unstable_offset() const
{
    if (open_.empty() && unreplicated_.empty()) return std::nullopt;
    if (open_.empty()) return unreplicated_.begin()->second.first;
    if (unreplicated_.empty()) return open_.begin()->second.first;
    const OffsetMetadata& undecided = open_.begin()->second.first;
    const OffsetMetadata& unreplicated = unreplicated_.begin()->second.first;
    return undecided.offset < unreplicated.offset ? undecided : unreplicated;
}

std::optional<Offset> ProducerStateManager::first_undecided_offset() const
{
    if (open_.empty()) return std::nullopt;
    return open_.begin()->first;
}

void ProducerStateManager::drop_unreplicated_below(Offset offset)
{
    std::erase_if(unreplicated_,
                  [&](const auto& each) { return *each.second.last_offset < offset; });
}

void ProducerStateManager::on_log_start(Offset log_start)
{
    drop_unreplicated_below(log_start);
    map_end_ = std::max(map_end_, log_start);
    last_snapshot_ = latest_snapshot().value_or(log_start);
}

bool ProducerStateManager::has_open_transaction(ProducerId id, ProducerEpoch epoch) const
{
    const ProducerEntry* entry = find(id);
    return entry != nullptr && entry->transaction_start && entry->epoch == epoch;
}

void ProducerStateManager::remove_expired(std::int64_t now_ms, std::int64_t expiration_ms)
{
    std::erase_if(producers_,
                  [&](const auto& each) { return is_expired(each.second, now_ms, expiration_ms); });
    std::erase_if(verifications_, [&](const auto& each) {
        return now_ms - each.second.timestamp_ms >= expiration_ms;
    });
}

Result<std::int64_t> ProducerStateManager::start_verification(ProducerId id, std::int32_t sequence,
                                                              ProducerEpoch epoch,
                                                              bool supports_epoch_bump,
                                                              std::int64_t now_ms)
{
    const ProducerEntry* known = find(id);
    if (known != nullptr && epoch < known->epoch) return Error::invalid_producer_epoch;
    if (has_open_transaction(id, epoch)) return std::int64_t{0};
    const auto [at, is_new] = verifications_.try_emplace(
        id, VerificationEntry{last_guard_ + 1, sequence, epoch, supports_epoch_bump, now_ms});
    VerificationEntry& entry = at->second;
    if (is_new) {
        ++last_guard_;
    } else if (epoch > entry.epoch) {
        entry.epoch = epoch;
        entry.lowest_sequence = sequence;
    } else if (epoch == entry.epoch) {
        entry.lowest_sequence = std::min(entry.lowest_sequence, sequence);
    }
    return entry.guard;
}

const VerificationEntry* ProducerStateManager::verification_of(ProducerId id) const
{
    const auto at = verifications_.find(id);
    return at == verifications_.end() ? nullptr : &at->second;
}

void ProducerStateManager::end_verification(const RecordBatch& batch)
{
    if (!batch.transactional && !batch.control) return;
    const VerificationEntry* entry = verification_of(batch.producer_id);
    if (entry == nullptr) return;
    // The marker of the transaction before, whose epoch it raised, is not this transaction's end.
    const bool of_the_one_before =
        batch.control && entry->supports_epoch_bump && batch.producer_epoch == entry->epoch;
    if (!of_the_one_before) verifications_.erase(batch.producer_id);
}

std::optional<Offset> ProducerStateManager::latest_snapshot() const
{
    if (snapshots_->empty()) return std::nullopt;
    return snapshots_->rbegin()->first;
}

void ProducerStateManager::take_snapshot()
{
    if (map_end_ <= last_snapshot_) return;
    auto producers = std::make_shared<std::vector<ProducerEntry>>();
    for (const auto& [id, entry] : producers_) {
        ProducerEntry& kept = producers->emplace_back(entry);
        kept.batches.clear();
        if (!entry.knows_no_batch()) {
            kept.batches.push_back(entry.batches.back());
            kept.batches.back().timestamp_ms = entry.last_timestamp_ms;
        }
    }
    snapshots_.write().insert_or_assign(map_end_, Snapshot{std::move(producers), true});
    last_snapshot_ = map_end_;
}

void ProducerStateManager::load_from_snapshot(Offset log_start, std::int64_t now_ms,
                                              std::int64_t expiration_ms)
{
    while (!snapshots_->empty() && !snapshots_->rbegin()->second.readable) {
        snapshots_.write().erase(snapshots_->rbegin()->first);
    }
    if (snapshots_->empty()) {
        map_end_ = last_snapshot_ = log_start;
        return;
    }
    const auto& [offset, snapshot] = *snapshots_->rbegin();
    for (const ProducerEntry& each : *snapshot.producers) {
        if (is_expired(each, now_ms, expiration_ms)) continue;
        producers_.insert_or_assign(each.id, each);
        if (each.transaction_start) {
            open_.insert_or_assign(
                *each.transaction_start,
                OpenTransaction{each.id, OffsetMetadata{*each.transaction_start}, {}});
        }
    }
    map_end_ = last_snapshot_ = offset;
}

void ProducerStateManager::truncate_and_reload(Offset log_start, Offset end, std::int64_t now_ms,
                                               std::int64_t expiration_ms)
{
    std::erase_if(snapshots_.write(),
                  [&](const auto& each) { return each.first > end || each.first <= log_start; });
    if (end == map_end_) {
        on_log_start(log_start);
        return;
    }
    producers_.clear();
    open_.clear();
    unreplicated_.clear();
    load_from_snapshot(log_start, now_ms, expiration_ms);
}

void ProducerStateManager::truncate_fully_and_start_at(Offset offset)
{
    producers_.clear();
    open_.clear();
    unreplicated_.clear();
    snapshots_.write().clear();
    last_snapshot_ = Offset{0};
    map_end_ = offset;
}

void ProducerStateManager::remove_stray_snapshots(const std::vector<Offset>& segment_bases)
{
    Snapshots& files = snapshots_.write();
    std::optional<Offset> stray;
    for (auto at = files.begin(); at != files.end();) {
        const Offset offset = at->first;
        ++at;
        if (std::ranges::find(segment_bases, offset) != segment_bases.end()) continue;
        if (stray) files.erase(*stray);
        stray = offset;
    }
    if (stray && !segment_bases.empty() && *stray < std::ranges::max(segment_bases)) {
        files.erase(*stray);
    }
}

ProducerStateManager ProducerStateManager::over_same_files() const
{
    ProducerStateManager fresh;
    fresh.snapshots_ = snapshots_;
    fresh.last_guard_ = last_guard_;
    return fresh;
}

}  // namespace gregor
