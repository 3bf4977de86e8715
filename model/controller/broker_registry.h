#pragma once

#include "engine/time.h"
#include "model/controller/metadata_image.h"
#include "model/message.h"
#include "model/types.h"

#include <map>
#include <optional>

namespace gregor {

/// What the controller makes of a broker at a heartbeat (class BrokerHeartbeatManager).
enum class BrokerControlState : std::uint8_t {
    fenced,
    unfenced,
    controlled_shutdown,
    shutdown_now
};

/// Sessions of the brokers, which only the active controller keeps, in memory: who was heard of
/// when, and how far each has applied the metadata (class BrokerHeartbeatManager).
class BrokerRegistry {
public:
    struct Session {
        BrokerEpoch epoch;
        Time last_contact;
        Offset metadata_offset{no_offset};             ///< as last reported
        Offset controlled_shutdown_offset{no_offset};  ///< the others must have reported it
    };
    struct Expired {
        BrokerId broker;
        BrokerEpoch epoch;
        Duration silent;
    };

    /// Every unfenced broker gets a fresh session: a new controller has heard nobody yet.
    void activate(const MetadataImage& image, Time now);
    void clear() { sessions_.clear(); }

    /// A heartbeat of this life of the broker arrived. Registering alone starts no session.
    void touch(const BrokerHeartbeatRequest& heartbeat, Time now);
    /// A new life registered: the session of the earlier one is void.
    void forget(BrokerId broker) { sessions_.erase(broker); }
    bool has_valid_session(BrokerId broker, Time now, Duration timeout) const;

    /// One broker whose session is over, and ends the session; the lowest id goes first.
    std::optional<Expired> take_expired(Time now, Duration timeout);
    /// Between two looks for an expired session.
    static Duration check_period(Duration timeout);

    /// The decision table; `leads`: it leads a partition at present.
    BrokerControlState next_state(const BrokerRegistration& broker,
                                  const BrokerHeartbeatRequest& heartbeat, bool leads,
                                  const MetadataImage& image) const;
    /// A broker in controlled shutdown was answered while the log ended at `offset`.
    void raise_shutdown_offset(BrokerId broker, Offset offset);

    const std::map<BrokerId, Session>& sessions() const { return sessions_; }

private:
    bool others_have_applied(BrokerId broker, const MetadataImage& image) const;

    std::map<BrokerId, Session> sessions_;
};

}  // namespace gregor
