#pragma once

#include "model/consumer/coordinator_link.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gregor {

enum class MemberState : std::uint8_t { unjoined, joining, syncing, stable };

/// The client's half of the classic group protocol: joins, hands out the partitions when it is the
/// leader, sends heartbeats, leaves. Sources: classes
/// AbstractCoordinator, ConsumerCoordinator, Heartbeat.
class Membership {
public:
    struct Settings {
        std::string name;  ///< client.id
        ConsumerConfig config;
        std::vector<std::string> topics;
    };
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
    bool needs_rejoin() const { return rejoin_needed_; }
    /// The next poll() has to join again.
    void request_rejoin() { rejoin_needed_ = true; }
    /// The member is out of the group: what it owned is lost.
    bool take_lost();
    /// Not `none`: the group does not let this member in, and poll() throws. It never joins again.
    Error fatal_error() const { return fatal_; }

    /// Begins to join, after the preparations of poll(): from then until `stable`.
    /// \param owned  what the member still has
    void join(const ConsumerStep& step, const std::vector<TopicPartition>& owned);
    void send_heartbeat(const ConsumerStep& step);
    void leave(const ConsumerStep& step);

    void on_coordinator_found(Time now) { last_heartbeat_ = now; }
    /// No answer comes from the one that was.
    void on_coordinator_lost() { heartbeat_in_flight_ = false; }
    void on_joined(const ConsumerStep& step, const JoinGroupResponse& response);
    /// The assignment, when this answer brings it.
    std::optional<std::vector<TopicPartition>> on_synced(const ConsumerStep& step,
                                                         const SyncGroupResponse& response);
    void on_heartbeat(const ConsumerStep& step, Error error);
    /// What an error of a commit says about the membership.
    void on_commit_error(const ConsumerStep& step, Error error);
    void on_request_failed(const ConsumerStep& step, std::uint32_t cookie);

    /// When a heartbeat is due, the session is over, or the next try to join may begin.
    Time next_deadline(const CoordinatorLink& coordinator) const;
    /// Looks after what `next_deadline` announced.
    void keep_alive(const ConsumerStep& step);

private:
    void lose_coordinator(const ConsumerStep& step);
    void reset_generation();
    void stop_for_good(Error why);
    void send_join(const ConsumerStep& step);
    OwnedClaim claim(const std::vector<TopicPartition>& owned) const;
    void retry_join(const ConsumerStep& step, Error error);
    std::vector<SyncGroupRequest::Assignment> hand_out(const ConsumerStep& step,
                                                       const JoinGroupResponse& response) const;

    Settings settings_;
    std::vector<std::string> protocols_;
    bool cooperative_ = false;
    OwnedClaim claim_;                             // of the join under way
    std::vector<TopicPartition> last_assignment_;  // and its generation: user data of `sticky`
    std::int32_t last_generation_ = -1;
    MemberState state_ = MemberState::unjoined;
    std::string member_id_;
    std::string protocol_;
    std::string leader_;
    std::int32_t generation_ = -1;
    bool rejoin_needed_ = true;
    bool lost_ = false;
    Error fatal_ = Error::none;
    bool heartbeat_in_flight_ = false;
    Time next_heartbeat_ = never;
    Time last_heartbeat_;  // the last successful one
};

}  // namespace gregor
