#include "engine/check.h"
#include "model/broker/broker.h"

#include <algorithm>

/// Roles of this broker's replicas, following, truncation, ISR changes (class ReplicaManager).
namespace gregor {

Replica& Broker::make_replica(Time now, TopicPartition partition, Effects& effects)
{
    const std::uint32_t known = slot_of(partition);
    if (known != no_slot) return replicas_[known];
    const auto topic = static_cast<std::size_t>(partition.topic.value);
    const auto number = static_cast<std::size_t>(partition.partition);
    if (topic >= slots_.size()) slots_.resize(topic + 1);
    if (number >= slots_[topic].size()) slots_[topic].resize(number + 1, no_slot);
    slots_[topic][number] = static_cast<std::uint32_t>(replicas_.size());
    const auto file = static_cast<FileId>(replicas_.size() + 1);
    const Random jitter = Random(setup_.seed)
                              .split("segment jitter", static_cast<std::uint64_t>(setup_.id.value))
                              .split("partition", (std::uint64_t{topic} << 32) + number);
    const std::size_t directory = directory_for_new_replica();
    Replica& made =
        replicas_.emplace_back(partition, file,
                               UnifiedLog(log_settings(partition.topic),
                                          log_step(now, effects).now_ms(), Offset{0}, jitter));
    made.directory = directory;
    ++replicas_in_[directory];
    return made;
}

/// The log gets another name at once and goes later (ReplicaManager.stopPartitions,
/// LogManager.asyncDelete). The place in the list stays.
void Broker::remove_replica(Time now, Replica& replica, Effects& effects)
{
    const std::uint32_t slot = slot_of(replica.partition);
    replica.leader = no_broker;
    replica.removed = true;
    --replicas_in_[replica.directory];
    slots_[static_cast<std::size_t>(replica.partition.topic.value)]
          [static_cast<std::size_t>(replica.partition.partition)] = no_slot;
    step_down(now, replica, Error::not_leader_or_follower, effects);
    const LogStep step = log_step(now, effects);
    const std::int64_t bytes = replica.log.size_in_bytes();
    effects.trace(event::ReplicaRemoved{replica.partition, replica.log.log_end_offset(), bytes});
    log_manager_.release_later(step, slot, bytes);
    log_cleaner_.truncated(replica);
    replica.log.truncate_fully_and_start_at(Offset{0}, step.now_ms());
    replica.checkpoints = {};
}

/// It neither leads nor follows any more: who waited for it hears the error, and a group's
/// coordinator moves with its log.
void Broker::step_down(Time now, Replica& replica, Error error, Effects& effects)
{
    const bool was_leader = replica.is_leader();
    replica.leadership.reset();
    for (ReplicaFetcher& fetcher : fetchers_) fetcher.remove(replica.partition);
    look_again(replica, true);
    look_again(replica, false);
    if (!was_leader) return;
    fail_waiters(now, replica, error, effects);
    if (replica.holds_group_offsets) {
        coordinator_.on_resigned(now, replica.partition.partition, effects);
    } else if (replica.holds_transactions) {
        transactions_.on_resigned(peer_step(now, effects), replica.partition.partition);
    }
}

void Broker::update_settings(Replica& replica, const PartitionRecord& partition)
{
    const MetadataImage& image = metadata_.image();
    const auto replication_factor = static_cast<std::int64_t>(partition.replicas.size());
    const std::int64_t wanted =
        image.min_insync_replicas(partition.partition.topic, setup_.config.min_insync_replicas);
    replica.settings =
        PartitionLeader::Settings{setup_.config.replica_lag_time_max_ms,
                                  std::min(wanted, replication_factor), setup_.profile};
    replica.log.set_settings(log_settings(partition.partition.topic));
    const TopicImage* topic = image.topic(partition.partition.topic);
    replica.holds_group_offsets = topic != nullptr && topic->name == offsets_topic;
    replica.holds_transactions = topic != nullptr && topic->name == transactions_topic;
}

void Broker::update_eligibility(PartitionLeader& leadership) const
{
    for (PartitionLeader::Follower& each : leadership.followers()) update_eligibility(each);
}

/// "Eligible: not fenced; not in controlled shutdown; the fetch's broker epoch is the registered
/// one, or was -1" (KIP-841, KIP-903; Partition.isReplicaIsrEligible).
void Broker::update_eligibility(PartitionLeader::Follower& follower) const
{
    const auto* broker = metadata_.image().broker(follower.broker);
    const bool same_life = broker != nullptr && (follower.broker_epoch == no_broker_epoch ||
                                                 follower.broker_epoch == broker->epoch);
    follower.eligible = same_life && broker->active();
}

void Broker::apply_metadata(Time now, Effects& effects)
{
    const MetadataCache::Changes changes = metadata_.take_changes();
    if (!roles_applied_) {
        // Roles of an earlier life are none of ours: the image must know this incarnation.
        if (!metadata_.caught_up() || !lifecycle_.ready()) return;
        roles_applied_ = true;
        tell_coordinator_of_topics(now, effects);
        for (const auto& topic : metadata_.image().topics()) {
            for (const auto& each : topic->partitions) apply_partition(now, *each, effects);
        }
        // Deleted or moved while this broker was away (LogManager.deleteStrayKRaftReplicas).
        for (Replica& replica : replicas_) {
            const bool stray = metadata_.image().partition(replica.partition) == nullptr;
            if (stray && !replica.removed) remove_replica(now, replica, effects);
        }
        return;
    }
    // Who is fenced is known before roles change: whether a replica outside the ISR holds the high
    // watermark back depends on it (the metadata cache is published before
    // ReplicaManager.applyDelta).
    if (changes.anything) {
        for (Replica& replica : replicas_) {
            if (replica.is_leader()) update_eligibility(*replica.leadership);
        }
    }
    for (const TopicId gone : changes.removed_topics) {
        for (Replica& replica : replicas_) {
            if (replica.partition.topic == gone && !replica.removed) {
                remove_replica(now, replica, effects);
            }
        }
    }
    if (changes.topics) tell_coordinator_of_topics(now, effects);
    for (const TopicPartition changed : changes.partitions) {
        const PartitionRecord* partition = metadata_.image().partition(changed);
        if (partition != nullptr) apply_partition(now, *partition, effects);
    }
    for (const TopicId topic : changes.configured_topics) {
        for (Replica& replica : replicas_) {
            if (topic != no_topic && replica.partition.topic != topic) continue;
            if (const auto* partition = metadata_.image().partition(replica.partition)) {
                update_settings(replica, *partition);
            }
        }
    }
    if (changes.anything) {
        effects.trace(event::MetadataApplied{metadata_.applied()});
    }
}

/// Only names and numbers of partitions count for it: the rest of a change is no news.
void Broker::tell_coordinator_of_topics(Time now, Effects& effects)
{
    CoordinatorTopics all;
    for (const auto& topic : metadata_.image().topics()) {
        if (topic->id == no_topic) continue;
        all[topic->name] = {topic->id, static_cast<std::int32_t>(topic->partitions.size())};
    }
    coordinator_.on_topics(now, std::move(all), effects);
}

void Broker::apply_partition(Time now, const PartitionRecord& partition, Effects& effects)
{
    if (!contains(partition.replicas, setup_.id)) {
        const std::uint32_t slot = slot_of(partition.partition);
        if (slot != no_slot) remove_replica(now, replicas_[slot], effects);
        return;
    }
    Replica& replica = make_replica(now, partition.partition, effects);
    if (replica.offline) return;
    if (partition.partition_epoch < replica.partition_epoch) return;
    update_settings(replica, partition);
    if (partition.leader == setup_.id) {
        lead(now, replica, partition, effects);
    } else {
        follow(now, replica, partition, effects);
    }
}

void Broker::lead(Time now, Replica& replica, const PartitionRecord& partition, Effects& effects)
{
    const bool new_epoch = partition.leader_epoch > replica.leader_epoch;
    const bool was_leader = replica.is_leader();
    for (ReplicaFetcher& fetcher : fetchers_) fetcher.remove(replica.partition);
    const PartitionLeader::Registration registration{partition.replicas, partition.isr,
                                                     partition.leader_epoch,
                                                     partition.partition_epoch, partition.recovery};
    replica.leader = setup_.id;
    replica.leader_epoch = partition.leader_epoch;
    replica.partition_epoch = partition.partition_epoch;
    if (was_leader) {
        replica.leadership->update(registration, replica.log.log_end_offset(), now);
    } else {
        replica.leadership.emplace(setup_.id, registration, replica.log.log_end_offset(), now);
    }
    update_eligibility(*replica.leadership);
    if (new_epoch || !was_leader) {
        replica.log.epochs().assign(partition.leader_epoch, replica.log.log_end_offset());
        effects.trace(event::BecameLeader{replica.partition, partition.leader_epoch,
                                          replica.log.log_end_offset(), replica.high_watermark()});
        if (!was_leader && (replica.holds_group_offsets || replica.holds_transactions)) {
            std::vector<RecordBatch> content;
            replica.log.for_each([&](const RecordBatch& batch) { content.push_back(batch); });
            const std::int32_t number = replica.partition.partition;
            if (replica.holds_group_offsets) {
                coordinator_.on_elected(now, number, content, effects);
            } else {
                transactions_.on_elected(peer_step(now, effects), number, partition.leader_epoch,
                                         content);
            }
        }
    }
    look_again(replica, true);
    look_again(replica, false);
    note_outsiders(replica);
    advance_high_watermark(now, replica, effects);
}

void Broker::follow(Time now, Replica& replica, const PartitionRecord& partition, Effects& effects)
{
    const bool new_epoch = partition.leader_epoch > replica.leader_epoch;
    const bool was_leader = replica.is_leader();
    replica.leader = partition.leader;
    replica.leader_epoch = partition.leader_epoch;
    replica.partition_epoch = partition.partition_epoch;
    if (!new_epoch && !was_leader) return;
    effects.trace(event::BecameFollower{replica.partition, partition.leader_epoch, partition.leader,
                                        replica.log.log_end_offset(), replica.high_watermark()});
    step_down(now, replica, Error::not_leader_or_follower, effects);
    if (partition.leader == no_broker) return;
    using State = ReplicaFetcher::Followed::State;
    State state = State::fetching;
    const TruncationProtocol protocol = setup_.profile.truncation;
    const bool knows_epochs = !replica.log.epochs().empty();
    if (protocol == TruncationProtocol::high_watermark || !knows_epochs) {
        truncate(now, replica, replica.high_watermark(), effects);
    } else if (protocol != TruncationProtocol::fetch) {
        state = State::truncating;
    }
    ReplicaFetcher& fetcher = fetcher_for(partition.leader, replica.partition);
    fetcher.add(replica.partition, slot_of(replica.partition), partition.leader_epoch, state);
}

void Broker::advance_high_watermark(Time now, Replica& replica, Effects& effects)
{
    if (!replica.is_leader()) return;
    const Offset next = replica.leadership->next_high_watermark(
        replica.high_watermark(), replica.log.log_end_offset(), now, replica.settings);
    if (next <= replica.high_watermark()) return;
    replica.log.update_high_watermark(replica.log.locate(next));
    effects.trace(event::HighWatermarkAdvanced{replica.partition, next, replica.leader_epoch});
    complete_waiters(now, replica, effects);
    look_again(replica, false);
}

void Broker::truncate(Time now, Replica& replica, Offset to, Effects& effects)
{
    UnifiedLog& log = replica.log;
    const Offset end = log.log_end_offset();
    const Offset high_watermark = replica.high_watermark();
    const std::int64_t before = log.size_in_bytes();
    if (!log.truncate_to(to, log_step(now, effects).now_ms())) return;
    effects.trace(event::LogTruncated{replica.partition, end, to, high_watermark});
    Replica::Checkpoints& files = replica.checkpoints;
    files.high_watermark = std::min(files.high_watermark, to);
    files.recovery_point = std::min(files.recovery_point, to);
    replica.written_bytes -= before - log.size_in_bytes();
    effects.truncate(replica.file, replica.written_bytes);
    log_cleaner_.truncated(replica);
}

void Broker::truncate_to_divergence(Time now, Replica& replica, const EpochEndOffset& end,
                                    Effects& effects)
{
    const UnifiedLog& log = replica.log;
    Offset to = std::min(end.end_offset, log.log_end_offset());
    if (end.epoch != no_leader_epoch && setup_.profile.truncation != TruncationProtocol::kip101) {
        const EpochEndOffset own = log.epochs().end_offset_for(end.epoch, log.log_end_offset());
        if (own.end_offset != no_offset) to = std::min(to, own.end_offset);
    }
    truncate(now, replica, to, effects);
}

ReplicaFetcher& Broker::fetcher_for(BrokerId leader, TopicPartition partition)
{
    const auto threads = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(setup_.config.num_replica_fetchers, 1, 8));
    const auto thread =
        static_cast<std::uint32_t>(31 * partition.topic.value + partition.partition) % threads;
    const auto wanted = static_cast<Channel>(channel::replication + thread % 8);
    for (std::uint32_t i = 0; i < fetchers_.size(); ++i) {
        if (fetchers_[i].leader() == leader && fetchers_[i].channel() == wanted) {
            to_advance_.push_back(i);
            return fetchers_[i];
        }
    }
    to_advance_.push_back(static_cast<std::uint32_t>(fetchers_.size()));
    return fetchers_.emplace_back(leader, setup_.layout.node_of(leader), wanted);
}

ReplicaFetcher::Settings Broker::fetcher_settings() const
{
    const BrokerConfig& config = setup_.config;
    return {setup_.id,
            lifecycle_.epoch(),
            config.replica_fetch_backoff_ms,
            config.replica_fetch_wait_max_ms,
            config.replica_socket_timeout_ms,
            static_cast<std::int32_t>(config.replica_fetch_min_bytes),
            static_cast<std::int32_t>(config.replica_fetch_response_max_bytes),
            static_cast<std::int32_t>(config.replica_fetch_max_bytes),
            setup_.profile};
}

void Broker::advance_fetcher(Time now, std::uint32_t index, Effects& effects)
{
    if (fetchers_frozen_) return;
    ReplicaFetcher& fetcher = fetchers_[index];
    const bool was_out = fetcher.outstanding();
    const Time retry = fetcher.advance(now, replicas_, fetcher_settings(), effects);
    if (retry != never) {
        effects.set_timer(fetcher_backoff_timer + index, retry);
    } else if (!was_out && fetcher.outstanding() && !fetcher.timeout_armed()) {
        fetcher.arm_timeout();
        effects.set_timer(fetcher_timeout_timer + index,
                          now + setup_.config.replica_socket_timeout_ms);
    }
}

void Broker::on_replication_message(Time now, const Envelope& from, Message& message,
                                    Effects& effects)
{
    for (std::uint32_t i = 0; i < fetchers_.size(); ++i) {
        ReplicaFetcher& fetcher = fetchers_[i];
        if (setup_.layout.node_of(fetcher.leader()) != from.from ||
            fetcher.channel() != from.channel || !fetcher.accept(message.correlation)) {
            continue;
        }
        to_advance_.push_back(i);
        if (auto* response = std::get_if<FetchResponse>(&message.body)) {
            std::int64_t bytes = 0;
            for (const auto& each : response->partitions) {
                for (const RecordBatch& batch : each.records) bytes += batch.size_in_bytes;
            }
            if (bytes > 0 && effects.disk_is_throttled()) {
                to_advance_.pop_back();
                fetcher.hold();
                const Tag tag = ++next_tag_;
                effects.transfer(bytes, tag);
                pending_writes_.push_back(PendingWrite{tag, from, std::move(message), i});
                return;
            }
            on_fetch_response(now, i, *response, effects);
        } else if (const auto* end = std::get_if<OffsetsForLeaderEpochResponse>(&message.body)) {
            on_epoch_end(now, fetcher, *end, effects);
        } else if (const auto* offsets = std::get_if<ListOffsetsResponse>(&message.body)) {
            on_leader_offsets(now, fetcher, *offsets, effects);
        }
        return;
    }
}

void Broker::on_fetch_response(Time now, std::uint32_t index, const FetchResponse& response,
                               Effects& effects)
{
    ReplicaFetcher& fetcher = fetchers_[index];
    fetcher.continue_session(response);
    const ReplicaFetcher::Settings settings = fetcher_settings();
    for (const FetchResponse::Partition& answer : response.partitions) {
        ReplicaFetcher::Followed* followed = fetcher.find(answer.partition);
        if (followed == nullptr || followed->queued) continue;  // the question is out of date
        Replica& replica = replicas_[followed->slot];
        if (answer.error == Error::none) {
            if (answer.diverging_epoch.end_offset != no_offset) {
                truncate_to_divergence(now, replica, answer.diverging_epoch, effects);
                fetcher.ask_again(*followed);
            } else {
                append_fetched(now, fetcher, *followed, answer, effects);
            }
            continue;
        }
        effects.trace(event::ReplicaFetchFailed{answer.partition, fetcher.leader(), answer.error});
        if (answer.error == Error::offset_out_of_range) {
            followed->state = ReplicaFetcher::Followed::State::out_of_range;
            fetcher.ask_again(*followed);
        } else if (answer.error == Error::fenced_leader_epoch &&
                   followed->leader_epoch == replica.leader_epoch) {
            followed->state = ReplicaFetcher::Followed::State::failed;
            fetcher.delay(*followed, now, settings);
        } else {
            fetcher.delay(*followed, now, settings);
        }
    }
    if (const Tag flush = std::exchange(last_flush_, 0); flush != 0) {
        fetcher.hold();
        pending_flushes_.push_back({.tag = flush, .fetcher = index});
    }
}

void Broker::append_fetched(Time now, ReplicaFetcher& fetcher, ReplicaFetcher::Followed& followed,
                            const FetchResponse::Partition& answer, Effects& effects)
{
    Replica& replica = replicas_[followed.slot];
    const Offset before = replica.log.log_end_offset();
    const LogStep step = log_step(now, effects);
    if (!answer.records.empty()) {
        if (effects.disk_is_full()) {
            return fail_log_dir(now, replica.directory, "no space left on device", effects);
        }
        const UnifiedLog::Appended appended =
            replica.log.append_as_follower(answer.records, step.now_ms());
        if (!appended.error.none()) {
            if (appended.error == log_errors::corrupt) {
                effects.trace(event::ReplicaFetchFailed{answer.partition, fetcher.leader(),
                                                        appended.error.error});
                return fetcher.delay(followed, now, fetcher_settings());
            }
            // It begins below our end: the question was asked before the log changed.
            fetcher.ask_again(followed);
            return;
        }
        if (appended.rolled) LogManager::rolled(step, replica, *appended.rolled);
        page_cache_.write(replica.file, replica.written_bytes, appended.bytes);
        replica.written_bytes += appended.bytes;
        effects.append(replica.file, appended.bytes);
        if (appended.flush_due) flush_appended(step, replica);
    }
    replica.log.maybe_update_high_watermark(answer.high_watermark);
    replica.log.maybe_increment_log_start(answer.log_start_offset);
    if (answer.records.empty()) return;
    effects.trace(event::RecordsReplicated{replica.partition, before, replica.log.log_end_offset(),
                                           replica.leader_epoch, replica.high_watermark()});
    fetcher.ask_again(followed);
}

void Broker::on_epoch_end(Time now, ReplicaFetcher& fetcher,
                          const OffsetsForLeaderEpochResponse& response, Effects& effects)
{
    ReplicaFetcher::Followed* followed = fetcher.find(response.partition);
    if (followed == nullptr) return;
    Replica& replica = replicas_[followed->slot];
    if (response.error != Error::none) {
        effects.trace(
            event::ReplicaFetchFailed{response.partition, fetcher.leader(), response.error});
        fetcher.delay(*followed, now, fetcher_settings());
        return;
    }
    if (response.end.end_offset == no_offset) {
        truncate(now, replica, replica.high_watermark(), effects);
    } else {
        truncate_to_divergence(now, replica, response.end, effects);
    }
    const bool once_more = setup_.profile.truncation == TruncationProtocol::kip279 &&
                           response.end.end_offset != no_offset &&
                           replica.log.epochs().latest() > response.end.epoch;
    if (!once_more) followed->state = ReplicaFetcher::Followed::State::fetching;
    fetcher.ask_again(*followed);
}

void Broker::on_leader_offsets(Time now, ReplicaFetcher& fetcher,
                               const ListOffsetsResponse& response, Effects& effects)
{
    if (response.partitions.size() != 2) return;
    const auto& latest = response.partitions[0];
    ReplicaFetcher::Followed* followed = fetcher.find(latest.partition);
    if (followed == nullptr) return;
    if (latest.error != Error::none) {
        fetcher.delay(*followed, now, fetcher_settings());
        return;
    }
    Replica& replica = replicas_[followed->slot];
    const Offset leader_start = response.partitions[1].offset;
    if (latest.offset < replica.log.log_end_offset()) {
        truncate(now, replica, latest.offset, effects);
    } else if (leader_start > replica.log.log_end_offset()) {
        effects.trace(event::LogTruncated{replica.partition, replica.log.log_end_offset(),
                                          leader_start, replica.high_watermark()});
        replica.log.truncate_fully_and_start_at(leader_start, log_step(now, effects).now_ms());
        replica.checkpoints = {leader_start, leader_start, leader_start};
        replica.written_bytes = 0;
        log_manager_.forget_deletions(followed->slot);
        log_cleaner_.truncated(replica);
        effects.truncate(replica.file, 0);
    }
    followed->state = ReplicaFetcher::Followed::State::fetching;
    fetcher.ask_again(*followed);
}

void Broker::shrink_isrs(Time now, Effects& effects)
{
    for (Replica& replica : replicas_) {
        if (!replica.is_leader()) continue;
        PartitionLeader& leader = *replica.leadership;
        const BrokerList slow = leader.out_of_sync(replica.log.log_end_offset(), now,
                                                   setup_.config.replica_lag_time_max_ms);
        if (slow.empty()) continue;
        BrokerList wanted;
        for (const BrokerId each : leader.registration().isr) {
            if (!contains(slow, each)) wanted.push_back(each);
        }
        Time caught_up = now;
        for (const BrokerId each : slow) {
            caught_up = std::min(caught_up, leader.follower(each)->last_caught_up);
        }
        leader.begin_change(wanted);
        alter_partition_.submit(replica.partition);
        effects.trace(event::IsrShrinkRequested{replica.partition, wanted, slow,
                                                to_milliseconds(now - caught_up)});
    }
}

/// As the leader learnt it from the member's fetches; -1 when it has not fetched (KIP-903,
/// Partition.addBrokerEpochToIsr).
BrokerEpoch Broker::epoch_of_member(PartitionLeader& leader, BrokerId member) const
{
    if (member == setup_.id) return lifecycle_.epoch();
    const PartitionLeader::Follower* follower = leader.follower(member);
    return follower == nullptr ? no_broker_epoch : follower->broker_epoch;
}

void Broker::send_alter_partition(Time now, Effects& effects)
{
    if (!alter_partition_.may_send()) return;
    const BrokerId controller = lifecycle_.active_controller();
    if (controller == no_broker) {
        effects.set_timer(alter_partition_timer, now + AlterPartitionQueue::retry_interval);
        return;
    }
    AlterPartitionRequest request;
    request.broker = setup_.id;
    request.broker_epoch = lifecycle_.epoch();
    const std::uint32_t correlation = ++next_correlation_;
    for (const TopicPartition partition : alter_partition_.begin(correlation)) {
        const std::uint32_t slot = slot_of(partition);
        if (slot == no_slot || !replicas_[slot].is_leader()) continue;
        PartitionLeader& leader = *replicas_[slot].leadership;
        if (!leader.change_in_flight()) continue;
        AlterPartitionRequest::Partition asked;
        asked.partition = partition;
        asked.leader_epoch = leader.leader_epoch();
        asked.partition_epoch = leader.partition_epoch();
        for (const BrokerId member : leader.wanted_isr()) {
            asked.new_isr.push_back({member, epoch_of_member(leader, member)});
        }
        request.partitions.push_back(asked);
    }
    if (request.partitions.empty()) {
        alter_partition_.answered();
        return;
    }
    send(effects, setup_.layout.node_of(controller), channel::forwarding,
         Message{correlation, std::move(request)});
    effects.set_timer(alter_partition_timer, now + setup_.config.replica_socket_timeout_ms);
}

void Broker::on_alter_partition_response(Time now, const AlterPartitionResponse& response,
                                         Effects& effects)
{
    if (response.error != Error::none) {
        alter_partition_.failed();
        effects.set_timer(alter_partition_timer, now + AlterPartitionQueue::retry_interval);
        return;
    }
    alter_partition_.answered();
    effects.cancel_timer(alter_partition_timer);
    for (const AlterPartitionResponse::Partition& answer : response.partitions) {
        const std::uint32_t slot = slot_of(answer.partition);
        if (slot == no_slot || !replicas_[slot].is_leader()) continue;
        Replica& replica = replicas_[slot];
        PartitionLeader& leader = *replica.leadership;
        if (!leader.change_in_flight()) continue;
        switch (answer.error) {
            case Error::none:
                if (answer.leader_epoch != leader.leader_epoch() ||
                    answer.partition_epoch < leader.partition_epoch()) {
                    break;
                }
                leader.commit_change(answer);
                replica.partition_epoch = answer.partition_epoch;
                advance_high_watermark(now, replica, effects);
                break;
            case Error::ineligible_replica:
            case Error::operation_not_attempted: leader.revert_change(); break;
            case Error::unknown_topic_or_partition:
            case Error::unknown_topic_id:
            case Error::fenced_leader_epoch:
            case Error::invalid_update_version:
            case Error::invalid_request:
            case Error::new_leader_elected: break;  // stays pending until metadata arrives
            default: alter_partition_.submit(answer.partition); break;
        }
    }
}

}  // namespace gregor
