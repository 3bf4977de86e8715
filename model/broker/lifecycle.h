#pragma once

#include "engine/random.h"
#include "model/broker/metadata_cache.h"
#include "model/config.h"
#include "model/effects.h"
#include "model/types.h"

#include <array>
#include <string>
#include <string_view>

namespace gregor {

/// A broker's states (class BrokerLifecycleManager).
enum class LifecycleState : std::uint8_t {
    not_running,
    starting,  ///< registers and catches up on the metadata log
    recovery,  ///< caught up: loads logs, waits to be unfenced
    running,
    pending_controlled_shutdown,  ///< waits for the controller's leave to end
    shutting_down,
};

std::string_view name_of(LifecycleState state);

struct LifecycleMove {
    LifecycleState from, to;
    std::string_view because;
};
/// Every legal move. Checked at run time. (A process may also be killed, in every state.)
inline constexpr std::array lifecycle_moves{
    LifecycleMove{LifecycleState::not_running, LifecycleState::starting, "process started"},
    LifecycleMove{LifecycleState::not_running, LifecycleState::running, "cluster was formed"},
    LifecycleMove{LifecycleState::starting, LifecycleState::recovery, "caught up on metadata"},
    LifecycleMove{LifecycleState::recovery, LifecycleState::running, "unfenced"},
    LifecycleMove{LifecycleState::running, LifecycleState::pending_controlled_shutdown,
                  "asked to stop"},
    LifecycleMove{LifecycleState::pending_controlled_shutdown, LifecycleState::shutting_down,
                  "controller lets it go"},
    LifecycleMove{LifecycleState::pending_controlled_shutdown, LifecycleState::shutting_down,
                  "shutdown deadline"},
    LifecycleMove{LifecycleState::starting, LifecycleState::shutting_down, "asked to stop"},
    LifecycleMove{LifecycleState::recovery, LifecycleState::shutting_down, "asked to stop"},
    LifecycleMove{LifecycleState::running, LifecycleState::shutting_down, "asked to stop"},
    LifecycleMove{LifecycleState::starting, LifecycleState::shutting_down,
                  "not registered in time"},
};

/// The broker's side of registration, heartbeats, fencing and controlled shutdown. Finds the active
/// controller; ends the process by itself when the controller lets it go.
class Lifecycle {
public:
    static constexpr TimerKey first_timer = 1;
    static constexpr TimerKey last_timer = 9;
    /// Loading the logs after a start that is not the first: registered to unfenced took
    /// 1.3 to 1.9 s (recorded with 4.3.1).
    static constexpr Duration default_log_loading = milliseconds(1'200);

    Lifecycle(BrokerId self, const ClusterLayout& layout, const BrokerConfig& config,
              std::uint64_t seed);

    void start(Time now, StartReason reason, const MetadataCache& metadata, Effects& effects);
    void on_response(Time now, const Envelope& from, const Message& message, Effects& effects);
    void on_timer(Time now, TimerKey key, const MetadataCache& metadata, Effects& effects);
    void on_connection_reset(Time now, const Envelope& peer, Effects& effects);
    /// The metadata log went on, or another controller leads.
    void on_metadata(Time now, const MetadataCache& metadata, Effects& effects);
    void begin_controlled_shutdown(Time now, const MetadataCache& metadata, Effects& effects);
    void on_end(StartReason reason);

    LifecycleState state() const { return state_; }
    /// Clients and followers find an open port.
    bool may_serve() const
    {
        return state_ == LifecycleState::running ||
               state_ == LifecycleState::pending_controlled_shutdown;
    }
    /// Registered, has read the metadata log up to its registration, and its logs are loaded: its
    /// replicas may take their roles (BrokerMetadataPublisher).
    bool ready() const { return ready_; }
    /// As the last heartbeat's answer said.
    bool fenced() const { return fenced_; }
    BrokerEpoch epoch() const { return epoch_; }
    std::uint64_t incarnation() const { return incarnation_; }
    BrokerId active_controller() const { return controller_; }

    /// Loading the logs of this life takes until `logs_were_read` at least.
    void wait_for_logs() { logs_unread_ = true; }
    void logs_were_read(Time now, Effects& effects);

    void set_log_loading(Duration duration) { log_loading_ = duration; }

private:
    enum Timer : TimerKey {
        communication_timer = first_timer,
        request_timer,
        resend_timer,
        log_loading_timer,
        registration_timer,
        shutdown_timer,
    };

    void move_to(LifecycleState to, std::string_view because);
    void learn(const MetadataCache& metadata);
    void communicate_at_once(Time now, Effects& effects);
    void communicate_after(Time now, Duration delay, Effects& effects);
    void send_request(Time now, Effects& effects);
    void resend_elsewhere(Time now, Effects& effects);
    void give_up_request(Time now, Effects& effects);
    void on_registered(Time now, const BrokerRegistrationResponse& response, Effects& effects);
    void on_heartbeat(Time now, const BrokerHeartbeatResponse& response, Effects& effects);
    void caught_up(Time now, Effects& effects);
    void schedule_next(Time now, Effects& effects);
    void finish(std::string_view because, Effects& effects);
    BrokerId target() const;

    BrokerId self_;
    ClusterLayout layout_;
    Duration heartbeat_interval_;
    Duration registration_timeout_;
    Duration log_loading_ = default_log_loading;
    bool controlled_shutdown_enabled_;
    Random random_;

    // Outlives the process: the clean-shutdown marker and how often it lived.
    std::uint64_t incarnation_ = 0;
    BrokerEpoch marker_{no_broker_epoch};

    LifecycleState state_ = LifecycleState::not_running;
    BrokerEpoch epoch_{no_broker_epoch};
    std::string rack_;
    Offset metadata_offset_{no_offset};  // the last one applied
    BrokerId controller_{no_broker};     // as last heard
    bool suspect_ = false;               // it did not answer, or does not lead
    std::int32_t next_voter_ = 0;
    BrokerId asked_{no_broker};
    std::uint32_t correlation_ = 0;
    std::uint32_t in_flight_ = 0;
    bool again_at_once_ = false;
    bool first_life_ = true;
    bool ready_ = false;        // logs are loaded
    bool logs_unread_ = false;  // bytes of them have not come from the disk yet
    bool loading_is_over_ = false;
    bool fenced_ = true;
    std::int32_t shutdown_heartbeats_ = 0;  // sent in this controlled shutdown
};

}  // namespace gregor
