#pragma once

#include "engine/random.h"
#include "model/config.h"
#include "model/controller/metadata_log.h"
#include "model/controller/quorum_role.h"
#include "model/effects.h"
#include "model/levels.h"

#include <deque>
#include <map>
#include <string_view>
#include <vector>

namespace gregor {

/// One voter of the metadata quorum: Raft in which followers fetch (KIP-595; class
/// KafkaRaftClient). Part of the controller process, which passes on what concerns it and looks
/// afterwards whether it leads and how far the high watermark came. Epoch, vote and known leader
/// are durable at once; the log is durable when its flush is done.
class Quorum {
public:
    struct Setup {
        BrokerId self;
        ClusterLayout layout;
        BrokerConfig config;
        ProtocolProfile profile;
        /// A formed quorum: every voter has this log and 101 leads its last epoch.
        std::vector<MetadataBatchPtr> log;
    };
    /// Timers of this part; the controller's own begin above.
    static constexpr TimerKey last_timer = 19;
    static constexpr FileId file = 0;

    Quorum(Setup setup, Random random);

    void on_start(Time now, StartReason reason, Effects& effects);
    void on_message(Time now, const Envelope& envelope, const Message& message, Effects& effects);
    void on_timer(Time now, TimerKey key, Effects& effects);
    void on_disk(Time now, Tag tag, Effects& effects);
    void on_connection(Time now, const Envelope& peer, ConnectionChange change, Effects& effects);
    void on_end(StartReason reason);

    static bool handles(const Message& message);

    /// Leader only: adds a batch to those that leave for the log together, at most
    /// controller.quorum.append.linger.ms from now. Returns its base offset.
    Offset append(Time now, std::vector<MetadataRecord> records, Effects& effects);
    /// Gives up leadership and names successors; says whether there was any to give up.
    bool resign_for_shutdown(Time now, Effects& effects);
    /// After resigning: every other voter has answered, or follows somebody else.
    bool may_exit() const;

    QuorumRole role() const { return role_; }
    bool is_leader() const { return role_ == QuorumRole::leader; }
    QuorumEpoch epoch() const { return epoch_; }
    BrokerId leader() const { return leader_; }
    Offset high_watermark() const { return high_watermark_; }
    Offset log_end() const { return log_.end_offset(); }
    Offset epoch_start() const { return epoch_start_; }
    /// Where the next appended batch will stand.
    Offset next_offset() const
    {
        return accumulated_.empty() ? log_end() : accumulated_.back()->next_offset();
    }
    const MetadataLog& log() const { return log_; }
    /// Leader: how far each other voter has fetched.
    std::map<BrokerId, Offset> voter_ends() const;

private:
    enum Timer : TimerKey {
        role_timer = 1,  // election timeout, fetch timeout or the end of resignation
        check_quorum_timer,
        begin_epoch_timer,
        linger_timer,
        fetch_retry_timer,
        fetch_timeout_timer,  // of one request
        parked_timer,
        vote_retry_timer,
    };
    enum DiskTag : Tag { written = 1, flushed };

    struct Voter {
        Offset end{0};
        bool fetched = false;   // since the check-quorum timer was set
        bool answered = false;  // the vote request, or the end of the epoch
        bool granted = false;
        bool ask_again = false;
    };
    struct Parked {
        Envelope envelope;
        std::uint32_t correlation{};
        QuorumFetchRequest request;
        Time until;
    };

    // Roles: quorum.cpp
    void move_to(QuorumRole to, std::string_view because, Effects& effects);
    void report(std::string_view because, Effects& effects) const;
    void become_unattached(Time now, QuorumEpoch epoch, std::string_view because, Effects& effects);
    void become_follower(Time now, BrokerId leader, QuorumEpoch epoch, std::string_view because,
                         Effects& effects);
    void become_leader(Time now, Effects& effects);
    void resign(Time now, std::string_view because, Effects& effects);
    void lead_formed_quorum(Time now, Effects& effects);
    void resume(Time now, Effects& effects);
    void forget();
    void stop_leading(Effects& effects);
    void on_role_timer(Time now, Effects& effects);
    void set_role_timer(Time at, Effects& effects);
    void restart_fetch_timeout(Time now, Effects& effects);
    void restart_election_timer(Time now, Effects& effects);
    void check_quorum(Time now, Effects& effects);
    void send_begin_epoch(Time now, Effects& effects);
    bool learn(Time now, BrokerId leader, QuorumEpoch epoch, Effects& effects);
    /// More than this many of all voters are a majority.
    std::size_t half() const { return (voters_.size() + 1) / 2; }

    // Elections: quorum_election.cpp
    void stand(Time now, std::string_view because, Effects& effects);
    void become_prospective(Time now, std::string_view because, Effects& effects);
    void become_candidate(Time now, std::string_view because, Effects& effects);
    void ask_for_votes(Effects& effects);
    void ask_for_vote(BrokerId voter, Effects& effects);
    void count_votes(Time now, Effects& effects);
    void lose_election(Time now, Effects& effects);
    void on_candidate_timer(Time now, Effects& effects);
    void on_vote(Time now, const Envelope& from, std::uint32_t correlation,
                 const VoteRequest& request, Effects& effects);
    bool grants(const VoteRequest& request) const;
    void on_vote_answer(Time now, BrokerId from, const VoteResponse& response, Effects& effects);
    void on_begin_epoch(Time now, const Envelope& from, std::uint32_t correlation,
                        const BeginQuorumEpochRequest& request, Effects& effects);
    void on_end_epoch(Time now, const Envelope& from, std::uint32_t correlation,
                      const EndQuorumEpochRequest& request, Effects& effects);

    // Replication: quorum_replication.cpp
    void on_fetch(Time now, const Envelope& from, std::uint32_t correlation,
                  const QuorumFetchRequest& request, Effects& effects);
    void note_progress(Time now, const QuorumFetchRequest& request, Effects& effects);
    bool diverges(const QuorumFetchRequest& request) const;
    void answer_fetch(const Parked& fetch, Effects& effects) const;
    void refuse_fetch(const Parked& fetch, Error error, Effects& effects) const;
    void answer_parked(Effects& effects);
    void expire_parked(Time now, Effects& effects);
    void schedule_parked(Effects& effects) const;
    void append_to_log(std::vector<MetadataBatchPtr> batches, Effects& effects);
    MetadataBatchPtr make_batch(Time now, std::vector<MetadataRecord> records) const;
    void persist(std::int64_t bytes, Effects& effects);
    void advance_high_watermark(Effects& effects);
    void maybe_fetch(Time now, Effects& effects);
    void retry_fetch(Time now, Effects& effects);
    void on_fetch_answer(Time now, const QuorumFetchResponse& response, Effects& effects);
    void advance_follower_high_watermark();
    bool truncate_to(Offset end, Effects& effects);

    template <class Body>
    void send_to(BrokerId voter, Body body, Effects& effects)
    {
        send(effects, setup_.layout.node_of(voter), channel::quorum,
             Message{++correlation_, std::move(body)});
    }

    Setup setup_;
    Random random_;
    // Durable.
    QuorumEpoch epoch_{0};
    BrokerId voted_for_{no_broker};
    BrokerId leader_{no_broker};
    MetadataLog log_;
    Offset durable_end_{0};  // of the log
    // Volatile.
    QuorumRole role_ = QuorumRole::unattached;
    Time role_deadline_ = never;
    Offset high_watermark_{0};
    std::map<BrokerId, Voter> voters_;  // the others
    std::int32_t retries_ = 0;          // candidacies without success, before pre-vote
    bool backing_off_ = false;
    bool fetched_from_leader_ = false;
    bool fetch_backoff_ = false;
    std::uint32_t correlation_ = 0;
    std::uint32_t fetch_in_flight_ = 0;  // correlation id; 0: none
    Offset fetched_high_watermark_{0};
    std::deque<Offset> flushes_;  // log end that each flush under way makes durable
    Offset epoch_start_{0};
    std::vector<MetadataBatchPtr> accumulated_;
    std::deque<Parked> parked_;
};

}  // namespace gregor
