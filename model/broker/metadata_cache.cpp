#include "model/broker/metadata_cache.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace gregor {

namespace {
constexpr Duration max_fetch_wait = milliseconds(500);
}  // namespace

MetadataCache::MetadataCache(BrokerId self, const ClusterLayout& layout, const BrokerConfig& config,
                             const std::vector<MetadataBatchPtr>& bootstrap)
    : self_(self),
      layout_(layout),
      fetch_timeout_(config.controller_quorum_fetch_timeout_ms),
      retry_backoff_(config.controller_quorum_retry_backoff_ms),
      formed_(!bootstrap.empty()),
      log_(bootstrap)
{
}

void MetadataCache::start(Time now, StartReason reason, Effects& effects)
{
    if (reason == StartReason::first && formed_) {
        epoch_ = log_.last_epoch();
        leader_ = BrokerId{101};
        high_watermark_ = log_.end_offset();
        apply_committed();
        changes_ = Changes{};
        caught_up_ = true;
    }
    // Observers do not flush what they fetch.
    if (reason == StartReason::after_power_loss) log_ = MetadataLog{};
    fetch(now, effects);
}

void MetadataCache::on_end()
{
    image_ = MetadataImage{};
    high_watermark_ = Offset{0};
    leader_ = no_broker;
    changes_ = Changes{};
    in_flight_ = 0;
    caught_up_ = false;
}

// --- fetching
// -----------------------------------------------------------------------------------------

void MetadataCache::fetch(Time now, Effects& effects)
{
    asked_ = leader_ != no_broker ? leader_ : BrokerId{101 + next_voter_};
    in_flight_ = ++correlation_;
    const QuorumFetchRequest request{.replica = self_,
                                     .current_epoch = epoch_,
                                     .fetch_offset = log_.end_offset(),
                                     .last_fetched_epoch = log_.last_epoch(),
                                     .max_wait = max_fetch_wait,
                                     .high_watermark = high_watermark_};
    send(effects, layout_.node_of(asked_), channel::metadata, Message{in_flight_, request});
    effects.cancel_timer(retry_timer);
    effects.set_timer(fetch_timer, now + fetch_timeout_);
}

void MetadataCache::retry(Time now, Effects& effects)
{
    in_flight_ = 0;
    effects.cancel_timer(fetch_timer);
    effects.set_timer(retry_timer, now + retry_backoff_);
}

/// The one asked does not lead, or does not answer: any voter may know who does.
void MetadataCache::rotate()
{
    leader_ = no_broker;
    next_voter_ = (asked_.value - 101 + 1) % layout_.controllers;
}

void MetadataCache::on_timer(Time now, TimerKey key, Effects& effects)
{
    if (key == fetch_timer) {
        effects.close(layout_.node_of(asked_), channel::metadata, false);
        rotate();
    }
    fetch(now, effects);
}

void MetadataCache::on_connection_reset(Time now, const Envelope& peer, Effects& effects)
{
    if (in_flight_ == 0 || peer.from != layout_.node_of(asked_)) return;
    rotate();
    retry(now, effects);
}

void MetadataCache::on_response(Time now, const Envelope&, const Message& message, Effects& effects)
{
    const auto* response = std::get_if<QuorumFetchResponse>(&message.body);
    if (response == nullptr || message.correlation != in_flight_) return;
    in_flight_ = 0;
    if (response->epoch < epoch_) {
        rotate();
        return retry(now, effects);
    }
    const bool new_epoch = response->epoch > epoch_;
    epoch_ = response->epoch;
    if (response->error != Error::none) {
        const bool points_elsewhere =
            response->leader != no_broker && (response->leader != asked_ || new_epoch);
        rotate();
        if (points_elsewhere) leader_ = response->leader;
        return retry(now, effects);
    }
    leader_ = response->leader;
    if (take(*response, effects)) fetch(now, effects);
}

// --- applying
// -----------------------------------------------------------------------------------------

/// False: the process halts. It is asked to take back what was committed (a fatal fault of
/// KafkaMetadataLog.truncateToEndOffset), after more failures than the quorum bears.
bool MetadataCache::take(const QuorumFetchResponse& response, Effects& effects)
{
    if (response.diverging_end_offset != no_offset) {
        const Offset ours = log_.end_of_epoch(response.diverging_epoch).end_offset;
        const Offset to = std::min(ours, response.diverging_end_offset);
        if (to < high_watermark_) {
            effects.trace(event::ProcessExited{"asked to truncate below its high watermark"});
            effects.exit();
            return false;
        }
        log_.truncate_to(to);
        return true;
    }
    for (const MetadataBatchPtr& batch : response.batches) log_.append(batch);
    high_watermark_ =
        std::max(high_watermark_, std::min(response.high_watermark, log_.end_offset()));
    apply_committed();
    if (response.high_watermark > Offset{0} && applied() >= response.high_watermark) {
        caught_up_ = true;
    }
    return true;
}

void MetadataCache::apply_committed()
{
    if (applied() >= high_watermark_) return;
    constexpr std::int64_t any_size = std::numeric_limits<std::int64_t>::max();
    for (const MetadataBatchPtr& batch : log_.read(applied(), high_watermark_, any_size)) {
        image_.apply(*batch);
        for (const MetadataRecord& record : batch->records) note(record);
    }
}

void MetadataCache::note(const MetadataRecord& record)
{
    if (std::holds_alternative<NoOpRecord>(record) ||
        std::holds_alternative<LeaderChangeRecord>(record)) {
        return;
    }
    changes_.anything = true;
    if (const auto* partition = std::get_if<PartitionRecord>(&record)) {
        changes_.partitions.push_back(partition->partition);
        changes_.topics = true;
    } else if (const auto* change = std::get_if<PartitionChangeRecord>(&record)) {
        changes_.partitions.push_back(change->partition);
    } else if (const auto* config = std::get_if<ConfigRecord>(&record)) {
        changes_.configured_topics.push_back(config->topic);
    } else if (const auto* removed = std::get_if<RemoveTopicRecord>(&record)) {
        changes_.removed_topics.push_back(removed->topic);
        changes_.topics = true;
    }
}

MetadataCache::Changes MetadataCache::take_changes()
{
    return std::exchange(changes_, Changes{});
}

}  // namespace gregor
