// Replication of the metadata log: followers and observers fetch, the leader counts.
#include "engine/check.h"
#include "model/controller/quorum.h"

#include <algorithm>
#include <functional>

namespace gregor {

namespace {
constexpr Duration max_fetch_wait = milliseconds(500);
constexpr std::int64_t max_fetch_bytes = 8'388'608;
}  // namespace

// --- leader: the log
// ----------------------------------------------------------------------------------

MetadataBatchPtr Quorum::make_batch(Time now, std::vector<MetadataRecord> records) const
{
    MetadataBatch batch;
    batch.base_offset = next_offset();
    batch.epoch = epoch_;
    batch.appended_at = now;
    batch.records = std::move(records);
    return std::make_shared<const MetadataBatch>(std::move(batch));
}

Offset Quorum::append(Time now, std::vector<MetadataRecord> records, Effects& effects)
{
    GREGOR_CHECK(is_leader() && !records.empty());
    const Offset base = next_offset();
    if (accumulated_.empty()) {
        effects.set_timer(linger_timer, now + setup_.config.controller_quorum_append_linger_ms);
    }
    accumulated_.push_back(make_batch(now, std::move(records)));
    return base;
}

/// Its own end counts, and parked fetches wake, before its own fsync is done.
void Quorum::append_to_log(std::vector<MetadataBatchPtr> batches, Effects& effects)
{
    accumulated_.clear();
    const std::int64_t before = log_.bytes();
    for (MetadataBatchPtr& batch : batches) log_.append(std::move(batch));
    persist(log_.bytes() - before, effects);
    advance_high_watermark(effects);
    answer_parked(effects);
}

void Quorum::persist(std::int64_t bytes, Effects& effects)
{
    effects.write(file, bytes, written);
    effects.flush(file, flushed);
    flushes_.push_back(log_.end_offset());
}

void Quorum::on_disk(Time now, Tag tag, Effects& effects)
{
    if (tag != flushed) return;
    GREGOR_CHECK(!flushes_.empty());
    durable_end_ = std::max(durable_end_, flushes_.front());
    flushes_.pop_front();
    if (role_ != QuorumRole::follower || !flushes_.empty()) return;
    advance_follower_high_watermark();
    maybe_fetch(now, effects);
}

/// The offset that a majority has, once it lies in this leader's own epoch.
void Quorum::advance_high_watermark(Effects& effects)
{
    std::vector<Offset> ends{log_.end_offset()};
    for (const auto& [id, voter] : voters_) ends.push_back(voter.end);
    std::sort(ends.begin(), ends.end(), std::greater<>{});
    const Offset majority_has = ends[half()];
    if (majority_has <= epoch_start_ || majority_has <= high_watermark_) return;
    high_watermark_ = majority_has;
    answer_parked(effects);
}

// --- leader: fetches
// ----------------------------------------------------------------------------------

void Quorum::on_fetch(Time now, const Envelope& from, std::uint32_t correlation,
                      const QuorumFetchRequest& request, Effects& effects)
{
    const Parked fetch{from, correlation, request, now + request.max_wait};
    if (request.current_epoch < epoch_) {
        return refuse_fetch(fetch, Error::fenced_leader_epoch, effects);
    }
    if (request.current_epoch > epoch_) {
        return refuse_fetch(fetch, Error::unknown_leader_epoch, effects);
    }
    if (!is_leader()) return refuse_fetch(fetch, Error::not_leader_or_follower, effects);
    if (diverges(request)) return answer_fetch(fetch, effects);
    note_progress(now, request, effects);
    const bool news =
        request.fetch_offset < log_end() ||
        (request.high_watermark != no_offset && request.high_watermark < high_watermark_);
    if (news || request.max_wait <= Duration{}) return answer_fetch(fetch, effects);
    parked_.push_back(fetch);
    schedule_parked(effects);
}

/// A fetch at an offset says that the voter has everything below it on disk.
void Quorum::note_progress(Time now, const QuorumFetchRequest& request, Effects& effects)
{
    const auto found = voters_.find(request.replica);
    if (found == voters_.end()) return;  // an observer
    found->second.end = request.fetch_offset;
    found->second.fetched = true;
    const auto fetched = std::count_if(voters_.begin(), voters_.end(),
                                       [](const auto& entry) { return entry.second.fetched; });
    if (static_cast<std::size_t>(fetched) >= half()) check_quorum(now, effects);
    advance_high_watermark(effects);
}

bool Quorum::diverges(const QuorumFetchRequest& request) const
{
    if (request.fetch_offset == Offset{0}) return false;
    const MetadataLog::EpochEnd end = log_.end_of_epoch(request.last_fetched_epoch);
    return end.epoch != request.last_fetched_epoch || end.end_offset < request.fetch_offset;
}

void Quorum::answer_fetch(const Parked& fetch, Effects& effects) const
{
    QuorumFetchResponse response;
    response.leader = leader_;
    response.epoch = epoch_;
    response.high_watermark = high_watermark_;
    if (diverges(fetch.request)) {
        const MetadataLog::EpochEnd end = log_.end_of_epoch(fetch.request.last_fetched_epoch);
        response.diverging_epoch = end.epoch;
        response.diverging_end_offset = end.end_offset;
    } else {
        response.batches = log_.read(fetch.request.fetch_offset, log_end(), max_fetch_bytes);
    }
    reply(effects, fetch.envelope, Message{fetch.correlation, std::move(response)});
}

void Quorum::refuse_fetch(const Parked& fetch, Error error, Effects& effects) const
{
    QuorumFetchResponse response;
    response.error = error;
    response.leader = leader_;
    response.epoch = epoch_;
    reply(effects, fetch.envelope, Message{fetch.correlation, std::move(response)});
}

/// Those for whom there are records or (KIP-1166) a higher high watermark.
void Quorum::answer_parked(Effects& effects)
{
    std::deque<Parked> waiting;
    waiting.swap(parked_);
    for (const Parked& fetch : waiting) {
        const bool knows_less = fetch.request.high_watermark != no_offset &&
                                fetch.request.high_watermark < high_watermark_;
        if (fetch.request.fetch_offset < log_end() || knows_less) {
            answer_fetch(fetch, effects);
        } else {
            parked_.push_back(fetch);
        }
    }
    schedule_parked(effects);
}

void Quorum::expire_parked(Time now, Effects& effects)
{
    std::deque<Parked> waiting;
    waiting.swap(parked_);
    for (const Parked& fetch : waiting) {
        if (fetch.until <= now) {
            answer_fetch(fetch, effects);
        } else {
            parked_.push_back(fetch);
        }
    }
    schedule_parked(effects);
}

void Quorum::schedule_parked(Effects& effects) const
{
    Time first = never;
    for (const Parked& fetch : parked_) first = std::min(first, fetch.until);
    if (first != never) {
        effects.set_timer(parked_timer, first);
    } else {
        effects.cancel_timer(parked_timer);
    }
}

// --- follower
// -----------------------------------------------------------------------------------------

/// One fetch at a time, and none before what was fetched is on disk.
void Quorum::maybe_fetch(Time now, Effects& effects)
{
    if (role_ != QuorumRole::follower || fetch_in_flight_ != 0 || fetch_backoff_) return;
    if (!flushes_.empty()) return;
    send_to(leader_,
            QuorumFetchRequest{.replica = setup_.self,
                               .current_epoch = epoch_,
                               .fetch_offset = log_.end_offset(),
                               .last_fetched_epoch = log_.last_epoch(),
                               .max_wait = max_fetch_wait,
                               .high_watermark = high_watermark_},
            effects);
    fetch_in_flight_ = correlation_;
    effects.set_timer(fetch_timeout_timer,
                      now + setup_.config.controller_quorum_request_timeout_ms);
}

void Quorum::retry_fetch(Time now, Effects& effects)
{
    fetch_in_flight_ = 0;
    fetch_backoff_ = true;
    effects.cancel_timer(fetch_timeout_timer);
    effects.set_timer(fetch_retry_timer, now + setup_.config.controller_quorum_retry_backoff_ms);
}

void Quorum::on_fetch_answer(Time now, const QuorumFetchResponse& response, Effects& effects)
{
    if (learn(now, response.leader, response.epoch, effects)) return;
    if (response.error != Error::none || response.epoch != epoch_) return retry_fetch(now, effects);
    fetch_in_flight_ = 0;
    fetched_from_leader_ = true;
    effects.cancel_timer(fetch_timeout_timer);
    restart_fetch_timeout(now, effects);
    if (response.diverging_end_offset != no_offset) {
        const MetadataLog::EpochEnd ours = log_.end_of_epoch(response.diverging_epoch);
        if (!truncate_to(std::min(ours.end_offset, response.diverging_end_offset), effects)) return;
        return maybe_fetch(now, effects);
    }
    fetched_high_watermark_ = std::max(fetched_high_watermark_, response.high_watermark);
    if (response.batches.empty()) {
        advance_follower_high_watermark();
        return maybe_fetch(now, effects);
    }
    const std::int64_t before = log_.bytes();
    for (const MetadataBatchPtr& batch : response.batches) log_.append(batch);
    persist(log_.bytes() - before, effects);
}

void Quorum::advance_follower_high_watermark()
{
    const Offset known = std::min(fetched_high_watermark_, log_.end_offset());
    high_watermark_ = std::max(high_watermark_, known);
}

/// "Attempt to truncate to offset X, which is below the current high watermark": a fatal fault, the
/// process halts (KafkaMetadataLog.truncateToEndOffset). It takes more failures than the quorum
/// bears. False: it halts.
bool Quorum::truncate_to(Offset end, Effects& effects)
{
    if (end < high_watermark_) {
        effects.trace(event::ProcessExited{"asked to truncate below its high watermark"});
        effects.exit();
        return false;
    }
    log_.truncate_to(end);
    durable_end_ = std::min(durable_end_, log_.end_offset());
    for (Offset& flush : flushes_) flush = std::min(flush, log_.end_offset());
    effects.truncate(file, log_.bytes());
    return true;
}

}  // namespace gregor
