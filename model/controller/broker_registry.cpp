#include "model/controller/broker_registry.h"

#include <algorithm>

namespace gregor {

void BrokerRegistry::activate(const MetadataImage& image, Time now)
{
    sessions_.clear();
    for (const auto& [id, broker] : image.brokers()) {
        if (!broker.fenced) sessions_[id] = Session{.epoch = broker.epoch, .last_contact = now};
    }
}

void BrokerRegistry::touch(const BrokerHeartbeatRequest& heartbeat, Time now)
{
    Session& session = sessions_[heartbeat.broker];
    if (session.epoch != heartbeat.epoch) session = Session{.epoch = heartbeat.epoch};
    session.last_contact = now;
    session.metadata_offset = heartbeat.metadata_offset;
}

bool BrokerRegistry::has_valid_session(BrokerId broker, Time now, Duration timeout) const
{
    const auto found = sessions_.find(broker);
    return found != sessions_.end() && found->second.last_contact + timeout >= now;
}

std::optional<BrokerRegistry::Expired> BrokerRegistry::take_expired(Time now, Duration timeout)
{
    for (const auto& [id, session] : sessions_) {
        if (session.last_contact + timeout >= now) continue;
        const Expired expired{id, session.epoch, now - session.last_contact};
        sessions_.erase(id);
        return expired;
    }
    return std::nullopt;
}

Duration BrokerRegistry::check_period(Duration timeout)
{
    return std::max(milliseconds(1), timeout / 8);
}

BrokerControlState BrokerRegistry::next_state(const BrokerRegistration& broker,
                                              const BrokerHeartbeatRequest& heartbeat, bool leads,
                                              const MetadataImage& image) const
{
    using State = BrokerControlState;
    if (broker.fenced) {
        if (heartbeat.want_shut_down) return State::shutdown_now;
        const bool caught_up = heartbeat.metadata_offset.value >= broker.epoch.value;
        return !heartbeat.want_fence && caught_up ? State::unfenced : State::fenced;
    }
    if (broker.in_controlled_shutdown) {
        if (leads || !others_have_applied(broker.id, image)) return State::controlled_shutdown;
        return State::shutdown_now;
    }
    if (heartbeat.want_fence) {
        return heartbeat.want_shut_down ? State::shutdown_now : State::fenced;
    }
    if (heartbeat.want_shut_down) return leads ? State::controlled_shutdown : State::shutdown_now;
    return State::unfenced;
}

/// Every active broker has reported metadata up to the controlled-shutdown offset, so that nobody
/// sends requests to the old leader any more.
bool BrokerRegistry::others_have_applied(BrokerId broker, const MetadataImage& image) const
{
    const auto own = sessions_.find(broker);
    if (own == sessions_.end()) return false;
    for (const auto& [id, session] : sessions_) {
        if (image.is_active(id) &&
            session.metadata_offset < own->second.controlled_shutdown_offset) {
            return false;
        }
    }
    return true;
}

void BrokerRegistry::raise_shutdown_offset(BrokerId broker, Offset offset)
{
    Offset& known = sessions_[broker].controlled_shutdown_offset;
    known = std::max(known, offset);
}

}  // namespace gregor
