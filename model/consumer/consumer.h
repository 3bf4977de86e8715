#pragma once

#include "model/client/connections.h"
#include "model/client/metadata.h"
#include "model/config.h"
#include "model/consumer/fetcher.h"
#include "model/consumer/heartbeat_membership.h"
#include "model/consumer/membership.h"
#include "model/consumer/worker_pool.h"
#include "model/control.h"
#include "model/load.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

struct ConsumerSettings {
    ClientId id{no_client};
    std::string name;
    ClusterLayout layout;
    ConsumerConfig config;
    std::vector<std::string> topics;
    Work work;
    std::vector<ClientId> foreign;  ///< who writes what its deserializer refuses
    bool scripted = false;          ///< polls and commits only when the script says so
    bool outside = false;           ///< scripted, by an application outside the simulation
    std::uint64_t seed = 0;
};

/// A Kafka consumer and the application around it: one thread that calls poll()
/// again and again, processes what it returns and commits as `Work` says; heartbeats go on beside
/// it. Without group.id it reads all partitions of its topics.
class Consumer {
public:
    explicit Consumer(ConsumerSettings settings);

    void on_start(Time now, StartReason reason, Effects& effects);
    void on_message(Time now, const Envelope& from, Message&& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time, Tag, Effects&) {}
    void on_compute(Time now, Tag tag, Effects& effects);
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects);
    void on_control(Time now, const Control& control, Effects& effects);
    void on_end(Time now, StartReason reason);

    /// What the application's thread does.
    enum class Thread : std::uint8_t {
        polling,           ///< waits in poll() for records, a group or positions
        preparing_rejoin,  ///< in poll(): commits before it gives up its partitions
        unpacking,         ///< in poll(): the codec is over what it will return
        committing,        ///< in commitSync()
        processing,
        idle,     ///< scripted, and not called
        closing,  ///< in close()
        failed,   ///< an exception out of poll() ended it
    };

    const ConsumerSettings& settings() const { return settings_; }
    Thread thread() const { return thread_; }
    bool paused() const { return paused_; }
    /// The assignment with positions, high watermarks and lag.
    const std::vector<ConsumedPartition>& partitions() const { return fetcher_.partitions(); }
    /// Whether its group is one of KIP-848 (group.protocol=consumer).
    bool reconciles() const
    {
        return grouped() && settings_.config.group_protocol == GroupProtocol::consumer;
    }
    /// Its half of the classic protocol.
    const Membership& membership() const { return membership_; }
    /// Its half of KIP-848.
    const HeartbeatMembership& heartbeat_membership() const { return heartbeat_membership_; }
    const std::string& member_id() const
    {
        return reconciles() ? heartbeat_membership_.member_id() : membership_.member_id();
    }
    /// Or the member's epoch in a group of KIP-848.
    std::int32_t generation() const
    {
        return reconciles() ? heartbeat_membership_.epoch() : membership_.generation();
    }
    const ClientMetadata& metadata() const { return metadata_; }
    /// What the last poll() returned; kept only for an application outside.
    const std::vector<DeliveredBatch>& delivered_batches() const { return delivered_batches_; }
    std::int64_t buffered_bytes() const { return fetcher_.buffered_bytes(); }
    std::size_t requests_in_flight() const { return connections_.in_flight(); }
    /// A commit of the application's thread is under way: it waits for it.
    bool waits_for_commit() const
    {
        return thread_ == Thread::committing ||
               (thread_ == Thread::preparing_rejoin && commit_in_flight_);
    }
    std::int64_t records_delivered() const { return delivered_count_; }
    std::int64_t records_waiting_for_workers() const { return pool_.waiting(); }

private:
    static constexpr TimerKey wake_timer = 1;
    static constexpr TimerKey housekeeping_timer = 2;
    static constexpr TimerKey processing_timer = 3;
    static constexpr TimerKey first_worker_timer = 16;
    static constexpr std::uint32_t metadata_cookie = 1;
    static constexpr std::uint32_t offset_fetch_cookie = 8;
    static constexpr std::uint32_t list_offsets_cookie = 9;
    static constexpr std::uint32_t validation_cookie = 10;
    static constexpr std::uint32_t async_commit_cookie = 11;
    static constexpr std::uint32_t sync_commit_cookie = 12;
    static constexpr std::uint32_t reconciliation_commit_cookie = 14;

    /// poll() on its way to an assignment of a KIP-848 group.
    struct Reconciliation {
        std::vector<TopicPartition> target, revoked;
        bool committed = false;  ///< what it has done, before anything is given up
        Time not_before;         ///< of the next try to commit
        Time deadline;           ///< of the last one
    };

    ConsumerStep step(Time now, Effects& effects)
    {
        return {now, metadata_, connections_, coordinator_, effects};
    }
    void reset();
    void advance(Time now, Effects& effects);
    void answer(const ConsumerStep& step, const InFlightRequest& request, Message&& message);
    void on_loss(const ConsumerStep& step, const Connections::Loss& loss);
    void on_request_failed(const ConsumerStep& step, const InFlightRequest& request);
    bool throws(const ConsumerStep& step, const Fetcher::Unreadable& at);
    void fail(const ConsumerStep& step, TopicPartition partition, Offset at,
              std::string_view exception);
    void on_coordinator_found(const ConsumerStep& step, const FindCoordinatorResponse& response);
    void lose_coordinator(const ConsumerStep& step);
    void keep_house(const ConsumerStep& step);
    void refresh_metadata(const ConsumerStep& step);
    void on_metadata(const ConsumerStep& step, BrokerId from, const MetadataResponse& response);
    void arm(const ConsumerStep& step);
    Time next_wake(const ConsumerStep& step) const;
    Time next_group_deadline() const;

    // poll()
    bool grouped() const { return !settings_.config.group_id.empty(); }
    bool in_poll() const
    {
        return thread_ == Thread::polling || thread_ == Thread::preparing_rejoin;
    }
    void poll(const ConsumerStep& step);
    bool coordinate(const ConsumerStep& step);
    bool prepare_rejoin(const ConsumerStep& step);
    bool reads_on() const;
    void take_assignment(const ConsumerStep& step, const std::vector<TopicPartition>& partitions);
    void announce_revocation(const ConsumerStep& step,
                             const std::vector<TopicPartition>& partitions);
    bool waits_for_revocation(const ConsumerStep& step,
                              const std::vector<TopicPartition>& partitions);
    void give_up_partitions(const ConsumerStep& step, bool lost = false);
    void give_up_what_moves(const ConsumerStep& step, const std::vector<TopicPartition>& moves);
    std::vector<TopicPartition> owned_beyond(const std::vector<TopicPartition>& assigned) const;
    std::vector<TopicPartition> owned() const;
    void assign_everything(const ConsumerStep& step);
    bool deliver(const ConsumerStep& step);
    void hand_out(const ConsumerStep& step);

    // poll() in a KIP-848 group
    bool reconcile(const ConsumerStep& step);
    bool commits_before_reconciliation(const ConsumerStep& step);
    void begin_reconciliation(const ConsumerStep& step, std::vector<TopicPartition> target);
    void abort_reconciliation();
    void finish_reconciliation(const ConsumerStep& step);
    void on_reconciliation_committed(const ConsumerStep& step, Error error);

    // the application
    void process(const ConsumerStep& step);
    void processed(const ConsumerStep& step);
    void poll_again();
    void start_workers(const ConsumerStep& step);
    void finish_work(const ConsumerStep& step, std::size_t worker);
    Duration service_time(std::int64_t records);
    bool poll_is_late(const ConsumerStep& step) const;
    void check_poll_interval(const ConsumerStep& step);
    void close(const ConsumerStep& step);
    void on_application(const ConsumerStep& step, const control::Poll& poll);
    void on_application(const ConsumerStep& step, const control::CommitOffsets& commit);
    void on_application(const ConsumerStep& step, const control::Processed& processed);
    void on_application(const ConsumerStep& step, const control::Seek& seek);
    void on_application(const ConsumerStep& step, const control::PausePartitions& asked);

    // commits
    bool auto_commits() const;
    std::vector<OffsetCommitRequest::Partition> offsets_to_commit() const;
    bool commit(const ConsumerStep& step, std::uint32_t cookie);
    void commit_sync(const ConsumerStep& step, Time retry_at);
    bool commit_refused() const;
    void auto_commit(const ConsumerStep& step);
    void on_committed(const ConsumerStep& step, std::uint32_t cookie, Error error);
    void on_group_error(const ConsumerStep& step, Error error);
    void commit_finished(const ConsumerStep& step);

    // positions
    void update_positions(const ConsumerStep& step);
    void fetch_committed(const ConsumerStep& step);
    void on_offsets_fetched(const ConsumerStep& step, const OffsetFetchResponse& response);
    void list_offsets(const ConsumerStep& step);
    void on_offsets_listed(const ConsumerStep& step, const ListOffsetsResponse& response);
    void validate(const ConsumerStep& step, ConsumedPartition& partition);
    void on_validated(const ConsumerStep& step, const OffsetsForLeaderEpochResponse& response);
    void move_position(const ConsumerStep& step, ConsumedPartition& partition, Offset to);
    void retry_positions(const ConsumerStep& step, BrokerId broker, PositionState from,
                         PositionState to);

    ConsumerSettings settings_;
    Random random_;
    Random service_random_;
    Connections connections_;
    ClientMetadata metadata_;
    Fetcher fetcher_;
    CoordinatorLink coordinator_;
    Membership membership_;
    HeartbeatMembership heartbeat_membership_;
    std::optional<Reconciliation> reconciliation_;
    std::uint64_t lives_ = 0;  // of the process
    WorkerPool pool_;

    Thread thread_ = Thread::polling;
    std::vector<DeliveredRecords> delivered_;  // by the last poll(), in work
    std::vector<DeliveredBatch> delivered_batches_;
    std::int64_t max_poll_records_ = 500;
    std::int64_t delivered_count_ = 0;
    std::size_t partitions_known_ = 0;  // of the subscribed topics, at the last assignment
    bool paused_ = false;
    bool stop_asked_ = false;  // it closes when it is done with what poll() returned
    bool assigned_once_ = false;
    bool join_prepared_ = false;  // what has to be done before a join is done
    std::optional<std::vector<TopicPartition>> synced_;  // cooperative: for the next poll()
    bool positions_wanted_ = false;                      // some partition has no valid position
    bool fetching_committed_ = false;
    Time committed_not_before_;
    bool commit_in_flight_ = false;
    std::vector<OffsetCommitRequest::Partition> chosen_offsets_;  // by an application outside
    bool revoking_ = false;           // it is told that its partitions go
    bool commit_again_ = false;       // lowest-done moved while a commit was under way
    bool work_after_commit_ = false;  // commit "before": then process
    Time commit_started_;
    Time commit_retry_at_ = never;
    Time next_auto_commit_ = never;
    Time last_poll_;
    Time wake_at_ = never;
    Time housekeeping_at_ = never;
};

}  // namespace gregor
