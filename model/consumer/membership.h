#pragma once

#include "model/client/backoff.h"
#include "model/consumer/fetcher.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

enum class MemberState : std::uint8_t { unjoined, joining, syncing, stable };

/// The client's half of the classic group protocol: finds the coordinator, joins, hands out the
/// partitions when it is the leader, sends heartbeats, leaves. Sources: classes
/// AbstractCoordinator, ConsumerCoordinator, Heartbeat.
class Membership {
public:
    struct Settings {
        std::string name;  ///< client.id
        ConsumerConfig config;
        std::vector<std::string> topics;
        Random random;
    };
    static constexpr std::uint32_t find_cookie = 2;
    static constexpr std::uint32_t join_cookie = 3;
    static constexpr std::uint32_t sync_cookie = 4;
    static constexpr std::uint32_t heartbeat_cookie = 5;
    static constexpr std::uint32_t leave_cookie = 6;

    Membership() = default;
    explicit Membership(const Settings& settings);

    MemberState state() const { return state_; }
    std::int32_t generation() const { return generation_; }
    const std::string& member_id() const { return member_id_; }
    const std::string& protocol() const { return protocol_; }
    /// Keeps its partitions through a rebalance and gives up only what goes to others (KIP-429).
    /// All assignors of the setting have to be able to.
    bool cooperative() const { return cooperative_; }
    bool is_leader() const { return !leader_.empty() && leader_ == member_id_; }
    BrokerId coordinator() const { return coordinator_; }
    bool needs_rejoin() const { return rejoin_needed_; }
    /// The next poll() has to join again.
    void request_rejoin() { rejoin_needed_ = true; }
    /// The member is out of the group: what it owned is lost.
    bool take_lost();

    /// Whether requests can be sent to the coordinator; looks for it when it is not known.
    bool coordinator_ready(const ConsumerStep& step);
    std::uint32_t send_to_coordinator(const ConsumerStep& step, std::uint32_t cookie,
                                      MessageBody body) const;
    /// Begins to join, after the preparations of poll(): from then until `stable`.
    /// \param owned  what the member still has
    void join(const ConsumerStep& step, const std::vector<TopicPartition>& owned);
    void send_heartbeat(const ConsumerStep& step);
    void leave(const ConsumerStep& step);
    void coordinator_unknown(Time now);

    void on_found(const ConsumerStep& step, const FindCoordinatorResponse& response);
    void on_joined(const ConsumerStep& step, const JoinGroupResponse& response);
    /// The assignment, when this answer brings it.
    std::optional<std::vector<TopicPartition>> on_synced(const ConsumerStep& step,
                                                         const SyncGroupResponse& response);
    void on_heartbeat(const ConsumerStep& step, Error error);
    /// What an error of a commit says about the membership.
    void on_commit_error(const ConsumerStep& step, Error error);
    void on_request_failed(const ConsumerStep& step, std::uint32_t cookie);

    /// When a heartbeat is due, the session is over, or the coordinator may be looked for again.
    Time next_deadline() const;
    /// Looks after what `next_deadline` announced.
    void keep_alive(const ConsumerStep& step);

private:
    void reset_generation();
    void stop_for_good();
    void send_join(const ConsumerStep& step);
    OwnedClaim claim(const std::vector<TopicPartition>& owned) const;
    void retry_join(const ConsumerStep& step, Error error);
    std::vector<SyncGroupRequest::Assignment> hand_out(const ConsumerStep& step,
                                                       const JoinGroupResponse& response) const;

    Settings settings_;
    ExponentialBackoff backoff_;
    std::vector<std::string> protocols_;
    bool cooperative_ = false;
    OwnedClaim claim_;                             // of the join under way
    std::vector<TopicPartition> last_assignment_;  // and its generation: user data of `sticky`
    std::int32_t last_generation_ = -1;
    MemberState state_ = MemberState::unjoined;
    BrokerId coordinator_{no_broker};
    std::string member_id_;
    std::string protocol_;
    std::string leader_;
    std::int32_t generation_ = -1;
    std::int32_t failures_ = 0;
    bool rejoin_needed_ = true;
    bool lost_ = false;
    bool finding_ = false;
    bool heartbeat_in_flight_ = false;
    Time not_before_;  // of the next try to find or to join
    Time next_heartbeat_ = never;
    Time last_heartbeat_;  // the last successful one
};

}  // namespace gregor
