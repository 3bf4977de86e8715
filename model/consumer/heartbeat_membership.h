#pragma once

#include "model/consumer/coordinator_link.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gregor {

/// Where a consumer stands in a KIP-848 group. Source: class MemberState.
enum class ReconcilingState : std::uint8_t {
    unsubscribed,   ///< not in the group, and on no way into it
    joining,        ///< with epoch 0
    reconciling,    ///< on its way to the assignment that it was told
    acknowledging,  ///< has it, and is about to say so
    stable,
    fenced,  ///< out of the group: what it had is lost
    stale,   ///< left, since the application does not call poll()
    fatal,   ///< the next poll() throws
};
/// In lower case: "reconciling".
std::string_view name_of(ReconcilingState state);

struct ReconcilingMove {
    ReconcilingState from, to;
    std::string_view because;
};
inline constexpr std::array legal_reconciling_moves{
    ReconcilingMove{ReconcilingState::unsubscribed, ReconcilingState::joining, "poll() is called"},
    ReconcilingMove{ReconcilingState::fenced, ReconcilingState::joining, "poll() let go of all"},
    ReconcilingMove{ReconcilingState::stale, ReconcilingState::joining, "poll() let go of all"},
    ReconcilingMove{ReconcilingState::joining, ReconcilingState::reconciling, "assignment"},
    ReconcilingMove{ReconcilingState::stable, ReconcilingState::reconciling, "assignment"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::reconciling,
                    "another assignment"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::reconciling,
                    "another assignment"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::acknowledging,
                    "the assignment is in force"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::stable, "said so"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::stable, "back to what it has"},
    ReconcilingMove{ReconcilingState::joining, ReconcilingState::fenced, "fenced"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::fenced, "fenced"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::fenced, "fenced"},
    ReconcilingMove{ReconcilingState::stable, ReconcilingState::fenced, "fenced"},
    ReconcilingMove{ReconcilingState::joining, ReconcilingState::stale, "poll() is late"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::stale, "poll() is late"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::stale, "poll() is late"},
    ReconcilingMove{ReconcilingState::stable, ReconcilingState::stale, "poll() is late"},
    ReconcilingMove{ReconcilingState::joining, ReconcilingState::fatal, "refused"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::fatal, "refused"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::fatal, "refused"},
    ReconcilingMove{ReconcilingState::stable, ReconcilingState::fatal, "refused"},
    ReconcilingMove{ReconcilingState::joining, ReconcilingState::unsubscribed, "close()"},
    ReconcilingMove{ReconcilingState::reconciling, ReconcilingState::unsubscribed, "close()"},
    ReconcilingMove{ReconcilingState::acknowledging, ReconcilingState::unsubscribed, "close()"},
    ReconcilingMove{ReconcilingState::stable, ReconcilingState::unsubscribed, "close()"},
};

/// The client's half of KIP-848: heartbeats that join, report what the member has, and leave; and
/// the assignment that it is told, which poll() carries out. Sources: classes
/// ConsumerMembershipManager, AbstractMembershipManager, ConsumerHeartbeatRequestManager.
class HeartbeatMembership {
public:
    using Partitions = std::vector<TopicPartition>;  // ascending
    struct Settings {
        std::string name;  ///< client.id
        ConsumerConfig config;
        std::vector<std::string> topics;
        Random random;
    };
    static constexpr std::uint32_t heartbeat_cookie = 7;
    static constexpr std::uint32_t leave_cookie = 13;
    static constexpr std::int32_t leave_epoch = -1;
    static constexpr std::int32_t leave_static_epoch = -2;

    HeartbeatMembership() = default;
    explicit HeartbeatMembership(const Settings& settings);

    ReconcilingState state() const { return state_; }
    std::int32_t epoch() const { return epoch_; }
    /// Made by the client, for as long as it lives (KIP-1082).
    const std::string& member_id() const { return member_id_; }
    bool in_group() const;
    /// What the next poll() throws; none: nothing.
    Error fatal_error() const { return fatal_error_; }
    /// It is out of the group: what it has is lost. Then it joins again.
    bool has_lost() const
    {
        return state_ == ReconcilingState::fenced || state_ == ReconcilingState::stale;
    }

    /// poll() was called, and nothing of an earlier membership is left.
    void join();
    /// The assignment to come to, while it is not in force.
    std::optional<Partitions> wanted() const;
    /// poll() has come to this assignment.
    void reconciled(const Partitions& assignment);
    /// Sends the heartbeat that is due. \param late  poll() has not been called in time
    void keep_alive(const ConsumerStep& step, bool late);
    /// False when there is nobody to tell, or nothing to say.
    bool leave(const ConsumerStep& step);
    Time next_deadline(const CoordinatorLink& coordinator) const;

    void on_heartbeat(const ConsumerStep& step, const ConsumerGroupHeartbeatResponse& response);
    void on_request_failed(const ConsumerStep& step);
    /// No answer comes from the coordinator that was.
    void on_coordinator_lost();

private:
    /// What the coordinator has been told since it last may have forgotten.
    struct Told {
        bool subscription = false, owned = false;
    };
    void move_to(ReconcilingState to);
    bool heartbeat_now() const;
    void send_heartbeat(const ConsumerStep& step);
    void send_leave(const ConsumerStep& step);
    void take_assignment(Partitions assignment);
    void on_error(const ConsumerStep& step, Error error);
    void fail(Error error);
    void back_off(Time now);

    Settings settings_;
    ExponentialBackoff backoff_;
    ReconcilingState state_ = ReconcilingState::unsubscribed;
    std::string member_id_;
    std::int32_t epoch_ = 0;
    std::optional<Partitions> current_;  // none: not yet in the group
    Partitions target_;
    Told told_;
    Error fatal_error_ = Error::none;
    bool in_flight_ = false;
    std::int32_t failures_ = 0;
    Duration interval_{};  // as the coordinator told; 0: not yet
    Time next_heartbeat_;
    Time not_before_;
};

}  // namespace gregor
