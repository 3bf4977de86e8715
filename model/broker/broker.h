#pragma once

#include "engine/page_cache.h"
#include "model/broker/delayed_produce.h"
#include "model/broker/fetch_sessions.h"
#include "model/broker/forwarding_channel.h"
#include "model/broker/lifecycle.h"
#include "model/broker/log_cleaner.h"
#include "model/broker/log_manager.h"
#include "model/broker/metadata_cache.h"
#include "model/broker/pending_disk.h"
#include "model/broker/producer_ids.h"
#include "model/broker/request_channels.h"
#include "model/broker/transaction_gate.h"
#include "model/broker/transaction_host.h"
#include "model/config.h"
#include "model/control.h"
#include "model/groups/group_coordinator.h"
#include "model/replication/alter_partition.h"
#include "model/replication/replica.h"
#include "model/replication/replica_fetcher.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace gregor {

/// A Kafka broker as a process: takes requests, hands them to the parts that decide, and keeps what
/// waits for acknowledgements, bytes or time (Kafka's purgatory).
/// Source: classes KafkaApis, ReplicaManager, DelayedProduce, DelayedFetch, BrokerServer.
class Broker {
public:
    struct Setup {
        BrokerId id;
        ClusterLayout layout;
        BrokerConfig config;
        ProtocolProfile profile;
        std::string rack;
        std::uint64_t seed{};
        std::vector<MetadataBatchPtr> bootstrap;  ///< the metadata log that the run begins with
        PageCache page_cache{};                   ///< of the node, for its logs
    };
    explicit Broker(const Setup& setup);

    void on_start(Time now, StartReason reason, Effects& effects);
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time now, Tag tag, Effects& effects);
    void on_compute(Time now, Tag tag, Effects& effects);
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects);
    void on_control(Time now, const Control& control, Effects& effects);
    void on_end(Time now, StartReason reason);

    // What a snapshot shows.
    BrokerId id() const { return setup_.id; }
    const std::vector<Replica>& replicas() const { return replicas_; }
    const Replica* replica(TopicPartition partition) const;
    const MetadataImage& image() const { return metadata_.image(); }
    const Lifecycle& lifecycle() const { return lifecycle_; }
    const GroupCoordinator& coordinator() const { return coordinator_; }
    const TransactionHost& transactions() const { return transactions_; }
    const std::vector<ReplicaFetcher>& fetchers() const { return fetchers_; }
    std::size_t waiting_produces() const;
    std::size_t waiting_fetches() const;

private:
    static constexpr TimerKey isr_expiration_timer = 30, high_watermark_timer = 31;
    static constexpr TimerKey alter_partition_timer = 32, purgatory_timer = 33;
    static constexpr TimerKey forwarding_timer = 34;
    // + fetcher
    static constexpr TimerKey fetcher_backoff_timer = 40, fetcher_timeout_timer = 10'040;
    static constexpr std::uint32_t no_slot = FetchSession::no_slot;

    // Routing.
    void serve(Time now, const Envelope& from, Message&& message, Effects& effects);
    void route(Time now, const Envelope& from, Message& message, Effects& effects);
    void answer(Time now, const Envelope& to, Message&& message, Effects& effects);
    void served(Time now, const Envelope& connection, std::uint32_t correlation, Effects& effects);
    bool admits(const Envelope& from, Message& message, Effects& effects);
    void client_is_gone(const Envelope& client);
    /// Ends a step: looks again at parked fetches whose partitions changed, sends what is queued.
    void settle(Time now, Effects& effects);

    // Produce: broker_produce.cpp.
    void on_produce(Time now, const Envelope& from, Message& message, Effects& effects);
    void write_produce(Time now, const Envelope& from, Message& message, Effects& effects);
    void append_all(Time now, const Envelope& from, Message& message, Effects& effects,
                    const std::vector<VerifiedPartition>& verified);
    Error may_append(const Replica* replica, const ProduceRequest& request,
                     const RecordBatch& batch) const;
    UnifiedLog::Appended append(Time now, Replica& replica, const RecordBatch& batch,
                                UnifiedLog::Append how, Effects& effects);
    void finish_produce(Time now, std::uint32_t slot, Effects& effects);
    std::uint32_t new_delayed_produce();
    void complete_waiters(Time now, Replica& replica, Effects& effects);
    void fail_waiters(Time now, Replica& replica, Error error, Effects& effects);
    void step_down(Time now, Replica& replica, Error error, Effects& effects);
    void append_for_coordinator(Time now, Effects& effects);

    // Transactions: broker_transactions.cpp.
    PeerStep peer_step(Time now, Effects& effects) const;
    void on_transactional_request(Time now, const Envelope& from, const Message& message,
                                  Effects& effects);
    void on_transaction_peer(Time now, const Envelope& from, const Message& message,
                             Effects& effects);
    void transaction_peer_lost(Time now, const Envelope& peer, Effects& effects);
    void on_transaction_timer(Time now, TimerKey key, Effects& effects);
    bool verify_first(Time now, const Envelope& from, Message& message, Effects& effects);
    void go_on_verified(Time now, TransactionGate::Held& held, Effects& effects);
    void write_markers(Time now, const Envelope& from, std::uint32_t correlation,
                       WriteTxnMarkersRequest&& request, Effects& effects);
    void finish_markers(Time now, const DelayedProduce& done, Effects& effects);
    void abort_transaction(Time now, const control::AbortTransaction& asked, Effects& effects);
    bool settle_transactions(Time now, Effects& effects);
    void append_transaction(Time now, const TransactionHost::Append& asked, Effects& effects);

    // Fetch: broker_fetch.cpp.
    void on_fetch(Time now, const Envelope& from, Message& message, Effects& effects);
    std::uint32_t session_for(const Envelope& from, const FetchRequest& request, Error& error);
    void update_session(Time now, std::uint32_t session, const FetchRequest::Partition& asked,
                        Effects& effects);
    void forget(FetchSession& session, std::uint32_t session_index, TopicPartition partition);
    void close_session(std::uint32_t session);
    void consider_outsiders(Time now, std::uint32_t index, Effects& effects);
    void note_outsider(FetchSession& session, std::uint32_t position);
    void note_outsiders(const Replica& replica);
    void follower_fetched(Time now, Replica& replica, FetchSession::Partition& asked,
                          const FetchSession& session, Effects& effects);
    Error fetch_error(const FetchSession& session, const FetchSession::Partition& asked) const;
    EpochEndOffset divergence(const FetchSession::Partition& asked) const;
    bool answerable(const FetchSession& session);
    void try_answer(Time now, std::uint32_t session, bool time_is_over, Effects& effects);
    void answer_fetch(Time now, std::uint32_t session, Effects& effects);
    bool fill_partition(FetchSession& session, FetchSession::Partition& asked, FetchRoom& room,
                        FetchResponse& response, Effects& effects);
    void read_from_disk(const Replica& replica, const UnifiedLog::Fetched& fetched,
                        Effects& effects);
    bool on_fetched_from_disk(Time now, Tag tag, Effects& effects);
    void flush_appended(const LogStep& step, Replica& replica);
    void wait_for_flush(std::uint32_t produce);
    bool on_flushed(Time now, Tag tag, Effects& effects);
    void look_again(const Replica& replica, bool followers);
    void on_purgatory_timer(Time now, Effects& effects);
    void arm_purgatory(Time deadline, Effects& effects);

    // Replication: broker_replication.cpp.
    void apply_metadata(Time now, Effects& effects);
    void tell_coordinator_of_topics(Time now, Effects& effects);
    void apply_partition(Time now, const PartitionRecord& partition, Effects& effects);
    void lead(Time now, Replica& replica, const PartitionRecord& partition, Effects& effects);
    void follow(Time now, Replica& replica, const PartitionRecord& partition, Effects& effects);
    void update_settings(Replica& replica, const PartitionRecord& partition);
    void update_eligibility(PartitionLeader& leadership) const;
    void update_eligibility(PartitionLeader::Follower& follower) const;
    Replica& make_replica(Time now, TopicPartition partition, Effects& effects);
    void remove_replica(Time now, Replica& replica, Effects& effects);
    std::uint32_t slot_of(TopicPartition partition) const;
    void advance_high_watermark(Time now, Replica& replica, Effects& effects);
    void truncate(Time now, Replica& replica, Offset to, Effects& effects);
    ReplicaFetcher& fetcher_for(BrokerId leader, TopicPartition partition);
    void on_fetch_response(Time now, std::uint32_t fetcher, const FetchResponse& response,
                           Effects& effects);
    void append_fetched(Time now, ReplicaFetcher& fetcher, ReplicaFetcher::Followed& followed,
                        const FetchResponse::Partition& answer, Effects& effects);
    void on_epoch_end(Time now, ReplicaFetcher& fetcher,
                      const OffsetsForLeaderEpochResponse& response, Effects& effects);
    void on_leader_offsets(Time now, ReplicaFetcher& fetcher, const ListOffsetsResponse& response,
                           Effects& effects);
    void on_replication_message(Time now, const Envelope& from, Message& message, Effects& effects);
    void advance_fetcher(Time now, std::uint32_t fetcher, Effects& effects);
    void truncate_to_divergence(Time now, Replica& replica, const EpochEndOffset& end,
                                Effects& effects);
    void shrink_isrs(Time now, Effects& effects);
    void on_alter_partition_response(Time now, const AlterPartitionResponse& response,
                                     Effects& effects);
    BrokerEpoch epoch_of_member(PartitionLeader& leader, BrokerId member) const;
    void send_alter_partition(Time now, Effects& effects);

    // Logs and log directories: broker_logs.cpp.
    LogSettings log_settings(TopicId topic) const;
    LogStep log_step(Time now, Effects& effects);
    void start_logs(Time now, StartReason reason, Effects& effects);
    void read_logs(Time now, Effects& effects);
    bool on_log_timer(Time now, TimerKey key, Effects& effects);
    bool on_log_disk(Time now, Tag tag, Effects& effects);
    void delete_records(const control::DeleteRecords& asked, Effects& effects);
    void flip_byte(const control::FlipByte& damage);
    /// A directory can no longer be used in this life; what waits on its replicas fails.
    void fail_log_dir(Time now, std::size_t directory, std::string_view because, Effects& effects);
    std::size_t directory_for_new_replica() const;
    /// The process cannot go on: all directories failed, or the one with the metadata log.
    bool must_halt() const;

    // Other requests: broker_requests.cpp.
    void on_metadata_request(Time now, const Envelope& from, const Message& message,
                             Effects& effects);
    void on_list_offsets(Time now, const Envelope& from, const Message& message, Effects& effects);
    void on_epoch_request(Time now, const Envelope& from, const Message& message, Effects& effects);
    void on_find_coordinator(Time now, const Envelope& from, const Message& message,
                             Effects& effects);
    void on_init_producer_id(Time now, const Envelope& from, const Message& message,
                             Effects& effects);
    void on_forwarding_response(Time now, Message& message, Effects& effects);
    void ask_for_producer_ids(Time now, Effects& effects);
    void forward(Time now, const Envelope& from, Message& message, Effects& effects);
    void advance_forwarding(Time now, Effects& effects);
    void on_forwarding_timer(Time now, Effects& effects);
    void forwarding_lost(Time now, Effects& effects);
    ReplicaFetcher::Settings fetcher_settings() const;
    void set_config(const control::SetConfig& set);

    Setup setup_;
    Lifecycle lifecycle_;
    MetadataCache metadata_;
    GroupCoordinator coordinator_;
    TransactionHost transactions_;
    TransactionGate gate_;
    std::map<std::uint64_t, WriteTxnMarkersRequest> marker_writes_;  // by ticket
    std::uint64_t last_marker_ticket_ = 0;
    std::vector<Replica> replicas_;
    LogManager log_manager_;
    LogCleaner log_cleaner_;
    std::vector<std::vector<std::uint32_t>> slots_;  // topic, partition -> replica
    RequestChannels channels_;
    std::vector<DelayedProduce> produces_;
    std::vector<std::uint32_t> free_produces_;
    std::vector<FetchSession> sessions_;
    std::vector<ReplicaFetcher> fetchers_;
    std::vector<std::uint32_t> to_answer_, to_advance_;  // sessions, fetchers: at the step's end
    AlterPartitionQueue alter_partition_;
    std::vector<Time> follower_last_fetch_;                           // by broker id
    std::vector<PendingWrite> pending_writes_, pending_validations_;  // by the disk, by the CPU
    PageCache page_cache_;
    Tag last_read_ = 0;  // of the answer that is being put together; 0: all is in memory
    std::vector<PendingAnswer> pending_answers_;
    Tag last_flush_ = 0;  // that this step began; 0: none that anybody waits for
    std::vector<PendingFlush> pending_flushes_;
    ForwardingChannel forwarding_;
    ProducerIds producer_ids_;
    Time purgatory_wakes_ = never;
    std::uint32_t next_correlation_ = 0;
    Tag next_tag_ = 0;
    bool roles_applied_ = false, fetchers_frozen_ = false;
    std::vector<std::size_t> failed_directories_;  // of log.dirs, in this life
    std::vector<std::int64_t> replicas_in_;        // each of log.dirs
};

}  // namespace gregor
