#include "model/broker/broker.h"

#include <algorithm>

namespace gregor {

Broker::Broker(const Setup& setup)
    : setup_(setup),
      lifecycle_(setup.id, setup.layout, setup.config, setup.seed),
      metadata_(setup.id, setup.layout, setup.config, setup.bootstrap),
      coordinator_(setup.id, setup.config, setup.seed),
      transactions_(setup.config),
      page_cache_(setup.page_cache),
      replicas_in_(setup.config.log_dirs.size())
{
}

void Broker::on_start(Time now, StartReason reason, Effects& effects)
{
    start_logs(now, reason, effects);
    if (must_halt()) return;
    roles_applied_ = false;
    metadata_.start(now, reason, effects);
    lifecycle_.start(now, reason, metadata_, effects);
    effects.set_timer(isr_expiration_timer, now + setup_.config.replica_lag_time_max_ms / 2);
    effects.set_timer(high_watermark_timer,
                      now + setup_.config.replica_high_watermark_checkpoint_interval_ms);
    apply_metadata(now, effects);
    settle(now, effects);
}

void Broker::on_end(Time now, StartReason reason)
{
    static_cast<void>(now);
    for (Replica& replica : replicas_) {
        replica.leader_epoch = no_leader_epoch;  // a new process knows no role yet
        replica.offline = false;
        replica.partition_epoch = PartitionEpoch{-1};
        replica.leader = no_broker;
        replica.leadership.reset();
        replica.produce_waiters.clear();
        replica.fetch_watchers.clear();
    }
    log_manager_.on_end(replicas_, reason);
    log_cleaner_.on_end();
    failed_directories_.clear();
    channels_.clear();
    produces_.clear();
    free_produces_.clear();
    sessions_.clear();
    to_answer_.clear();
    fetchers_.clear();
    to_advance_.clear();
    alter_partition_ = AlterPartitionQueue{};
    follower_last_fetch_.clear();
    pending_writes_.clear();
    pending_validations_.clear();
    pending_answers_.clear();
    last_flush_ = 0;
    pending_flushes_.clear();
    if (reason == StartReason::after_power_loss) page_cache_.clear();
    forwarding_.clear();
    producer_ids_ = ProducerIds{};
    purgatory_wakes_ = never;
    coordinator_.on_end();
    transactions_.on_end();
    gate_.clear();
    marker_writes_.clear();
    lifecycle_.on_end(reason);
    metadata_.on_end();
}

void Broker::on_message(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    if (from.channel >= channel::replication) {
        if (is_request(message)) {
            if (admits(from, message, effects)) route(now, from, message, effects);
        } else {
            on_replication_message(now, from, message, effects);
        }
    } else if (from.channel == channel::heartbeat) {
        lifecycle_.on_response(now, from, message, effects);
        if (!roles_applied_) apply_metadata(now, effects);
    } else if (from.channel == channel::metadata) {
        metadata_.on_response(now, from, message, effects);
        lifecycle_.on_metadata(now, metadata_, effects);
        apply_metadata(now, effects);
    } else if (from.channel == channel::forwarding) {
        on_forwarding_response(now, message, effects);
    } else if (from.channel >= channel::markers && !is_request(message)) {
        on_transaction_peer(now, from, message, effects);
    } else if (admits(from, message, effects)) {
        serve(now, from, std::move(message), effects);
    }
    read_logs(now, effects);
    settle(now, effects);
}

/// No port is open before the broker runs: "enable request processing" comes after "unfenced"
/// (BrokerServer.startup). Who connects before is disconnected.
bool Broker::admits(const Envelope& from, Message& message, Effects& effects)
{
    if (!lifecycle_.may_serve()) {
        effects.close(from.from, from.channel, true);
        return false;
    }
    return from.channel >= channel::replication || channels_.admit(from, message);
}

void Broker::serve(Time now, const Envelope& from, Message&& message, Effects& effects)
{
    Message request = std::move(message);
    route(now, from, request, effects);
}

void Broker::route(Time now, const Envelope& from, Message& message, Effects& effects)
{
    if (std::holds_alternative<ProduceRequest>(message.body)) {
        on_produce(now, from, message, effects);
    } else if (std::holds_alternative<FetchRequest>(message.body)) {
        on_fetch(now, from, message, effects);
    } else if (std::holds_alternative<MetadataRequest>(message.body)) {
        on_metadata_request(now, from, message, effects);
    } else if (std::holds_alternative<ListOffsetsRequest>(message.body)) {
        on_list_offsets(now, from, message, effects);
    } else if (std::holds_alternative<OffsetsForLeaderEpochRequest>(message.body)) {
        on_epoch_request(now, from, message, effects);
    } else if (std::holds_alternative<FindCoordinatorRequest>(message.body)) {
        on_find_coordinator(now, from, message, effects);
    } else if (const auto* init = std::get_if<InitProducerIdRequest>(&message.body);
               init != nullptr && init->transactional_id.empty()) {
        on_init_producer_id(now, from, message, effects);
    } else if (init != nullptr || std::holds_alternative<AddPartitionsToTxnRequest>(message.body) ||
               std::holds_alternative<AddOffsetsToTxnRequest>(message.body) ||
               std::holds_alternative<EndTxnRequest>(message.body)) {
        on_transactional_request(now, from, message, effects);
    } else if (std::holds_alternative<TxnOffsetCommitRequest>(message.body)) {
        if (verify_first(now, from, message, effects)) return;
        coordinator_.on_transactional_commit(now, from, message, {}, effects);
    } else if (auto* markers = std::get_if<WriteTxnMarkersRequest>(&message.body)) {
        write_markers(now, from, message.correlation, std::move(*markers), effects);
    } else if (std::holds_alternative<CreateTopicsRequest>(message.body) ||
               std::holds_alternative<ElectLeadersRequest>(message.body) ||
               std::holds_alternative<AlterConfigRequest>(message.body)) {
        forward(now, from, message, effects);
    } else {
        if (auto* fetch = std::get_if<OffsetFetchRequest>(&message.body)) {
            fetch->require_stable = setup_.profile.offset_commit_fencing;  // KIP-447 has both
        }
        coordinator_.on_request(now, from, std::move(message), effects);
    }
}

void Broker::answer(Time now, const Envelope& to, Message&& message, Effects& effects)
{
    if (to.from == no_node) return;
    const std::uint32_t correlation = message.correlation;
    if (to.channel < channel::replication && !channels_.serves(to, correlation)) return;
    reply(effects, to, std::move(message));
    served(now, to, correlation, effects);
}

void Broker::served(Time now, const Envelope& connection, std::uint32_t correlation,
                    Effects& effects)
{
    if (connection.channel >= channel::replication) return;
    if (auto next = channels_.done(connection, correlation)) {
        serve(now, connection, std::move(*next), effects);
    }
}

void Broker::settle(Time now, Effects& effects)
{
    for (;;) {
        append_for_coordinator(now, effects);
        const bool busy = settle_transactions(now, effects);
        const std::vector<ParkedRequest> answered = coordinator_.take_answered();
        for (const ParkedRequest& done : answered) {
            served(now, done.from, done.correlation, effects);
        }
        if (to_answer_.empty() && answered.empty() && !busy) break;
        std::vector<std::uint32_t> sessions;
        sessions.swap(to_answer_);
        for (const std::uint32_t session : sessions) {
            if (sessions_[session].parked) try_answer(now, session, false, effects);
        }
    }
    for (std::size_t i = 0; i < to_advance_.size(); ++i) {
        advance_fetcher(now, to_advance_[i], effects);
    }
    to_advance_.clear();
    send_alter_partition(now, effects);
    if (must_halt()) effects.halt();
}

void Broker::on_timer(Time now, TimerKey key, Effects& effects)
{
    if (on_log_timer(now, key, effects)) {
        settle(now, effects);
        return;
    }
    if (key < 10) {
        lifecycle_.on_timer(now, key, metadata_, effects);
        read_logs(now, effects);
        if (!roles_applied_) apply_metadata(now, effects);
    } else if (key < 20) {
        metadata_.on_timer(now, key, effects);
    } else if (key == GroupCoordinator::timer) {
        coordinator_.on_timer(now, effects);
    } else if (key >= TransactionHost::abort_timer && key <= TransactionGate::timer) {
        on_transaction_timer(now, key, effects);
    } else if (key == isr_expiration_timer) {
        shrink_isrs(now, effects);
        effects.set_timer(isr_expiration_timer, now + setup_.config.replica_lag_time_max_ms / 2);
    } else if (key == high_watermark_timer) {
        for (Replica& replica : replicas_) {
            replica.checkpoints.high_watermark = replica.high_watermark();
        }
        effects.set_timer(high_watermark_timer,
                          now + setup_.config.replica_high_watermark_checkpoint_interval_ms);
    } else if (key == alter_partition_timer) {
        alter_partition_.failed();
    } else if (key == purgatory_timer) {
        on_purgatory_timer(now, effects);
    } else if (key == forwarding_timer) {
        on_forwarding_timer(now, effects);
    } else if (key >= fetcher_timeout_timer) {
        const std::uint32_t index = key - fetcher_timeout_timer;
        const Time due = fetchers_[index].timeout_due(setup_.config.replica_socket_timeout_ms);
        if (due <= now) {
            effects.close(setup_.layout.node_of(fetchers_[index].leader()),
                          fetchers_[index].channel(), false);
            fetchers_[index].connection_lost(now, fetcher_settings());
            to_advance_.push_back(index);
        } else if (due != never) {
            fetchers_[index].arm_timeout();
            effects.set_timer(key, due);
        }
    } else if (key >= fetcher_backoff_timer) {
        to_advance_.push_back(key - fetcher_backoff_timer);
    }
    settle(now, effects);
}

void Broker::on_disk(Time now, Tag tag, Effects& effects)
{
    if (on_log_disk(now, tag, effects) || on_fetched_from_disk(now, tag, effects) ||
        on_flushed(now, tag, effects)) {
        return settle(now, effects);
    }
    const auto at = std::find_if(pending_writes_.begin(), pending_writes_.end(),
                                 [tag](const PendingWrite& w) { return w.tag == tag; });
    if (at == pending_writes_.end()) return;
    PendingWrite done = std::move(*at);
    pending_writes_.erase(at);
    if (done.fetcher == PendingWrite::no_fetcher) {
        append_all(now, done.from, done.message, effects, {});
    } else {
        fetchers_[done.fetcher].release();
        to_advance_.push_back(done.fetcher);
        on_fetch_response(now, done.fetcher, std::get<FetchResponse>(done.message.body), effects);
    }
    settle(now, effects);
}

void Broker::on_connection(Time now, const Envelope& peer, ConnectionChange change,
                           Effects& effects)
{
    if (change == ConnectionChange::up) return;
    if (peer.channel == channel::heartbeat) {
        lifecycle_.on_connection_reset(now, peer, effects);
    } else if (peer.channel == channel::metadata) {
        metadata_.on_connection_reset(now, peer, effects);
    } else if (peer.channel == channel::forwarding) {
        forwarding_lost(now, effects);
        return;
    } else if (peer.channel >= channel::markers && peer.channel < channel::replication &&
               !peer.accepted) {
        transaction_peer_lost(now, peer, effects);
    } else if (peer.channel >= channel::replication && !peer.accepted) {
        for (std::uint32_t i = 0; i < fetchers_.size(); ++i) {
            if (setup_.layout.node_of(fetchers_[i].leader()) != peer.from ||
                fetchers_[i].channel() != peer.channel) {
                continue;
            }
            fetchers_[i].connection_lost(now, fetcher_settings());
            to_advance_.push_back(i);
        }
    } else {
        client_is_gone(peer);
    }
    settle(now, effects);
}

/// What it asked for goes on; the answers find no connection.
void Broker::client_is_gone(const Envelope& client)
{
    if (client.channel < channel::replication) channels_.drop(client);
    forwarding_.drop_client(client);
    for (DelayedProduce& waiting : produces_) {
        if (waiting.from.from == client.from && waiting.from.channel == client.channel) {
            waiting.from.from = no_node;
        }
    }
    for (std::uint32_t i = 0; i < sessions_.size(); ++i) {
        const FetchSession& session = sessions_[i];
        if (session.in_use && session.peer.from == client.from &&
            session.peer.channel == client.channel) {
            close_session(i);
        }
    }
}

void Broker::on_control(Time now, const Control& control, Effects& effects)
{
    if (std::holds_alternative<control::Stop>(control)) {
        lifecycle_.begin_controlled_shutdown(now, metadata_, effects);
    } else if (const auto* freeze = std::get_if<control::Freeze>(&control)) {
        if (freeze->subsystem == control::Subsystem::fetchers) {
            fetchers_frozen_ = freeze->frozen;
            for (std::uint32_t i = 0; !freeze->frozen && i < fetchers_.size(); ++i) {
                to_advance_.push_back(i);
            }
        } else if (freeze->subsystem == control::Subsystem::cleaner) {
            log_cleaner_.set_frozen(log_step(now, effects), freeze->frozen);
        }
    } else if (const auto* poison = std::get_if<control::Poison>(&control)) {
        log_cleaner_.poison(poison->partition, poison->offset);
    } else if (const auto* failure = std::get_if<control::FailLogDir>(&control)) {
        const auto& all = setup_.config.log_dirs;
        const auto at = std::ranges::find(all, failure->directory);
        if (at != all.end()) {
            fail_log_dir(now, static_cast<std::size_t>(at - all.begin()), "input/output error",
                         effects);
        }
    } else if (const auto* damage = std::get_if<control::FlipByte>(&control)) {
        flip_byte(*damage);
    } else if (const auto* records = std::get_if<control::DeleteRecords>(&control)) {
        delete_records(*records, effects);
    } else if (const auto* abort = std::get_if<control::AbortTransaction>(&control)) {
        abort_transaction(now, *abort, effects);
    } else if (const auto* set = std::get_if<control::SetConfig>(&control)) {
        set_config(*set);
    }
    settle(now, effects);
}

void Broker::set_config(const control::SetConfig& set)
{
    setup_.config.update({{set.key, set.value}});
    for (Replica& replica : replicas_) {
        if (const auto* partition = metadata_.image().partition(replica.partition)) {
            update_settings(replica, *partition);
        }
    }
}

const Replica* Broker::replica(TopicPartition partition) const
{
    const std::uint32_t slot = slot_of(partition);
    return slot == no_slot ? nullptr : &replicas_[slot];
}

std::size_t Broker::waiting_produces() const
{
    return static_cast<std::size_t>(std::count_if(
        produces_.begin(), produces_.end(), [](const DelayedProduce& p) { return p.in_use; }));
}

std::size_t Broker::waiting_fetches() const
{
    return static_cast<std::size_t>(std::count_if(sessions_.begin(), sessions_.end(),
                                                  [](const FetchSession& s) { return s.parked; }));
}

}  // namespace gregor
